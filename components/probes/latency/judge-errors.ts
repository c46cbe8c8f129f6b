import { quantileSorted } from "simple-statistics";
import type { Verdict } from "../verdict";
import {
  defaultErrorThresholds,
  judgeErrorRate,
  type ErrorThresholds,
  type Purpose,
  type Severity,
  upperBound,
} from "./error-rate";
import { defaultStopRule, failureLimit, type StopRule } from "./failure-limit";
import { apiSamples, rightTimes } from "./summarize";
import type { Sample } from "./sample-endpoints";

export interface ErrorLimits {
  thresholds: ErrorThresholds;
  stopRule: StopRule;
  /** More measurements than this that break in a row: could not measure. Four, as in Argo Rollouts. */
  consecutiveErrorLimit: number;
  /** After so many wrong answers in a row from one health endpoint the service (or its database) is down. */
  healthFailuresInARow: number;
}

export const defaultErrorLimits: ErrorLimits = {
  thresholds: defaultErrorThresholds,
  stopRule: defaultStopRule,
  consecutiveErrorLimit: 4,
  healthFailuresInARow: 3,
};

export interface ErrorJudgement {
  verdict: Verdict;
  severity: Severity;
  /** One sentence. */
  summary: string;
  /** Samples seen when sampling was stopped; absent when it was not. */
  stoppedAfterSamples?: number;
  /** Measured requests; without health endpoints, unless there is nothing else. */
  requests: number;
  failures: number;
  /** Wrong answers of health endpoints that are not among the requests. */
  healthFailures: number;
  /** Measurements that broke. */
  errors: number;
  /** Null when nothing was measured. */
  errorRatePercent: number | null;
  /** The true rate is below this with 95 % confidence. */
  atMostPercent: number | null;
  /** Milliseconds, over right answers. */
  p95Ms: number | null;
  /** What went wrong and how often, the most frequent first, five at most. */
  reasons: string[];
}

export interface ErrorJudge {
  /** "stop" once the answer cannot wait for the remaining samples. Warm-up samples are ignored. */
  add(sample: Sample): "stop" | undefined;
  judgement(): ErrorJudgement;
}

/**
 * Judges errors while they come in. Three rules stop at once: failures (of the API, or of the health endpoints) reach
 * {@link failureLimit} with a rate above the immediate threshold; a health endpoint fails three times in a row; more than four
 * measurements in a row break. The first two are `fail`, the third is `could-not-measure`: the two kinds of bad are never added up.
 */
export function createErrorJudge(purpose: Purpose, limits: ErrorLimits = defaultErrorLimits): ErrorJudge {
  const samples: Sample[] = [];
  const healthFailures = new Map<string, number>();
  const counts = { api: { requests: 0, failures: 0 }, health: { requests: 0, failures: 0 } };
  let errorsInARow = 0;
  let stop: (Answer & { after: number }) | undefined;

  function whyStop(sample: Sample): Answer | undefined {
    if (!sample.measured) {
      errorsInARow++;
      if (errorsInARow <= limits.consecutiveErrorLimit) return undefined;
      const summary = `${errorsInARow} measurements in a row broke (${sample.error ?? "unknown"}); nothing is known about the service.`;
      return { verdict: "could-not-measure", severity: "none", summary };
    }
    errorsInARow = 0;
    const count = sample.health ? counts.health : counts.api;
    count.requests++;
    if (sample.health) {
      const inARow = sample.ok ? 0 : (healthFailures.get(sample.endpoint) ?? 0) + 1;
      healthFailures.set(sample.endpoint, inARow);
      if (inARow >= limits.healthFailuresInARow) {
        const summary = `${sample.endpoint} failed ${inARow} times in a row (${sample.error ?? "unknown"}): the service is down.`;
        return { verdict: "fail", severity: "immediate", summary };
      }
    }
    if (sample.ok) return undefined;
    count.failures++;
    const percent = (100 * count.failures) / count.requests;
    if (count.failures < failureLimit(count.requests, limits.stopRule)) return undefined;
    if (percent <= limits.thresholds.immediateAbovePercent) return undefined;
    return judgeErrorRate(count, limits.thresholds, purpose, limits.stopRule);
  }

  return {
    add(sample) {
      if (sample.warmUp) return undefined;
      if (stop) return "stop";
      samples.push(sample);
      const reason = whyStop(sample);
      if (!reason) return undefined;
      stop = { ...reason, after: samples.length };
      return "stop";
    },
    judgement() {
      const facts = countFacts(samples);
      if (!stop) return { ...judgeFinished(samples.length, facts, limits, purpose), ...facts };
      const { after, ...reason } = stop;
      return { ...reason, stoppedAfterSamples: after, ...facts };
    },
  };
}

type Answer = Pick<ErrorJudgement, "verdict" | "severity" | "summary">;
type Facts = Omit<ErrorJudgement, keyof Answer | "stoppedAfterSamples">;

function judgeFinished(taken: number, facts: Facts, limits: ErrorLimits, purpose: Purpose): Answer {
  const { thresholds, stopRule } = limits;
  if (taken > 0 && facts.errors * 2 >= taken) {
    const summary = `${facts.errors} of ${taken} measurements broke (${facts.reasons[0] ?? "unknown"}); too little is known.`;
    return { verdict: "could-not-measure", severity: "none", summary };
  }
  const rate = judgeErrorRate(facts, thresholds, purpose, stopRule);
  if (rate.verdict !== "pass") return rate;
  const concerns = [
    ...(facts.p95Ms !== null && facts.p95Ms > thresholds.investigateP95Ms
      ? [`p95 is ${facts.p95Ms} ms, above ${thresholds.investigateP95Ms} ms`]
      : []),
    ...(facts.healthFailures > 0
      ? [`the health check failed ${facts.healthFailures} time${facts.healthFailures === 1 ? "" : "s"}`]
      : []),
  ];
  if (concerns.length === 0) return rate;
  return {
    verdict: "warn",
    severity: "investigate",
    summary: `${rate.summary} But ${concerns.join(" and ")}: investigate.`,
  };
}

function countFacts(samples: readonly Sample[]): Facts {
  const measured = samples.filter((sample) => sample.measured);
  const counted = apiSamples(measured);
  const requests = counted.length;
  const failures = counted.filter((sample) => !sample.ok).length;
  const times = rightTimes(counted).sort((a, b) => a - b);
  return {
    requests,
    failures,
    healthFailures: measured.filter((sample) => !sample.ok && !counted.includes(sample)).length,
    errors: samples.length - measured.length,
    errorRatePercent: requests === 0 ? null : round((100 * failures) / requests),
    atMostPercent: requests === 0 ? null : round(100 * upperBound(failures, requests)),
    p95Ms: times.length === 0 ? null : round(quantileSorted(times, 0.95)),
    reasons: topReasons(samples),
  };
}

function topReasons(samples: readonly Sample[]): string[] {
  const counts = new Map<string, number>();
  for (const { endpoint, error, ok } of samples) {
    if (ok) continue;
    const reason = `${endpoint}: ${error ?? "unknown"}`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([reason, count]) => `${reason} (${count}×)`);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
