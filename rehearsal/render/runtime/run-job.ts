import { isJobFinished, type Job, type JobStatus } from "../state/job";
import type { Service } from "../state/service";
import type { Exit } from "./children";
import type { RuntimeContext } from "./context";
import { renderEnvironment } from "./environment";
import { pause, untilAborted } from "./wait";
import { exitReason } from "./process-instance";

/** Really runs a one-off job's command, by `/bin/sh -c`, with the variables that were saved at its creation.
 *  Its output goes to the logs under the job's own id. Never rejects. */
export async function runJob(
  context: RuntimeContext,
  service: Service,
  job: Job,
  signal: AbortSignal,
): Promise<void> {
  const { clock, timings } = context;
  try {
    await pause(timings.jobStartMs, signal);
    job.status = "running";
    job.startedAt = clock.stamp();
    if (job.fault === "hangs") await untilAborted(signal);
    if (job.fault === "fails") {
      end("failed", { evicted: false, nonZeroExit: 1 });
      return;
    }
    const exit = await runCommand();
    signal.throwIfAborted();
    if (job.fault === "fails-after") end("failed", { evicted: false, nonZeroExit: 1 });
    else if (exit.code === 0) end("succeeded");
    else end("failed", exitReason(exit));
  } catch {
    if (!isJobFinished(job)) end("canceled");
  }

  function end(status: JobStatus, reason?: Record<string, unknown>): void {
    job.finishedAt = clock.stamp();
    job.status = status;
    service.events.add("job_run_ended", { jobId: job.id, status, ...(reason !== undefined && { reason }) });
  }

  async function runCommand(): Promise<Exit> {
    const { spec } = service;
    if (spec.type === "static_site") throw new Error(`${spec.name} has no jobs`);
    const where = spec.jobs ?? spec.start;
    const child = context.children.start({
      command: ["/bin/sh", "-c", job.startCommand],
      cwd: where.cwd,
      env: { ...where.env, ...job.env, ...renderEnvironment(service, job.commit) },
      onLine: (message) => {
        context.logs.add({ message, resource: job.logResource, type: "app", lost: job.fault === "no-log" });
      },
    });
    const abort = () => void child.stop(timings.shutdownMs);
    signal.addEventListener("abort", abort, { once: true });
    const exit = await child.exited;
    signal.removeEventListener("abort", abort);
    return exit;
  }
}
