import type { Spec } from "vega";

import type { ChartData } from "./chart-data";
import { chartFrame, FONT, horizontalRule, type Width } from "./draw";

/** Above so many times the highest limit the limits would lie on each other at the bottom: the scale is bent then. */
const BENT_ABOVE = 3;
/** The bent scale's ticks, in per cent. */
const TICKS = [0, 1, 2, 5, 10, 20, 50, 100];

/** The error rate that each gate measured, with the limits that decide. */
export function errorsChart({ errors, errorLimits }: ChartData, width: Width): Spec {
  const limits = errorLimits.map(({ percent }) => percent);
  const most = Math.max(...errors.map(({ percent }) => percent), ...limits);
  const bent = most > BENT_ABOVE * Math.max(...limits);
  const top = bent ? Math.min(100, most * 1.6) : most * 1.15;
  const turned = errors.length > 4 || width === "narrow";
  const colours = ["var(--good)", "var(--warn)", "var(--bad)"];
  return {
    ...chartFrame(width, turned ? 320 : 260),
    data: [{ name: "errors", values: errors }],
    scales: [
      { name: "x", type: "band", domain: errors.map(({ label }) => label), range: "width", padding: 0.4 },
      bent
        ? { name: "y", type: "symlog", constant: 1, domain: [0, top], range: "height" }
        : { name: "y", type: "linear", domain: [0, top], range: "height", nice: true },
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
      {
        orient: "left",
        scale: "y",
        title: bent ? "requests that failed, % (bent scale)" : "requests that failed, %",
        grid: true,
        ...(bent ? { values: TICKS.filter((tick) => tick <= top) } : { tickCount: 6 }),
      },
    ],
    marks: [
      {
        type: "rect",
        from: { data: "errors" },
        encode: {
          enter: {
            x: { scale: "x", field: "label" },
            width: { scale: "x", band: 1 },
            y: { scale: "y", field: "percent" },
            y2: { scale: "y", value: 0 },
            fill: { value: "var(--c2)" },
          },
        },
      },
      ...errorLimits.flatMap(({ label, percent }, index) =>
        horizontalRule(
          percent,
          `${label.replace(/ (above|below)$/, "")} ${percent} %`,
          colours[index] ?? "var(--muted)",
          "limit",
          {
            outside: true,
            middle: true,
          },
        ),
      ),
      {
        type: "text",
        zindex: 2,
        from: { data: "errors" },
        encode: {
          enter: {
            x: { scale: "x", field: "label", band: 0.5 },
            y: { scale: "y", field: "percent", offset: -6 },
            align: { value: "center" },
            text: { signal: "format(datum.percent, '.2~f') + ' %'" },
            fill: { value: "var(--ink)" },
            stroke: { value: "none" },
            font: { value: FONT },
            fontSize: { value: 12 },
            fontWeight: { value: 600 },
          },
        },
      },
    ],
  };
}
