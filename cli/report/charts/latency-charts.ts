import type { Spec } from "vega";

import { chartFrame, horizontalRule, SERIES, SERIES_COLOURS, type Width } from "./draw";
import type { ChartData, EndpointCharts } from "./chart-data";

type Marks = NonNullable<Spec["marks"]>;

/** Percentiles of one endpoint at each gate, in order of time, with the baseline's p50 and p95 as lines. */
export function gatesChart(data: EndpointCharts, { p95LimitMs }: ChartData, width: Width): Spec {
  const values = data.gates.flatMap(({ label, ...figures }) =>
    SERIES.flatMap((series) => (figures[series] === null ? [] : [{ label, series, ms: figures[series] }])),
  );
  const top = topOf(
    values.map(({ ms }) => ms),
    data,
    p95LimitMs,
  );
  const turned = data.gates.length > 4 || width === "narrow";
  return {
    ...chartFrame(width, turned ? 330 : 260),
    data: [{ name: "points", values }],
    scales: [
      {
        name: "x",
        type: "point",
        domain: data.gates.map(({ label }) => label),
        range: "width",
        padding: 0.5,
      },
      { name: "y", type: "linear", domain: [0, top], range: "height", nice: true },
      colours(),
    ],
    axes: [
      {
        orient: "bottom",
        scale: "x",
        title: "gate, in order of time",
        labelAngle: turned ? -30 : 0,
        labelAlign: turned ? "right" : "center",
        labelLimit: 150,
      },
      { orient: "left", scale: "y", title: "response time, ms", grid: true, tickCount: 6 },
    ],
    legends: [LEGEND],
    marks: [...lines({ scale: "x", field: "label" }, true), ...rules(data, top, p95LimitMs)],
  };
}

/** The same over time, from single samples; a vertical line where each update began. */
export function courseChart(
  data: EndpointCharts,
  { p95LimitMs, marks, timeZone }: ChartData,
  width: Width,
): Spec {
  const offset = zoneOffsets(timeZone);
  const segment = segments(data);
  const values = data.course.flatMap(({ at, p50, p95, p99 }, index) =>
    SERIES.flatMap((series) => {
      const ms = { p50, p95, p99 }[series];
      return ms === null ? [] : [{ at: offset(Date.parse(at)), series, ms, segment: segment[index] }];
    }),
  );
  const top = topOf(
    values.map(({ ms }) => ms),
    data,
    p95LimitMs,
  );
  const times = values.map(({ at }) => at);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const shown = marks
    .map(({ at, label }) => ({ at: offset(Date.parse(at)), label }))
    .filter(({ at }) => at >= first && at <= last);
  return {
    ...chartFrame(width, 300),
    data: [
      { name: "points", values },
      { name: "marks", values: shown },
    ],
    scales: [
      // Wall-clock times were computed before: Vega's own idea of a time zone is the machine's.
      { name: "x", type: "utc", domain: [first, Math.max(last, first + 60_000)], range: "width" },
      { name: "y", type: "linear", domain: [0, top], range: "height", nice: true },
      colours(),
    ],
    axes: [
      {
        orient: "bottom",
        scale: "x",
        title: `time (${timeZone})`,
        tickCount: width === "wide" ? 6 : 3,
        labelOverlap: true,
        formatType: "utc",
        format: { seconds: "%H:%M:%S", minutes: "%H:%M", hours: "%H:%M", date: "%d %b", week: "%d %b" },
      },
      { orient: "left", scale: "y", title: "response time, ms", grid: true, tickCount: 6 },
    ],
    legends: [LEGEND],
    marks: [
      {
        type: "rule",
        from: { data: "marks" },
        encode: {
          enter: {
            x: { scale: "x", field: "at" },
            y: { value: 0 },
            y2: { signal: "height" },
            stroke: { value: "var(--axis)" },
            strokeDash: { value: [2, 3] },
          },
        },
      },
      ...lines({ scale: "x", field: "at" }, values.length < 200),
      ...rules(data, top, p95LimitMs),
    ],
  };
}

/** Shares of answers that came within so many milliseconds, before the rollout and now. */
export function distributionChart(data: EndpointCharts, width: Width): Spec {
  const series = [
    { name: "baseline", points: data.before },
    { name: `gate of ${data.afterLabel}`, points: data.after },
  ].filter(({ points }) => points.length > 0);
  const values = series.flatMap(({ name, points }) => points.map((point) => ({ series: name, ...point })));
  // The slowest hundredth would leave no room for the rest.
  const top = Math.max(...values.map(({ ms, percent }) => (percent > 97 ? 0 : ms))) * 1.25;
  return {
    ...chartFrame(width, 300),
    data: [{ name: "points", values }],
    scales: [
      { name: "x", type: "linear", domain: [0, top], range: "width", nice: true, clamp: true },
      { name: "y", type: "linear", domain: [0, 100], range: "height" },
      {
        name: "colour",
        type: "ordinal",
        domain: series.map(({ name }) => name),
        range: ["var(--c0)", "var(--c2)"],
      },
    ],
    axes: [
      {
        orient: "bottom",
        scale: "x",
        title: "response time, ms",
        grid: true,
        tickCount: width === "wide" ? 7 : 5,
      },
      { orient: "left", scale: "y", title: "answers within it, %", grid: true, tickCount: 5 },
    ],
    legends: [LEGEND],
    marks: [
      ...horizontalRule(50, "half of all answers", "var(--muted)", "baseline", { dash: [2, 3] }),
      ...horizontalRule(95, "95 of 100", "var(--muted)", "baseline", { above: false, dash: [2, 3] }),
      grouped({ x: { scale: "x", field: "ms" }, y: { scale: "y", field: "percent" } }),
    ],
  };
}

const LEGEND = { stroke: "colour", symbolType: "stroke", direction: "horizontal", labelLimit: 240 } as const;

function colours(): NonNullable<Spec["scales"]>[number] {
  return { name: "colour", type: "ordinal", domain: [...SERIES], range: SERIES_COLOURS };
}

/** The baseline always; the limit where it is near enough to be drawn, as a scale up to it would flatten all else. */
function rules({ baseline }: EndpointCharts, top: number, p95LimitMs: number): Marks {
  return [
    ...(baseline.p50 === null
      ? []
      : horizontalRule(baseline.p50, "baseline p50", "var(--c1)", "baseline", {
          above: false,
          outside: true,
        })),
    ...(baseline.p95 === null
      ? []
      : horizontalRule(baseline.p95, "baseline p95", "var(--c2)", "baseline", { outside: true })),
    ...(p95LimitMs > top
      ? []
      : horizontalRule(p95LimitMs, "limit of p95", "var(--bad)", "limit", { dash: [] })),
  ];
}

function topOf(values: readonly number[], { baseline }: EndpointCharts, limitMs: number): number {
  const most = Math.max(1, ...values, baseline.p95 ?? 0) * 1.1;
  return most * 2 >= limitMs ? Math.max(most, limitMs * 1.1) : most;
}

function lines(x: { scale: string; field: string }, points: boolean): Marks {
  return [
    grouped({ x, y: { scale: "y", field: "ms" } }),
    ...(points
      ? [
          {
            type: "symbol" as const,
            from: { data: "points" },
            encode: {
              enter: {
                x,
                y: { scale: "y", field: "ms" },
                size: { value: 30 },
                fill: { scale: "colour", field: "series" },
              },
            },
          },
        ]
      : []),
  ];
}

function grouped(encoding: Record<"x" | "y", { scale: string; field: string }>): Marks[number] {
  return {
    type: "group",
    from: { facet: { name: "series", data: "points", groupby: ["series", "segment"] } },
    marks: [
      {
        type: "line",
        from: { data: "series" },
        encode: {
          enter: {
            ...encoding,
            stroke: { scale: "colour", field: "series" },
            strokeWidth: { value: 2.25 },
            strokeJoin: { value: "round" },
          },
        },
      },
    ],
  };
}

/** A line goes on over a step or two without samples, not over more: nobody knows what was between. */
function segments({ course, stepSeconds }: EndpointCharts): number[] {
  let segment = 0;
  return course.map(({ at }, index) => {
    const before = course[index - 1];
    if (before !== undefined && Date.parse(at) - Date.parse(before.at) > 3 * stepSeconds * 1000) segment++;
    return segment;
  });
}

/** Milliseconds whose UTC fields are the wall clock of a zone. */
function zoneOffsets(timeZone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "longOffset" });
  return (ms) => {
    const name = format.formatToParts(ms).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
    const [, sign = "+", hours = "0", minutes = "0"] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
    return ms + (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  };
}
