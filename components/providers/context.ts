import type { DatabaseReader } from "../database/types";
import type { RenderClient } from "../render/client";
import type { HttpProbe } from "../probes/http";
import type { ScheduleVerdict } from "../plan/schedule/schedule-verdict";
import type { Fetch, Sleep } from "../probes/ports";
import type { Schema } from "./migrations/schema";
import type { Observed } from "./observed";
import type { RunProcess } from "./process";
import type { Redactor } from "../secrets";
import type { SleepSense } from "../slept";
import type { KeepSample } from "./sample-log";
import type { ReadWatched } from "./watch-log";
import type { ReportReader } from "./reports";
import type { Team } from "./team";

/** The outside world as the verbs see it; components/providers/host.ts wires the real one, tests a fake one. */
export interface ProviderContext {
  render: RenderClient;
  /** Reads shared by all resources of a run. */
  observed: Observed;
  /** What services say they run with, shared by all resources of a run. */
  reports: ReportReader;
  /** Render's clock: soak times are counted on it, whatever this laptop's clock says. */
  now(): Promise<Date>;
  /** What this machine's clock says: people date what they sign by it. Absent where nobody signs. */
  machineNow?: () => Date;
  /** Milliseconds on a clock that only moves forward; budgets are counted on it. */
  elapsed(): number;
  /** Whether this machine slept since a moment of `elapsed`; absent where nobody looks. */
  asleep?: SleepSense;
  sleep: Sleep;
  probe: HttpProbe;
  /** For series of samples, which tell a failure of the service from one of the measurement. */
  fetch: Fetch;
  /** The stack's schedule now; undefined where none is enforced. */
  schedule(): Promise<ScheduleVerdict | undefined>;
  team: Team;
  /** Runs a command in a group of its own that ends with the engine; see components/providers/process.ts. */
  run: RunProcess;
  /**
   * Looks whether the engine is still there. Requests to Render, commands, requests to services that are not GETs and
   * messages to the team look by themselves; for any other effect (a statement to the database) call it before each.
   * @throws RolloutError ENGINE_GONE
   */
  requireEngine(): Promise<void>;
  /** Aborted as soon as the engine is seen to be gone; every request, command and sleep of this context ends with it. */
  engineGone: AbortSignal;
  /** The database, asked once for all that rely on it. */
  schema: Schema;
  /** Reads figures from the database; undefined where nothing on this machine reaches it. */
  database?: () => DatabaseReader | undefined;
  /** Tokens of the consents that were spent in this run; see migrations/consents.ts. */
  spentHere: Set<string>;
  /** What the operator's environment says; undefined where it is not set or empty. */
  environment(name: string): string | undefined;
  /** One line of progress, shown by the engine; never a secret. */
  log: (line: string) => void;
  /** Keeps each answer that a gate measures, for the report; absent where nobody wants them. */
  keepSample?: KeepSample;
  /** What `rollout watch` saw on this machine; absent where nobody looks for it. */
  watched?: ReadWatched;
  /** Path of a Chromium that gates look at pages with; absent where the operator has named none. */
  browser?: string;
  secrets: Secrets;
  /** For text that somebody else wrote, such as a service's log. What leaves the process goes through it in any case. */
  redact: Redactor;
  /** Names a run of ours in commands and jobs, so that a lost answer can be looked up. */
  newRunId(): string;
}

/** Read from the stack's secrets or the environment; never resource inputs, never in messages. */
export interface Secrets {
  databaseUrl: string | undefined;
  /** By name: what smoke tests may send, where it is set. */
  smoke?: Record<string, string>;
  telegramBotToken: string | undefined;
}
