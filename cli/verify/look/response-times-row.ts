import { compareLatency, defaultLatencyRule } from "../../../components/probes/latency/compare-latency";
import { timesByEndpoint } from "../../../components/probes/latency/judge-latency";
import type { Sample } from "../../../components/probes/latency/sample-endpoints";
import type { Row } from "../row";
import type { System } from "../system";

/** Response times of all endpoints against the baseline, by the rule of the gates. */
export function responseTimesRow(
  { baseline, noBaseline, thresholds }: System,
  samples: readonly Sample[],
): Row {
  const { latencyIncreasePercent } = thresholds.advance;
  const row = {
    kind: "response-times" as const,
    service: null,
    name: null,
    wanted: `below +${latencyIncreasePercent} %`,
    figure: null,
  };
  if (baseline === undefined) {
    const why = noBaseline === undefined ? "" : `: ${noBaseline}`;
    return { ...row, verdict: "no-data", seen: `no baseline to compare with${why}` };
  }
  const times = timesByEndpoint(samples);
  // Of a service that is down nothing is compared, and its own rows say why.
  const known = Object.entries(baseline.endpoints).filter(([id]) => times[id] !== undefined);
  if (known.length === 0)
    return { ...row, verdict: "no-data", seen: "no new times to compare with the baseline" };
  const { verdict, summary, tail } = compareLatency(
    Object.fromEntries(known.map(([id, { distribution }]) => [id, distribution])),
    times,
    { ...defaultLatencyRule, allowedIncreasePercent: latencyIncreasePercent },
  );
  if (verdict === "pass" && tail?.slower === true) {
    const seen = `${summary} But ${tail.beyondPercent} % of the times are beyond the old p95: investigate.`;
    return { ...row, verdict: "warn", seen };
  }
  return { ...row, verdict, seen: summary };
}
