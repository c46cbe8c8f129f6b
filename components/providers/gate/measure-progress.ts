import type { LatencyComparison } from "../../probes/latency/compare-latency";
import type { Sample } from "../../probes/latency/sample-endpoints";

/** So often a line, where nothing else is told: milliseconds. */
const TOLD_EVERY_MS = 15_000;

export interface MeasureProgress {
  sample(sample: Sample): void;
  /** After each look but the last: how far response times have shifted by then. */
  look(look: number, comparison: LatencyComparison): void;
}

/**
 * Tells how far a gate's measuring has come: the look, requests and errors so far, the shift with its bounds, and how long it
 * takes at the most. A line at the end of each look, and every quarter of a minute between.
 * @param plan `requests`: at the most, warm-up included. @param elapsed milliseconds on a clock that only moves forward.
 */
export function createMeasureProgress(
  phase: string,
  plan: { looks: number; requests: number },
  { log, elapsed }: { log: (line: string) => void; elapsed: () => number },
): MeasureProgress {
  const beganMs = elapsed();
  let toldMs = beganMs;
  let requests = 0;
  let failed = 0;
  let current = 1;
  let shift = "";
  const tell = () => {
    toldMs = elapsed();
    const leftMs = ((toldMs - beganMs) / Math.max(1, requests)) * Math.max(0, plan.requests - requests);
    const look = plan.looks > 1 ? `look ${current} of ${plan.looks} at the most, ` : "";
    log(
      `gate ${phase}: ${look}${requests} of ${plan.requests} requests, ${failed} failed${shift}; ` +
        `at the most ${Math.ceil(leftMs / 1000)} s more`,
    );
  };
  return {
    sample: ({ ok, measured }) => {
      requests += 1;
      if (!ok && measured) failed += 1;
      if (elapsed() - toldMs >= TOLD_EVERY_MS) tell();
    },
    look: (look, comparison) => {
      current = Math.min(look + 1, plan.looks);
      shift = shiftText(comparison);
      if (look < plan.looks) tell();
    },
  };
}

/** ", response times +3.1 % (by endpoint from -2 % to +8.2 %)" */
function shiftText({ overall, endpoints }: LatencyComparison): string {
  if (overall === null) return "";
  const bounds = Object.values(endpoints).map(({ shift }) => shift);
  const low = Math.min(...bounds.map(({ from }) => from));
  const high = Math.max(...bounds.map(({ to }) => to));
  const range =
    Number.isFinite(low) && Number.isFinite(high) ? ` (between ${signed(low)} and ${signed(high)} %)` : "";
  return `, response times ${signed(overall.shiftPercent)} %${range}`;
}

function signed(percent: number): string {
  const rounded = Math.round(percent * 10) / 10;
  return rounded > 0 ? `+${rounded}` : String(rounded);
}
