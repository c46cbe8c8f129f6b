import { z } from "zod";

import { page, paging } from "../api/query";
import { notFound } from "../api/refusal";
import { ok, requireService, route, type Call } from "../api/route";
import { secretFileJson } from "../state/secret-files";

export const secretFileInput = z.strictObject({ name: z.string().min(1), content: z.string() });

export const secretFileRoutes = [
  route("GET /v1/services/{serviceId}/secret-files", { query: z.strictObject(paging) }, (call) =>
    ok(page(requireService(call).secretFiles.all(), call.query, "secretFile", secretFileJson)),
  ),

  route(
    "PUT /v1/services/{serviceId}/secret-files",
    { body: z.array(secretFileInput).nullable() },
    (call) => {
      const { secretFiles } = requireService(call);
      secretFiles.replaceAll(call.body ?? []);
      return ok(secretFiles.all().map((file) => ({ cursor: file.cursor, secretFile: secretFileJson(file) })));
    },
  ),

  route("GET /v1/services/{serviceId}/secret-files/{envVarKey}", {}, (call) => {
    const file = requireService(call).secretFiles.find(nameOf(call));
    if (file === undefined) throw notFound(nameOf(call));
    return ok(secretFileJson(file));
  }),

  // 201 whether it was there before or not: so says the description.
  route(
    "PUT /v1/services/{serviceId}/secret-files/{envVarKey}",
    { body: z.strictObject({ content: z.string().default("") }) },
    (call) => ({
      status: 201,
      body: secretFileJson(requireService(call).secretFiles.set(nameOf(call), call.body.content)),
    }),
  ),

  route("DELETE /v1/services/{serviceId}/secret-files/{envVarKey}", {}, (call) => {
    if (!requireService(call).secretFiles.delete(nameOf(call))) throw notFound(nameOf(call));
    return { status: 204 };
  }),
];

function nameOf(call: Pick<Call<unknown, unknown>, "params">): string {
  return call.params["envVarKey"] ?? "";
}
