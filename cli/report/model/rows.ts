import type { RolloutRecord } from "../../log/record";
import { failureOf, isBad, phasesOf, stepsOf } from "../../log/steps";
import type { Verification } from "./verifications";

export interface FlagRow {
  key: string;
  service: string;
  phase: string;
  purpose: string;
  /** By the newest update; null where that is not known. */
  enabled: boolean | null;
  held: boolean;
  /** What the running service reported to the newest gate that asked it. */
  verified: "yes" | "no" | "unknown";
  verifiedBy: string;
  /** A sentence each. */
  issues: string[];
}

export interface MigrationRow {
  id: string;
  phase: string;
  purpose: string;
  rollbackRisk: string;
  rollbackLoses: string;
  /** At the beginning; null where that is not known. */
  before: boolean | null;
  now: boolean | null;
  kept: boolean;
  appliedAt: string | null;
}

export interface RollbackRow {
  update: number;
  at: string;
  by: string | null;
  from: string | null;
  to: string | null;
  reason: string;
  /** What it switched off, took back and deployed. */
  scope: string;
  seconds: number | null;
  result: string;
}

/** Each flag of the catalogue: enabled, seen running, and what was found on the way. */
export function flagRows(record: RolloutRecord, verifications: readonly Verification[]): FlagRow[] {
  const steps = stepsOf(record);
  return record.catalogue.flags.map(({ key, service, phase, purpose }) => {
    const stored = record.now.flags[key];
    const names = serviceNames(record, service);
    const check = `flags ${stored?.service ?? service}`;
    const newest = verifications.findLast(({ checks }) =>
      checks.some(({ check: name }) => name === check || names.some((each) => name === `flags ${each}`)),
    );
    const found = newest?.checks.find(
      ({ check: name }) => name === check || names.some((each) => name === `flags ${each}`),
    );
    const offAgain = steps.filter(({ flagsOff }) => flagsOff.includes(key));
    return {
      key,
      service,
      phase,
      purpose,
      enabled: stored === undefined ? null : stored.value === "true",
      held: record.declared.hold.includes(key),
      verified:
        found === undefined
          ? "unknown"
          : found.verdict === "pass"
            ? "yes"
            : isBad(found.verdict)
              ? "no"
              : "unknown",
      verifiedBy: newest === undefined ? "no gate has asked its service" : `gate of ${newest.label}`,
      issues: [
        ...offAgain.map(({ update }) => `switched off again by update ${update.number}`),
        ...(stored !== undefined && !stored.succeeded ? ["the answer to its last write was lost"] : []),
        ...(found !== undefined && found.verdict !== "pass" ? [found.summary] : []),
      ],
    };
  });
}

function serviceNames({ catalogue }: RolloutRecord, key: string): string[] {
  const service = catalogue.services.find((each) => each.key === key);
  return [key, ...(service === undefined ? [] : [service.renderName])];
}

export function migrationRows(record: RolloutRecord): MigrationRow[] {
  const first = record.updates.find(({ left }) => left !== null)?.left ?? null;
  return record.catalogue.migrations.map(({ id, phase, purpose, rollbackRisk, rollbackLoses }) => {
    const [then, now] = [first?.migrations[id], record.now.migrations[id]];
    return {
      id,
      phase,
      purpose,
      rollbackRisk,
      rollbackLoses,
      before: then === undefined ? null : then.applied,
      now: now === undefined ? null : now.applied,
      kept: now?.kept === true,
      appliedAt: now?.appliedAt ?? null,
    };
  });
}

/** Every way back, with its reason: what was typed, else what had stopped the update before it. */
export function rollbackRows(record: RolloutRecord): RollbackRow[] {
  const steps = stepsOf(record);
  return steps.flatMap((step, index): RollbackRow[] => {
    if (step.kind !== "rollback" && step.kind !== "partial-rollback") return [];
    const { update } = step;
    const before = steps[index - 1]?.update;
    const { startedAt, endedAt, result } = update;
    const gate = update.phase === null ? undefined : update.left?.gates[update.phase];
    const verified = gate?.passed === true ? `, and the gate of ${gate.phase} has passed` : "";
    return [
      {
        update: update.number,
        at: startedAt,
        by: update.by,
        from: step.from,
        to: update.phase,
        reason:
          update.because ??
          (before?.result === "failed"
            ? failureOf(before)
            : "no reason was given: --because would record it"),
        scope: scopeOf(step, step.known),
        seconds: endedAt === null ? null : Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000),
        result:
          result === "succeeded"
            ? `succeeded${verified}`
            : result === "failed"
              ? failureOf(update)
              : "in progress",
      },
    ];
  });
}

function scopeOf(
  {
    flagsOff,
    rolledBack,
    deploys,
  }: Pick<ReturnType<typeof stepsOf>[number], "flagsOff" | "rolledBack" | "deploys">,
  known: boolean,
): string {
  if (!known) return "not known: nobody kept the state before or after it";
  const parts = [
    ...(flagsOff.length > 0 ? [`off: ${flagsOff.join(", ")}`] : []),
    ...(rolledBack.length > 0 ? [`migrations rolled back: ${rolledBack.join(", ")}`] : []),
    ...(deploys.length > 0 ? [`deployed: ${deploys.map(({ service }) => service).join(", ")}`] : []),
  ];
  return parts.length === 0 ? "no flag, no migration and no deploy changed" : parts.join("; ");
}

export interface PhaseRow {
  name: string;
  soakSeconds: number;
  state: "done" | "current" | "failed" | "ahead";
  verifiedAt: string | null;
  passedAt: string | null;
  closedAt: string | null;
  /** Of its newest verification. */
  checks: number;
  /** What its newest verification found worth a look, a sentence each. */
  notable: string[];
  overridden: string | null;
}

export function phaseRows(record: RolloutRecord): PhaseRow[] {
  const names = phasesOf(record);
  const current = Math.max(-1, ...Object.keys(record.now.gates).map((phase) => names.indexOf(phase)));
  const overrides = Object.assign({}, ...record.updates.map((each) => each.overrides)) as Record<
    string,
    string
  >;
  return record.catalogue.phases.map(({ name, soakSeconds }, index) => {
    const gate = record.now.gates[name];
    const state =
      gate === undefined
        ? "ahead"
        : gate.state === "closed" || (index === names.length - 1 && gate.passed)
          ? "done"
          : !gate.passed
            ? "failed"
            : index === current
              ? "current"
              : "done";
    return {
      name,
      soakSeconds,
      state,
      verifiedAt: gate?.verifiedAt ?? null,
      passedAt: gate?.passedAt ?? null,
      closedAt: gate?.closedAt ?? null,
      checks: gate?.checks.length ?? 0,
      notable: [...(gate?.checks ?? []), ...(gate?.closing ?? [])]
        .filter(({ verdict }) => verdict !== "pass")
        .map(({ check, verdict, summary }) => `${check}: ${verdict}: ${summary}`),
      overridden: overrides[name] ?? null,
    };
  });
}
