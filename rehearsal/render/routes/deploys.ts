import { z } from "zod";

import { inWindows, page, paging, repeated, timeWindows } from "../api/query";
import { ApiError, notFound } from "../api/refusal";
import { ok, requireService, route, type Call } from "../api/route";
import { requestDeploy, requestRollback } from "../state/request-deploy";
import { deployJson, type Deploy } from "../state/deploy";
import { branchTip, type Service } from "../state/service";

const listQuery = z.strictObject({
  ...paging,
  status: repeated.optional(),
  ...timeWindows("created", "updated", "finished"),
});
const createBody = z
  .strictObject({
    clearCache: z.enum(["clear", "do_not_clear"]).optional(),
    commitId: z.string().min(1).optional(),
    imageUrl: z.string().optional(),
    deployMode: z.enum(["build_and_deploy", "deploy_only"]).optional(),
  })
  .optional();

export const deployRoutes = [
  route("GET /v1/services/{serviceId}/deploys", { query: listQuery }, (call) => {
    const { query } = call;
    const rows = [...requireService(call).deploys]
      .reverse()
      .filter(({ status }) => query.status?.includes(status) ?? true)
      .filter((deploy) =>
        inWindows(query, {
          created: deploy.createdAt,
          updated: deploy.updatedAt,
          finished: deploy.finishedAt,
        }),
      );
    return ok(page(rows, query, "deploy", (deploy) => deployJson(deploy, requireService(call))));
  }),

  route("POST /v1/services/{serviceId}/deploys", { body: createBody, bucket: "deploys" }, (call) => {
    const service = requireActive(call);
    const { deployMode, commitId, imageUrl, clearCache } = call.body ?? {};
    if (deployMode !== undefined && (commitId ?? imageUrl ?? clearCache) !== undefined) {
      throw new ApiError(400, "deployMode cannot be combined with commitId, imageUrl or clearCache");
    }
    const { spec } = service;
    const image = spec.type === "static_site" ? undefined : spec.image;
    if (imageUrl !== undefined && image === undefined)
      throw new ApiError(400, "imageUrl is only for image-backed services");
    if (commitId !== undefined && image !== undefined)
      throw new ApiError(400, "commitId is only for services that are built from a repository");
    if (deployMode === "deploy_only" && service.lastBuild === undefined)
      throw new ApiError(400, "there is no build to deploy");
    return answered(
      requestDeploy(call.world, service, {
        trigger: "api",
        mode: deployMode ?? "build_and_deploy",
        commit: commitOf(service, deployMode, commitId),
        clearCache: clearCache === "clear",
      }),
      service,
    );
  }),

  route("GET /v1/services/{serviceId}/deploys/{deployId}", {}, (call) =>
    ok(deployJson(requireDeploy(call), requireService(call))),
  ),

  route("POST /v1/services/{serviceId}/deploys/{deployId}/cancel", {}, async (call) => {
    const deploy = requireDeploy(call);
    if (!(await requireService(call).queue.cancel(deploy)))
      throw new ApiError(400, `deploy ${deploy.id} is already ${deploy.status}`);
    return ok(deployJson(deploy, requireService(call)));
  }),

  route(
    "POST /v1/services/{serviceId}/rollback",
    { body: z.strictObject({ deployId: z.string() }), bucket: "deploys" },
    (call) => {
      const service = requireActive(call);
      const target = service.deploys.find(({ id }) => id === call.body.deployId);
      if (target === undefined) throw notFound(call.body.deployId);
      if (target.artifact === undefined)
        throw new ApiError(400, `deploy ${target.id} has no build to go back to`);
      return answered(requestRollback(call.world, service, target), service);
    },
  ),
];

/** 201 with the deploy, or 202 with nothing at all. */
function answered({ deploy, queued }: { deploy: Deploy; queued: boolean }, service: Service) {
  return queued ? { status: 202 } : { status: 201, body: deployJson(deploy, service) };
}

/** A rebuild takes the tip of the branch unless a commit is named; deploy_only stays with the last build's. */
function commitOf(service: Service, deployMode: string | undefined, commitId: string | undefined) {
  if (deployMode === "deploy_only" && service.lastBuild !== undefined) return service.lastBuild.commit;
  if (commitId === undefined) return branchTip(service);
  const commit = service.commits.find(({ id }) => id === commitId);
  if (commit === undefined) throw new ApiError(400, `commit ${commitId} is not in the repository`);
  return commit;
}

function requireDeploy(call: Pick<Call<unknown, unknown>, "world" | "params">): Deploy {
  const id = call.params["deployId"] ?? "";
  const deploy = requireService(call).deploys.find((candidate) => candidate.id === id);
  if (deploy === undefined) throw notFound(id);
  return deploy;
}

function requireActive(call: Pick<Call<unknown, unknown>, "world" | "params">): Service {
  const service = requireService(call);
  if (service.suspended) throw new ApiError(400, `service ${service.id} is suspended`);
  return service;
}
