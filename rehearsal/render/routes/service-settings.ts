import { z } from "zod";

import { paging } from "../api/query";
import { notFound } from "../api/refusal";
import { ok, requireService, route } from "../api/route";

const override = z.strictObject({
  notificationsToSend: z.enum(["default", "all", "failure", "none"]).optional(),
  previewNotificationsEnabled: z.enum(["default", "true", "false"]).optional(),
});

/** Whom Render tells of a service's deploys and failures: kept, and nobody is told. */
const overrides = new WeakMap<object, z.output<typeof override>>();

/**
 * Settings of services that the product never asks for, and Render's Terraform provider reads with each service.
 * @source render-oss/terraform-provider-render, its recordings.
 */
export const serviceSettingRoutes = [
  route("GET /v1/notification-settings/overrides/services/{serviceId}", {}, (call) => {
    const service = requireService(call);
    return ok(overrideJson(service.id, overrides.get(service)));
  }),

  route("PATCH /v1/notification-settings/overrides/services/{serviceId}", { body: override }, (call) => {
    const service = requireService(call);
    overrides.set(service, { ...overrides.get(service), ...call.body });
    return ok(overrideJson(service.id, overrides.get(service)));
  }),

  // No service's log goes anywhere else than its workspace's.
  route("GET /v1/logs/streams/resource/{serviceId}", {}, (call) => {
    throw notFound(call.params["serviceId"] ?? "");
  }),

  ...["headers", "routes"].map((list) =>
    route(`GET /v1/services/{serviceId}/${list}`, { query: z.strictObject({ ...paging }) }, (call) => {
      requireService(call);
      return ok([]);
    }),
  ),

  // A site of the rehearsal has none; more than that would have to be served.
  ...["headers", "routes"].map((list) =>
    route(`PUT /v1/services/{serviceId}/${list}`, { body: z.array(z.never()).nullable() }, (call) => {
      requireService(call);
      return ok([]);
    }),
  ),
];

function overrideJson(serviceId: string, set: z.output<typeof override> = {}) {
  return {
    notificationsToSend: set.notificationsToSend ?? "default",
    previewNotificationsEnabled: set.previewNotificationsEnabled ?? "default",
    serviceId,
  };
}
