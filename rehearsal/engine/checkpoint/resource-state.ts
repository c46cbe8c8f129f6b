import type { PropertyMap, PropertyValue } from "../values/property-value";

/** One resource as the engine holds it. Names are those of Pulumi's checkpoint; a state is never changed in place.
 *  @source sdk/go/common/apitype/core.go, ResourceV3 */
export interface ResourceState {
  readonly urn: string;
  readonly custom: boolean;
  /** Waits to be deleted: its replacement is in place already. */
  readonly delete?: boolean;
  readonly id?: string;
  readonly type: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly external?: boolean;
  readonly dependencies?: readonly string[];
  /** Reasons why the resource, though it exists, is not as declared. The next update tries again. */
  readonly initErrors?: readonly string[];
  /** `<urn>::<id>` of the provider resource that it belongs to. */
  readonly provider?: string;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  /** Was deleted before its replacement was made, and the replacement was never finished. */
  readonly pendingReplacement?: boolean;
  readonly additionalSecretOutputs?: readonly string[];
  readonly aliases?: readonly string[];
  readonly customTimeouts?: PropertyMap;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
  readonly created?: string;
  readonly modified?: string;
  readonly sourcePosition?: string;
  readonly stackTrace?: readonly PropertyValue[];
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
}

/** Everything that must stand before this resource in a valid state. */
export function requiredUrns(state: ResourceState): string[] {
  const urns = [
    state.parent,
    state.provider === undefined ? undefined : providerUrnOf(state.provider),
    state.deletedWith,
    ...(state.dependencies ?? []),
    ...Object.values(state.propertyDependencies ?? {}).flat(),
  ];
  return [...new Set(urns.filter((urn): urn is string => urn !== undefined && urn !== ""))];
}

/** The URN in a provider reference, `<urn>::<id>`. */
export function providerUrnOf(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

export const stackType = "pulumi:pulumi:Stack";

export function isProviderType(type: string): boolean {
  return type.startsWith("pulumi:providers:");
}

/** Default providers come and go with their resources; they are neither shown nor counted. */
export function isDefaultProvider(urn: string): boolean {
  const [, , type, name] = splitUrn(urn);
  return isProviderType(type) && name.startsWith("default");
}

/** `[stack, project, type, name]`; the type without its parents'. */
export function splitUrn(urn: string): [string, string, string, string] {
  const [stack = "", project = "", types = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  return [stack, project, types.split("$").at(-1) ?? "", name.join("::")];
}
