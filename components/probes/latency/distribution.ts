import { quantileSorted } from "simple-statistics";

/**
 * Measured times, small enough for a stack's state and good enough to compare with weeks later.
 *
 * Up to {@link KEPT} times are kept as they are. Of more, {@link KEPT} evenly spaced quantiles are kept (the first is the
 * minimum, the last the maximum) together with the true `n`. Lost then: the order, and the shape between two neighbouring
 * quantiles, which is taken as a straight line; that matters above the 99th percentile only. Rank tests lose nothing worth
 * naming (a test measures it). All numbers are rounded to four significant digits.
 */
export interface Distribution {
  /** How many times were measured. */
  n: number;
  /** Milliseconds, ascending. Exactly the measured times when `n` is this list's length, else evenly spaced quantiles. */
  sortedMs: number[];
}

/** 120 numbers of about six characters: 0.7 kB an endpoint, so that ten endpoints stay within a gate's 20 kB. */
export const KEPT = 120;

/** @param timesMs milliseconds, in any order; anything that is not a finite number is left out. */
export function compactDistribution(timesMs: readonly number[]): Distribution {
  const sorted = timesMs.filter(Number.isFinite).sort((a, b) => a - b);
  const kept = sorted.length <= KEPT ? sorted : evenQuantiles(sorted, KEPT);
  return { n: sorted.length, sortedMs: kept.map((ms) => Number(ms.toPrecision(4))) };
}

/** The distribution as `n` times: the measured ones, or stand-ins read off the kept quantiles. */
export function expandDistribution({ n, sortedMs }: Distribution): number[] {
  return n === sortedMs.length ? [...sortedMs] : evenQuantiles(sortedMs, n);
}

/** @param count at least two, the first and the last. */
function evenQuantiles(sorted: number[], count: number): number[] {
  return Array.from({ length: count }, (_, index) => quantileSorted(sorted, index / (count - 1)));
}
