import {
  judgeErrorRate,
  showPercent,
  type ErrorThresholds,
} from "../../../components/probes/latency/error-rate";
import type { ErrorJudgement } from "../../../components/probes/latency/judge-errors";
import type { Sample } from "../../../components/probes/latency/sample-endpoints";
import { apiSamples, type LatencySummary } from "../../../components/probes/latency/summarize";
import type { Verdict } from "../../../components/probes/verdict";
import { errorThresholds } from "../../../components/probes/latency/error-rate";
import { timeText } from "./ports";
import type { Row } from "../row";
import type { System } from "../system";

interface Measured {
  summary: LatencySummary;
  samples: readonly Sample[];
  /** In the baseline. */
  before: LatencySummary | undefined;
  thresholds: System["thresholds"];
  /** It answers with a page for people. */
  isPage: boolean;
}

/** One endpoint in this look; its figure is the 95th percentile. */
export function endpointRow(service: string, path: string, measured: Measured): Row {
  const { summary, before, samples, isPage } = measured;
  const { p50, p95, p99 } = summary;
  const redirect = samples.find(({ ok, status }) => ok && status >= 300)?.status;
  const parts = [
    ...(p50 === null ? [] : [`p50 ${timeText(p50)}, p95 ${timeText(p95)}, p99 ${timeText(p99)}`]),
    ...(before?.p95 == null ? [] : [`baseline p50 ${timeText(before.p50)}, p95 ${timeText(before.p95)}`]),
    ...wrongParts(summary, samples),
    ...(redirect === undefined
      ? []
      : [`HTTP ${redirect}, a redirect: these are not the endpoint's own times`]),
    ...(isPage ? ["it answers with an HTML page"] : []),
  ];
  const verdict = verdictOf(measured, redirect !== undefined);
  return { ...rowOf(service, path, measured.thresholds), verdict, seen: parts.join("; "), figure: p95 };
}

/** An endpoint of which nothing is known in this look: that is not well, whatever the reason. */
export function unaskedRow(
  service: string,
  path: string,
  thresholds: System["thresholds"],
  why: string,
): Row {
  return {
    ...rowOf(service, path, thresholds),
    verdict: "could-not-measure",
    seen: `not asked: ${why}`,
    figure: null,
  };
}

/**
 * Errors of all endpoints; its figure is this look's rate in per cent. Few requests show little, so they are judged with those
 * of earlier looks, unless this look is clear by itself.
 * @param lateMs the time after which sampling was given up.
 */
export function errorsRow(
  judgement: ErrorJudgement,
  all: readonly Sample[],
  thresholds: ErrorThresholds,
  lateMs?: number,
): Row {
  const counted = apiSamples(all.filter(({ measured }) => measured));
  const failures = counted.filter(({ ok }) => !ok).length;
  const { verdict, summary } =
    judgement.verdict === "inconclusive"
      ? judgeErrorRate({ requests: counted.length, failures }, thresholds, "verify")
      : judgement;
  const ended = lateMs === undefined ? "" : ` Asking was ended after ${timeText(lateMs)}.`;
  return {
    kind: "error-rate",
    service: null,
    name: null,
    verdict,
    seen: `${summary}${ended}`,
    wanted: `below ${showPercent(thresholds.advanceBelowPercent)}`,
    figure: judgement.errorRatePercent,
  };
}

function rowOf(service: string, path: string, { investigate, advance }: System["thresholds"]) {
  const limit = timeText(investigate.p95Seconds * 1000);
  const wanted = `p95 ≤ ${limit}, below ${showPercent(advance.errorRatePercent)} failed`;
  return { kind: "endpoint" as const, service, name: path, wanted };
}

function verdictOf({ summary, thresholds }: Measured, redirects: boolean): Verdict {
  const { n, errors, failures, p95 } = summary;
  const requests = n - errors;
  if (requests === 0) return "could-not-measure";
  const limits = errorThresholds(thresholds);
  const judged = judgeErrorRate({ requests, failures }, limits, "verify");
  if (judged.verdict === "fail" || failures === requests) return "fail";
  const slow = p95 !== null && p95 > limits.investigateP95Ms;
  const wrong = (100 * failures) / requests >= limits.advanceBelowPercent;
  return slow || wrong || redirects ? "warn" : "pass";
}

function wrongParts({ n, failures, errors }: LatencySummary, samples: readonly Sample[]): string[] {
  return [
    ...(failures === 0 ? [] : [`${failures} of ${n} failed${reason(samples, true)}`]),
    ...(errors === 0 ? [] : [`${errors} of ${n} could not be measured${reason(samples, false)}`]),
  ];
}

/** The most frequent one. */
function reason(samples: readonly Sample[], measured: boolean): string {
  const counts = new Map<string, number>();
  for (const sample of samples)
    if (!sample.ok && sample.measured === measured && sample.error !== undefined)
      counts.set(sample.error, (counts.get(sample.error) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most === undefined ? "" : ` (${most[0]})`;
}
