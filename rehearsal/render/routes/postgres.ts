import { z } from "zod";

import { commaList, page, paging } from "../api/query";
import { ApiError, notFound } from "../api/refusal";
import { ok, route, type Call } from "../api/route";
import { formatTime } from "../clock";
import { newId } from "../ids";
import type { Postgres } from "../state/postgres";
import type { World } from "../state/world";
import { ownerJson } from "./owners";

const MINUTE_MICROS = 60_000_000;
const THREE_DAYS_MINUTES = 3 * 24 * 60;

const listQuery = z.strictObject({
  ...paging,
  name: commaList.optional(),
  ownerId: commaList.optional(),
  environmentId: commaList.optional(),
  region: commaList.optional(),
  suspended: commaList.optional(),
  includeReplicas: z.enum(["true", "false"]).optional(),
});

export const postgresRoutes = [
  route("GET /v1/postgres", { query: listQuery }, ({ world, query }) => {
    const rows = world.postgres.filter(({ spec }) => {
      return (query.name?.includes(spec.name) ?? true) && (query.ownerId?.includes(world.owner.id) ?? true);
    });
    return ok(page(rows, query, "postgres", (row) => postgresJson(world, row)));
  }),

  route("GET /v1/postgres/{postgresId}", {}, (call) => ok(postgresJson(call.world, requirePostgres(call)))),

  route("GET /v1/postgres/{postgresId}/connection-info", {}, (call) => {
    const { id, spec } = requirePostgres(call);
    const external = new URL(
      spec.connectionString ?? `postgresql://user:only-for-rehearsal@127.0.0.1:1/${spec.name}`,
    );
    // Inside Render the same database has the bare id as its host.
    const internal = new URL(external);
    internal.host = id;
    internal.port = "";
    return ok({
      password: decodeURIComponent(external.password),
      internalConnectionString: internal.toString(),
      externalConnectionString: external.toString(),
      psqlCommand: `PGPASSWORD=${external.password} psql -h ${external.hostname} -U ${external.username} ${external.pathname.slice(1)}`,
    });
  }),

  route("GET /v1/postgres/{postgresId}/recovery", {}, (call) => {
    const { spec } = requirePostgres(call);
    const recoveryStatus = spec.plan === "free" ? "NOT_AVAILABLE" : (spec.recoveryStatus ?? "AVAILABLE");
    if (recoveryStatus !== "AVAILABLE") return ok({ recoveryStatus });
    const minutes = spec.recoverableMinutes ?? THREE_DAYS_MINUTES;
    return ok({ recoveryStatus, startsAt: formatTime(call.world.clock.stamp() - minutes * MINUTE_MICROS) });
  }),

  route("GET /v1/postgres/{postgresId}/export", {}, (call) => {
    const { exports } = requirePostgres(call);
    const now = call.world.clock.stamp();
    return ok(
      exports.map(({ id, createdAt, readyAt }) => ({
        id,
        createdAt: formatTime(createdAt),
        ...(readyAt <= now && { url: `https://exports.example.invalid/${id}.dir.tar.gz` }),
      })),
    );
  }),

  // Answered with neither id nor body: the list has to be asked.
  route("POST /v1/postgres/{postgresId}/export", {}, (call) => {
    const { spec, exports } = requirePostgres(call);
    const now = call.world.clock.stamp();
    if (spec.plan === "free") throw new ApiError(400, "exports need a paid plan");
    if (exports.some(({ readyAt }) => readyAt > now))
      throw new ApiError(409, "an export is already in progress");
    exports.push({ id: newId("exp"), createdAt: now, readyAt: now + (spec.exportMs ?? 0) * 1000 });
    return { status: 202 };
  }),
];

function requirePostgres(call: Pick<Call<unknown, unknown>, "world" | "params">): Postgres {
  const id = call.params["postgresId"] ?? "";
  const found = call.world.postgres.find((candidate) => candidate.id === id);
  if (found === undefined) throw notFound(id);
  return found;
}

function postgresJson(world: World, { id, spec, createdAt }: Postgres) {
  return {
    id,
    name: spec.name,
    databaseName: spec.name.replaceAll("-", "_"),
    databaseUser: `${spec.name.replaceAll("-", "_")}_user`,
    plan: spec.plan ?? "basic_256mb",
    region: "frankfurt",
    version: "17",
    role: "primary",
    status: "available",
    suspended: "not_suspended",
    suspenders: [],
    highAvailabilityEnabled: false,
    diskAutoscalingEnabled: false,
    connectionPool: "none",
    diskSizeGB: 1,
    readReplicas: [],
    owner: ownerJson(world.owner),
    ipAllowList: null,
    dashboardUrl: `https://dashboard.render.com/d/${id}`,
    createdAt: formatTime(createdAt),
    updatedAt: formatTime(createdAt),
  };
}
