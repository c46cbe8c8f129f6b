import { z } from "zod";

import { paging, repeated, text, time } from "../api/query";
import { ApiError, notFound } from "../api/refusal";
import { ok, route } from "../api/route";
import { formatTime } from "../clock";
import type { LogEntry } from "../state/log-store";
import type { World } from "../state/world";

const HOUR_MICROS = 3_600_000_000;
const LABELS = ["instance", "host", "statusCode", "method", "level", "type", "path"] as const;

const query = z.strictObject({
  ownerId: text,
  resource: repeated,
  startTime: time.optional(),
  endTime: time.optional(),
  direction: z.enum(["backward", "forward"]).default("backward"),
  limit: paging.limit,
  text: repeated.optional(),
  ...Object.fromEntries(LABELS.map((label) => [label, repeated.optional()])),
});

export const logRoutes = [
  route("GET /v1/logs", { query }, (call) => {
    const asked = call.query as Asked;
    const { start, found } = select(call.world, asked);
    const end = asked.endTime ?? call.world.clock.stamp();
    if (asked.direction === "backward") found.reverse();
    const logs = found.slice(0, asked.limit);
    const last = logs.at(-1);
    const hasMore = found.length > logs.length;
    const forward = asked.direction === "forward";
    return ok({
      hasMore,
      nextStartTime: formatTime(hasMore && forward && last !== undefined ? last.at + 1 : start),
      nextEndTime: formatTime(hasMore && !forward && last !== undefined ? last.at : end),
      logs: logs.map(logJson),
    });
  }),

  route("GET /v1/logs/values", { query: query.extend({ label: z.enum(LABELS) }) }, (call) => {
    const asked = call.query as Asked & { label: (typeof LABELS)[number] };
    const { found } = select(call.world, asked);
    const values = new Set(found.flatMap(({ labels }) => labels[asked.label] ?? []));
    return ok([...values].sort().slice(0, asked.limit));
  }),
];

type Asked = z.output<typeof query> & Partial<Record<(typeof LABELS)[number], string[]>>;

/** What the query names, oldest first. */
function select(world: World, asked: Asked): { start: number; found: LogEntry[] } {
  checkResources(world, asked.ownerId, asked.resource);
  const now = world.clock.stamp();
  const start = asked.startTime ?? now - HOUR_MICROS;
  const end = asked.endTime ?? now;
  const found = world.logs.arrived().filter((entry) => {
    // The start belongs to the range, the end does not: pages neither overlap nor leave a gap.
    if (entry.at < start || entry.at >= end) return false;
    if (!asked.resource.includes(entry.labels["resource"] ?? "")) return false;
    if (asked.text?.some((pattern) => matches(pattern, entry.message, "part")) === false) return false;
    return LABELS.every(
      (label) =>
        asked[label]?.some((pattern) => matches(pattern, entry.labels[label] ?? "", "whole")) ?? true,
    );
  });
  return { start, found };
}

function logJson(entry: LogEntry) {
  return {
    id: entry.id,
    message: entry.message,
    timestamp: formatTime(entry.at),
    labels: Object.entries(entry.labels).map(([name, value]) => ({ name, value })),
  };
}

function checkResources(world: World, ownerId: string, resources: readonly string[]): void {
  if (ownerId !== world.owner.id) throw notFound(ownerId);
  const known = new Set(world.services.flatMap(({ id, jobs }) => [id, ...jobs.map((job) => job.id)]));
  for (const id of resources) if (!known.has(id)) throw notFound(id);
}

/** `/regular expression/`, or words with `*` for anything. */
function matches(pattern: string, value: string, what: "part" | "whole"): boolean {
  const source = /^\/(.*)\/$/.exec(pattern)?.[1];
  if (source !== undefined) {
    try {
      return new RegExp(source).test(value);
    } catch {
      throw new ApiError(400, `not a regular expression: ${pattern}`);
    }
  }
  const words = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const expression = words.join(".*");
  return new RegExp(what === "whole" ? `^${expression}$` : expression, "i").test(value);
}
