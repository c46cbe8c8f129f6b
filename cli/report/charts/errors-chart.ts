import type { Spec } from "vega";

import type { ChartData } from "./chart-data";
import { chartFrame, FONT, horizontalRule, type Width } from "./draw";

/** The error rate that each gate measured, with the limits that decide. */
export function errorsChart({ errors, errorLimits }: ChartData, width: Width): Spec {
  const most = Math.max(
    ...errors.map(({ percent }) => percent),
    ...errorLimits.map(({ percent }) => percent),
  );
  const turned = errors.length > 4 || width === "narrow";
  const colours = ["var(--muted)", "var(--warn)", "var(--bad)"];
  return {
    ...chartFrame(width, 240),
    data: [{ name: "errors", values: errors }],
    scales: [
      { name: "x", type: "band", domain: errors.map(({ label }) => label), range: "width", padding: 0.4 },
      { name: "y", type: "linear", domain: [0, most * 1.15], range: "height", nice: true },
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
      { orient: "left", scale: "y", title: "requests that failed, %", grid: true, tickCount: 6 },
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
      {
        type: "text",
        from: { data: "errors" },
        encode: {
          enter: {
            x: { scale: "x", field: "label", band: 0.5 },
            y: { scale: "y", field: "percent", offset: -5 },
            align: { value: "center" },
            text: { signal: "format(datum.percent, '.2~f') + ' %'" },
            fill: { value: "var(--ink)" },
            font: { value: FONT },
            fontSize: { value: 11 },
          },
        },
      },
      ...errorLimits.flatMap(({ label, percent }, index) =>
        horizontalRule(percent, `${label} ${percent} %`, colours[index] ?? "var(--muted)", "limit"),
      ),
    ],
  };
}
