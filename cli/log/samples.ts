import { quantileSorted } from "simple-statistics";

import { numberOrNull, record, text, timeOrNull } from "./lenient";
import type { Course, CourseStep, WatchEvent } from "./record";

/** What a line of a log tells about one endpoint: one answer, or the figures of some. */
export interface LoggedSample {
  atMs: number;
  endpoint: string;
  /** Milliseconds of right answers; empty where there was none. */
  timesMs: number[];
  /** Where only figures were kept. */
  figures?: { p50: number | null; p95: number | null; p99: number | null };
  n: number;
  failures: number;
  /** Whether its time is of Render's clock, by the line's own word; a gate's is in any case. */
  onRender?: boolean;
}

export interface LoggedLines {
  samples: LoggedSample[];
  events: (Omit<WatchEvent, "at"> & { atMs: number; onRender?: boolean })[];
  /** Lines that could not be read, such as one that a crash cut off. */
  unread: number;
}

/** More lines than a day of samples every second has; older ones are left out. */
const MOST_LINES = 200_000;

/**
 * Reads a log of one JSON object a line, `{at, serviceKey, event, …}`, as the watch and the gates write it:
 * `sample` with `ms` and `ok` is one answer, with `n`, `failures` and `p50`, `p95`, `p99` the figures of some; `down`,
 * `up`, `slow`, `well`, `verdict` and `note` are events. A line that cannot be read is counted and left out.
 */
export function readLoggedLines(content: string): LoggedLines {
  const found: LoggedLines = { samples: [], events: [], unread: 0 };
  for (const line of content.split("\n").slice(-MOST_LINES)) {
    if (line.trim() === "") continue;
    const entry = parsed(line);
    const at = timeOrNull(entry["at"]);
    if (at === null) found.unread++;
    else if (entry["event"] === "sample")
      found.samples.push(
        ...sampleOf(entry, Date.parse(at)).map((sample) => ({ ...sample, ...clockOf(entry) })),
      );
    else found.events.push({ ...eventOf(entry, Date.parse(at)), ...clockOf(entry) });
  }
  return found;
}

function clockOf(entry: Record<string, unknown>): { onRender?: boolean } {
  return entry["clock"] === "render" ? { onRender: true } : {};
}

function parsed(line: string): Record<string, unknown> {
  try {
    return record(JSON.parse(line));
  } catch {
    return {};
  }
}

function sampleOf(entry: Record<string, unknown>, atMs: number): LoggedSample[] {
  // What a gate throws away, and what failed to be measured, says nothing about the service.
  if (entry["warmUp"] === true || entry["measured"] === false) return [];
  const path = text(entry["path"]);
  const service = text(entry["serviceKey"]);
  const endpoint = text(entry["endpoint"]) || [service, path].filter((part) => part !== "").join(" ");
  const ms = numberOrNull(entry["ms"]);
  if (ms !== null || typeof entry["ok"] === "boolean") {
    const ok = entry["ok"] !== false && ms !== null;
    return [{ atMs, endpoint, timesMs: ok ? [ms] : [], n: 1, failures: ok ? 0 : 1 }];
  }
  const figures = {
    p50: numberOrNull(entry["p50"]),
    p95: numberOrNull(entry["p95"]),
    p99: numberOrNull(entry["p99"]),
  };
  const n = numberOrNull(entry["n"]) ?? 0;
  const failures = numberOrNull(entry["failures"]) ?? 0;
  return n === 0 ? [] : [{ atMs, endpoint, timesMs: [], figures, n, failures }];
}

const EVENTS = ["down", "up", "slow", "well", "verdict"] as const;

function eventOf(entry: Record<string, unknown>, atMs: number): LoggedLines["events"][number] {
  const event = EVENTS.find((each) => each === entry["event"]) ?? "note";
  const said =
    text(entry["text"]) || text(entry["summary"]) || text(entry["message"]) || text(entry["event"]);
  return { atMs, service: text(entry["serviceKey"]), event, text: said };
}

/** Widths of a step, in seconds, from the finest. */
const WIDTHS = [10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 10_800, 21_600, 86_400];

/** How many steps a chart can show apart. */
const MOST_STEPS = 240;

/**
 * Samples in steps of one width, chosen so that the whole course has at most {@link MOST_STEPS}. A step's percentiles are
 * those of its answers; where a step has only figures of some, its p50 is their median, and its p95 and p99 the highest
 * of theirs, so that thinning never hides a slow one.
 */
export function thinSamples(samples: readonly LoggedSample[]): Course {
  const times = samples.map(({ atMs }) => atMs);
  const first = times.reduce((least, at) => Math.min(least, at), Infinity);
  const last = times.reduce((most, at) => Math.max(most, at), -Infinity);
  const spanSeconds = samples.length === 0 ? 0 : (last - first) / 1000;
  const stepSeconds =
    WIDTHS.find((width) => spanSeconds / width <= MOST_STEPS) ?? Math.ceil(spanSeconds / MOST_STEPS);
  const groups = new Map<string, Map<number, LoggedSample[]>>();
  for (const sample of samples) {
    const steps = groups.get(sample.endpoint) ?? new Map<number, LoggedSample[]>();
    groups.set(sample.endpoint, steps);
    const begin = Math.floor(sample.atMs / (stepSeconds * 1000)) * stepSeconds * 1000;
    const step = steps.get(begin);
    if (step === undefined) steps.set(begin, [sample]);
    else step.push(sample);
  }
  return {
    stepSeconds,
    samples: samples.reduce((sum, { n }) => sum + n, 0),
    endpoints: Object.fromEntries(
      [...groups].map(([endpoint, steps]) => [
        endpoint,
        [...steps].sort(([a], [b]) => a - b).map(([begin, group]) => stepOf(begin, group)),
      ]),
    ),
  };
}

function stepOf(begin: number, group: readonly LoggedSample[]): CourseStep {
  const times = group.flatMap(({ timesMs }) => timesMs).sort((a, b) => a - b);
  const figures = group.flatMap((sample) => (sample.figures === undefined ? [] : [sample.figures]));
  const known = (key: "p50" | "p95" | "p99") =>
    figures.flatMap((each) => (each[key] === null ? [] : [each[key]])).sort((a, b) => a - b);
  const percentile = (p: number, key: "p50" | "p95" | "p99") => {
    if (times.length > 0) return rounded(quantileSorted(times, p));
    const values = known(key);
    if (values.length === 0) return null;
    return rounded(key === "p50" ? quantileSorted(values, 0.5) : (values.at(-1) ?? 0));
  };
  return {
    at: new Date(begin).toISOString(),
    n: group.reduce((sum, { n }) => sum + n, 0),
    failures: group.reduce((sum, { failures }) => sum + failures, 0),
    p50: percentile(0.5, "p50"),
    p95: percentile(0.95, "p95"),
    p99: percentile(0.99, "p99"),
  };
}

function rounded(ms: number): number {
  return Number(ms.toPrecision(4));
}
