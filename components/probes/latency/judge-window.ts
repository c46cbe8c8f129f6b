import { asJson, type CheckResult } from "../verdict";
import { defaultErrorThresholds, judgeErrorRate, type ErrorThresholds, type Purpose } from "./error-rate";
import { coverageOf, showCoverage, type Point } from "./window-coverage";
import { checkId } from "../check-id";

/** A series as the host's metrics hold it; several of the same label are added up or looked at together. */
export interface WindowSeries {
  /** A status such as `200` for requests; a quantile such as `0.95` for latency. */
  label: string;
  points: readonly Point[];
}

/** What the host could not or would not tell, in a few words. */
export interface Unavailable {
  unavailable: string;
  /** The host refused the question, and would refuse it again: something else may answer instead. */
  refused?: true;
}

export interface SoakWindow {
  from: Date;
  to: Date;
  /** Requests in each step, by status. */
  requests: readonly WindowSeries[] | Unavailable;
  /** Milliseconds in each step, by quantile. */
  latency: readonly WindowSeries[] | Unavailable;
  /** Critical lines, already free of secrets; `truncated` when there are more. */
  logs: { lines: readonly { at: string; message: string }[]; truncated?: boolean } | Unavailable;
  /** What was asked, without secrets, such as `GET /v1/metrics/http-requests?resource=srv-…`. */
  probes: { requests: string; latency: string; logs: string };
  /** Share of the window, 0 to 1, that has to have points; {@link MINIMUM_COVERAGE} where it is absent. */
  minimumCoverage?: number;
}

/** With points for less than half of the window, a good value is not believed (as canary judges do). */
const MINIMUM_COVERAGE = 0.5;

/**
 * Judges a soak window by what the host recorded: error rate, p95 latency, critical log lines. Nothing recorded is `no-data`, not
 * offered is `could-not-measure`; a partly covered window is said, and is `no-data` below half unless what is there is already bad.
 *
 * @param at when this is judged, ISO 8601.
 */
export function judgeWindow(
  window: SoakWindow,
  at: string,
  purpose: Purpose = "advance",
  thresholds: ErrorThresholds = defaultErrorThresholds,
): CheckResult[] {
  return [
    judgeRequests(window, at, purpose, thresholds),
    judgeLatencySeries(window, at, thresholds),
    judgeLogs(window, at),
  ];
}

function judgeRequests(
  window: SoakWindow,
  at: string,
  purpose: Purpose,
  thresholds: ErrorThresholds,
): CheckResult {
  const base = {
    check: checkId("soak-error-rate"),
    probe: window.probes.requests,
    at,
    threshold: `< ${thresholds.advanceBelowPercent} %`,
  };
  if ("unavailable" in window.requests) return notOffered(base, "Request metrics", window.requests);
  const series = window.requests.map(({ label, points }) => ({ label, points: within(window, points) }));
  const requests = total(series);
  const failures = total(series.filter(({ label }) => label.startsWith("5")));
  const coverage = coverageOf(window, series);
  const rate = judgeErrorRate({ requests, failures }, thresholds, purpose);
  const thin = rate.verdict === "pass" && coverage.share < (window.minimumCoverage ?? MINIMUM_COVERAGE);
  return {
    ...base,
    verdict: thin ? "no-data" : rate.verdict,
    summary: `${rate.summary} ${showCoverage(coverage)}`,
    samples: requests,
    ...(requests > 0 && { observed: `${Number(((100 * failures) / requests).toPrecision(3))} %` }),
    evidence: asJson({
      byStatus: Object.fromEntries(series.map((own) => [own.label, total([own])])),
      severity: rate.severity,
      coverage,
    }),
  };
}

function judgeLatencySeries(window: SoakWindow, at: string, thresholds: ErrorThresholds): CheckResult {
  const limitMs = thresholds.investigateP95Ms;
  const base = {
    check: checkId("soak-latency"),
    probe: window.probes.latency,
    at,
    threshold: `p95 ≤ ${limitMs} ms`,
  };
  if ("unavailable" in window.latency) return notOffered(base, "Latency metrics", window.latency);
  const series = window.latency.map(({ label, points }) => ({ label, points: within(window, points) }));
  const p95 = series.filter(({ label }) => Number(label) === 0.95);
  const points = p95.flatMap((own) => own.points);
  const coverage = coverageOf(window, p95);
  const worst = points.toSorted((a, b) => b.value - a.value)[0];
  if (!worst)
    return { ...base, verdict: "no-data", summary: "No p95 latency was recorded in the window.", samples: 0 };
  const over = points.filter(({ value }) => value > limitMs).length;
  const thin = over === 0 && coverage.share < (window.minimumCoverage ?? MINIMUM_COVERAGE);
  const worstMs = Math.round(worst.value);
  return {
    ...base,
    verdict: thin ? "no-data" : over > 0 ? "warn" : "pass",
    summary:
      (over > 0
        ? `p95 was above ${limitMs} ms in ${over} of ${points.length} points (worst ${worstMs} ms): investigate.`
        : `p95 stayed at or below ${limitMs} ms in all ${points.length} points (worst ${worstMs} ms).`) +
      ` ${showCoverage(coverage)}`,
    samples: points.length,
    observed: `worst p95 ${worstMs} ms`,
    evidence: asJson({
      worst: { at: new Date(worst.at).toISOString(), ms: worstMs },
      worstByQuantile: Object.fromEntries(
        series.map((own) => [own.label, Math.round(Math.max(0, ...own.points.map(({ value }) => value)))]),
      ),
      coverage,
    }),
  };
}

function judgeLogs(window: SoakWindow, at: string): CheckResult {
  const base = { check: checkId("soak-logs"), probe: window.probes.logs, at, threshold: "no critical line" };
  if ("unavailable" in window.logs) return notOffered(base, "Logs", window.logs);
  const { lines, truncated } = window.logs;
  const count = `${truncated ? "at least " : ""}${lines.length}`;
  if (lines.length === 0) {
    return {
      ...base,
      verdict: "pass",
      summary: "No critical line in the logs of the window.",
      samples: 0,
      observed: 0,
    };
  }
  const first = lines.slice(0, 5).map((line) => ({ at: line.at, message: line.message.slice(0, 200) }));
  return {
    ...base,
    verdict: "fail",
    summary: `${count} critical ${lines.length === 1 ? "line" : "lines"} in the logs of the window, the first: ${lines[0]?.message.slice(0, 120) ?? ""}`,
    samples: lines.length,
    observed: count,
    evidence: asJson({ first }),
  };
}

function notOffered(
  base: Omit<CheckResult, "verdict" | "summary">,
  what: string,
  { unavailable }: Unavailable,
): CheckResult {
  return { ...base, verdict: "could-not-measure", summary: `${what} could not be had: ${unavailable}.` };
}

function within({ from, to }: SoakWindow, points: readonly Point[]): Point[] {
  return points.filter(({ at, value }) => {
    const time = new Date(at).getTime();
    return time >= from.getTime() && time <= to.getTime() && Number.isFinite(value);
  });
}

function total(series: readonly { points: readonly Point[] }[]): number {
  return series.reduce((sum, { points }) => points.reduce((own, { value }) => own + value, sum), 0);
}
