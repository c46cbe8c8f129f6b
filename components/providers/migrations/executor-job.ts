import { RolloutError } from "../../errors";
import type { Job, Service } from "../../render/client";
import type { ProviderContext } from "../context";
import type { ServiceRef } from "../observed";
import { nextWaitMs, type Pace } from "../pace";
import { commandLine, RUN_ID } from "./command-line";
import { tailOf, type Execution, type Executor } from "./executor";

const PACE: Pace = { first: 500, factor: 1.3, most: 10_000 };
/** So often it is told that a job goes on: milliseconds. */
const TOLD_EVERY_MS = 15_000;

/** Render's logs lag behind: so long a job's output is waited for after its end, in milliseconds. */
const LOG_WAIT_MS = 30_000;
const LOG_POLL_MS = 2_000;
const LOG_LINES = 300;
/** A job of ours older than this cannot still matter; its list is looked through from here, in milliseconds. */
const LOOK_BACK_MS = 24 * 3_600_000;

/**
 * Runs commands as one-off jobs of a service: on its last good build, with the variables that are saved at the start.
 * A job is judged by its status; Render gives no exit code, and the log is evidence that may be late or missing.
 * @source Render docs "One-off jobs"; API reference "Create job".
 */
export function jobExecutor(
  context: ProviderContext,
  options: { service: ServiceRef; directory?: string; timeoutMs: number },
): Executor {
  return {
    async execute(words) {
      const service = await context.observed.service(options.service);
      await waitForEarlierJobs(context, service, options.timeoutMs);
      const runId = context.newRunId();
      const { directory } = options;
      const startCommand = commandLine(words, directory === undefined ? { runId } : { directory, runId });
      const createdAfter = await context.now();
      const start = context.elapsed();
      const created = await context.render.createJobOnce(service.id, { startCommand, runId, createdAfter });
      const job = await waitForJob(context, service, created, options.timeoutMs);
      const seconds = Math.round((context.elapsed() - start) / 100) / 10;
      const output = await readOutput(context, service, job);
      if (job.status !== "succeeded") throw await jobFailed(context, service, job, words, output);
      const execution: Execution = {
        command: commandLine(words),
        where: `job on ${service.name}`,
        seconds,
        output,
        jobId: job.id,
      };
      return output === undefined
        ? { ...execution, note: "judged by the job's status alone: its log did not arrive" }
        : execution;
    },
  };
}

/** A killed update may have left a job of ours running: two runners at once on one database is what this prevents. */
async function waitForEarlierJobs(
  context: ProviderContext,
  service: Service,
  timeoutMs: number,
): Promise<void> {
  const since = new Date((await context.now()).getTime() - LOOK_BACK_MS);
  const jobs = await context.render.listJobs(service.id, { createdAfter: since });
  for (const job of jobs.filter((each) => each.startCommand.includes(`${RUN_ID}=`) && !hasEnded(each))) {
    context.log(`${service.name}: waiting for job ${job.id}, left running by an earlier update`);
    await waitForJob(context, service, job, timeoutMs);
  }
}

async function waitForJob(
  context: ProviderContext,
  service: Service,
  created: Job,
  timeoutMs: number,
): Promise<Job> {
  const start = context.elapsed();
  let toldMs = start;
  let job = created;
  let delay = nextWaitMs(undefined, PACE);
  while (!hasEnded(job)) {
    if (context.elapsed() - start + delay > timeoutMs) {
      throw new RolloutError(
        "MIGRATION_TIMEOUT",
        `${service.name}: job ${job.id} has not ended after ${Math.round(timeoutMs / 1000)} s. It goes on on Render; ` +
          `the next update waits for it before it does anything else.`,
      );
    }
    await context.sleep(delay);
    delay = nextWaitMs(delay, PACE);
    job = await context.render.getJob(service.id, created.id);
    if (context.elapsed() - toldMs < TOLD_EVERY_MS || hasEnded(job)) continue;
    toldMs = context.elapsed();
    const seconds = Math.round((toldMs - start) / 1000);
    context.log(`${service.name}: job ${job.id} ${job.status ?? "has not begun"} (${seconds}s)`);
  }
  return job;
}

/** A status that is absent or unknown means that the job has not ended. */
function hasEnded({ status }: Job): boolean {
  return status === "succeeded" || status === "failed" || status === "canceled";
}

/** The job's own output, or undefined when Render has none of it in time. */
async function readOutput(context: ProviderContext, service: Service, job: Job): Promise<string | undefined> {
  const minute = 60_000;
  const startTime = new Date(Date.parse(job.startedAt ?? job.createdAt) - minute).toISOString();
  const deadline = context.elapsed() + LOG_WAIT_MS;
  for (;;) {
    const lines = await context.render
      .listLogs({
        ownerId: service.ownerId,
        resource: job.id,
        startTime,
        direction: "forward",
        limit: LOG_LINES,
      })
      .catch(() => []);
    if (lines.length > 0) return context.redact(lines.map(({ message }) => message).join("\n"));
    if (context.elapsed() + LOG_POLL_MS > deadline) return undefined;
    await context.sleep(LOG_POLL_MS);
  }
}

async function jobFailed(
  context: ProviderContext,
  service: Service,
  job: Job,
  words: readonly string[],
  output: string | undefined,
): Promise<RolloutError> {
  const events = await context.render
    .listEvents(service.id, { types: ["job_run_ended"], limit: 20 })
    .catch(() => []);
  const ended = events.find(({ details }) => details["jobId"] === job.id);
  const reason = ended === undefined ? "" : ` (${JSON.stringify(ended.details["reason"] ?? {})})`;
  const log = output === undefined ? " Its log did not arrive." : ` The end of its log:\n${tailOf(output)}`;
  return new RolloutError(
    "MIGRATION_COMMAND_FAILED",
    `${service.name}: \`${commandLine(words)}\`, job ${job.id}, ended as ${job.status ?? "unknown"}${reason}.${log}`,
  );
}
