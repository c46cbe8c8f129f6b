import { z } from "zod";

import { commaList, inWindows, page, paging, timeWindows } from "../api/query";
import { ApiError, notFound } from "../api/refusal";
import { ok, requireService, route, type Call } from "../api/route";
import { isJobFinished, jobJson, type Job } from "../state/job";
import { startJob } from "../state/start-job";
import type { World } from "../state/world";

const listQuery = z.strictObject({
  ...paging,
  status: commaList.optional(),
  ...timeWindows("created", "started", "finished"),
});
const createBody = z.strictObject({
  startCommand: z.string().min(1),
  // Render's own command line sends "" for the base plan.
  planId: z
    .union([
      z.literal("").transform(() => undefined),
      z.string().regex(/^plan-(srv-0(0[6-9]|1[0-4])|crn-\d+)$/, "no such plan"),
    ])
    .optional(),
});

export const jobRoutes = [
  route("GET /v1/services/{serviceId}/jobs", { query: listQuery }, (call) => {
    const { query } = call;
    const rows = [...requireService(call).jobs]
      .reverse()
      .filter(({ status }) => query.status?.includes(status) ?? true)
      .filter((job) =>
        inWindows(query, { created: job.createdAt, started: job.startedAt, finished: job.finishedAt }),
      );
    return ok(page(rows, query, "job", (job) => json(call.world, job)));
  }),

  route("POST /v1/services/{serviceId}/jobs", { body: createBody, bucket: "jobs" }, (call) => {
    const service = requireService(call);
    const { spec } = service;
    if (spec.type === "static_site") throw new ApiError(400, "jobs are not supported for a static_site");
    if (spec.plan === "free") throw new ApiError(400, "free tier is not supported for jobs");
    if (service.suspended) throw new ApiError(400, `service ${service.id} is suspended`);
    if (service.lastBuild === undefined) throw new ApiError(400, "the service has no successful build");
    const job = startJob(call.world, service, service.lastBuild.commit, call.body);
    return { status: 201, body: json(call.world, job) };
  }),

  route("GET /v1/services/{serviceId}/jobs/{jobId}", {}, (call) => ok(json(call.world, requireJob(call)))),

  route("POST /v1/services/{serviceId}/jobs/{jobId}/cancel", {}, async (call) => {
    const job = requireJob(call);
    if (isJobFinished(job)) throw new ApiError(400, `job ${job.id} is already ${job.status}`);
    await job.cancel();
    return ok(json(call.world, job));
  }),
];

function requireJob(call: Pick<Call<unknown, unknown>, "world" | "params">): Job {
  const id = call.params["jobId"] ?? "";
  const job = requireService(call).jobs.find((candidate) => candidate.id === id);
  if (job === undefined) throw notFound(id);
  return job;
}

function json(world: World, job: Job): Record<string, unknown> {
  return jobJson(job, world.options.jobStatus === "absent-until-finished");
}
