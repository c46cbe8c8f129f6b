import { PHASES, phaseIndex } from "../../components/config";
import type { Changes, FlagChange } from "../changes/changes";
import type { LoadedStack } from "../shared/load-stack";
import type { Standing } from "../shared/standing";

/**
 * What the stack's files ask for beyond what state has: told where a preview was refused before it came to that. The plan is
 * pure, so it can always be told; what only Render and the database know is left out.
 */
export function plannedChanges({ config, plan }: LoadedStack, standing: Standing): Changes {
  const nameOf = (serviceKey: string) =>
    config.services.find(({ key }) => key === serviceKey)?.renderName ?? serviceKey;
  const flags = plan.flags.flatMap(({ key, serviceKey, value }): FlagChange[] => {
    const from = standing.flags.get(key)?.value;
    if (from === value) return [];
    return [{ key, renderName: nameOf(serviceKey), to: value, ...(from === undefined ? {} : { from }) }];
  });
  const flipped = new Set(flags.filter(({ from }) => from !== undefined).map(({ renderName }) => renderName));
  const wanted = plan.groups.flatMap(({ target }) => target);
  const applies = wanted.filter((id) => !standing.applied.includes(id));
  const keeps = config.migrations.filter(({ id }) => standing.applied.includes(id) && !wanted.includes(id));
  const reached = PHASES.filter((phase) => standing.gates.has(phase));
  const furthest = reached.at(-1);
  const ahead = furthest !== undefined && phaseIndex(config.phase) > phaseIndex(furthest);
  return {
    flags,
    deploys: plan.deploys
      .filter(({ renderName }) => flipped.has(renderName))
      .map(({ renderName }) => ({ renderName, reasons: [] })),
    migrations: {
      applies,
      rollsBack: [],
      keeps: keeps.map(({ id, rollbackLoses }) => ({ id, reason: `rolling it back ${rollbackLoses}` })),
    },
    backups: applies.length > 0 && config.backup !== undefined ? ["backup"] : [],
    gates: [
      ...(ahead ? [{ phase: furthest, change: "closes" as const }] : []),
      ...(standing.gates.has(config.phase) ? [] : [{ phase: config.phase, change: "opens" as const }]),
    ],
    ...{ refusals: [], drift: [], warnings: [], others: [], unchanged: 0 },
  };
}

/** What a refused preview saw, and what it did not come to. */
export function completed(seen: Changes, planned: Changes): Changes {
  const known = new Set(seen.flags.map(({ renderName, key }) => `${renderName}/${key}`));
  const deployed = new Set(seen.deploys.map(({ renderName }) => renderName));
  const schema = seen.migrations;
  const handled = new Set([
    ...schema.applies,
    ...schema.rollsBack.map(({ id }) => id),
    ...schema.keeps.map(({ id }) => id),
  ]);
  const gates = new Set(seen.gates.map(({ phase }) => phase));
  return {
    ...seen,
    flags: [
      ...seen.flags,
      ...planned.flags.filter(({ renderName, key }) => !known.has(`${renderName}/${key}`)),
    ],
    deploys: [...seen.deploys, ...planned.deploys.filter(({ renderName }) => !deployed.has(renderName))],
    migrations: {
      applies: [...schema.applies, ...planned.migrations.applies.filter((id) => !handled.has(id))],
      rollsBack: schema.rollsBack,
      keeps: [...schema.keeps, ...planned.migrations.keeps.filter(({ id }) => !handled.has(id))],
    },
    backups: seen.backups.length > 0 ? seen.backups : planned.backups,
    gates: [...seen.gates, ...planned.gates.filter(({ phase }) => !gates.has(phase))],
  };
}
