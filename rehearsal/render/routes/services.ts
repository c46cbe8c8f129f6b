import { z } from "zod";

import { commaList, inWindows, page, paging, timeWindows } from "../api/query";
import { ok, requireService, route } from "../api/route";
import { serviceJson } from "../state/service-json";

const listQuery = z.strictObject({
  ...paging,
  ...timeWindows("created", "updated"),
  name: commaList.optional(),
  type: commaList.optional(),
  ownerId: commaList.optional(),
  environmentId: commaList.optional(),
  region: commaList.optional(),
  suspended: commaList.optional(),
  includePreviews: z.enum(["true", "false"]).optional(),
});

export const serviceRoutes = [
  route("GET /v1/services", { query: listQuery }, (call) => {
    const { query, world } = call;
    const rows = world.services.filter((service) => {
      const json = serviceJson(world, service);
      const named = (name: string) => service.spec.name.toLowerCase().startsWith(name.toLowerCase());
      return (
        // Exact, prefix or case: nobody has documented it. The loosest reading, so that a client has to look again itself.
        (query.name?.some(named) ?? true) &&
        (query.type?.includes(service.spec.type) ?? true) &&
        (query.ownerId?.includes(service.ownerId) ?? true) &&
        (query.environmentId?.includes(json.environmentId ?? "") ?? true) &&
        (query.region?.includes(
          service.spec.type === "static_site" ? "" : (service.spec.region ?? "frankfurt"),
        ) ??
          true) &&
        (query.suspended?.includes(json.suspended) ?? true) &&
        inWindows(query, { created: service.createdAt, updated: service.updatedAt })
      );
    });
    return ok(page(rows, query, "service", (service) => serviceJson(world, service)));
  }),

  route("GET /v1/services/{serviceId}", {}, (call) => ok(serviceJson(call.world, requireService(call)))),
];
