import path from "node:path";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { fromStruct } from "../values/struct";
import type { PropertyMap, PropertyValue } from "../values/property-value";

/** What a program declares about one resource. */
export interface Goal {
  type: string;
  name: string;
  custom: boolean;
  parent: string;
  inputs: PropertyMap;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  provider: string;
  version: string;
  aliases: GoalAlias[];
  ignoreChanges: string[];
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  /** undefined: the provider decides. */
  deleteBeforeReplace: boolean | undefined;
  protect: boolean;
  retainOnDelete: boolean;
  deletedWith: string;
  customTimeouts: PropertyMap;
  sourcePosition: string;
  stackTrace: PropertyValue[];
}

/** A declaration of nothing in particular. */
export const emptyGoal: Goal = {
  type: "",
  name: "",
  custom: true,
  parent: "",
  inputs: {},
  dependencies: [],
  propertyDependencies: {},
  provider: "",
  version: "",
  aliases: [],
  ignoreChanges: [],
  replaceOnChanges: [],
  additionalSecretOutputs: [],
  deleteBeforeReplace: undefined,
  protect: false,
  retainOnDelete: false,
  deletedWith: "",
  customTimeouts: {},
  sourcePosition: "",
  stackTrace: [],
};

/** Another identity under which the resource may be known: a whole URN, or what differs from its present one. */
export type GoalAlias =
  | { urn: string }
  | { name: string; type: string; stack: string; project: string; parent: string; noParent: boolean };

/** @throws Error when the registration asks for what this engine does not do. */
export function readGoal(request: RegisterResourceRequest, projectRoot: string): Goal {
  const fields = request.toObject();
  refuseUnsupported(request);
  return {
    type: fields.type,
    name: fields.name,
    custom: fields.custom,
    parent: fields.parent,
    inputs: fromStruct(request.getObject()),
    dependencies: [...fields.dependenciesList].sort(),
    propertyDependencies: Object.fromEntries(
      fields.propertydependenciesMap.map(([key, { urnsList }]) => [key, [...urnsList].sort()]),
    ),
    provider: fields.provider,
    version: fields.version,
    aliases: [
      ...fields.aliasurnsList.map((urn) => ({ urn })),
      ...request.getAliasesList().map((alias): GoalAlias => {
        const spec = alias.getSpec();
        if (spec === undefined) return { urn: alias.getUrn() };
        const { name, type, stack, project, parenturn, noparent } = spec.toObject();
        return { name, type, stack, project, parent: parenturn, noParent: noparent };
      }),
    ],
    ignoreChanges: fields.ignorechangesList,
    replaceOnChanges: fields.replaceonchangesList,
    additionalSecretOutputs: fields.additionalsecretoutputsList,
    deleteBeforeReplace: fields.deletebeforereplacedefined ? fields.deletebeforereplace : undefined,
    protect: fields.protect ?? false,
    retainOnDelete: fields.retainondelete ?? false,
    deletedWith: fields.deletedwith,
    customTimeouts: timeoutsOf(fields.customtimeouts),
    sourcePosition: positionOf(request.getSourceposition(), projectRoot),
    stackTrace: (request.getStacktrace()?.getFramesList() ?? []).map((frame): PropertyMap => {
      const position = positionOf(frame.getPc(), projectRoot);
      return position === "" ? {} : { sourcePosition: position };
    }),
  };
}

function refuseUnsupported(request: RegisterResourceRequest): void {
  const what = request.getRemote()
    ? "remote components"
    : request.getTransformsList().length > 0
      ? "transforms"
      : request.getImportid() !== ""
        ? "the `import` option"
        : request.getPackageref() !== ""
          ? "parameterized packages"
          : request.hasHooks() &&
              Object.values(request.getHooks()?.toObject() ?? {}).some((list) => list.length > 0)
            ? "resource hooks"
            : request.hasReplacementTrigger() || request.getReplaceWithList().length > 0
              ? "the `replacementTrigger` and `replaceWith` options"
              : undefined;
  if (what !== undefined)
    throw new Error(`embedded engine: ${what} are not supported (${request.getType()} ${request.getName()})`);
}

function timeoutsOf(timeouts: RegisterResourceRequest.CustomTimeouts.AsObject | undefined): PropertyMap {
  return Object.fromEntries(
    Object.entries(timeouts ?? {})
      .filter(([, duration]) => duration !== "")
      .map(([key, duration]) => [key, secondsOf(duration)]),
  );
}

/** A duration as Go writes it ("1h30m", "90s") in seconds. */
function secondsOf(duration: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  return [...duration.matchAll(/([\d.]+)(ms|h|m|s)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? "s"] ?? 0),
    0,
  );
}

function positionOf(
  position: { getUri(): string; getLine(): number; getColumn(): number } | undefined,
  projectRoot: string,
): string {
  if (position === undefined || position.getUri() === "") return "";
  const file = position
    .getUri()
    .replace(/^file:\/\/(.*)$/, (_, place: string) => `project:///${path.relative(projectRoot, place)}`);
  return `${file}#${String(position.getLine())},${String(position.getColumn())}`;
}
