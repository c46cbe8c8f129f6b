import type { RolloutRecord } from "../../log/record";
import { stepsOf } from "../../log/steps";
import { errorPercent } from "../model/comparison";
import { afterOf, baselineOf, type Verification } from "../model/verifications";

/** The numbers behind every chart; a chart shows these and no others. */
export interface ChartData {
  /** One for each endpoint that is drawn. */
  endpoints: EndpointCharts[];
  /** Endpoints that are measured and not drawn, because there are too many. */
  left: string[];
  errors: ErrorPoint[];
  errorLimits: { label: string; percent: number }[];
  p95LimitMs: number;
  /** Moments at which an update began, for the charts over time. */
  marks: { at: string; label: string }[];
  timeZone: string;
}

export interface EndpointCharts {
  endpoint: string;
  baseline: { p50: number | null; p95: number | null; p99: number | null };
  /** In order of time. */
  gates: { label: string; p50: number | null; p95: number | null; p99: number | null }[];
  /** Over time; empty where single samples were not kept. */
  course: {
    at: string;
    n: number;
    failures: number;
    p50: number | null;
    p95: number | null;
    p99: number | null;
  }[];
  stepSeconds: number;
  /** Share of the answers, in per cent, that came within so many milliseconds. Empty where it was not kept. */
  before: SharePoint[];
  after: SharePoint[];
  afterLabel: string;
}

export interface SharePoint {
  ms: number;
  percent: number;
}

export interface ErrorPoint {
  label: string;
  percent: number;
  requests: number;
}

/** More endpoints than these stand in the tables only: a report has to stay small. */
const MOST_DRAWN = 4;

export function chartData(record: RolloutRecord, verifications: readonly Verification[]): ChartData {
  const baseline = baselineOf(record);
  const after = afterOf(verifications);
  const names = [
    ...new Set([...Object.keys(baseline), ...verifications.flatMap(({ measured }) => Object.keys(measured))]),
  ];
  const drawn = [...names].sort((a, b) => changeOf(b) - changeOf(a)).slice(0, MOST_DRAWN);
  const { errorRatePercent, p95Ms } = record.catalogue.limits;
  return {
    endpoints: names.filter((name) => drawn.includes(name)).map(chartsOf),
    left: names.filter((name) => !drawn.includes(name)),
    errors: verifications.flatMap(({ label, checks }) => {
      const check = checks.find((each) => each.check === "error-rate");
      const percent = errorPercent(check);
      return percent === null ? [] : [{ label, percent, requests: check?.samples ?? 0 }];
    }),
    errorLimits: [
      { label: "advance below", percent: errorRatePercent.advance },
      { label: "look into above", percent: errorRatePercent.investigate },
      { label: "back at once above", percent: errorRatePercent.immediate },
    ],
    p95LimitMs: p95Ms,
    marks: stepsOf(record)
      .filter(({ kind }) => kind === "advance" || kind === "rollback" || kind === "begin")
      .map(({ update, kind }) => ({
        at: update.startedAt,
        label: `${kind === "rollback" ? "back to " : ""}${update.phase ?? "?"}`,
      })),
    timeZone: record.timeZone,
  };

  function changeOf(endpoint: string): number {
    const [then, now] = [baseline[endpoint]?.p95, after?.measured[endpoint]?.p95];
    return typeof then === "number" && typeof now === "number" && then > 0 ? now / then : 0;
  }

  function chartsOf(endpoint: string): EndpointCharts {
    const { p50 = null, p95 = null, p99 = null, quantilesMs = [] } = baseline[endpoint] ?? {};
    return {
      endpoint,
      baseline: { p50, p95, p99 },
      gates: verifications.flatMap(({ label, measured }) => {
        const own = measured[endpoint];
        return own === undefined ? [] : [{ label, p50: own.p50, p95: own.p95, p99: own.p99 }];
      }),
      course: record.course.endpoints[endpoint] ?? [],
      stepSeconds: record.course.stepSeconds,
      before: sharesOf(quantilesMs),
      after: sharesOf(after?.measured[endpoint]?.quantilesMs ?? []),
      afterLabel: after?.label ?? "",
    };
  }
}

/** Each kept quantile as "so many per cent of the answers came within". */
function sharesOf(quantilesMs: readonly number[]): SharePoint[] {
  const last = quantilesMs.length - 1;
  return last < 1 ? [] : quantilesMs.map((ms, index) => ({ ms, percent: (100 * index) / last }));
}
