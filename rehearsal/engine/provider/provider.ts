import type { ResourceState } from "../checkpoint/resource-state";
import type { PropertyMap } from "../values/property-value";

/** What the engine asks of whatever runs resources of one package. Values are in clear: neither kind of provider here
 *  takes secrets, so the caller reveals before and marks after. */
export interface Provider {
  check(urn: string, before: PropertyMap, inputs: PropertyMap): Promise<CheckResult>;
  diff(old: ResourceState, inputs: PropertyMap): Promise<DiffResult>;
  /** What an update would yield, as far as a preview can know. */
  previewCreate(urn: string, inputs: PropertyMap): PropertyMap;
  previewUpdate(old: ResourceState, inputs: PropertyMap): PropertyMap;
  /** @throws PartialFailure when the resource exists, but is not as declared. */
  create(urn: string, inputs: PropertyMap): Promise<{ id: string; outputs: PropertyMap }>;
  /** @throws PartialFailure when the change was made, but not to the end. */
  update(old: ResourceState, inputs: PropertyMap): Promise<PropertyMap>;
  delete(old: ResourceState): Promise<void>;
  /** @returns undefined when the resource is gone. */
  read(old: ResourceState): Promise<ReadResult | undefined>;
  /** The operator interrupted the update: end what can be ended early. */
  cancel(): void;
}

export interface CheckResult {
  inputs: PropertyMap;
  failures: readonly { property: string; reason: string }[];
}

export interface DiffResult {
  /** "unknown" leaves the decision to the engine, which compares inputs. */
  changes: "some" | "none" | "unknown";
  replaces: readonly string[];
  /** The properties that changed, where the provider says. */
  changed: readonly string[];
  deleteBeforeReplace: boolean;
  detailedDiff?: Record<string, { diffKind: string; inputDiff: boolean }>;
}

export interface ReadResult {
  id: string;
  outputs: PropertyMap;
  /** Where the provider answers with inputs too, they take the place of the declared ones. */
  inputs?: PropertyMap;
}

/** The resource exists (or was changed), but something about it failed; state keeps it, with the reasons. */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly outputs: PropertyMap,
    readonly reasons: readonly string[],
  ) {
    super(describeReasons(reasons));
    this.name = "PartialFailure";
  }
}

function describeReasons(reasons: readonly string[]): string {
  const count = `${reasons.length} error${reasons.length === 1 ? "" : "s"} occurred:`;
  return [count, ...reasons.map((reason) => `\t* ${reason}`), "", ""].join("\n");
}
