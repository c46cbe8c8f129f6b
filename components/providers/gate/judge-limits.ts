import type { Thresholds } from "../../config/types";
import type { CheckResult } from "../../probes/verdict";
import type { Measured } from "./inputs";
import { checkId } from "../../probes/check-id";

/** Fewer answers than this say nothing about a 95th percentile. */
const LEAST_SAMPLES = 20;

/**
 * Response times against the plan's own limits, whatever the baseline was: above the ones to go back at is `fail`, above the ones to
 * look into or to aim at is `warn`. Undefined where too little was measured.
 * @param measured by endpoint, without health.
 */
export function judgeResponseLimits(
  measured: Readonly<Record<string, Measured>>,
  { advance, investigate, immediate }: Thresholds,
  { probe, at }: { probe: string; at: string },
): CheckResult | undefined {
  const enough = Object.entries(measured).filter(([, { n, p95 }]) => n >= LEAST_SAMPLES && p95 !== null);
  if (enough.length === 0) return undefined;
  const over = (quantile: "p50" | "p95" | "p99", seconds: number) =>
    enough.flatMap(([endpoint, figures]) => {
      const ms = figures[quantile];
      return ms !== null && ms > seconds * 1000
        ? [`${endpoint} ${quantile} ${Math.round(ms)} ms (limit ${seconds * 1000} ms)`]
        : [];
    });
  const at_once = over("p95", immediate.p95Seconds);
  const look = over("p95", investigate.p95Seconds);
  const aims = [
    ...over("p50", advance.p50Seconds),
    ...over("p95", advance.p95Seconds),
    ...over("p99", advance.p99Seconds),
  ];
  const [verdict, words] =
    at_once.length > 0
      ? (["fail", `go back at once: ${at_once.join("; ")}`] as const)
      : look.length > 0
        ? (["warn", `look into it: ${look.join("; ")}`] as const)
        : aims.length > 0
          ? (["warn", `slower than aimed at: ${aims.join("; ")}`] as const)
          : (["pass", "within the plan's limits"] as const);
  const worst = Math.max(...enough.map(([, { p95 }]) => p95 ?? 0));
  return {
    check: checkId("response-limits"),
    about: "times",
    verdict,
    summary: `response times ${words}`,
    samples: enough.reduce((sum, [, { n }]) => sum + n, 0),
    observed: `worst p95 ${Math.round(worst)} ms`,
    threshold: `p50 ${advance.p50Seconds} s, p95 ${advance.p95Seconds} s, p99 ${advance.p99Seconds} s; look above p95 ${investigate.p95Seconds} s, at once above ${immediate.p95Seconds} s`,
    probe,
    at,
  };
}
