import { z } from "zod";

import type { Api, CallOptions, Query } from "./api";
import { isStatus } from "./errors";
import { metricSeriesSchema, type MetricSeries } from "./types";

export interface MetricQuery {
  resource: string;
  startTime: Date | string;
  endTime: Date | string;
  /** 30 at least, 60 by default; too many points end in HTTP 500. */
  resolutionSeconds?: number;
}

/** `active-connections` is a database's (`dpg-…`). */
export type UsageMetric =
  "cpu" | "cpu-limit" | "memory" | "memory-limit" | "active-connections" | "instance-count";

/** No data is neither zero nor good: a service without traffic has none, and so has one whose metrics lag behind. */
export type MetricAnswer =
  | { kind: "data"; series: MetricSeries[] }
  | { kind: "no-data" }
  /** Render refuses the question (HTTP 400): the workspace's plan or the kind of service has no such metric, mostly. */
  | { kind: "not-available"; reason: string };

/**
 * httpRequests   GET /metrics/http-requests
 * httpLatency    GET /metrics/http-latency
 * usage          GET /metrics/cpu, cpu-limit, memory, memory-limit, active-connections, instance-count
 */
export interface MetricsApi {
  /** Counts; by status, a series for each, with the code in a label. @source API reference, "Get HTTP request count". */
  httpRequests(
    query: MetricQuery & { aggregateBy?: "statusCode" | "host" },
    options?: CallOptions,
  ): Promise<MetricAnswer>;
  /**
   * One quantile, 0 to 1: asked one at a time, because nothing published says which label would tell several apart.
   * Pro workspaces and above. @source API reference, "Get HTTP latency".
   */
  httpLatency(query: MetricQuery & { quantile: number }, options?: CallOptions): Promise<MetricAnswer>;
  /**
   * What a service or a database uses, and what it may: a series for each instance, in the unit that it names.
   * @source API reference, "Get CPU usage", "Get memory usage", "Get active connection count" and their limits.
   */
  usage(metric: UsageMetric, query: MetricQuery, options?: CallOptions): Promise<MetricAnswer>;
}

const MIN_RESOLUTION_SECONDS = 30;
const seriesSchema = z.array(metricSeriesSchema);

export function metricsApi(api: Api): MetricsApi {
  async function read(route: string, query: Query, options?: CallOptions): Promise<MetricAnswer> {
    try {
      const reply = await api.send({ method: "GET", route, query, bucket: "reads" }, options);
      const series = reply.read(seriesSchema);
      return series.some(({ values }) => values.length > 0) ? { kind: "data", series } : { kind: "no-data" };
    } catch (error) {
      // Why, nobody can tell from words that nobody has seen: they are handed on, and none of them means "no data".
      if (!isStatus(error, 400)) throw error;
      return { kind: "not-available", reason: error.apiMessage ?? "HTTP 400 without a reason" };
    }
  }

  return {
    httpRequests: ({ aggregateBy, ...query }, options) =>
      read("/metrics/http-requests", { ...common(query), aggregateBy }, options),
    usage: (metric, query, options) => read(`/metrics/${metric}`, common(query), options),
    httpLatency: ({ quantile, ...query }, options) =>
      read("/metrics/http-latency", { ...common(query), quantile: [String(quantile)] }, options),
  };
}

function common({ resource, startTime, endTime, resolutionSeconds = 60 }: MetricQuery): Query {
  return {
    resource: [resource],
    startTime,
    endTime,
    resolutionSeconds: Math.max(MIN_RESOLUTION_SECONDS, resolutionSeconds),
  };
}
