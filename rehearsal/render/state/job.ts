import { formatTime } from "../clock";
import type { JobFault } from "../faults";
import type { Commit } from "./deploy";

export type JobStatus = "pending" | "running" | "succeeded" | "failed" | "canceled";

export interface Job {
  readonly id: string;
  readonly cursor: string;
  readonly serviceId: string;
  readonly startCommand: string;
  readonly planId: string;
  /** The saved variables at its creation, deployed or not. */
  readonly env: Readonly<Record<string, string>>;
  /** The last successful build at its creation. */
  readonly commit: Commit;
  readonly fault?: JobFault;
  /** Whose log its output goes to: its own, or the cron job's that it is a run of. */
  readonly logResource: string;
  status: JobStatus;
  /** Times in microseconds since 1970. */
  readonly createdAt: number;
  startedAt?: number;
  finishedAt?: number;
  /** Settles when the job has ended, cancelled or by itself. */
  cancel(): Promise<void>;
  /** Settles when it has ended; never rejects. */
  done: Promise<void>;
}

export function isJobFinished(job: Job): boolean {
  return job.status !== "pending" && job.status !== "running";
}

/** The job as the API shows it: no exit code, no output; times that have not come are absent.
 *  @param hideStatus older behaviour: no status before the end. */
export function jobJson(job: Job, hideStatus: boolean): Record<string, unknown> {
  const json: Record<string, unknown> = {
    id: job.id,
    serviceId: job.serviceId,
    startCommand: job.startCommand,
    planId: job.planId,
    createdAt: formatTime(job.createdAt),
  };
  if (!hideStatus || isJobFinished(job)) json["status"] = job.status;
  if (job.startedAt !== undefined) json["startedAt"] = formatTime(job.startedAt);
  if (job.finishedAt !== undefined) json["finishedAt"] = formatTime(job.finishedAt);
  return json;
}
