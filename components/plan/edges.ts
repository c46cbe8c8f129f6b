import type { Plan } from "./plan-rollout";

/** `from` must hold before anything is done about `to`. Both are ids of nodes. */
export interface Edge {
  from: string;
  to: string;
}

/**
 * Orders the parts of a plan. Schema comes before the code paths that use it, and goes only when those are off and live;
 * nothing of the current phase begins before the last earlier gate is closed, and its own gate looks at everything.
 */
export function planEdges(
  parts: Pick<Plan, "flags" | "deploys" | "groups" | "gates">,
): Pick<Plan, "nodes" | "edges"> {
  const { flags, deploys } = parts;
  const closed = parts.gates.filter(({ state }) => state === "closed").map(({ id }) => id);
  const open = parts.gates.filter(({ state }) => state === "open").map(({ id }) => id);
  const wanted = parts.groups.filter((group) => group.wanted).map(stepsOf);
  const unwanted = parts.groups
    .filter((group) => !group.wanted)
    .map(stepsOf)
    .reverse();
  const flagIds = flags.map(({ id }) => id);
  const deployIds = deploys.map(({ id }) => id);
  const groupIds = parts.groups.map(({ id }) => id);

  const edges: Edge[] = [
    ...chain(closed.map((id) => [id])),
    ...cross(closed.slice(-1), [...wanted.flat(), ...flagIds, ...deployIds]),
    ...chain(wanted),
    ...cross(
      wanted.map(lastOf),
      flags.filter(({ on }) => on).map(({ id }) => id),
    ),
    ...flags.map(({ id, serviceKey }) => ({ from: id, to: `deploy:${serviceKey}` })),
    ...cross(deployIds, unwanted.flat()),
    ...chain(unwanted),
    ...cross([...deployIds, ...groupIds], open),
  ];
  return {
    nodes: [...closed, ...wanted.flat(), ...flagIds, ...deployIds, ...unwanted.flat(), ...open],
    edges,
  };
}

/** A group's own steps, in order. */
function stepsOf({ id, backup }: Plan["groups"][number]): string[] {
  return backup === undefined ? [id] : [backup.id, id];
}

/** Each step behind the one before it, within a group and from one group to the next. */
function chain(groups: string[][]): Edge[] {
  const steps = groups.flat();
  return steps.slice(1).map((to, index) => ({ from: steps[index] ?? to, to }));
}

function cross(froms: string[], tos: string[]): Edge[] {
  return froms.flatMap((from) => tos.map((to) => ({ from, to })));
}

function lastOf(steps: string[]): string {
  return steps[steps.length - 1] ?? "";
}
