import { quantileSorted } from "simple-statistics";
import { compactDistribution, type Distribution } from "./distribution";
import type { Sample } from "./sample-endpoints";

export const percentileMethod =
  "linear interpolation between the two nearest ranks (R's and numpy's type 7), over answers that were right";

/** What is kept of one endpoint's samples. JSON-serialisable, about 1 kB. */
export interface LatencySummary {
  /** All samples, whatever came of them. */
  n: number;
  /** Milliseconds, over right answers only: a fast 500 is no speed-up. Null when there was none. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
  /** Wrong answers as a share (0 to 1) of what could be measured; null when nothing could. */
  errorRate: number | null;
  /** Wrong answers. */
  failures: number;
  /** Measurements that broke; no part of the error rate. */
  errors: number;
  distribution: Distribution;
}

export function summarize(samples: readonly Sample[]): LatencySummary {
  const times = rightTimes(samples).sort((a, b) => a - b);
  const percentile = (p: number) => (times.length === 0 ? null : round(quantileSorted(times, p)));
  const measured = samples.filter((sample) => sample.measured);
  const failures = measured.filter((sample) => !sample.ok).length;
  return {
    n: samples.length,
    p50: percentile(0.5),
    p95: percentile(0.95),
    p99: percentile(0.99),
    errorRate: measured.length === 0 ? null : failures / measured.length,
    failures,
    errors: samples.length - measured.length,
    distribution: compactDistribution(times),
  };
}

/** One summary an endpoint, in the order in which the endpoints first appear. */
export function summarizeByEndpoint(samples: readonly Sample[]): Record<string, LatencySummary> {
  return Object.fromEntries(
    [...samplesByEndpoint(samples)].map(([endpoint, own]) => [endpoint, summarize(own)]),
  );
}

export function samplesByEndpoint(samples: readonly Sample[]): Map<string, Sample[]> {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const group = groups.get(sample.endpoint);
    if (group) group.push(sample);
    else groups.set(sample.endpoint, [sample]);
  }
  return groups;
}

/** The API's samples: without those of health endpoints, unless there is nothing else. */
export function apiSamples(samples: readonly Sample[]): readonly Sample[] {
  const api = samples.filter((sample) => !sample.health);
  return api.length > 0 ? api : samples;
}

/** Milliseconds of the right answers. */
export function rightTimes(samples: readonly Sample[]): number[] {
  return samples.filter((sample) => sample.ok).map((sample) => sample.ms);
}

function round(ms: number): number {
  return Number(ms.toPrecision(4));
}
