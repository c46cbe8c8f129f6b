import type { Clock } from "./clock";
import type { RateLimits } from "./options";

export type Bucket = "reads" | "writes" | "deploys" | "jobs";

export interface Allowance {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** What the header says: seconds left, or the epoch second at which the window ends. */
  reset: number;
  /** Whole seconds, at least 1. */
  secondsLeft: number;
}

const MINUTE_MS = 60_000;
const WINDOW_MS: Record<Bucket, number> = {
  reads: MINUTE_MS,
  writes: MINUTE_MS,
  deploys: MINUTE_MS,
  jobs: 60 * MINUTE_MS,
};

export const defaultRateLimits: RateLimits = {
  reads: 400,
  writes: 100,
  deploys: 10,
  jobs: 2000,
  resetNotation: "seconds",
};

/** Fixed windows on the stand-in's clock, one per bucket (deploys: per bucket and service). */
export class RateLimiter {
  private readonly windows = new Map<string, { endsAt: number; used: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly limits: RateLimits,
  ) {}

  /** Counts a request. One that is over the limit is not counted.
   *  @param serviceId for the bucket that every service has of its own. */
  take(bucket: Bucket, serviceId: string | undefined): Allowance {
    const key = bucket === "deploys" ? `${bucket} ${serviceId ?? ""}` : bucket;
    const now = this.clock.ms();
    let window = this.windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      window = { endsAt: (Math.floor(now / WINDOW_MS[bucket]) + 1) * WINDOW_MS[bucket], used: 0 };
      this.windows.set(key, window);
    }
    const limit = this.limits[bucket];
    const allowed = window.used < limit;
    if (allowed) window.used += 1;
    const secondsLeft = Math.max(1, Math.ceil((window.endsAt - now) / 1000));
    const reset = this.limits.resetNotation === "epoch" ? Math.ceil(window.endsAt / 1000) : secondsLeft;
    return { allowed, limit, remaining: limit - window.used, reset, secondsLeft };
  }
}
