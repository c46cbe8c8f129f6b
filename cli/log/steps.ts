import type { RolloutRecord, Snapshot, UpdateRecord } from "./record";

/** The phases' names, in order. */
export function phasesOf({ catalogue }: Pick<RolloutRecord, "catalogue">): string[] {
  return catalogue.phases.map(({ name }) => name);
}

/** An update with the one before it: what it changed. */
export interface Step {
  update: UpdateRecord;
  /** Phase before; null for the first, and where it is not known. */
  from: string | null;
  kind: "begin" | "advance" | "rollback" | "partial-rollback" | "same" | "destroy" | "refresh";
  flagsOn: string[];
  flagsOff: string[];
  applied: string[];
  rolledBack: string[];
  /** By service: the deploy that it made. */
  deploys: { service: string; id: string; liveAt: string | null; failed: number; made: number }[];
  /** Whether flags, migrations and deploys are known: both states were kept. */
  known: boolean;
}

/** Each update as a step, oldest first. */
export function stepsOf(record: RolloutRecord): Step[] {
  const phases = phasesOf(record);
  let before: UpdateRecord | undefined;
  return record.updates.map((update) => {
    const from = before?.phase ?? null;
    const older = before?.left ?? null;
    const known = update.left !== null && (before === undefined || older !== null);
    const step: Step = {
      update,
      from,
      kind: kindOf(update, before, phases),
      ...(known ? differences(older, update.left) : NOTHING),
      known,
    };
    if (update.kind !== "refresh" || update.left !== null) before = update;
    return step;
  });
}

/** Whether an update went back: to an earlier phase, by our own command, or by flags on hold that were on. */
export function isRollback(update: UpdateRecord, phases: readonly string[], before?: UpdateRecord): boolean {
  const kind = kindOf(update, before, phases);
  return kind === "rollback" || kind === "partial-rollback";
}

/** What stopped an update, in one sentence, as far as its gate tells. */
export function failureOf({ left, phase, title, trouble }: UpdateRecord): string {
  const gate = phase === null ? undefined : left?.gates[phase];
  const stopped =
    gate === undefined || gate.passed ? [] : gate.checks.filter(({ verdict }) => isBad(verdict));
  const failedDeploys = Object.entries(left?.deploys ?? {}).filter(([, { succeeded }]) => !succeeded);
  const name = phase ?? (title === "" ? "an update" : title);
  if (stopped.length > 0)
    return `the gate of ${name} did not pass: ${stopped.map(({ check, summary }) => `${check}: ${summary}`).join(" ")}`;
  if (failedDeploys.length > 0)
    return `the deploy of ${failedDeploys.map(([service]) => service).join(", ")} did not go live, in the update to ${name}`;
  if (trouble !== null) return `the update to ${name} failed: ${trouble}`;
  return `the update to ${name} failed; why was not kept: \`rollout advance\` and \`rollout rollback\` keep it`;
}

export function isBad(verdict: string): boolean {
  return ["fail", "could-not-measure", "no-data", "inconclusive"].includes(verdict);
}

function kindOf(
  update: UpdateRecord,
  before: UpdateRecord | undefined,
  phases: readonly string[],
): Step["kind"] {
  if (update.kind === "destroy") return "destroy";
  if (update.kind === "refresh") return "refresh";
  const [now, then] = [update.phase, before?.phase ?? null].map((phase) =>
    phase === null ? -1 : phases.indexOf(phase),
  ) as [number, number];
  const more = update.hold.filter((key) => before !== undefined && !before.hold.includes(key));
  if (before === undefined) return update.command === "rollback" ? "rollback" : "begin";
  if (now < then) return "rollback";
  if (now > then) return "advance";
  if (more.length > 0) return "partial-rollback";
  return update.command === "rollback" ? "rollback" : "same";
}

const NOTHING = { flagsOn: [], flagsOff: [], applied: [], rolledBack: [], deploys: [] };

function differences(
  before: Snapshot | null,
  after: Snapshot | null,
): Pick<Step, "flagsOn" | "flagsOff" | "applied" | "rolledBack" | "deploys"> {
  if (after === null) return NOTHING;
  const isOn = (snapshot: Snapshot | null, key: string) => snapshot?.flags[key]?.value === "true";
  const isApplied = (snapshot: Snapshot | null, id: string) => snapshot?.migrations[id]?.applied === true;
  const flags = [...new Set([...Object.keys(before?.flags ?? {}), ...Object.keys(after.flags)])];
  const ids = [...new Set([...Object.keys(before?.migrations ?? {}), ...Object.keys(after.migrations)])];
  return {
    flagsOn: flags.filter((key) => !isOn(before, key) && isOn(after, key)),
    flagsOff: flags.filter((key) => isOn(before, key) && !isOn(after, key)),
    applied: ids.filter((id) => !isApplied(before, id) && isApplied(after, id)),
    rolledBack: ids.filter((id) => isApplied(before, id) && !isApplied(after, id)),
    deploys: Object.entries(after.deploys).flatMap(([service, { id, liveAt, probes }]) =>
      // The first update finds deploys of others; only what was probed was made by it.
      id === "" || before?.deploys[service]?.id === id || (before === null && probes === null)
        ? []
        : [{ service, id, liveAt, failed: probes?.failed ?? 0, made: probes?.made ?? 0 }],
    ),
  };
}
