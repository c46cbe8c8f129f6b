import { DEFAULT_THRESHOLDS } from "../../config/defaults";
import type { Thresholds } from "../../config/types";
import type { Verdict } from "../verdict";
import { defaultStopRule, failureLimit, type StopRule } from "./failure-limit";

/** Config's figures, as the judges take them. */
export interface ErrorThresholds {
  /** Per cent. An advance needs a rate below it. */
  advanceBelowPercent: number;
  /** Per cent. Above it: investigate. */
  investigateAbovePercent: number;
  /** Per cent. Above it: fails at once. */
  immediateAbovePercent: number;
  /** Milliseconds; a 95th percentile above it: investigate. */
  investigateP95Ms: number;
  /** With fewer requests than this a rate says too little: inconclusive. */
  minimumRequests: number;
}

/** Fewer requests say nothing about a rate of one per cent: 100 is the first number at which one failure is 1 %. */
export const MINIMUM_REQUESTS = 100;

export function errorThresholds(thresholds: Thresholds = DEFAULT_THRESHOLDS): ErrorThresholds {
  const { advance, investigate, immediate } = thresholds;
  return {
    advanceBelowPercent: advance.errorRatePercent,
    investigateAbovePercent: investigate.errorRatePercent,
    immediateAbovePercent: immediate.errorRatePercent,
    investigateP95Ms: investigate.p95Seconds * 1000,
    minimumRequests: MINIMUM_REQUESTS,
  };
}

export const defaultErrorThresholds = errorThresholds();

/** `verify`: is the system well after this change? `advance`: may the rollout go on from here? */
export type Purpose = "verify" | "advance";

/** none: below every threshold. hold: too high to advance. investigate, immediate: the runbook's two levels. */
export type Severity = "none" | "hold" | "investigate" | "immediate";

export interface RateJudgement {
  verdict: Verdict;
  severity: Severity;
  /** One sentence. */
  summary: string;
}

/**
 * A finished count against the thresholds, by the rate as it was seen.
 *
 * Above 5 % is `fail` for both purposes. From 1 % to 5 % is `fail` for an advance and `warn` for a verification. Few requests are
 * `inconclusive` unless the failures have reached {@link failureLimit}; none are `no-data`.
 */
export function judgeErrorRate(
  { requests, failures }: { requests: number; failures: number },
  thresholds: ErrorThresholds,
  purpose: Purpose,
  stopRule: StopRule = defaultStopRule,
): RateJudgement {
  if (requests === 0) return { verdict: "no-data", severity: "none", summary: "No requests were seen." };
  const percent = (100 * failures) / requests;
  const seen = `${failures} of ${requests} requests failed (${showPercent(percent)})`;
  const few = requests < thresholds.minimumRequests;
  if (percent > thresholds.immediateAbovePercent && (!few || failures >= failureLimit(requests, stopRule))) {
    const summary = `${seen}, above ${showPercent(thresholds.immediateAbovePercent)}: stop and roll back.`;
    return { verdict: "fail", severity: "immediate", summary };
  }
  if (few) {
    const atMost = showPercent(100 * upperBound(failures, requests));
    const summary = `${seen}; so few can show no more than a rate below ${atMost}, ${thresholds.minimumRequests} are needed.`;
    return { verdict: "inconclusive", severity: "none", summary };
  }
  const stopOrWarn = purpose === "advance" ? "fail" : "warn";
  if (percent > thresholds.investigateAbovePercent) {
    const summary = `${seen}, above ${showPercent(thresholds.investigateAbovePercent)}: investigate before anything else.`;
    return { verdict: stopOrWarn, severity: "investigate", summary };
  }
  if (percent >= thresholds.advanceBelowPercent) {
    const summary = `${seen}; an advance needs less than ${showPercent(thresholds.advanceBelowPercent)}.`;
    return { verdict: stopOrWarn, severity: "hold", summary };
  }
  return { verdict: "pass", severity: "none", summary: `${seen}.` };
}

/** 95 % of a standard normal distribution lie below it. */
const z = 1.644854;

/** Share (0 to 1) that the true rate stays below with 95 % confidence, one-sided (Wilson's score interval). */
export function upperBound(failures: number, requests: number): number {
  const share = failures / requests;
  const centre = share + z ** 2 / (2 * requests);
  const reach = z * Math.sqrt((share * (1 - share)) / requests + z ** 2 / (4 * requests ** 2));
  return Math.min(1, (centre + reach) / (1 + z ** 2 / requests));
}

/** `1 %`, `0.25 %`: enough digits to tell 0.99 from 1, never a rounding up to a threshold. */
export function showPercent(percent: number): string {
  return `${Math.trunc(percent * 100 + 1e-9) / 100} %`;
}
