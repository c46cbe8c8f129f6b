import type { MigrationSource, SchemaFact } from "./migration-sources";
import type { MigrationTool } from "./migration-tools";
import type { Phase } from "./phases";
import type { Weekday } from "./weekdays";

/**
 * One stack's rollout, checked and with every default filled in. Plain JSON data without secrets.
 * Lists keep the order in which the config files name their entries.
 */
export interface StackConfig {
  project: string;
  stack: string;
  phase: Phase;
  /** Keys of flags that stay off whatever the phase says. */
  hold: string[];
  /** The rollout takes over a system that has reached this phase already. */
  adopt?: Phase;
  /** By item: who signed off what a machine cannot check. */
  acknowledged: Record<string, Signature>;
  /** By migration: who accepted that its rollback loses data. */
  acceptDataLoss: Record<string, Signature>;
  /** By phase: checks that its gate may fail for a day, by whose word and why. */
  override: Partial<Record<Phase, Override>>;
  /** IANA name, for times that people read and for dates that people write. */
  timeZone: string;
  /** Name or id of the workspace on Render; needed only where one key reaches several. */
  workspace?: string;
  /** Without a slash at the end. */
  renderApiUrl: string;
  deployTimeoutSeconds: number;
  services: Service[];
  flags: Flag[];
  /** In order of application; phases never decrease. */
  migrations: Migration[];
  runner?: Runner;
  backup?: Backup;
  /** How long each phase must have been live and well before the next one may start; 0 where config names none. */
  soakSeconds: Record<Phase, number>;
  thresholds: Thresholds;
  gates: GateRules;
  /** In order of their names. */
  smoke: SmokeTest[];
  smokeCommand?: SmokeCommand;
  /** In order of their names; absent where config names none. */
  pages?: PageCheck[];
  /** In order of their names. */
  prerequisites: Prerequisite[];
  criticalLogs: string[];
  /** Counts failed notifications in the database; absent where nobody can. */
  notifications?: { query: string };
  /** Absent where an advance may start at any time. */
  schedule?: Schedule;
  sampling: Sampling;
  telegram?: Telegram;
  /** The baseline is taken again for each new text. */
  rebaseline?: string;
}

export interface Service {
  /** Name in the catalogue; stable, part of resource names. */
  key: string;
  /** Name on Render; the catalogue's unless the stack says otherwise. */
  renderName: string;
  kind: "web_service" | "static_site";
  /** `srv-…`; looked up by `renderName` where it is absent. */
  id?: string;
  /** Public address without a slash at the end; what Render says where it is absent. */
  url?: string;
  healthPath: string;
  /** By place in the health answer: what "well" means; the usual words for ill are looked for where it is absent. */
  healthExpect?: Record<string, Expectation>;
  /** How the service reports the flags that it runs with; absent where config says nothing. */
  reports?: Reports;
  /** Paths that gates measure, by GET. */
  endpoints?: string[];
}

/** How a service reports the flags that it runs with: the contract is told in docs/flags.md. */
export interface FlagReport {
  path: string;
  /** Dotted place in the answer at which the flags stand; the answer itself where it is absent. */
  at?: string;
  /** By our key: the service's own name for the flag, where it has another. */
  names?: Record<string, string>;
  /** Words that count as on, in any case, in place of the usual ones. */
  on?: string[];
  /** The service leaves out what is off: only said where it is so. */
  absent?: "off";
}

/** A report, or the reason why there can be none. */
export type Reports = FlagReport | { none: string };

export interface Flag {
  /** The environment variable. */
  key: string;
  serviceKey: string;
  phase: Phase;
  purpose: string;
  /** Ids of migrations that the code behind the flag needs. */
  requires: string[];
  /** What an absent variable means to the code; off where it is absent, unless the service says otherwise. */
  unset?: "on" | "off" | "unknown";
  /** A change of its value needs a build; absent where it does not. */
  buildTime?: true;
}

export interface Migration {
  id: string;
  phase: Phase;
  purpose: string;
  rollbackRisk: "low" | "medium" | "high";
  /** What a rollback loses, in words that begin with a verb: "drops the column car_number and its data". */
  rollbackLoses: string;
  file?: string;
  source: MigrationSource;
  /** What it shows by, also where another source says whether it is applied: rows are counted and rollbacks tried by it. */
  shows?: SchemaFact[];
}

/** How the migrations' commands are run. Commands are words, never a shell's line. */
export interface Runner {
  where: "local" | "ssh" | "render-job";
  /** Catalogue key of the web service whose code the migrations are; always there for `ssh` and `render-job`. */
  serviceKey?: string;
  /** The commands run in the operator's checkout of that code, whose place ROLLOUT_CHECKOUT tells. */
  checkout: boolean;
  workingDirectory?: string;
  tool?: MigrationTool;
  /**
   * `apply` and `rollback` may hold `{id}` or `{file}`: then they run once for each migration, else once for all. Where
   * `rollback` is absent nothing can be rolled back.
   */
  commands: { apply: string[]; rollback?: string[]; status?: string[] };
  timeoutSeconds: number;
}

export interface Backup {
  /** One line for /bin/sh, with `DATABASE_URL` in its environment. */
  command: string;
  timeoutSeconds: number;
}

/** The runbook's figures. Advance below the first, look closer from the second, act at once from the third. */
export interface Thresholds {
  advance: {
    errorRatePercent: number;
    latencyIncreasePercent: number;
    p50Seconds: number;
    p95Seconds: number;
    p99Seconds: number;
  };
  investigate: {
    errorRatePercent: number;
    p95Seconds: number;
    /** Share of what an instance may use. */
    memoryPercent: number;
    cpuPercent: number;
    errorLinesPerMinute: number;
    /** Percentage points by which the share of 4xx grows. */
    clientErrorIncreasePercent: number;
    /** Share of the database's connections. */
    connectionsPercent: number;
    notificationFailurePercent: number;
  };
  immediate: {
    errorRatePercent: number;
    p95Seconds: number;
    memoryPercent: number;
    errorLinesPerMinute: number;
    clientErrorIncreasePercent: number;
  };
  telegramSeconds: number;
}

/** What a gate makes of a check that brought no answer. The safe side is to stop. */
export interface GateRules {
  couldNotMeasure: "fail" | "warn";
  noData: "fail" | "warn";
  inconclusive: "fail" | "warn";
}

/** A person's word in a config file: "2026-11-24 by Ada" or "2026-11-24T22:10+01:00 by Ada". */
export interface Signature {
  /** ISO date. */
  date: string;
  /** `22:10`, `22:10:05`, with `Z` or an offset where it was written; the stack's time zone where not. */
  time?: string;
  by: string;
  /** The text as it was written, with single spaces. */
  text: string;
}

/** A person's word that a gate's checks need not pass: "2026-11-24 by Ada, error-rate: the cure is the next migration". */
export interface Override extends Signature {
  /** Ids of checks, or their first words: "health" stands for "health shop-api". */
  checks: string[];
  reason: string;
}

/** One request, and what has to come back. `{name}` in its texts is a value that an earlier step takes, or a secret. */
export interface SmokeStep {
  method: string;
  path: string;
  headers?: Record<string, string | { secret: string }>;
  /** Sent as JSON. */
  body?: Record<string, unknown>;
  status: number;
  /** By place in the answer, dotted: what stands there. */
  json: Record<string, Expectation>;
  /** By name: the place in the answer whose value later steps use. */
  take?: Record<string, string>;
  withinSeconds?: number;
}

/** How often a test's request is made, and what its percentiles may be, in seconds. */
export interface SmokeTimes {
  requests: number;
  p50Seconds?: number;
  p95Seconds?: number;
  p99Seconds?: number;
}

/** One request of a gate, with those before it and those that put things back. */
export interface SmokeTest extends SmokeStep {
  id: string;
  /** Part of every gate from this phase on. */
  phase: Phase;
  serviceKey: string;
  times?: SmokeTimes;
  before?: SmokeStep[];
  cleanUp?: SmokeStep[];
  /** Flags that have to be on for the test to mean anything. */
  needs: string[];
}

/** A value, or what it has to be like; `atLeast` and `atMost` mean a list's length, too. */
export type Expectation =
  | string
  | number
  | boolean
  | null
  | {
      type?: "string" | "number" | "boolean" | "array" | "object" | "null" | undefined;
      atLeast?: number | undefined;
      atMost?: number | undefined;
    };

/** What must and must not be visible on a page, as CSS selectors. */
export interface VisibleParts {
  visible: string[];
  hidden: string[];
}

/** A page that gates open in a browser. */
export interface PageCheck extends VisibleParts {
  id: string;
  /** Opened by every gate from this phase on. */
  phase: Phase;
  serviceKey: string;
  path: string;
  /** By flag: what holds in addition while it is on, or off. */
  whenOn: Record<string, VisibleParts>;
  whenOff: Record<string, VisibleParts>;
  /** For load time and largest paint. */
  withinSeconds: number;
  /** Growth of either over the baseline that is still unremarkable. */
  growthPercent: number;
  /** Texts of errors and failed requests that do not count. */
  ignore: string[];
}

/** The operator's own smoke test. */
export interface SmokeCommand {
  /** It runs from this phase on. */
  phase: Phase;
  command: string;
  timeoutSeconds: number;
}

/** What must be so before a phase is left. */
export interface Prerequisite {
  id: string;
  phase: Phase;
  purpose: string;
  /** Name or id of a database on Render: looked up there, and not signed off. */
  postgresRecovery?: string;
}

/** When an advance may start; a rollback asks nobody. Times are wall-clock times `HH:MM`, dates `YYYY-MM-DD`. */
export interface Schedule {
  /** IANA name, such as `Europe/Berlin`. */
  timeZone: string;
  /** Each opens on its days at `from`; a `to` at or before `from` is on the next day, and the night still counts as the first day's. */
  windows: readonly { days: readonly Weekday[]; from: string; to: string }[];
  /** Whole days; without `to` one day, else `to` is the last. */
  blackouts: readonly { from: string; to?: string; reason?: string }[];
  /** Closed all day, and from noon of the day before. */
  holidays: readonly string[];
  /** No start on a Friday from noon on. */
  fridayRule: boolean;
  override?: ScheduleOverride;
}

/** One line in the stack file that opens the schedule for one night. */
export interface ScheduleOverride {
  reason: string;
  by: string;
  /** Counts from that day's 00:00 to 06:00 of the next morning. */
  date: string;
}

/** How gates measure; numbers of samples that are absent follow from the number of endpoints. */
export interface Sampling {
  baselineSamples?: number;
  batchSamples?: number;
  batches: number;
  warmUp: number;
  spreadSeconds: number;
  timeoutSeconds: number;
}

export interface Telegram {
  chatId: string;
  apiUrl: string;
}
