import type { Distribution } from "./distribution";
import {
  compareLatency,
  defaultLatencyRule,
  type LatencyComparison,
  type LatencyRule,
} from "./compare-latency";
import { apiSamples, rightTimes, samplesByEndpoint } from "./summarize";
import type { Sample, SampleRun } from "./sample-endpoints";

/** How many samples an answer takes. Worked out in docs, and held by a simulation among the tests. */
export interface SamplePlan {
  /** Samples of each endpoint for a baseline. At least 50; more of them make every later comparison sharper. */
  baselineSamples: number;
  /** Samples of each endpoint between two looks. */
  batch: number;
  /** Looks at most; `batch × looks` is the limit for each endpoint. */
  looks: number;
  /** Thrown away, for each endpoint, before the first batch. */
  warmUp: number;
}

/**
 * A plan with which an unchanged system passes, and one 30 % slower is refused, at least 97 times in 100, where times spread like
 * a lognormal with sigma 0.35, outliers included. Several endpoints share the burden: 400 samples of each at most, a clear case is
 * decided after 100 or 200. One endpoint alone has to bring more of its own: 600 at most, and a larger baseline.
 */
export function defaultSamplePlan(endpoints: number): SamplePlan {
  return endpoints <= 1
    ? { baselineSamples: 1000, batch: 150, looks: 4, warmUp: 20 }
    : { baselineSamples: 400, batch: 100, looks: 4, warmUp: 20 };
}

export interface LatencyJudgement {
  comparison: LatencyComparison;
  looks: number;
  samples: Sample[];
  /** True when the sampling was ended from outside (an error judge, a signal) before a verdict. */
  stoppedEarly: boolean;
}

/**
 * Takes batches until the comparison says pass or fail, or the limit is reached: then it stays `inconclusive`. The first clear
 * answer stands, also when `enough` asks for more batches for a purpose of its own.
 *
 * @param takeBatch takes this many samples of each endpoint; `look` counts from 1, so that the first one can warm up.
 * @param enough asked after each batch; false goes on up to the limit although latency is clear (or has no baseline).
 */
export async function judgeLatency({
  baseline,
  takeBatch,
  plan,
  rule = defaultLatencyRule,
  enough = () => true,
  onLook = () => undefined,
}: {
  baseline: Readonly<Record<string, Distribution>>;
  takeBatch: (samples: number, look: number) => Promise<SampleRun>;
  plan: Pick<SamplePlan, "batch" | "looks">;
  rule?: LatencyRule;
  enough?: () => boolean;
  /** After each look. */
  onLook?: (look: number, comparison: LatencyComparison) => void;
}): Promise<LatencyJudgement> {
  const samples: Sample[] = [];
  const nothingToWaitFor = Object.keys(baseline).length === 0;
  let clear: LatencyComparison | undefined;
  for (let look = 1; ; look++) {
    const run = await takeBatch(plan.batch, look);
    samples.push(...run.samples);
    const comparison =
      clear ?? compareLatency(baseline, timesByEndpoint(samples), rule, { look, looks: plan.looks });
    onLook(look, comparison);
    if (comparison.verdict === "pass" || comparison.verdict === "fail") clear = comparison;
    const done = (clear !== undefined || nothingToWaitFor) && enough();
    if (run.stoppedEarly || done || look >= plan.looks) {
      return { comparison, looks: look, samples, stoppedEarly: run.stoppedEarly };
    }
  }
}

/** Milliseconds of right answers, by endpoint; health endpoints are left out, unless there is nothing else. */
export function timesByEndpoint(samples: readonly Sample[]): Record<string, number[]> {
  return Object.fromEntries(
    [...samplesByEndpoint(apiSamples(samples))].map(([id, own]) => [id, rightTimes(own)]),
  );
}
