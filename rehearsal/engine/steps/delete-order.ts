import { requiredUrns, type ResourceState } from "../checkpoint/resource-state";

/** Groups resources so that each group can be deleted at the same time, once the groups before it are gone. */
export function deleteGroups<T extends { state: ResourceState }>(condemned: readonly T[]): T[][] {
  const groups: T[][] = [];
  let left = [...condemned];
  while (left.length > 0) {
    const urns = new Set(left.map(({ state }) => state.urn));
    const roots = left.filter(
      ({ state }) => !requiredUrns(state).some((urn) => urn !== state.urn && urns.has(urn)),
    );
    // A circle cannot come out of a valid state; should there be one, its members go one after the other.
    const group = roots.length > 0 ? roots : left.slice(0, 1);
    groups.unshift(group);
    left = left.filter((one) => !group.includes(one));
  }
  return groups;
}

/** Everything in `resources` that, directly or not, needs the resource `urn`, in the order of `resources`. */
export function dependentsOf(urn: string, resources: readonly ResourceState[]): ResourceState[] {
  const needed = new Set([urn]);
  const dependents: ResourceState[] = [];
  for (const state of resources) {
    if (state.urn === urn || !requiredUrns(state).some((required) => needed.has(required))) continue;
    needed.add(state.urn);
    dependents.push(state);
  }
  return dependents;
}
