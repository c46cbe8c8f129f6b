import type { Api, CallOptions, Query } from "./api";
import { RenderError } from "./errors";
import { readAll } from "./paging";
import { jobSchema, type Job } from "./types";

export interface CreateJobBody {
  /** Stored by Render and shown in its dashboard: no secrets. */
  startCommand: string;
  /** The service's own plan by default. */
  planId?: string;
}

export interface CreateJobOnce extends CreateJobBody {
  /** Occurs in `startCommand`; names this run and no other. */
  runId: string;
  /** Render's clock before the first attempt: older jobs are not looked at. */
  createdAfter: Date;
}

export interface JobFilter {
  status?: readonly string[];
  createdAfter?: Date | string;
  createdBefore?: Date | string;
}

/**
 * listJobs        GET  /services/{serviceId}/jobs
 * getJob          GET  /services/{serviceId}/jobs/{jobId}
 * createJob       POST /services/{serviceId}/jobs
 * createJobOnce   GET  /services/{serviceId}/jobs, then POST
 */
export interface JobsApi {
  /** @source API reference, "List jobs". */
  listJobs(serviceId: string, filter?: JobFilter, options?: CallOptions): Promise<Job[]>;
  /** @source API reference, "Retrieve job". */
  getJob(serviceId: string, jobId: string, options?: CallOptions): Promise<Job>;
  /**
   * Runs a command on the service's last good build, with its saved variables. Never repeated once it may have run.
   * @throws RenderError RENDER_ANSWER_LOST when it may have.
   * @source API reference, "Create job": there is no idempotency key.
   */
  createJob(serviceId: string, body: CreateJobBody, options?: CallOptions): Promise<Job>;
  /**
   * Runs a command that must not run twice: a job that carries the run id is returned instead of
   * created, before the POST as well as after one whose answer got lost.
   * @throws RenderError RENDER_ANSWER_LOST when Render lists no such job although it may have been created.
   */
  createJobOnce(serviceId: string, body: CreateJobOnce, options?: CallOptions): Promise<Job>;
}

/** A job made just now may be listed late: it is looked for again after these waits, in milliseconds. */
const LOOK_AGAIN_MS = [1_000, 2_000, 4_000, 8_000];
/** Clocks and time filters need not agree to the second, in milliseconds; the run id decides anyway. */
const MARGIN_MS = 60_000;

export function jobsApi(api: Api): JobsApi {
  const list = "/services/{serviceId}/jobs";

  async function findRun(serviceId: string, { runId, createdAfter }: CreateJobOnce, options?: CallOptions) {
    const since = new Date(createdAfter.getTime() - MARGIN_MS);
    const jobs = await jobsApi.listJobs(serviceId, { createdAfter: since }, options);
    return jobs.find(({ startCommand }) => startCommand.includes(runId));
  }

  const jobsApi: JobsApi = {
    listJobs: (serviceId, filter = {}, options) =>
      readAll(
        api,
        { route: list, params: { serviceId }, query: queryOf(filter), wrapper: "job", schema: jobSchema },
        options,
      ),

    async getJob(serviceId, jobId, options) {
      const route = `${list}/{jobId}`;
      const reply = await api.send(
        { method: "GET", route, params: { serviceId, jobId }, bucket: "reads" },
        options,
      );
      return reply.read(jobSchema);
    },

    async createJob(serviceId, { startCommand, planId }, options) {
      const body = planId === undefined ? { startCommand } : { startCommand, planId };
      const request = { route: list, params: { serviceId }, body, bucket: "jobs", once: true } as const;
      const reply = await api.send({ ...request, method: "POST" }, options);
      return reply.read(jobSchema);
    },

    async createJobOnce(serviceId, body, options) {
      if (body.runId === "" || !body.startCommand.includes(body.runId)) {
        throw new TypeError(
          "createJobOnce: the start command must contain the run id, or the job could not be found again",
        );
      }
      const earlier = await findRun(serviceId, body, options);
      if (earlier !== undefined) return earlier;
      try {
        return await jobsApi.createJob(serviceId, body, options);
      } catch (error) {
        if (!jobMayExist(error)) throw error;
        for (const ms of [0, ...LOOK_AGAIN_MS]) {
          if (ms > 0) await api.sleep(ms, options?.signal);
          const ours = await findRun(serviceId, body, options).catch(() => undefined);
          options?.signal?.throwIfAborted();
          if (ours !== undefined) return ours;
        }
        throw error;
      }
    },
  };
  return jobsApi;
}

/** Unlike a deploy's, a job's `status` is one parameter with commas. @source render-oss/cli, `ListJobParams`. */
function queryOf({ status, ...times }: JobFilter): Query {
  return { ...times, status: status?.join(",") };
}

/** A 5xx says that something broke, not that nothing was done. */
function jobMayExist(error: unknown): boolean {
  return error instanceof RenderError && (error.code === "RENDER_ANSWER_LOST" || (error.status ?? 0) >= 500);
}
