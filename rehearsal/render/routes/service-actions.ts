import { z } from "zod";

import { paging, repeated, timeWindows } from "../api/query";
import { ApiError } from "../api/refusal";
import { ok, requireService, route } from "../api/route";
import { formatTime } from "../clock";
import { createServiceHandle } from "../service-handle";
import { serviceJson } from "../state/service-json";

const text = z.string();
/** Render's Terraform provider sends null for lists without entries; a filter without any is none. */
const buildFilter = z
  .strictObject({ paths: z.array(text).nullable(), ignoredPaths: z.array(text).nullable() })
  .transform(({ paths, ignoredPaths }) =>
    paths === null && ignoredPaths === null
      ? undefined
      : { paths: paths ?? [], ignoredPaths: ignoredPaths ?? [] },
  );
const patchBody = z.strictObject({
  autoDeploy: z.enum(["yes", "no"]).optional(),
  autoDeployTrigger: z.enum(["commit", "checksPass", "off"]).optional(),
  repo: text.optional(),
  branch: text.optional(),
  image: z.strictObject({ ownerId: text, registryCredentialId: text.optional(), imagePath: text }).optional(),
  name: text.optional(),
  buildFilter: buildFilter.optional(),
  rootDir: text.optional(),
  artifactSourceId: text.optional(),
  artifactId: text.optional(),
  serviceDetails: z.record(text, z.unknown()).optional(),
});

/** Nothing here deploys: what PATCH changes of the program to run takes effect nowhere, and only shows. */
export const serviceActionRoutes = [
  route("PATCH /v1/services/{serviceId}", { body: patchBody, bucket: "deploys" }, (call) => {
    const service = requireService(call);
    const { serviceDetails, image, ...fields } = call.body;
    const imagePath = image === undefined ? {} : { imagePath: image.imagePath };
    Object.assign(service.patched.fields, fields, imagePath);
    Object.assign(service.patched.details, serviceDetails);
    service.updatedAt = call.world.clock.stamp();
    return ok(serviceJson(call.world, service));
  }),

  route("GET /v1/services/{serviceId}/instances", {}, (call) =>
    ok(
      requireService(call)
        .runtime.instances()
        .map(({ id, startedAt }) => ({ id, createdAt: formatTime(startedAt) })),
    ),
  ),

  // The same build with the same variables as before: what was saved meanwhile is not taken up.
  route("POST /v1/services/{serviceId}/restart", {}, async (call) => {
    const service = requireService(call);
    if (service.suspended || !(await service.runtime.restart()))
      throw new ApiError(400, `service ${service.id} has nothing to restart`);
    return { status: 200 };
  }),

  route("POST /v1/services/{serviceId}/suspend", { bucket: "deploys" }, async (call) => {
    await createServiceHandle(call.world, requireService(call)).suspend();
    return { status: 202 };
  }),

  route("POST /v1/services/{serviceId}/resume", { bucket: "deploys" }, (call) => {
    const { runtime } = call.world;
    runtime.background(createServiceHandle(call.world, requireService(call)).resume());
    return { status: 202 };
  }),

  route(
    "POST /v1/services/{serviceId}/scale",
    { body: z.strictObject({ numInstances: z.number().int().min(0) }), bucket: "deploys" },
    (call) => {
      requireService(call).patched.details["numInstances"] = call.body.numInstances;
      return { status: 202 };
    },
  ),

  route(
    "GET /v1/services/{serviceId}/custom-domains",
    {
      query: z.strictObject({
        ...paging,
        ...timeWindows("created"),
        name: repeated.optional(),
        domainType: z.enum(["apex", "subdomain"]).optional(),
        verificationStatus: z.enum(["verified", "unverified"]).optional(),
      }),
    },
    (call) => {
      requireService(call);
      return ok([]);
    },
  ),
];
