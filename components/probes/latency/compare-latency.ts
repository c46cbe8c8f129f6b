import { quantileSorted } from "simple-statistics";
import { DEFAULT_THRESHOLDS } from "../../config/defaults";
import { compactDistribution, expandDistribution, type Distribution } from "./distribution";
import { latencyShift, type LatencyShift } from "./latency-shift";
import { pValuesThatDecide } from "./looks";
import { rankTest } from "./rank-test";
import { slowTail, type SlowTail } from "./slow-tail";

export const latencyMethod =
  "Before/after comparison (the weaker form: time itself moves latency, and there is no control group beside the candidate). " +
  "One-sided Wilcoxon rank-sum tests (Mann-Whitney, normal approximation, tie correction), stratified by endpoint (van Elteren), of the new times against the " +
  "baseline's times multiplied by the allowed increase; each direction keeps the stated confidence over all looks (Haybittle-Peto).";

export interface LatencyRule {
  /** Per cent; the candidate may be less than this much slower. */
  allowedIncreasePercent: number;
  /** 0 to 1: one minus the chance of a wrong `pass` (and, apart from it, of a wrong `fail`). */
  confidence: number;
}

/** The confidence is that of Netflix's canary judge. */
export const defaultLatencyRule: LatencyRule = {
  allowedIncreasePercent: DEFAULT_THRESHOLDS.advance.latencyIncreasePercent,
  confidence: 0.98,
};

/** With fewer times than this on either side the normal approximation is not to be trusted. */
export const MINIMUM_TIMES = 20;

export interface EndpointComparison {
  n: { baseline: number; candidate: number };
  baselineMs: Percentiles;
  candidateMs: Percentiles;
  shift: LatencyShift;
  /** Chance of such slow times if this endpoint were within the limit. */
  pWithinLimit: number;
}

export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

export interface LatencyComparison {
  verdict: "pass" | "fail" | "inconclusive" | "no-data";
  /** One sentence. */
  summary: string;
  rule: LatencyRule;
  /** All endpoints together. Null when nothing could be compared. */
  overall: {
    /** Endpoints' shifts, averaged with their share of the candidate's samples, in per cent. */
    shiftPercent: number;
    /** Chance of such fast times if the candidate were beyond the limit: small = pass. */
    pBeyondLimit: number;
    /** Chance of such slow times if the candidate were within the limit: small = fail. */
    pWithinLimit: number;
    /** The p-value that decided, or would have. */
    pThatDecides: number;
  } | null;
  /** No part of the verdict; null when nothing could be compared. */
  tail: SlowTail | null;
  endpoints: Record<string, EndpointComparison>;
  /** Endpoints that lack enough times on one side, and are no part of the verdict. */
  notCompared: string[];
}

/**
 * Are the candidate's times within the allowed increase over the baseline's?
 *
 * - `pass`: all endpoints together are confidently below the limit, and no single endpoint's own estimate is at or above it.
 * - `fail`: all together, or one endpoint by itself, is confidently above the limit.
 * - `inconclusive`: neither; more samples may tell. `no-data`: nothing to compare.
 *
 * "Together" because the runbook speaks of the API's latency, and because four endpoints of 100 samples then say as much as one of 400.
 *
 * @param candidate milliseconds of right answers, by endpoint.
 * @param look which of `looks` this is, from 1; a single comparison is look 1 of 1.
 */
export function compareLatency(
  baseline: Readonly<Record<string, Distribution>>,
  candidate: Readonly<Record<string, readonly number[]>>,
  rule: LatencyRule = defaultLatencyRule,
  { look, looks }: { look: number; looks: number } = { look: 1, looks: 1 },
): LatencyComparison {
  const ids = [...new Set([...Object.keys(baseline), ...Object.keys(candidate)])];
  const pairs = ids.flatMap((id) => {
    const before = baseline[id];
    const after = (candidate[id] ?? []).filter(Number.isFinite);
    const enough = before && before.n >= MINIMUM_TIMES && after.length >= MINIMUM_TIMES;
    return enough ? [{ id, before, after }] : [];
  });
  const notCompared = ids.filter((id) => !pairs.some((pair) => pair.id === id));
  if (pairs.length === 0) return nothingToCompare(baseline, candidate, rule, notCompared);

  const factor = 1 + rule.allowedIncreasePercent / 100;
  const strata = pairs.map(({ before, after }) => ({
    reference: expandDistribution(before).map((ms) => ms * factor),
    candidate: after,
  }));
  const together = rankTest(strata);
  const endpoints = pairs.map(({ id, before, after }, index) => {
    const own = rankTest(strata.slice(index, index + 1));
    return { id, comparison: compareEndpoint(before, after, rule.confidence, own.pSlower) };
  });

  const decides = pValuesThatDecide(rule.confidence, looks)[look - 1] ?? 0;
  // A wrong "fail" may come from the whole or from any one endpoint: they share the chance of a mistake.
  const failTogether = pairs.length === 1 ? decides : decides / 2;
  const failAlone = pairs.length === 1 ? decides : decides / 2 / pairs.length;
  const tooSlow = endpoints.filter(({ comparison }) => comparison.pWithinLimit <= failAlone);
  const estimatedBeyond = endpoints.filter(
    ({ comparison }) => comparison.shift.percent >= rule.allowedIncreasePercent,
  );
  const all = pairs.reduce((sum, { after }) => sum + after.length, 0);
  const shiftPercent = round(
    endpoints.reduce(
      (sum, { comparison }) => sum + (comparison.shift.percent * comparison.n.candidate) / all,
      0,
    ),
  );
  const failed = together.pSlower <= failTogether || tooSlow.length > 0;
  const passed = together.pFaster <= decides && estimatedBeyond.length === 0;
  const verdict = failed ? "fail" : passed ? "pass" : "inconclusive";
  const suspects = failed ? tooSlow : verdict === "inconclusive" ? estimatedBeyond : [];
  const words = {
    pass: `below the allowed +${rule.allowedIncreasePercent} %`,
    fail: `above the allowed +${rule.allowedIncreasePercent} %`,
    inconclusive: `not clearly on either side of the allowed +${rule.allowedIncreasePercent} %`,
  };
  return {
    verdict,
    summary:
      `Latency changed by ${showShift(shiftPercent)}, ${words[verdict]} (confidence ${rule.confidence}, ${all} samples)` +
      `${suspects.length > 0 ? `; slow: ${suspects.map(({ id, comparison }) => `${id} ${showShift(comparison.shift.percent)}`).join(", ")}` : ""}.`,
    rule,
    overall: {
      shiftPercent,
      pBeyondLimit: showP(together.pFaster),
      pWithinLimit: showP(together.pSlower),
      pThatDecides: showP(failed ? failTogether : decides),
    },
    tail: slowTail(pairs, factor),
    endpoints: Object.fromEntries(endpoints.map(({ id, comparison }) => [id, comparison])),
    notCompared,
  };
}

function compareEndpoint(
  before: Distribution,
  after: readonly number[],
  confidence: number,
  pWithinLimit: number,
): EndpointComparison {
  const compact = compactDistribution(after);
  return {
    n: { baseline: before.n, candidate: after.length },
    baselineMs: percentiles(before.sortedMs),
    candidateMs: percentiles([...after].sort((a, b) => a - b)),
    shift: latencyShift(before, compact, confidence),
    pWithinLimit: showP(pWithinLimit),
  };
}

function nothingToCompare(
  baseline: Readonly<Record<string, Distribution>>,
  candidate: Readonly<Record<string, readonly number[]>>,
  rule: LatencyRule,
  notCompared: string[],
): LatencyComparison {
  const before = Object.values(baseline).some(({ n }) => n > 0);
  const after = Object.values(candidate).some((times) => times.length > 0);
  const few = `Fewer than ${MINIMUM_TIMES} times on one side of every endpoint: nothing to compare yet.`;
  return {
    verdict: before && after ? "inconclusive" : "no-data",
    summary: before
      ? after
        ? few
        : "No new times to compare with the baseline."
      : "There is no baseline to compare with.",
    rule,
    overall: null,
    tail: null,
    endpoints: {},
    notCompared,
  };
}

function percentiles(sorted: number[]): Percentiles {
  const at = (p: number) => Number(quantileSorted(sorted, p).toPrecision(4));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function showShift(percent: number): string {
  return `${percent >= 0 ? "+" : "−"}${Math.abs(percent)} %`;
}

/** Three significant digits, which is more than such a p-value is worth. */
function showP(p: number): number {
  return Number(p.toPrecision(3));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
