/** One run of a cron job, made by request. */
export interface CronRun {
  readonly id: string;
  status: "pending" | "successful" | "unsuccessful" | "canceled";
  /** Microseconds since 1970. */
  readonly startedAt: number;
  finishedAt?: number;
}
