import { quantileSorted } from "simple-statistics";

import { record, text, timeOrNull } from "../log/lenient";
import type { RolloutRecord } from "../log/record";
import { baselineOf } from "../report/model/verifications";

/** The newest series of a gate's samples. */
export interface LiveSamples {
  phase: string;
  samples: { atMs: number; endpoint: string; ms: number; ok: boolean }[];
  endpoints: string[];
  baselineP95: number | null;
  /** By endpoint, of right answers. */
  figures: { endpoint: string; n: number; failures: number; p50: number | null; p95: number | null }[];
}

/** As many dots as a chart can show. */
const MOST_SAMPLES = 600;

/** A series ends where nothing came for so long. */
const PAUSE_MS = 120_000;

/** Reads the end of the gates' log; undefined where it holds no sample. */
export function readLiveSamples(log: string, rollout: RolloutRecord | undefined): LiveSamples | undefined {
  const all = log
    .slice(-400_000)
    .split("\n")
    .slice(-3 * MOST_SAMPLES)
    .flatMap((line) => {
      const entry = parsed(line);
      const at = timeOrNull(entry["at"]);
      if (at === null || entry["warmUp"] === true || entry["measured"] === false) return [];
      const ms = typeof entry["ms"] === "number" ? entry["ms"] : 0;
      return [
        {
          atMs: Date.parse(at),
          phase: text(entry["phase"]),
          endpoint: text(entry["endpoint"]),
          ms,
          ok: entry["ok"] !== false,
        },
      ];
    });
  const phase = all.at(-1)?.phase;
  if (phase === undefined) return undefined;
  const begin = all.findLastIndex((sample, index) => {
    const next = all[index + 1];
    return next !== undefined && (sample.phase !== phase || next.atMs - sample.atMs > PAUSE_MS);
  });
  const samples = all.slice(begin + 1).slice(-MOST_SAMPLES);
  const endpoints = [...new Set(samples.map(({ endpoint }) => endpoint))];
  const baseline = rollout === undefined ? {} : baselineOf(rollout);
  const p95 = endpoints.flatMap((endpoint) => baseline[endpoint]?.p95 ?? []);
  return {
    phase,
    samples,
    endpoints,
    baselineP95: p95.length === 0 ? null : Math.max(...p95),
    figures: endpoints.map((endpoint) => {
      const own = samples.filter((sample) => sample.endpoint === endpoint);
      const times = own.flatMap(({ ok, ms }) => (ok ? [ms] : [])).sort((a, b) => a - b);
      const percentile = (p: number) =>
        times.length === 0 ? null : Number(quantileSorted(times, p).toPrecision(4));
      return {
        endpoint,
        n: own.length,
        failures: own.length - times.length,
        p50: percentile(0.5),
        p95: percentile(0.95),
      };
    }),
  };
}

function parsed(line: string): Record<string, unknown> {
  try {
    return record(JSON.parse(line));
  } catch {
    return {};
  }
}
