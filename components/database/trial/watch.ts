import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../errors";

/** One look at what answered before: does it answer now? Called again and again while the names are away. */
export type Look = (signal: AbortSignal) => Promise<{ ok: true } | { ok: false; because: string }>;

/** `failed`: the look itself broke, which says nothing of the service. */
export type Seen = { ok: true } | { ok: false; because: string } | { failed: string };

export interface WatchTimes {
  watchMs: number;
  longestMs: number;
  pauseMs: number;
}

/** Looks until one look fails or the time is over; at least once. */
export async function watch(look: Look, times: WatchTimes): Promise<Seen> {
  const until = Date.now() + times.watchMs;
  for (;;) {
    const seen = await lookOnce(look, times.longestMs);
    if ("failed" in seen || !seen.ok || Date.now() + times.pauseMs >= until) return seen;
    await sleep(times.pauseMs);
  }
}

/** A look that does not come back within the trial's longest time has failed. */
export async function lookOnce(look: Look, longestMs: number): Promise<Seen> {
  const signal = AbortSignal.timeout(longestMs);
  const late = new Promise<Seen>((resolve) => {
    signal.addEventListener("abort", () => {
      resolve({ failed: "it did not answer in the trial's longest time" });
    });
  });
  try {
    return await Promise.race([look(signal), late]);
  } catch (error) {
    return { failed: messageOf(error) };
  }
}
