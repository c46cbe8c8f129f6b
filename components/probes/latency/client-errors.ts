import type { CheckResult } from "../verdict";

export interface StatusCounts {
  requests: number;
  /** Those of them answered with 4xx. */
  clientErrors: number;
}

export interface ClientErrorLimits {
  /** Percentage points by which the share of 4xx may grow before somebody has to look. */
  lookAbovePercent: number;
  /** … before it goes back at once. */
  stopAbovePercent: number;
}

/** With fewer requests than this on one side nothing is compared. */
const LEAST_REQUESTS = 30;
/** Standard errors by which two shares differ for sure: one chance in a thousand, one-sided. */
const CLEAR = 3.09;

/**
 * Compares the shares of 4xx of two times: a feature that makes requests invalid which users make is no failure of the service, and
 * none of its 5xx shows it. Only a difference that chance does not explain counts.
 */
export function judgeClientErrors(
  before: StatusCounts,
  after: StatusCounts,
  { lookAbovePercent, stopAbovePercent }: ClientErrorLimits,
): Pick<CheckResult, "verdict" | "summary" | "samples" | "observed"> {
  const counts = `${after.clientErrors} of ${after.requests} requests, before ${before.clientErrors} of ${before.requests}`;
  if (Math.min(before.requests, after.requests) < LEAST_REQUESTS)
    return {
      verdict: "warn",
      summary: `too few requests to compare the share of 4xx (${counts})`,
      samples: after.requests,
    };
  const [was, is] = [before.clientErrors / before.requests, after.clientErrors / after.requests];
  const points = Math.round(1000 * (is - was)) / 10;
  // The usual test of two shares, with half a request added so that none of them is exactly 0 or 1.
  const pooled = (before.clientErrors + after.clientErrors + 1) / (before.requests + after.requests + 2);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / before.requests + 1 / after.requests));
  const clear = (is - was) / error > CLEAR;
  const verdict =
    clear && points > stopAbovePercent ? "fail" : clear && points > lookAbovePercent ? "warn" : "pass";
  const words = verdict === "pass" ? "did not grow beyond the limit" : `grew by ${points} points`;
  return {
    verdict,
    summary: `the share of 4xx ${words} (${counts})`,
    samples: after.requests,
    observed: `${points >= 0 ? "+" : ""}${points} points`,
  };
}
