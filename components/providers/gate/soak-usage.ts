import type { Thresholds } from "../../config/types";
import { judgeClientErrors, type StatusCounts } from "../../probes/latency/client-errors";
import type { CheckResult } from "../../probes/verdict";
import type { MetricAnswer, MetricSeries, Service } from "../../render/client";
import type { ProviderContext } from "../context";
import { messageOf } from "../../errors";
import { checkId, checkOf } from "../../probes/check-id";

/** Judges what error rate and response times of a soak's window do not show. None of it stops a rollout because Render does not offer it. */
export async function judgeUsage(
  context: ProviderContext,
  service: Service,
  thresholds: Thresholds,
  window: { from: Date; to: Date; resolutionSeconds: number },
): Promise<CheckResult[]> {
  const checks = await Promise.all([
    judgeShare(
      context,
      service,
      "memory",
      window,
      thresholds.investigate.memoryPercent,
      thresholds.immediate.memoryPercent,
    ),
    judgeShare(context, service, "cpu", window, thresholds.investigate.cpuPercent, undefined),
    judgeErrorLines(context, service, thresholds, window),
    judgeShift(context, service, thresholds, window),
  ]);
  return checks.map((check) => checkOf(check, service.name));
}

type Window = { from: Date; to: Date; resolutionSeconds: number };

/** The highest share of what an instance may use; a short peak counts, as one is enough to be ended for. */
async function judgeShare(
  context: ProviderContext,
  service: Service,
  metric: "memory" | "cpu",
  { from, to, resolutionSeconds }: Window,
  lookAbove: number,
  stopAbove: number | undefined,
): Promise<CheckResult> {
  const base = {
    check: checkId(`soak-${metric}`),
    threshold: `look above ${lookAbove} %${stopAbove === undefined ? "" : `, at once above ${stopAbove} %`}`,
    probe: `GET /metrics/${metric} and /metrics/${metric}-limit (resource=${service.id}, ${from.toISOString()} to ${to.toISOString()})`,
    at: (await context.now()).toISOString(),
  };
  const query = { resource: service.id, startTime: from, endTime: to, resolutionSeconds };
  try {
    const [used, limit] = await Promise.all([
      context.render.usage(metric, query),
      context.render.usage(`${metric}-limit`, query),
    ]);
    const [most, allowed] = [highest(used), highest(limit)];
    if (most === undefined || allowed === undefined || allowed <= 0)
      return { ...base, verdict: "warn", summary: notHad(metric, used.kind === "data" ? limit : used) };
    const percent = Math.round((1000 * most) / allowed) / 10;
    const verdict =
      stopAbove !== undefined && percent > stopAbove ? "fail" : percent > lookAbove ? "warn" : "pass";
    const words = verdict === "pass" ? "stayed at or below" : "reached";
    return {
      ...base,
      verdict,
      summary: `${metric} ${words} ${percent} % of what the instance may use`,
      observed: `${percent} %`,
    };
  } catch (error) {
    return { ...base, verdict: "warn", summary: `${metric} could not be looked at: ${wordsOf(error)}` };
  }
}

function highest(answer: MetricAnswer): number | undefined {
  if (answer.kind !== "data") return undefined;
  const values = answer.series.flatMap((series: MetricSeries) => series.values.map(({ value }) => value));
  return values.length === 0 ? undefined : Math.max(...values);
}

function notHad(what: string, answer: MetricAnswer): string {
  const why =
    answer.kind === "not-available" ? `Render refuses it ("${answer.reason}")` : "Render has no data of it";
  return `${what} could not be measured: ${why}. Look at the service's Metrics on Render.`;
}

const MOST_LINES = 500;
/** Applications log their failures at ERROR, and many platforms know no level of them. */
const ERROR_WORDS = String.raw`/\b(ERROR|Error:|Exception|Traceback)\b/`;

async function judgeErrorLines(
  context: ProviderContext,
  service: Service,
  { investigate, immediate }: Thresholds,
  { from, to }: Window,
): Promise<CheckResult> {
  const [lookAbove, stopAbove] = [investigate.errorLinesPerMinute, immediate.errorLinesPerMinute];
  const base = {
    check: checkId("soak-error-lines"),
    threshold: `look above ${lookAbove} a minute, at once above ${stopAbove}`,
    probe: `GET /logs (resource=${service.id}, ${from.toISOString()} to ${to.toISOString()}, level error or ${ERROR_WORDS})`,
    at: (await context.now()).toISOString(),
  };
  const query = {
    ...{ ownerId: service.ownerId, resource: service.id, type: ["app"] },
    ...{ startTime: from, endTime: to, limit: MOST_LINES },
  };
  try {
    const found = await Promise.all([
      context.render.listLogs({ ...query, level: ["error", "critical"] }),
      context.render.listLogs({ ...query, text: [ERROR_WORDS] }),
    ]);
    const lines = new Map(found.flat().map((line) => [line.id ?? `${line.timestamp} ${line.message}`, line]));
    const minutes = Math.max(1, (to.getTime() - from.getTime()) / 60_000);
    const rate = lines.size / minutes;
    const verdict = rate > stopAbove ? "fail" : rate > lookAbove ? "warn" : "pass";
    const count = `${found.some((each) => each.length >= MOST_LINES) ? "at least " : ""}${lines.size}`;
    const [first] = [...lines.values()].sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
    const example = first === undefined ? "" : `, the first: ${context.redact(first.message).slice(0, 120)}`;
    const shown = rate === 0 ? "0" : rate < 0.1 ? "less than 0.1" : rate.toFixed(1);
    return {
      ...base,
      verdict,
      summary: `${count} lines of errors in the log of the window, ${shown} a minute${example}`,
      samples: lines.size,
      observed: `${shown} a minute`,
    };
  } catch (error) {
    return { ...base, verdict: "warn", summary: `the log could not be looked at: ${wordsOf(error)}` };
  }
}

/** Answers of 4xx are no failures of the service, but a shift of them is: what users do does not change with a deploy. */
async function judgeShift(
  context: ProviderContext,
  service: Service,
  { investigate, immediate }: Thresholds,
  { from, to, resolutionSeconds }: Window,
): Promise<CheckResult> {
  const before = new Date(from.getTime() - (to.getTime() - from.getTime()));
  const base = {
    check: checkId("soak-client-errors"),
    threshold: `look above +${investigate.clientErrorIncreasePercent} points of 4xx, at once above +${immediate.clientErrorIncreasePercent}`,
    probe: `GET /metrics/http-requests (resource=${service.id}, ${before.toISOString()} to ${to.toISOString()}, by status)`,
    at: (await context.now()).toISOString(),
  };
  const read = (startTime: Date, endTime: Date) =>
    context.render.httpRequests({
      resource: service.id,
      startTime,
      endTime,
      resolutionSeconds,
      aggregateBy: "statusCode",
    });
  try {
    const [earlier, later] = await Promise.all([read(before, from), read(from, to)]);
    const missing = [later, earlier].find(({ kind }) => kind === "not-available");
    if (missing !== undefined)
      return { ...base, verdict: "warn", summary: notHad("the share of 4xx", missing) };
    return {
      ...base,
      ...judgeClientErrors(countsOf(earlier), countsOf(later), {
        lookAbovePercent: investigate.clientErrorIncreasePercent,
        stopAbovePercent: immediate.clientErrorIncreasePercent,
      }),
    };
  } catch (error) {
    return { ...base, verdict: "warn", summary: `the share of 4xx could not be compared: ${wordsOf(error)}` };
  }
}

function countsOf(answer: MetricAnswer): StatusCounts {
  const counts = { requests: 0, clientErrors: 0 };
  if (answer.kind !== "data") return counts;
  for (const { labels, values } of answer.series) {
    const status = labels.find(({ value }) => /^[1-5]\d\d$/.test(value))?.value ?? "";
    const total = values.reduce((sum, { value }) => sum + value, 0);
    counts.requests += total;
    if (status.startsWith("4")) counts.clientErrors += total;
  }
  return counts;
}

function wordsOf(error: unknown): string {
  return messageOf(error).replace(/\.$/, "");
}
