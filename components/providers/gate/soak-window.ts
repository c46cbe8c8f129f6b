import { DEFAULT_CRITICAL_LOGS } from "../../config/defaults";
import {
  judgeWindow,
  type SoakWindow,
  type Unavailable,
  type WindowSeries,
} from "../../probes/latency/judge-window";
import { messageOf } from "../../errors";
import type { CheckResult } from "../../probes/verdict";
import type { LogLine, MetricAnswer, MetricSeries, Service } from "../../render/client";
import type { ProviderContext } from "../context";
import type { GateInputs } from "./inputs";
import { fullThresholds } from "./measure";
import { errorThresholds } from "../../probes/latency/error-rate";
import { probeInstead } from "./probe-instead";
import { judgeDatabase } from "./soak-database";
import { judgeUsage } from "./soak-usage";
import { checkOf } from "../../probes/check-id";

/** What a Hobby workspace keeps; asking for more would be asking for nothing. @source Render's documentation, metrics. */
const LONGEST_MS = 7 * 86_400_000;
/** A window of half a day or more has a night in it, in which nobody comes. */
const LONG_MS = 12 * 3_600_000;
const LONG_COVERAGE = 0.25;
const MOST_POINTS = 180;
const MOST_LINES = 50;

/**
 * Judges the time since a phase was live by what Render recorded: error rate, p95, critical log lines of each web service.
 * Where the plan has no metrics, by probes made now, and the evidence says so. Static sites have none of the three.
 * @param from when the soak began.
 */
export async function judgeSoak(
  context: ProviderContext,
  inputs: GateInputs,
  from: Date,
): Promise<CheckResult[]> {
  const to = await context.now();
  const start = new Date(Math.max(from.getTime(), to.getTime() - LONGEST_MS));
  const judged = await Promise.all(
    inputs.services.map(async (target) => {
      const service = await context.observed.service(target);
      if (service.type !== "web_service") return [];
      const window = await readWindow(context, inputs, service, start, to);
      const results = judgeWindow(window, to.toISOString(), "advance", errorThresholds(inputs.thresholds));
      const named = results.map((check) => checkOf(check, service.name));
      const [answered, usage] = await Promise.all([
        probeInstead(context, inputs, { target, service, window, results: named }),
        judgeUsage(context, service, fullThresholds(inputs.thresholds), usageWindow(start, to)),
      ]);
      return [...answered, ...usage];
    }),
  );
  const database = await judgeDatabase(context.database?.(), fullThresholds(inputs.thresholds), {
    ...{ notifications: inputs.notifications, from: start, at: to.toISOString() },
  });
  return [...judged.flat(), ...database];
}

function usageWindow(from: Date, to: Date) {
  return { from, to, resolutionSeconds: resolutionOf(from, to) };
}

function resolutionOf(from: Date, to: Date): number {
  return Math.max(60, Math.ceil((to.getTime() - from.getTime()) / 1000 / MOST_POINTS / 60) * 60);
}

async function readWindow(
  context: ProviderContext,
  { criticalLogs = DEFAULT_CRITICAL_LOGS }: GateInputs,
  service: Service,
  from: Date,
  to: Date,
): Promise<SoakWindow> {
  const lengthMs = to.getTime() - from.getTime();
  const resolutionSeconds = resolutionOf(from, to);
  const range = { resource: service.id, startTime: from, endTime: to, resolutionSeconds };
  const { render } = context;
  const [requests, latency, logs] = await Promise.all([
    seriesOf(() => render.httpRequests({ ...range, aggregateBy: "statusCode" }), byStatus),
    latencyOf((quantile) => render.httpLatency({ ...range, quantile })),
    criticalLines(context, service, criticalLogs, from, to),
  ]);
  const span = `resource=${service.id}, ${from.toISOString()} to ${to.toISOString()}`;
  return {
    from,
    to,
    requests,
    latency,
    logs,
    probes: {
      requests: `GET /metrics/http-requests (${span}, by status)`,
      latency: `GET /metrics/http-latency (${span}, one each for p50, p95, p99)`,
      logs: `GET /logs (${span}, level critical or the words ${criticalLogs.join(", ")})`,
    },
    ...(lengthMs >= LONG_MS ? { minimumCoverage: LONG_COVERAGE } : {}),
  };
}

async function seriesOf(
  read: () => Promise<MetricAnswer>,
  translate: (series: MetricSeries) => WindowSeries,
): Promise<WindowSeries[] | Unavailable> {
  try {
    const answer = await read();
    if (answer.kind === "no-data") return [];
    if (answer.kind === "not-available") {
      return { unavailable: `Render refuses them ("${answer.reason}")`, refused: true };
    }
    return answer.series.map(translate);
  } catch (error) {
    return { unavailable: withoutFullStop(error) };
  }
}

function byStatus({ labels, values }: MetricSeries): WindowSeries {
  // The reference does not give the label's name; what a status looks like is beyond doubt.
  const label = labels.find(({ value }) => /^[1-5]\d\d$/.test(value))?.value;
  if (label === undefined && values.length > 0) throw new Error("requests came without their status");
  return { label: label ?? "", points: values.map(({ timestamp, value }) => ({ at: timestamp, value })) };
}

/** The quantile that decides, and those that only the evidence shows: without one of these it is shorter, no more. */
const DECIDING = 0.95;
const SHOWN = [0.5, 0.99];

/** One question a quantile, so that no label of the answer has to tell which it is. */
async function latencyOf(
  ask: (quantile: number) => Promise<MetricAnswer>,
): Promise<WindowSeries[] | Unavailable> {
  const read = (quantile: number) => seriesOf(() => ask(quantile), inMilliseconds(String(quantile)));
  const [deciding, ...shown] = await Promise.all([DECIDING, ...SHOWN].map(read));
  if (deciding === undefined || "unavailable" in deciding) return deciding ?? [];
  return [...deciding, ...shown.flatMap((series) => ("unavailable" in series ? [] : series))];
}

function inMilliseconds(label: string): (series: MetricSeries) => WindowSeries {
  return ({ unit, values }) => {
    const factor = millisecondsIn(unit);
    return {
      label,
      points: values.map(({ timestamp, value }) => ({ at: timestamp, value: value * factor })),
    };
  };
}

function millisecondsIn(unit: string | undefined): number {
  if (/^(ms|milliseconds?)$/i.test(unit ?? "")) return 1;
  if (/^(s|seconds?)$/i.test(unit ?? "")) return 1000;
  throw new Error(`response times came in the unit "${unit ?? "none"}", which is not known`);
}

async function criticalLines(
  context: ProviderContext,
  service: Service,
  criticalWords: readonly string[],
  from: Date,
  to: Date,
): Promise<SoakWindow["logs"]> {
  const query = {
    ownerId: service.ownerId,
    resource: service.id,
    type: ["app"],
    startTime: from,
    endTime: to,
    limit: MOST_LINES,
  };
  const pattern = criticalWords.map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|");
  try {
    const found: LogLine[][] = await Promise.all([
      context.render.listLogs({ ...query, level: ["critical"] }),
      ...(pattern === "" ? [] : [context.render.listLogs({ ...query, text: [`/${pattern}/`] })]),
    ]);
    const lines = new Map(found.flat().map((line) => [line.id ?? `${line.timestamp} ${line.message}`, line]));
    const sorted = [...lines.values()].sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
    return {
      lines: sorted.map(({ timestamp, message }) => ({ at: timestamp, message: context.redact(message) })),
      truncated: found.some((each) => each.length >= MOST_LINES),
    };
  } catch (error) {
    return { unavailable: withoutFullStop(error) };
  }
}

function withoutFullStop(error: unknown): string {
  return messageOf(error).replace(/\.$/, "");
}
