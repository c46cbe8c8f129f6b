import type * as pulumi from "@pulumi/pulumi";

/** The module part of the type tokens: `pulumi-nodejs:dynamic/rollout:FeatureFlag` in previews and state. */
const MODULE = "rollout";

/** A component of ours by its kind, as previews show it. */
export function componentType(kind: string, module: string = MODULE): string {
  return `${module}:${kind}`;
}

/** A type of ours whose provider is ours, too. */
export function resourceType(kind: string, module: string = MODULE): string {
  return `pulumi-nodejs:dynamic/${module}:${kind}`;
}

/**
 * Under which types a resource may stand in state that was written while the module had another name. Without them the
 * engine would take each for a new one, and a gate of an earlier phase cannot be made anew.
 */
export function formerComponent(kind: string, former: string | undefined): pulumi.Alias[] {
  return former === undefined ? [] : [{ type: componentType(kind, former) }];
}

/** The alias of a resource whose provider is ours. */
export function formerResource(kind: string, former: string | undefined): pulumi.Alias[] {
  return former === undefined ? [] : [{ type: resourceType(kind, former) }];
}
