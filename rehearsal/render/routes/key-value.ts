import { z } from "zod";

import { commaList, page, paging } from "../api/query";
import { notFound } from "../api/refusal";
import { ok, route, type Call } from "../api/route";
import { formatTime } from "../clock";
import type { KeyValue, World } from "../state/world";
import { ownerJson } from "./owners";

const listQuery = z.strictObject({
  ...paging,
  name: commaList.optional(),
  ownerId: commaList.optional(),
  environmentId: commaList.optional(),
  region: commaList.optional(),
});

export const keyValueRoutes = [
  route("GET /v1/key-value", { query: listQuery }, ({ world, query }) => {
    const rows = world.keyValues.filter(({ spec }) => query.name?.includes(spec.name) ?? true);
    return ok(page(rows, query, "keyValue", (row) => keyValueJson(world, row)));
  }),

  route("GET /v1/key-value/{keyValueId}", {}, (call) => ok(keyValueJson(call.world, requireKeyValue(call)))),

  route("GET /v1/key-value/{keyValueId}/connection-info", {}, (call) => {
    const { id } = requireKeyValue(call);
    return ok({
      internalConnectionString: `redis://${id}:6379`,
      externalConnectionString: `rediss://${id}:only-for-rehearsal@frankfurt-keyvalue.render.com:6379`,
      cliCommand: `redis-cli -h frankfurt-keyvalue.render.com -p 6379`,
    });
  }),
];

function requireKeyValue(call: Pick<Call<unknown, unknown>, "world" | "params">): KeyValue {
  const id = call.params["keyValueId"] ?? "";
  const found = call.world.keyValues.find((candidate) => candidate.id === id);
  if (found === undefined) throw notFound(id);
  return found;
}

function keyValueJson(world: World, { id, spec, createdAt }: KeyValue) {
  return {
    id,
    createdAt: formatTime(createdAt),
    updatedAt: formatTime(createdAt),
    status: "available",
    region: "frankfurt",
    plan: spec.plan ?? "starter",
    name: spec.name,
    owner: ownerJson(world.owner),
    options: { maxmemoryPolicy: "allkeys_lru" },
    ipAllowList: [],
    version: "8.1.4",
    dashboardUrl: `https://dashboard.render.com/r/${id}`,
  };
}
