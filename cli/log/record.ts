/**
 * What is known about one stack's rollout, from beginning to now: the log, the report and the dashboard are computed from
 * it and from nothing else. Plain JSON. Times are ISO 8601 on Render's clock (see clocks.ts); what is not known is null.
 */
export interface RolloutRecord {
  version: 1;
  project: string;
  stack: string;
  timeZone: string;
  /** When it was put together. */
  at: string;
  catalogue: Catalogue;
  /** What the stack file says now. */
  declared: Declared;
  /** The stack's updates, oldest first. */
  updates: UpdateRecord[];
  /** What the newest update left. */
  now: Snapshot;
  /** Answers over time, as the gates and the watch have measured them. */
  course: Course;
  /** What the watch has seen, oldest first. */
  watched: WatchEvent[];
  /** Changes of the stack file, oldest first. */
  commits: CommitRecord[];
  /** What this record lacks, a sentence each. */
  gaps: string[];
}

export interface Catalogue {
  /** In order. */
  phases: { name: string; soakSeconds: number }[];
  services: { key: string; renderName: string; kind: string }[];
  flags: { key: string; service: string; phase: string; purpose: string }[];
  migrations: { id: string; phase: string; purpose: string; rollbackRisk: string; rollbackLoses: string }[];
  items: { id: string; phase: string; purpose: string }[];
  limits: Limits;
}

/** The runbook's figures. */
export interface Limits {
  errorRatePercent: { advance: number; investigate: number; immediate: number };
  latencyIncreasePercent: number;
  p95Ms: number;
  telegramSeconds: number;
}

export interface Declared {
  phase: string;
  hold: string[];
  /** By item: the signature, as written. */
  acknowledged: Record<string, string>;
}

export interface UpdateRecord {
  /** Counts the stack's updates from 1. */
  number: number;
  /** `update`, `refresh`, `destroy`, `import`, … */
  kind: string;
  startedAt: string;
  /** Null while it runs. */
  endedAt: string | null;
  result: "succeeded" | "failed" | "in-progress";
  by: string | null;
  /** The command of ours that ran it: `advance`, `rollback`, …; null for a plain update. */
  command: string | null;
  /** What stopped it, as the command that ran it was told, without advice; null where that was not kept. */
  trouble: string | null;
  /** The first line of its message. */
  title: string;
  because: string | null;
  commit: string | null;
  /** The phase that the update's config named; null where it named none. */
  phase: string | null;
  hold: string[];
  acknowledged: Record<string, string>;
  acceptDataLoss: Record<string, string>;
  /** By phase, or `schedule`: the override, as written. */
  overrides: Record<string, string>;
  /** How many resources were created, updated, deleted, left as they are. */
  changes: Record<string, number>;
  /** What it left; null where nobody kept that. */
  left: Snapshot | null;
}

/** A stack's state, as far as evidence goes. */
export interface Snapshot {
  /** By key. */
  flags: Record<string, { service: string; value: string; succeeded: boolean }>;
  /** By service. */
  deploys: Record<string, DeployRecord>;
  /** By id. */
  migrations: Record<string, { applied: boolean; kept: boolean; appliedAt: string | null }>;
  /** By phase. */
  gates: Record<string, GateRecord>;
}

export interface DeployRecord {
  id: string;
  liveAt: string | null;
  succeeded: boolean;
  /** Probes of the service's health while the deploy went live; null where nothing was probed. */
  probes: { made: number; failed: number; failures: { at: string; answer: string }[] } | null;
}

export interface GateRecord {
  phase: string;
  state: "open" | "closed";
  passed: boolean;
  direction: "advance" | "rollback" | null;
  verifiedAt: string | null;
  passedAt: string | null;
  closedAt: string | null;
  checks: CheckRecord[];
  /** What the closing was decided by. */
  closing: CheckRecord[];
  /** By endpoint. */
  measured: Record<string, Figures>;
  baselineTakenAt: string | null;
  /** Only of the gate that took it. By endpoint. */
  baseline: Record<string, Figures> | null;
  acknowledged: Record<string, string>;
}

export interface CheckRecord {
  check: string;
  verdict: string;
  summary: string;
  at: string | null;
  samples: number | null;
  observed: string | null;
  threshold: string | null;
  probe: string;
  /** Numbers that charts and tables take from it. */
  numbers: Record<string, number>;
}

/** An endpoint in figures: milliseconds over right answers; the error rate is a share from 0 to 1. */
export interface Figures {
  n: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  errorRate: number | null;
  /** Evenly spaced, from the fastest to the slowest answer; empty where they were not kept. */
  quantilesMs: number[];
}

/** Samples in steps of one width. Each step says how many answers it stands for. */
export interface Course {
  stepSeconds: number;
  /** Samples that all steps stand for. */
  samples: number;
  /** By endpoint, oldest first; steps without a sample are left out. */
  endpoints: Record<string, CourseStep[]>;
}

export interface CourseStep {
  /** Where the step begins. */
  at: string;
  n: number;
  failures: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

export interface WatchEvent {
  at: string;
  /** The catalogue's key of the service; empty where the watch named none. */
  service: string;
  event: "down" | "up" | "slow" | "well" | "verdict" | "note";
  text: string;
}

export interface CommitRecord {
  hash: string;
  at: string;
  by: string;
  subject: string;
  because: string | null;
}
