import { setTimeout as delay } from "node:timers/promises";
import { fetch as undiciFetch } from "undici";

/** The part of `fetch` that probes use, so that a test can answer with four lines. undici's `fetch` fits. */
export type Fetch = (
  url: string,
  init: {
    method: string;
    headers?: Record<string, string>;
    body?: string;
    signal?: AbortSignal;
    redirect?: "manual" | "follow";
  },
) => Promise<{ status: number; text(): Promise<string> }>;

export interface Clock {
  /** Wall clock, for "at" in evidence. */
  now(): Date;
  /** Monotonic milliseconds with fractions, for durations. */
  monotonicMs(): number;
}

/** Resolves after `ms`; resolves early, without an error, when the signal is aborted. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** The real ones; tests pass their own. */
export const realFetch: Fetch = (url, init) => undiciFetch(url, init);

export const realSleep: Sleep = async (ms, signal) => {
  await delay(ms, undefined, signal ? { signal } : {}).catch((problem: unknown) => {
    if (!signal?.aborted) throw problem;
  });
};
