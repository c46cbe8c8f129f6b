import type { Edge, Plan } from "./plan";

/**
 * Orders the parts of a plan. Schema comes before the code paths that use it, and goes only when those are off and live;
 * nothing of the current phase begins before the last earlier gate is closed, and its own gate looks at everything.
 */
export function planEdges(
  parts: Pick<Plan, "flags" | "deploys" | "groups" | "survey" | "pending" | "consents" | "backups" | "gates">,
): Pick<Plan, "nodes" | "edges"> {
  const { flags, deploys, groups, survey, pending, consents, backups } = parts;
  const closed = parts.gates.filter(({ state }) => state === "closed").map(({ id }) => id);
  const open = parts.gates.filter(({ state }) => state === "open").map(({ id }) => id);
  const backupBefore = (moment: "apply" | "rollback") =>
    backups.filter(({ before }) => before === moment).map(({ id }) => id);
  const wanted = groups.filter((group) => group.wanted).map(({ id }) => id);
  const unwanted = groups
    .filter((group) => !group.wanted)
    .map(({ id }) => id)
    .reverse();
  const nodesOf = (part: { id: string } | undefined) => (part === undefined ? [] : [part.id]);
  const applying = [...nodesOf(survey), ...nodesOf(pending), ...backupBefore("apply"), ...wanted];
  const rollingBack = [...nodesOf(consents), ...backupBefore("rollback"), ...unwanted];
  const flagIds = flags.map(({ id }) => id);
  const flagsOn = flags.filter(({ on }) => on).map(({ id }) => id);
  const deployIds = deploys.map(({ id }) => id);

  const edges: Edge[] = [
    ...chain(closed),
    ...cross(closed.slice(-1), [...applying, ...flagIds, ...deployIds]),
    ...chain(applying),
    ...cross(wanted, flagsOn),
    ...flags.map(({ id, serviceKey }) => ({ from: id, to: `deploy:${serviceKey}` })),
    ...cross(deployIds, rollingBack),
    ...chain(rollingBack),
    ...cross([...deployIds, ...applying, ...rollingBack], open),
  ];
  return { nodes: [...closed, ...applying, ...flagIds, ...deployIds, ...rollingBack, ...open], edges };
}

/** Each step behind the one before it. */
function chain(steps: string[]): Edge[] {
  return steps.slice(1).map((to, index) => ({ from: steps[index] ?? to, to }));
}

function cross(froms: string[], tos: string[]): Edge[] {
  return froms.flatMap((from) => tos.map((to) => ({ from, to })));
}
