import { probit, quantileSorted, wilcoxonRankSum } from "simple-statistics";
import type { Distribution } from "./distribution";

/** How much slower, in numbers that mean something to an operator. */
export interface LatencyShift {
  /** Hodges–Lehmann estimate: the median of all candidate / baseline ratios, as a change in per cent. */
  percent: number;
  /** Where the true shift lies with the stated confidence (two one-sided bounds), in per cent. */
  from: number;
  to: number;
  /** Chance (0 to 1) that a candidate's time is slower than a baseline's; 0.5 = no difference. Common-language effect size. */
  slowerChance: number;
  /** Cliff's delta, −1 to 1: the same as 2 × slowerChance − 1. Below 0.147 is called negligible (Romano 2006). */
  cliffsDelta: number;
}

/**
 * The shift between two non-empty distributions. Ratios, because "10 % slower" is one: a shift on the logarithmic scale.
 * Works on the kept quantiles (at most 120 × 120 ratios); the bounds use the true numbers of samples.
 *
 * @source Hodges and Lehmann (1963); bounds by ordering the pairs as in Hollander and Wolfe, "Nonparametric statistical methods", 4.3.
 */
export function latencyShift(
  baseline: Distribution,
  candidate: Distribution,
  confidence: number,
): LatencyShift {
  const ratios = Float64Array.from(
    candidate.sortedMs.flatMap((after) => baseline.sortedMs.map((before) => after / before)),
  ).sort();
  const m = candidate.n;
  const n = baseline.n;
  const reach = probit(confidence) * Math.sqrt((m + n + 1) / (12 * m * n));
  const percentAt = (p: number) =>
    oneDigit(100 * (quantileSorted(ratios as unknown as number[], Math.min(1, Math.max(0, p))) - 1));
  const slowerChance = chanceOfSlower(baseline.sortedMs, candidate.sortedMs);
  return {
    percent: percentAt(0.5),
    from: percentAt(0.5 - reach),
    to: percentAt(0.5 + reach),
    slowerChance: threeDigits(slowerChance),
    cliffsDelta: threeDigits(2 * slowerChance - 1),
  };
}

function chanceOfSlower(baseline: number[], candidate: number[]): number {
  const pairs = candidate.length * baseline.length;
  const u = wilcoxonRankSum(candidate, baseline) - (candidate.length * (candidate.length + 1)) / 2;
  return u / pairs;
}

function oneDigit(value: number): number {
  return Math.round(value * 10) / 10;
}

function threeDigits(value: number): number {
  return Math.round(value * 1000) / 1000;
}
