import type { Outcome, RetryQuestion } from "../../../components/render/retry";

/** The first attempt of a GET, whose answer was lost; but for what is named. */
export const question = (tweak: Partial<RetryQuestion>): RetryQuestion => ({
  outcome: { kind: "lost" },
  once: false,
  attempt: 1,
  elapsedMs: 0,
  totalMs: 120_000,
  random: 0.5,
  ...tweak,
});

export const reply = (status: number, pacing = {}): Outcome => ({ kind: "reply", status, pacing });
