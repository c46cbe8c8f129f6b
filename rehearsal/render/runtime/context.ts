import type { Clock } from "../clock";
import type { Faults } from "../faults";
import type { LogStore } from "../state/log-store";
import type { Children } from "./children";

/** Real milliseconds; see the options of the same names. */
export interface Timings {
  settleMs: number;
  shutdownMs: number;
  healthTimeoutMs: number;
  buildMs: number;
  jobStartMs: number;
  wakeMs: number;
  /** After so many minutes of the stand-in's clock without a request a free instance sleeps. */
  idleMinutes: number;
}

/** What the runtimes share. */
export interface RuntimeContext {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly logs: LogStore;
  readonly children: Children;
  readonly timings: Timings;
  /** For artifacts; removed when the stand-in stops. */
  readonly directory: string;
  /** Aborted when the stand-in stops. */
  readonly stopSignal: AbortSignal;
  /** Work that outlasts the request that began it. */
  readonly background: (work: Promise<unknown>) => void;
}
