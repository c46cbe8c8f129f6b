import type { PageTimes } from "../browser/judge-page";
import type { Clock, Fetch, Sleep } from "../ports";
import { asJson, type CheckResult } from "../verdict";
import { latencyMethod, type LatencyComparison, type LatencyRule } from "./compare-latency";
import type { Purpose } from "./error-rate";
import {
  createErrorJudge,
  defaultErrorLimits,
  type ErrorJudge,
  type ErrorJudgement,
  type ErrorLimits,
} from "./judge-errors";
import { defaultSamplePlan, judgeLatency, type SamplePlan } from "./judge-latency";
import { sampleEndpoints, shownProbe, type Endpoint, type Sample } from "./sample-endpoints";
import { percentileMethod, summarizeByEndpoint, type LatencySummary } from "./summarize";
import { checkId } from "../check-id";

export interface EndpointProbe {
  endpoints: readonly Endpoint[];
  purpose: Purpose;
  plan?: SamplePlan;
  limits?: ErrorLimits;
  /** For one request, milliseconds. */
  timeoutMs: number;
  /** One batch of a look is spread over this many milliseconds; 0 = back to back. */
  spreadMs: number;
  fetch: Fetch;
  clock: Clock;
  sleep: Sleep;
  /** As in `SampleOptions`. */
  disturbed?: ((sinceMs: number) => boolean) | undefined;
  signal?: AbortSignal;
  onSample?: (sample: Sample) => void;
  /** After each look at the samples so far. */
  onLook?: (look: number, comparison: LatencyComparison) => void;
}

/** A baseline as a gate's outputs keep it: under 1 kB an endpoint. */
export interface Baseline {
  takenAt: string;
  method: string;
  endpoints: Record<string, LatencySummary>;
  /** By page: how long it took in a browser; absent where none was opened. */
  pages?: Record<string, PageTimes>;
}

/** Takes the baseline, and judges errors on the way: on a system that is already ill it ends early, and says so. */
export async function sampleBaseline(
  probe: EndpointProbe,
): Promise<{ baseline: Baseline; errors: CheckResult }> {
  const plan = samplePlanOf(probe);
  const judge = createErrorJudge(probe.purpose, probe.limits);
  const run = await sampleEndpoints({
    ...probe,
    samples: plan.baselineSamples,
    warmUp: plan.warmUp,
    onSample: (sample) => {
      probe.onSample?.(sample);
      return judge.add(sample);
    },
  });
  const takenAt = probe.clock.now().toISOString();
  const baseline = { takenAt, method: percentileMethod, endpoints: summarizeByEndpoint(run.samples) };
  return { baseline, errors: errorResult(judge.judgement(), probe, takenAt) };
}

/**
 * Error rate and latency from the same samples: batches until latency is clear or the limit is reached, and a stop at once
 * when errors say so. Without a baseline (null) one batch is taken for the errors alone.
 *
 * @returns `[error-rate, api-latency]`.
 */
export async function judgeEndpoints(
  probe: EndpointProbe & { baseline: Baseline | null; rule?: LatencyRule },
): Promise<{ results: CheckResult[]; endpoints: Record<string, LatencySummary>; samples: number }> {
  const plan = samplePlanOf(probe);
  const judge = createErrorJudge(probe.purpose, probe.limits);
  const api = apiEndpoints(probe);
  const known = Object.entries(probe.baseline?.endpoints ?? {}).filter(
    ([id]) =>
      api.some((endpoint) => endpoint.id === id) || !probe.endpoints.some((endpoint) => endpoint.id === id),
  );
  const { comparison, samples, looks, stoppedEarly } = await judgeLatency({
    baseline: Object.fromEntries(known.map(([id, summary]) => [id, summary.distribution])),
    plan,
    enough: () => errorsAreClear(judge),
    ...(probe.rule && { rule: probe.rule }),
    ...(probe.onLook && { onLook: probe.onLook }),
    takeBatch: (count, look) =>
      sampleEndpoints({
        ...probe,
        samples: count,
        warmUp: look === 1 ? plan.warmUp : 0,
        onSample: (sample) => {
          probe.onSample?.(sample);
          return judge.add(sample);
        },
      }),
  });
  const at = probe.clock.now().toISOString();
  const ended = stoppedEarly && comparison.verdict === "inconclusive";
  return {
    results: [
      errorResult(judge.judgement(), probe, at),
      latencyResult(comparison, probe, at, {
        looks: `${looks} of ${plan.looks}`,
        ended,
        samples: samples.length,
        baselineTakenAt: probe.baseline?.takenAt ?? null,
      }),
    ],
    endpoints: summarizeByEndpoint(samples),
    samples: samples.length,
  };
}

function samplePlanOf(probe: EndpointProbe): SamplePlan {
  return probe.plan ?? defaultSamplePlan(apiEndpoints(probe).length);
}

function apiEndpoints({ endpoints }: EndpointProbe): readonly Endpoint[] {
  const api = endpoints.filter((endpoint) => !endpoint.health);
  return api.length > 0 ? api : endpoints;
}

/** One blip among the first hundred requests is 1 %, and no reason to refuse anything: more samples put it into proportion. */
function errorsAreClear(judge: ErrorJudge): boolean {
  const { verdict, severity } = judge.judgement();
  return verdict !== "inconclusive" && (severity === "none" || severity === "immediate");
}

function errorResult(judgement: ErrorJudgement, probe: EndpointProbe, at: string): CheckResult {
  const { verdict, summary, requests, errorRatePercent, ...evidence } = judgement;
  const { thresholds } = probe.limits ?? defaultErrorLimits;
  return {
    check: checkId("error-rate"),
    verdict,
    summary,
    samples: requests,
    ...(errorRatePercent !== null && { observed: `${errorRatePercent} %` }),
    threshold: `< ${thresholds.advanceBelowPercent} %, at once above ${thresholds.immediateAbovePercent} %`,
    probe: shownProbes(probe.endpoints),
    at,
    evidence: asJson(evidence),
  };
}

function latencyResult(
  comparison: LatencyComparison,
  probe: EndpointProbe,
  at: string,
  course: { looks: string; ended: boolean; samples: number; baselineTakenAt: string | null },
): CheckResult {
  const { verdict, summary, overall, tail, rule, endpoints, notCompared } = comparison;
  const slowerTail = verdict === "pass" && (tail?.slower ?? false);
  const notes = [
    ...(slowerTail
      ? [`But ${tail?.beyondPercent ?? 0} % of the times are beyond the old p95: investigate.`]
      : []),
    ...(course.ended ? ["Sampling was stopped before the answer was clear."] : []),
    ...(overall && notCompared.length > 0 ? [`Not compared: ${notCompared.join(", ")}.`] : []),
  ];
  return {
    check: checkId("api-latency"),
    about: "times",
    verdict: slowerTail ? "warn" : verdict,
    summary: [summary, ...notes].join(" "),
    samples: course.samples,
    ...(overall && { observed: `${overall.shiftPercent >= 0 ? "+" : ""}${overall.shiftPercent} %` }),
    threshold: `< +${rule.allowedIncreasePercent} % vs baseline, confidence ${rule.confidence}`,
    probe: shownProbes(probe.endpoints),
    at,
    evidence: asJson({
      method: latencyMethod,
      looks: course.looks,
      baselineTakenAt: course.baselineTakenAt,
      overall,
      tail,
      endpoints,
    }),
  };
}

function shownProbes(endpoints: readonly Endpoint[]): string {
  return endpoints.map(shownProbe).join(", ");
}
