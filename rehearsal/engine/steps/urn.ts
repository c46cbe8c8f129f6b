import { splitUrn, stackType } from "../checkpoint/resource-state";
import type { GoalAlias } from "../monitor/goal";

export interface UrnPlace {
  stack: string;
  project: string;
}

/** A resource's identity: its stack and project, its type below its parents' types, and its name. */
export function createUrn(place: UrnPlace, parent: string, type: string, name: string): string {
  return `urn:pulumi:${place.stack}::${place.project}::${parentTypes(parent)}${type}::${name}`;
}

/** The URNs under which a resource may stand in old state.
 *  @param parent the parent's present URN and the one it had, when that differs. */
export function aliasUrns(
  place: UrnPlace,
  resource: { type: string; name: string; parent: string; aliases: readonly GoalAlias[] },
  oldParent: string | undefined,
): string[] {
  const own = resource.aliases.map((alias) => aliasUrn(place, resource, alias, resource.parent));
  if (oldParent === undefined) return own;
  // Each of its own aliases below the old parent, too, whatever parent the alias names: the SDK fills in the present one.
  // @source pulumi/pulumi, pkg/resource/deploy/step_generator.go, `generateAliases`.
  const below = [resource, ...own.map(nameAndType)].map(({ name, type }) =>
    aliasUrn(
      place,
      { ...resource, name },
      { name: "", type, stack: "", project: "", parent: "", noParent: false },
      oldParent,
    ),
  );
  return [...own, ...below];
}

/** Of a URN, without its parents' types. */
function nameAndType(urn: string): { name: string; type: string } {
  const [, , type, name] = splitUrn(urn);
  return { name, type };
}

function aliasUrn(
  place: UrnPlace,
  resource: { type: string; name: string; parent: string },
  alias: GoalAlias,
  inheritedParent: string,
): string {
  if ("urn" in alias) return alias.urn;
  const parent = alias.noParent ? "" : alias.parent === "" ? inheritedParent : alias.parent;
  return createUrn(
    { stack: alias.stack || place.stack, project: alias.project || place.project },
    parent,
    alias.type || resource.type,
    alias.name || inheritedName(resource, parent),
  );
}

/** Children are often named after their parent; they follow it when it is renamed. */
function inheritedName(resource: { name: string; parent: string }, aliasParent: string): string {
  const [parentName, oldParentName] = [splitUrn(resource.parent)[3], splitUrn(aliasParent)[3]];
  return parentName !== "" && resource.name.startsWith(parentName) && oldParentName !== ""
    ? oldParentName + resource.name.slice(parentName.length)
    : resource.name;
}

function parentTypes(parent: string): string {
  if (parent === "") return "";
  const types = parent.replace(/^urn:pulumi:/, "").split("::")[2] ?? "";
  return types === stackType ? "" : `${types}$`;
}
