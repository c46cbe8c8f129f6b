import type { Spec } from "vega";

import type { ReportModel } from "../model/report-model";
import { milliseconds, percent } from "../model/comparison";
import { lengthText, momentText } from "../../log/times";
import { drawChart, type Width } from "./draw";
import { errorsChart } from "./errors-chart";
import { courseChart, distributionChart, gatesChart } from "./latency-charts";

/** A chart with what has to stand beside it: words for those who do not see it, and its numbers. */
export interface DrawnChart {
  id: string;
  group: "latency" | "errors";
  title: string;
  /** What it shows, in a sentence or two. */
  about: string;
  svg: Record<Width, string>;
  head: string[];
  rows: string[][];
}

type Planned = Omit<DrawnChart, "svg"> & { spec: (width: Width) => Spec };

/** All charts of a report; the ones that nothing is known for are left out. */
export async function drawCharts(model: ReportModel): Promise<DrawnChart[]> {
  const drawn: DrawnChart[] = [];
  for (const { spec, ...chart } of plannedCharts(model)) {
    const [wide, narrow] = await Promise.all([
      drawChart(spec("wide"), `${chart.id}-w`),
      drawChart(spec("narrow"), `${chart.id}-n`),
    ]);
    drawn.push({ ...chart, svg: { wide, narrow } });
  }
  return drawn;
}

/** The charts' titles, words and numbers, without the drawing. */
export function plannedCharts({ charts, timeZone }: ReportModel): Planned[] {
  const ms = (value: number | null) => (value === null ? "–" : milliseconds(value));
  const limit = `The limit of p95 is ${milliseconds(charts.p95LimitMs)}; it is drawn where it is near.`;
  const perEndpoint = charts.endpoints.flatMap((data, index): Planned[] => {
    const { endpoint, gates, course, before, after, baseline } = data;
    const id = `latency-${index + 1}`;
    const lines = baseline.p95 === null ? "There is no baseline of it." : "Broken lines: the baseline.";
    const base = ["baseline", ms(baseline.p50), ms(baseline.p95), ms(baseline.p99)];
    return [
      ...(gates.length > 0
        ? [
            {
              id: `${id}-gates`,
              group: "latency" as const,
              title: `${endpoint}: response times at each gate`,
              about: `Half of the answers came within p50, 95 of 100 within p95, 99 of 100 within p99. ${lines} ${limit}`,
              head: ["gate", "p50", "p95", "p99"],
              rows: [base, ...gates.map(({ label, p50, p95, p99 }) => [label, ms(p50), ms(p95), ms(p99)])],
              spec: (width: Width) => gatesChart(data, charts, width),
            },
          ]
        : []),
      ...(course.filter(({ p50 }) => p50 !== null).length > 1
        ? [
            {
              id: `${id}-course`,
              group: "latency" as const,
              title: `${endpoint}: response times over time`,
              about: `Each point stands for all samples of ${lengthText(data.stepSeconds)}, ${course.reduce((sum, { n }) => sum + n, 0).toLocaleString("en-GB")} in all; where only figures of a step were kept, the slowest of them. ${lines} Dotted lines: an update began.`,
              head: [`from (${timeZone})`, "samples", "failed", "p50", "p95", "p99"],
              rows: course.map(({ at, n, failures, p50, p95, p99 }) => [
                momentText(at, timeZone, data.stepSeconds < 60),
                String(n),
                String(failures),
                ms(p50),
                ms(p95),
                ms(p99),
              ]),
              spec: (width: Width) => courseChart(data, charts, width),
            },
          ]
        : []),
      ...(before.length > 0 && after.length > 0
        ? [
            {
              id: `${id}-distribution`,
              group: "latency" as const,
              title: `${endpoint}: all answers, before and after`,
              about: `The further left a line, the faster. Baseline against the gate of ${data.afterLabel}. The slowest answers beyond the right edge stand in the table.`,
              head: ["answers", "before, within", "after, within"],
              rows: before.map((point, at) => [
                percent(point.percent),
                ms(point.ms),
                ms(after[Math.round((at * (after.length - 1)) / (before.length - 1))]?.ms ?? null),
              ]),
              spec: (width: Width) => distributionChart(data, width),
            },
          ]
        : []),
    ];
  });
  const limits = charts.errorLimits.map(({ label, percent: value }) => `${label} ${value} %`).join(", ");
  return [
    ...perEndpoint,
    ...(charts.errors.length > 0
      ? [
          {
            id: "errors",
            group: "errors" as const,
            title: "Error rate at each gate",
            about: `Requests that were answered wrongly or not at all. Limits: ${limits}.`,
            head: ["gate", "failed", "requests"],
            rows: charts.errors.map(({ label, percent: value, requests }) => [
              label,
              percent(value),
              String(requests),
            ]),
            spec: (width: Width) => errorsChart(charts, width),
          },
        ]
      : []),
  ];
}
