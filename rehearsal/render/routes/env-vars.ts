import { randomBytes } from "node:crypto";

import { z } from "zod";

import { page, paging } from "../api/query";
import { ApiError, notFound } from "../api/refusal";
import { ok, requireService, route, type Call } from "../api/route";
import type { EnvVarRow } from "../state/env-vars";
import { environmentOf } from "../state/world";

export const envVarValue = z.union([
  z.strictObject({ value: z.string() }),
  z.strictObject({ generateValue: z.literal(true) }),
]);
const keyed = z.union([
  z.strictObject({ key: z.string().min(1), value: z.string() }),
  z.strictObject({ key: z.string().min(1), generateValue: z.literal(true) }),
]);

export const envVarInputs = z.array(keyed);

/** Saving a variable deploys nothing: no route here touches what runs. */
export const envVarRoutes = [
  route("GET /v1/services/{serviceId}/env-vars", { query: z.strictObject(paging) }, (call) => {
    return ok(page(requireService(call).env.newestFirst(), call.query, "envVar", envVarJson));
  }),

  route("PUT /v1/services/{serviceId}/env-vars", { body: envVarInputs.nullable() }, (call) => {
    const service = requireWritable(call);
    const rows = service.env.replaceAll(
      (call.body ?? []).map((entry) => ({ key: entry.key, value: valueOf(entry) })),
    );
    return ok(rows.map((row) => ({ cursor: row.cursor, envVar: envVarJson(row) })));
  }),

  route("GET /v1/services/{serviceId}/env-vars/{envVarKey}", {}, (call) => {
    const row = requireService(call).env.find(keyOf(call));
    if (row === undefined) throw notFound(keyOf(call));
    return ok(envVarJson(row));
  }),

  route("PUT /v1/services/{serviceId}/env-vars/{envVarKey}", { body: envVarValue }, (call) => {
    return ok(envVarJson(requireWritable(call).env.set(keyOf(call), valueOf(call.body))));
  }),

  route("DELETE /v1/services/{serviceId}/env-vars/{envVarKey}", {}, (call) => {
    if (!requireWritable(call).env.delete(keyOf(call))) throw notFound(keyOf(call));
    return { status: 204 };
  }),
];

function keyOf(call: Pick<Call<unknown, unknown>, "params">): string {
  return call.params["envVarKey"] ?? "";
}

export function envVarJson({ key, value: text }: EnvVarRow) {
  return { key, value: text };
}

/** A generated value is 32 random bytes in base64, 44 characters. */
export function valueOf(input: { value: string } | { generateValue: true }): string {
  return "value" in input ? input.value : randomBytes(32).toString("base64");
}

function requireWritable(call: Pick<Call<unknown, unknown>, "world" | "params">) {
  const service = requireService(call);
  const environment = environmentOf(call.world, service.id);
  if (call.world.faults.keyLacksAdmin && environment?.protectedStatus === "protected") {
    throw new ApiError(403, "only admins can change environment variables in a protected environment");
  }
  return service;
}
