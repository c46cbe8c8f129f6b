import { notFound } from "../api/refusal";
import { ok, route, type Call } from "../api/route";
import { formatTime } from "../clock";
import { newId } from "../ids";
import { startJob } from "../state/start-job";
import { branchTip, type Service } from "../state/service";
import { isJobFinished } from "../state/job";
import type { CronRun } from "../state/cron-run";

export const cronJobRoutes = [
  route("POST /v1/cron-jobs/{cronJobId}/runs", {}, (call) => {
    const service = requireCronJob(call);
    const { spec } = service;
    if (spec.type !== "cron_job") throw notFound(service.id);
    const { clock, runtime } = call.world;
    const run: CronRun = { id: newId("crr"), status: "pending", startedAt: clock.stamp() };
    service.cronRuns.push(run);
    const job = startJob(call.world, service, service.lastBuild?.commit ?? branchTip(service), {
      startCommand: spec.start.command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" "),
      logResource: service.id,
      ...(spec.start.env !== undefined && { env: spec.start.env }),
    });
    // A run is no job to the API.
    service.jobs.pop();
    runtime.background(
      job.done.then(() => {
        run.finishedAt = clock.stamp();
        run.status = !isJobFinished(job)
          ? "canceled"
          : job.status === "succeeded"
            ? "successful"
            : "unsuccessful";
      }),
    );
    return ok(runJson(run));
  }),
];

function requireCronJob(call: Pick<Call<unknown, unknown>, "world" | "params">): Service {
  const id = call.params["cronJobId"] ?? "";
  const found = call.world.services.find((service) => service.id === id && service.spec.type === "cron_job");
  if (found === undefined) throw notFound(id);
  return found;
}

function runJson({ id, status, startedAt, finishedAt }: CronRun) {
  return {
    id,
    status,
    startedAt: formatTime(startedAt),
    ...(finishedAt !== undefined && { finishedAt: formatTime(finishedAt) }),
    triggeredBy: "api",
  };
}
