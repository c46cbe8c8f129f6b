import type { Spec } from "vega";

import { chartFrame, horizontalRule, type Width } from "../report/charts/draw";
import type { LiveSamples } from "./live-samples";

/** By place of an endpoint; the table below the chart is its legend, as a name there may be as long as it is. */
export const LIVE_COLOURS = ["c1", "c2", "c3", "c0"] as const;

/** The gate's answers as they come in: a dot each, those that were wrong as crosses at the bottom; the baseline's p95 as a line. */
export function liveChart({ samples, endpoints, baselineP95 }: LiveSamples, width: Width): Spec {
  const first = samples[0]?.atMs ?? 0;
  const values = samples.map(({ atMs, endpoint, ms, ok }) => ({
    seconds: (atMs - first) / 1000,
    endpoint,
    ms: ok ? ms : 0,
    ok,
  }));
  const top = Math.max(1, baselineP95 ?? 0, ...values.map(({ ms }) => ms)) * 1.1;
  return {
    ...chartFrame(width, 240),
    data: [{ name: "points", values }],
    scales: [
      {
        name: "x",
        type: "linear",
        domain: [0, Math.max(1, values.at(-1)?.seconds ?? 1)],
        range: "width",
        nice: true,
      },
      { name: "y", type: "linear", domain: [0, top], range: "height", nice: true },
      {
        name: "colour",
        type: "ordinal",
        domain: endpoints,
        range: LIVE_COLOURS.map((name) => `var(--${name})`),
      },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: "seconds since its first sample", tickCount: 6 },
      { orient: "left", scale: "y", title: "response time, ms", grid: true, tickCount: 5 },
    ],
    marks: [
      {
        type: "symbol",
        from: { data: "points" },
        encode: {
          enter: {
            x: { scale: "x", field: "seconds" },
            y: { scale: "y", field: "ms" },
            shape: { signal: "datum.ok ? 'circle' : 'cross'" },
            size: { signal: "datum.ok ? 22 : 90" },
            fill: [
              { test: "!datum.ok", value: "var(--bad)" },
              { scale: "colour", field: "endpoint" },
            ],
            fillOpacity: { value: 0.75 },
          },
        },
      },
      ...(baselineP95 === null
        ? []
        : horizontalRule(baselineP95, "baseline p95, the slowest endpoint's", "var(--muted)", "baseline")),
    ],
  };
}
