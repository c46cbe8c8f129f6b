import type { GateRules } from "../config/types";

/**
 * What a check can answer. Failing to measure is not failing, and nothing seen is neither good nor bad: those are verdicts of
 * their own, and config decides what a gate makes of them.
 *
 * - `pass`, `fail`: measured, and on this or that side of the threshold.
 * - `warn`: measured, worth a look ("investigate" in the runbook), stops nothing.
 * - `no-data`: the measurement worked, and there was nothing to measure (no traffic, no samples, an empty series).
 * - `could-not-measure`: the probe itself broke (no route, rate limited, metrics not offered).
 * - `inconclusive`: measured up to the sample limit, and the answer is still not clear.
 */
export type Verdict = "pass" | "warn" | "fail" | "no-data" | "could-not-measure" | "inconclusive";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** One check's answer, as it is stored in a gate's outputs and printed: small, and free of secrets. */
export interface CheckResult {
  /** Stable id, such as `error-rate`. */
  check: string;
  verdict: Verdict;
  /** One sentence for an operator. */
  summary: string;
  /** How many measurements the verdict rests on. */
  samples?: number;
  /** The value seen, with its unit when it is a text. */
  observed?: string | number;
  threshold?: string;
  /** The exact probe: method and URL, or the command. */
  probe: string;
  /** When the answer was found, ISO 8601. */
  at: string;
  evidence?: Json;
  /** The verdict is about response times alone, which a rollback is not judged by. */
  about?: "times";
}

/** Evidence as it is stored: undefined fields and everything else that JSON does not know are dropped here, not later. */
export function asJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** The rules after a rollback: "inconclusive" stops an advance and never a rollback. The other two stay as configured. */
export function rollbackRules(rules: GateRules): GateRules {
  return { ...rules, inconclusive: "warn" };
}

/**
 * Results as they count after a rollback: everything has just restarted, so response times fail nothing, however they are, and are
 * told all the louder. Flags off and live, healthy, the schema as wanted: it is done.
 */
export function tolerateTimes(results: readonly CheckResult[]): CheckResult[] {
  return results.map((result) =>
    result.about !== "times" || ["pass", "warn", "inconclusive"].includes(result.verdict)
      ? result
      : { ...result, verdict: "warn", summary: `${SLOW} ${result.summary}` },
  );
}

const SLOW =
  "LOOK AT THE RESPONSE TIMES. They fail no rollback, as everything has just restarted; look again in some minutes (npm run verify).";

export type GateOutcome = "pass" | "warn" | "fail";

/** What one verdict means for a gate under the rules of config. */
export function outcomeOf(verdict: Verdict, rules: GateRules): GateOutcome {
  switch (verdict) {
    case "pass":
    case "warn":
    case "fail":
      return verdict;
    case "no-data":
      return rules.noData;
    case "could-not-measure":
      return rules.couldNotMeasure;
    case "inconclusive":
      return rules.inconclusive;
  }
}

/** A gate's outcome and the checks behind it. A gate without a single check has seen nothing: it follows `rules.noData`. */
export function gateOutcome(
  results: readonly CheckResult[],
  rules: GateRules,
): { outcome: GateOutcome; stoppedBy: CheckResult[]; warnedBy: CheckResult[] } {
  const stoppedBy = results.filter((result) => outcomeOf(result.verdict, rules) === "fail");
  const warnedBy = results.filter((result) => outcomeOf(result.verdict, rules) === "warn");
  if (results.length === 0) return { outcome: rules.noData, stoppedBy, warnedBy };
  return {
    outcome: stoppedBy.length > 0 ? "fail" : warnedBy.length > 0 ? "warn" : "pass",
    stoppedBy,
    warnedBy,
  };
}
