import type { Phase } from "../../components/config";
import type { MigrationReading } from "../../components/database";
import type { CheckResult } from "../../components/probes/verdict";
import type { Blocker as ClosingBlocker } from "../../components/providers/gate/blocker";
import type { Drift } from "../drift/read-drift";
import type { StoredGate } from "../shared/standing";
import type { StepKind } from "./find-step";

/**
 * All that `status` tells, as `--json` prints it: keys are stable, and what is not known is null. Times are ISO 8601.
 */
export interface StatusFacts {
  stack: string;
  /** When it was looked at. */
  at: string;
  clock: "render" | "this machine";
  timeZone: string;
  offline: boolean;
  phase: {
    /** By the stack file. */
    declared: Phase;
    /** The furthest phase that has a gate in state; null where nothing is deployed, or state was not read. */
    inState: Phase | null;
    gate: "passed" | "failed" | "closed" | null;
    /** When that gate passed, failed or closed. */
    since: string | null;
    /** What a failed gate was stopped by. */
    stoppedBy: StoredGate["checks"];
    /** Why an update is due, a sentence each; null where state was not read. */
    updateDue: string[] | null;
  };
  /** In the phases' order; null where state was not read. */
  gates: GateFacts[] | null;
  flags: FlagFacts[];
  migrations: MigrationFacts[];
  /** Null where none is enforced. */
  schedule: { open: boolean; until: string | null; nextOpening: string | null; sentence: string } | null;
  /** Items that have to be signed off before the phase is left. */
  signOffs: { phase: Phase; id: string; purpose: string; signature: string | null; counts: boolean }[];
  /** Null when the rollout is complete. */
  next: NextFacts | null;
  /** Null where nobody could look. */
  drift: Drift[] | null;
  /** Newest first, a few of each service; null where Render was not asked. */
  deploys: DeployFacts[] | null;
  /** Pages of Render's dashboard, service by service; null where Render was not asked. */
  links: ServiceLinks[] | null;
  /** What could not be looked at, and why; a sentence each. */
  notLookedAt: string[];
}

export interface ServiceLinks {
  service: string;
  page: string;
  /** Null for a static site, which has neither. */
  logs: string | null;
  metrics: string | null;
  /** Of its newest deploy; null where it has none. */
  deploy: string | null;
}

/**
 * Why the operator must act now, a sentence each; an empty list is exit code 0. A soak that goes on, a closed window or a
 * missing signature is no such reason: the rollout is well, it only waits.
 */
export function whyAct({ offline, phase, migrations, drift, notLookedAt }: StatusFacts): string[] {
  if (offline) return [];
  const { declared, inState, gate, updateDue } = phase;
  const count = drift?.length ?? 0;
  return [
    ...(inState === null ? [`nothing is deployed yet; the file says ${declared}`] : []),
    ...(gate === "failed" ? [`the gate of ${inState ?? declared} has not passed`] : []),
    ...(updateDue ?? []).map((why) => `an update is due: ${why}`),
    ...migrations.flatMap(whyOtherwise),
    ...(count === 1 ? ["one thing is not as the last update left it"] : []),
    ...(count > 1 ? [`${count} things are not as the last update left them`] : []),
    ...notLookedAt,
  ];
}

/** Where the database shows something else than an update would leave there. */
function whyOtherwise({ id, wanted, inState, inDatabase }: MigrationFacts): string[] {
  if (inDatabase?.state === "partly")
    return [`${id} is partly in the database: it lacks ${inDatabase.missing.join(", ")}`];
  if (inDatabase?.state === "pending" && wanted && inState === true)
    return [`${id} is not in the database, where the last update left it; the next update applies it`];
  return [];
}

export interface GateFacts {
  phase: string;
  state: "open" | "closed";
  passed: boolean;
  verifiedAt: string | null;
  passedAt: string | null;
  closedAt: string | null;
}

export interface FlagFacts {
  key: string;
  purpose: string;
  /** ISO time of the last write by an update; null where it was never written, or state does not tell. */
  since: string | null;
  /** Who decided on the update that wrote it; null where history does not tell. */
  by: string | null;
  service: string;
  phase: Phase;
  declared: "on" | "off" | "held";
  inState: OnOff | null;
  onRender: OnOff | null;
}

/** `other` is neither "true" nor "false"; the value is not shown, as it may be anything. */
export type OnOff = "on" | "off" | "other";

export interface MigrationFacts {
  id: string;
  phase: Phase;
  wanted: boolean;
  /** Whether the last update left it there: its word, which is not asked of the database. */
  inState: boolean | null;
  /** What the database shows; null where nobody was to ask it. */
  inDatabase: MigrationReading | null;
}

export interface NextFacts {
  phase: Phase;
  step: StepKind;
  brings: Brings;
  /** Null where that cannot be told. */
  mayStart: boolean | null;
  /** The earliest start if nothing but time is in the way; null where a blocker has no known end. */
  earliest: string | null;
  blockers: BlockerFacts[];
  /** What the answer rests on, each with the requests that found it; they only read. */
  judged: Pick<CheckResult, "check" | "verdict" | "summary" | "probe">[];
}

/** What a step changes. */
export interface Brings {
  flagsOn: string[];
  flagsOff: string[];
  /** Flags of the step's phase that stay off because they are on hold. */
  flagsHeld: string[];
  migrations: string[];
  /** Services that are deployed, by their names on Render. */
  deploys: string[];
}

export interface BlockerFacts {
  kind: ClosingBlocker["kind"] | "config" | "update";
  sentence: string;
  until: string | null;
  remainingSeconds: number | null;
}

export interface DeployFacts {
  service: string;
  id: string;
  status: string;
  trigger: string | null;
  createdAt: string;
  finishedAt: string | null;
  /** Null for those before ours: state keeps the last one only. */
  ours: boolean | null;
}

/** A variable as a flag: one that is absent is off. */
export function onOff(value: string | undefined): OnOff {
  if (value === undefined || value === "false") return "off";
  return value === "true" ? "on" : "other";
}
