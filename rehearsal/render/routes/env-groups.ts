import { z } from "zod";

import { commaList, inWindows, paging, timeWindows } from "../api/query";
import { ApiError, notFound } from "../api/refusal";
import { ok, requireService, route, type Call } from "../api/route";
import { formatTime } from "../clock";
import { createEnvGroup, type EnvGroup } from "../state/env-group";
import { secretFileJson } from "../state/secret-files";
import { SHORT_TYPES } from "../state/service-json";
import type { World } from "../state/world";
import { envVarInputs, envVarJson, envVarValue, valueOf } from "./env-vars";
import { secretFileInput } from "./secret-files";

const listQuery = z.strictObject({
  ...paging,
  ...timeWindows("created", "updated"),
  name: commaList.optional(),
  ownerId: commaList.optional(),
  environmentId: commaList.optional(),
});
const createBody = z.strictObject({
  name: z.string().min(1),
  ownerId: z.string(),
  envVars: envVarInputs,
  secretFiles: z.array(secretFileInput).nullish(),
  serviceIds: z.array(z.string()).nullish(),
  environmentId: z.string().optional(),
});

/** Groups are no rows with a cursor: the list is a bare array. Nothing here deploys anything. */
export const envGroupRoutes = [
  route("GET /v1/env-groups", { query: listQuery }, ({ world, query }) => {
    const groups = world.envGroups.filter(
      (group) =>
        (query.name?.includes(group.name) ?? true) &&
        (query.ownerId?.includes(group.ownerId) ?? true) &&
        (query.environmentId?.includes(group.environmentId ?? "") ?? true) &&
        inWindows(query, { created: group.createdAt, updated: group.updatedAt }),
    );
    // A row has no cursor: whoever asks for the next page with the last id as cursor gets what comes after it.
    const after = groups.findIndex(({ id }) => id === query.cursor) + 1;
    return ok(groups.slice(after, after + query.limit).map((group) => metaJson(world, group)));
  }),

  route("POST /v1/env-groups", { body: createBody }, ({ world, body }) => {
    if (body.ownerId !== world.owner.id) throw new ApiError(400, "no such owner");
    const serviceIds = body.serviceIds ?? [];
    for (const serviceId of serviceIds) requireService({ world, params: { serviceId } });
    const group = createEnvGroup({
      name: body.name,
      ownerId: body.ownerId,
      createdAt: world.clock.stamp(),
      envVars: Object.fromEntries(body.envVars.map((entry) => [entry.key, valueOf(entry)])),
      serviceIds,
      ...(body.environmentId !== undefined && { environmentId: body.environmentId }),
    });
    group.secretFiles.replaceAll(body.secretFiles ?? []);
    world.envGroups.push(group);
    return { status: 201, body: groupJson(world, group) };
  }),

  route("GET /v1/env-groups/{envGroupId}", {}, (call) => ok(groupJson(call.world, requireGroup(call)))),

  route(
    "PATCH /v1/env-groups/{envGroupId}",
    { body: z.strictObject({ name: z.string().min(1) }) },
    (call) => {
      const group = touched(call);
      group.name = call.body.name;
      return ok(groupJson(call.world, group));
    },
  ),

  route("DELETE /v1/env-groups/{envGroupId}", {}, (call) => {
    call.world.envGroups.splice(call.world.envGroups.indexOf(requireGroup(call)), 1);
    return { status: 204 };
  }),

  route("POST /v1/env-groups/{envGroupId}/services/{serviceId}", {}, (call) => {
    const group = touched(call);
    group.serviceIds.add(requireService(call).id);
    return ok(groupJson(call.world, group));
  }),

  route("DELETE /v1/env-groups/{envGroupId}/services/{serviceId}", {}, (call) => {
    touched(call).serviceIds.delete(requireService(call).id);
    return { status: 204 };
  }),

  route("GET /v1/env-groups/{envGroupId}/env-vars/{envVarKey}", {}, (call) => {
    const row = requireGroup(call).env.find(keyOf(call));
    if (row === undefined) throw notFound(keyOf(call));
    return ok(envVarJson(row));
  }),

  route("PUT /v1/env-groups/{envGroupId}/env-vars/{envVarKey}", { body: envVarValue }, (call) => {
    return ok(envVarJson(touched(call).env.set(keyOf(call), valueOf(call.body))));
  }),

  route("DELETE /v1/env-groups/{envGroupId}/env-vars/{envVarKey}", {}, (call) => {
    if (!touched(call).env.delete(keyOf(call))) throw notFound(keyOf(call));
    return { status: 204 };
  }),

  route("GET /v1/env-groups/{envGroupId}/secret-files/{envVarKey}", {}, (call) => {
    const file = requireGroup(call).secretFiles.find(keyOf(call));
    if (file === undefined) throw notFound(keyOf(call));
    return ok(secretFileJson(file));
  }),

  route(
    "PUT /v1/env-groups/{envGroupId}/secret-files/{envVarKey}",
    { body: z.strictObject({ content: z.string() }) },
    (call) => ok(secretFileJson(touched(call).secretFiles.set(keyOf(call), call.body.content))),
  ),

  route("DELETE /v1/env-groups/{envGroupId}/secret-files/{envVarKey}", {}, (call) => {
    if (!touched(call).secretFiles.delete(keyOf(call))) throw notFound(keyOf(call));
    return { status: 204 };
  }),
];

type At = Pick<Call<unknown, unknown>, "world" | "params">;

function requireGroup(call: At): EnvGroup {
  const id = call.params["envGroupId"] ?? "";
  const group = call.world.envGroups.find((candidate) => candidate.id === id);
  if (group === undefined) throw notFound(id);
  return group;
}

function touched(call: At): EnvGroup {
  const group = requireGroup(call);
  group.updatedAt = call.world.clock.stamp();
  return group;
}

function keyOf(call: Pick<At, "params">): string {
  return call.params["envVarKey"] ?? "";
}

function metaJson(world: World, group: EnvGroup) {
  const linked = world.services.filter(({ id }) => group.serviceIds.has(id));
  return {
    id: group.id,
    name: group.name,
    ownerId: group.ownerId,
    createdAt: formatTime(group.createdAt),
    updatedAt: formatTime(group.updatedAt),
    serviceLinks: linked.map(({ id, spec }) => ({ id, name: spec.name, type: SHORT_TYPES[spec.type] })),
    ...(group.environmentId !== undefined && { environmentId: group.environmentId }),
  };
}

function groupJson(world: World, group: EnvGroup) {
  return {
    ...metaJson(world, group),
    envVars: group.env.newestFirst().map(envVarJson),
    secretFiles: group.secretFiles.all().map(secretFileJson),
  };
}
