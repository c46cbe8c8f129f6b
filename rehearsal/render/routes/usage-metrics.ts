import { readFileSync } from "node:fs";

import { z } from "zod";

import { repeated, text, time } from "../api/query";
import { ApiError, notFound } from "../api/refusal";
import { ok, route, type Call } from "../api/route";
import { formatTime } from "../clock";
import type { Service } from "../state/service";
import type { World } from "../state/world";

const HOUR_MICROS = 3_600_000_000;
const MOST_POINTS = 11_000;
/** What an instance of the smallest paid plan may use, in bytes and in CPUs. */
const MEMORY_LIMIT = 512 * 1024 * 1024;
const CPU_LIMIT = 0.5;
const PAGE_BYTES = 4096;

const query = z.strictObject({
  resource: repeated,
  startTime: time.optional(),
  endTime: time.optional(),
  resolutionSeconds: text.regex(/^\d+$/, "must be a number").transform(Number).default(60),
  instance: repeated.optional(),
  aggregationMethod: z.enum(["AVG", "MAX", "MIN"]).optional(),
});
type UsageCall = Call<z.output<typeof query>, unknown>;

interface Reading {
  id: string;
  /** From when on there are values, microseconds since 1970. */
  since: number;
  value: number | undefined;
}

/** What the live instance uses: of memory what its process has now (where the machine tells that), at every point alike;
 *  or what the person at the dashboard has set. What nobody measures is an empty list. */
export const usageMetricRoutes = [
  metric("memory", "bytes", (service, pid) => service.usage.memoryBytes ?? residentBytes(pid)),
  metric("memory-limit", "bytes", () => MEMORY_LIMIT),
  metric("memory-target", "bytes", () => undefined),
  metric("cpu", "cpu", (service) => service.usage.cpu ?? 0.02),
  metric("cpu-limit", "cpu", () => CPU_LIMIT),
  metric("cpu-target", "cpu", () => undefined),
  metric("instance-count", "instances", () => 1),
  metric("active-connections", "connections", () => undefined),
  metric("disk-usage", "bytes", () => undefined),
  metric("disk-capacity", "bytes", () => undefined),
  metric("bandwidth", "bytes", () => undefined),
];

function metric(
  name: string,
  unit: string,
  read: (service: Service, pid: number | undefined) => number | undefined,
) {
  return route(`GET /v1/metrics/${name}`, { query }, (call) =>
    ok(
      call.query.resource.flatMap((resource) =>
        readings(call.world, resource, read).flatMap(({ id, since, value }) => {
          const values = value === undefined ? [] : points(call, since, value);
          const labels = [
            { field: "resource", value: resource },
            { field: "instance", value: id },
          ];
          return values.length === 0 ? [] : [{ labels, unit, values }];
        }),
      ),
    ),
  );
}

function readings(
  world: World,
  resource: string,
  read: (service: Service, pid: number | undefined) => number | undefined,
): Reading[] {
  if (world.postgres.some(({ id }) => id === resource) || world.keyValues.some(({ id }) => id === resource))
    return [];
  const service = world.services.find(({ id }) => id === resource);
  if (service === undefined) throw notFound(resource);
  return service.runtime
    .instances()
    .map(({ id, pid, startedAt }) => ({ id, since: startedAt, value: read(service, pid) }));
}

function points({ world, query: asked }: UsageCall, since: number, value: number) {
  if (asked.resolutionSeconds < 30) throw new ApiError(400, "resolutionSeconds must be at least 30");
  const step = asked.resolutionSeconds * 1_000_000;
  const now = world.clock.stamp();
  const from = Math.max(asked.startTime ?? now - HOUR_MICROS, since);
  const to = Math.min(asked.endTime ?? now, now);
  if ((to - from) / step > MOST_POINTS) throw new ApiError(500, "too many points");
  const values: { timestamp: string; value: number }[] = [];
  for (let at = Math.floor(from / step) * step; at < to; at += step)
    values.push({ timestamp: formatTime(at), value });
  return values;
}

function residentBytes(pid: number | undefined): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid ?? 0}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
  } catch {
    return undefined;
  }
}
