import { consentCounts } from "./consent";
import type { MigrationGroup } from "./migration-groups";
import type { Plan, PlannedDeploy } from "./plan-rollout";
import { judgeSurplus, wouldLose } from "./surplus";
import type { Phase } from "../config/phases";

/** What is known of the stack before an update. */
export interface Before {
  /** By key: the values on Render. A flag that is not set is off. */
  flags: Readonly<Record<string, string>>;
  /** Ids of migrations that the database has. */
  applied: readonly string[];
  /** By migration, ISO times. */
  appliedAt?: Readonly<Record<string, string>>;
  /** By migration: the consents that earlier rollbacks used up. */
  usedConsents?: Readonly<Record<string, readonly string[]>>;
  /** By phase; absent where a phase has no gate yet. */
  gates?: Partial<Record<Phase, "open" | "closed">>;
}

/**
 * What a reviewer reads about a plan, one sentence each. With `before`: what an update will do.
 * Without: what is declared, and what would follow from it.
 */
export function planSentences(plan: Plan, before?: Before): string[] {
  const on = plan.flags.filter((flag) => flag.on).length;
  const held = plan.flags.filter(({ reason }) => reason === "held");
  return [
    `${plan.stack}: phase ${plan.phase}, ${on} of ${plan.flags.length} flags on`,
    ...plan.deploys.flatMap((deploy) =>
      before === undefined ? declaredService(deploy) : changedService(deploy, before),
    ),
    ...held.map(({ key }) => `held: ${key} stays off although its phase is reached`),
    ...plan.groups.flatMap((group) =>
      before === undefined ? declaredGroup(group) : changedGroup(group, plan, before),
    ),
    ...gateSentences(plan, before?.gates),
  ];
}

function declaredService({ renderName, kind, expects, buildTime }: PlannedDeploy): string[] {
  const keys = Object.keys(expects);
  if (keys.length === 0) return [`${renderName}: no flags`];
  const [on, off] = [
    keys.filter((key) => expects[key] === "true"),
    keys.filter((key) => expects[key] === "false"),
  ];
  const builds =
    kind === "static_site" || buildTime.length === 0
      ? ""
      : `; one of ${buildTime.join(", ")} builds the commit that is live`;
  const said = [on.length > 0 ? `on ${on.join(", ")}` : "", off.length > 0 ? `off ${off.join(", ")}` : ""];
  return [`${renderName}: ${said.filter(Boolean).join("; ")} (a change ${HOW[kind]}${builds})`];
}

function changedService({ renderName, kind, expects }: PlannedDeploy, { flags }: Before): string[] {
  const flips = Object.entries(expects).flatMap(([key, value]) => {
    const current = own(flags, key);
    const same = current === value || (current === undefined && value === "false");
    return same ? [] : [`${key} ${current === undefined ? "unset" : JSON.stringify(current)} → "${value}"`];
  });
  if (flips.length === 0) return [`${renderName}: no flag flips, no deploy`];
  return [...flips.map((flip) => `${renderName}: ${flip}`), `${renderName}: one deploy, which ${HOW[kind]}`];
}

/** A flag flip never ships code. */
const HOW: Record<PlannedDeploy["kind"], string> = {
  web_service: "redeploys its last good build",
  static_site: "rebuilds the commit that is live",
};

function declaredGroup({ migrations, wanted, consents }: MigrationGroup): string[] {
  if (wanted) return [`migrations: ${idsOf(migrations)} applied, after a backup`];
  return migrations.map(({ id, rollbackLoses }) => {
    const consent = own(consents, id);
    if (consent === undefined)
      return `${id}: not wanted; kept where it is applied, as rolling it back ${wouldLose(rollbackLoses)}`;
    return `${id}: not wanted; rolled back where it is applied, which ${rollbackLoses} (consent, while it counts: ${consent})`;
  });
}

function changedGroup(group: MigrationGroup, plan: Plan, before: Before): string[] {
  const { migrations, wanted } = group;
  const applied = migrations.filter(({ id }) => before.applied.includes(id));
  if (wanted) {
    const missing = migrations.filter((migration) => !applied.includes(migration));
    if (missing.length === 0) return [`migrations: ${idsOf(migrations)} applied already`];
    return [`migrations: applies ${idsOf(missing)}, after a backup`];
  }
  const { rollback, keep } = judgeSurplus(applied, (id) => consentFor(id, group, plan, before), {
    allOrNothing: plan.rollsBackAll,
  });
  const losses = rollback.map((id) => {
    const loses = migrations.find((migration) => migration.id === id)?.rollbackLoses ?? "";
    return `migrations: rolls back ${id}, after a backup and when its flags are off and live: ${loses} (consent: ${own(group.consents, id) ?? ""})`;
  });
  return [...losses, ...keep.map(({ id, reason }) => `keeping ${id}: ${reason}`)];
}

function consentFor(id: string, { consents }: MigrationGroup, { timeZone }: Plan, before: Before) {
  const consent = own(consents, id);
  if (consent === undefined) return undefined;
  return consentCounts(consent, {
    appliedAt: own(before.appliedAt, id),
    usedConsents: own(before.usedConsents, id) ?? [],
    timeZone,
  });
}

function gateSentences({ gates }: Plan, before: Before["gates"]): string[] {
  if (before === undefined) {
    const closed = gates.filter(({ state }) => state === "closed").map(({ phase }) => phase);
    const open = gates.filter(({ state }) => state === "open").map(({ phase }) => phase);
    return [`gates: ${closed.length === 0 ? "" : `${closed.join(", ")} closed; `}${open.join(", ")} open`];
  }
  const gone = Object.keys(before).filter((phase) => !gates.some((gate) => gate.phase === phase));
  const changes = gates.flatMap(({ phase, state }) => {
    if (before[phase] === state) return [];
    if (state === "closed") return [`gate ${phase}: closes`];
    return [
      before[phase] === "closed"
        ? `gate ${phase}: opens again and verifies`
        : `gate ${phase}: opens and verifies`,
    ];
  });
  return [...changes, ...gone.map((phase) => `gate ${phase}: goes, its phase is not reached any more`)];
}

function idsOf(migrations: readonly { id: string }[]): string {
  return migrations.map(({ id }) => id).join(", ");
}

/** An id may be called "constructor"; only what was said counts. */
function own<T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}
