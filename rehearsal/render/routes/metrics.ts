import { z } from "zod";

import { repeated, text, time } from "../api/query";
import { ApiError, notFound } from "../api/refusal";
import { ok, route } from "../api/route";
import { formatTime } from "../clock";
import type { TrafficEntry } from "../state/traffic";
import type { World } from "../state/world";

const HOUR_MICROS = 3_600_000_000;
const MOST_POINTS = 11_000;

const common = {
  resource: repeated,
  startTime: time.optional(),
  endTime: time.optional(),
  resolutionSeconds: text.regex(/^\d+$/, "must be a number").transform(Number).default(60),
  host: repeated.optional(),
  path: repeated.optional(),
};
const requestsQuery = z.strictObject({ ...common, aggregateBy: z.enum(["statusCode", "host"]).optional() });
const latencyQuery = z.strictObject({ ...common, quantile: repeated.optional() });
type CommonQuery = Omit<z.output<typeof requestsQuery>, "aggregateBy">;

interface Point {
  timestamp: string;
  value: number;
}

/** Computed from the requests that really went through the public URLs. No request, no series: no data is not zero errors. */
export const metricRoutes = [
  route("GET /v1/metrics/http-requests", { query: requestsQuery }, ({ world, query }) => {
    const series = traffic(world, query).flatMap(({ serviceId, entries }) => {
      const groups = groupBy(entries, (entry) => {
        if (query.aggregateBy === undefined) return "";
        return query.aggregateBy === "statusCode" ? String(entry.status) : entry.host;
      });
      return [...groups].map(([value, group]) => ({
        labels: [
          { field: "resource", value: serviceId },
          ...(query.aggregateBy === undefined ? [] : [{ field: query.aggregateBy, value }]),
        ],
        unit: "unitless",
        values: points(query, group, (bucket) => bucket.length),
      }));
    });
    return ok(series);
  }),

  route("GET /v1/metrics/http-latency", { query: latencyQuery }, ({ world, query }) => {
    if (world.owner.plan === "hobby")
      throw new ApiError(400, "http latency metrics are not available on the hobby plan");
    const quantiles = (query.quantile ?? ["0.95"]).map(parseQuantile);
    const series = traffic(world, query).flatMap(({ serviceId, entries }) => {
      if (entries.length === 0) return [];
      return quantiles.map((quantile) => ({
        // Which label would tell quantiles apart is proven nowhere: of several asked for at once nobody knows which is which.
        labels: [{ field: "resource", value: serviceId }],
        unit: "ms",
        values: points(query, entries, (bucket) => quantileOf(bucket, quantile)),
      }));
    });
    return ok(series);
  }),
];

function traffic(world: World, query: CommonQuery): { serviceId: string; entries: TrafficEntry[] }[] {
  const { from, to } = range(world, query);
  if (query.resolutionSeconds < 30) throw new ApiError(400, "resolutionSeconds must be at least 30");
  if ((to - from) / (query.resolutionSeconds * 1_000_000) > MOST_POINTS)
    throw new ApiError(500, "too many points");
  return query.resource.map((id) => {
    const service = world.services.find((candidate) => candidate.id === id);
    if (service === undefined) throw notFound(id);
    // HTTP metrics are of web services only.
    const all = service.spec.type === "web_service" ? service.traffic.between(from, to) : [];
    const entries = all.filter((entry) => {
      return (query.path?.includes(entry.path) ?? true) && (query.host?.includes(entry.host) ?? true);
    });
    return { serviceId: id, entries };
  });
}

function range(world: World, query: CommonQuery): { from: number; to: number } {
  const now = world.clock.stamp();
  return { from: query.startTime ?? now - HOUR_MICROS, to: query.endTime ?? now };
}

/** One point for each stretch of the resolution in which something happened, at its beginning. */
function points(
  query: CommonQuery,
  entries: readonly TrafficEntry[],
  value: (bucket: TrafficEntry[]) => number,
): Point[] {
  const step = query.resolutionSeconds * 1_000_000;
  const buckets = groupBy(entries, ({ at }) => Math.floor(at / step) * step);
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([at, bucket]) => ({ timestamp: formatTime(at), value: value(bucket) }));
}

function groupBy<Key>(
  entries: readonly TrafficEntry[],
  keyOf: (entry: TrafficEntry) => Key,
): Map<Key, TrafficEntry[]> {
  const groups = new Map<Key, TrafficEntry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return groups;
}

function quantileOf(bucket: readonly TrafficEntry[], quantile: number): number {
  const sorted = bucket.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(quantile * sorted.length) - 1))] ?? 0;
}

function parseQuantile(value: string): number {
  const quantile = Number(value);
  if (value === "" || !(quantile >= 0 && quantile <= 1))
    throw new ApiError(400, `quantile ${value} is not between 0 and 1`);
  return quantile;
}
