import { createHash } from "node:crypto";

import type { Bucket } from "./api";
import type { Pacing } from "./pacing";

/** Keeps requests within Render's rate limits: callers stand in line, one line for each bucket, first come first served. */
export interface RateLimiter {
  /** Milliseconds that a caller who comes now would wait, as far as known. */
  waitMs(bucket: Bucket): number;
  /**
   * Waits for a turn.
   * @param maxWaitMs milliseconds; a turn that comes later is not waited for.
   * @throws WaitTooLong, or the signal's reason.
   */
  take(bucket: Bucket, maxWaitMs: number, signal?: AbortSignal): Promise<Turn>;
}

/** A request on its way; `done` must be called however it ends. */
export interface Turn {
  done(reply?: { status: number; pacing: Pacing }): void;
}

export class WaitTooLong extends Error {}

interface Ports {
  clock: { now(): number };
  /** May resolve or reject early when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** @source API reference, "Rate limiting". Replies may name other limits; those by the minute are then adopted. */
const documented = {
  reads: { limit: 400, windowMs: MINUTE_MS },
  writes: { limit: 30, windowMs: MINUTE_MS },
  jobs: { limit: 2_000, windowMs: HOUR_MS },
  service: { limit: 10, windowMs: MINUTE_MS },
};

export function createRateLimiter(ports: Ports): RateLimiter {
  const lines = new Map<Bucket, Line>();
  const lineOf = (bucket: Bucket) => {
    const kind = bucket.startsWith("service:") ? "service" : (bucket as "reads" | "writes" | "jobs");
    const line = lines.get(bucket) ?? new Line(documented[kind], ports);
    lines.set(bucket, line);
    return line;
  };
  return {
    waitMs: (bucket) => lineOf(bucket).waitMs(),
    take: (bucket, maxWaitMs, signal) => lineOf(bucket).take(maxWaitMs, signal),
  };
}

const shared = new Map<string, RateLimiter>();

/** One limiter for all clients of this process that Render counts together. Keeps a hash of the key, not the key. */
export function sharedRateLimiter(baseUrl: string, apiKey: string, ports: Ports): RateLimiter {
  const id = createHash("sha256").update(`${baseUrl}\n${apiKey}`).digest("hex");
  const limiter = shared.get(id) ?? createRateLimiter(ports);
  shared.set(id, limiter);
  return limiter;
}

interface Waiter {
  deadline: number;
  grant(): void;
  refuse(reason: Error): void;
}

class Line {
  /** When the requests of the last window were sent: at most `limit` in any window, so at most that in Render's. */
  private sentAt: number[] = [];
  private inFlight = 0;
  private limit: number;
  private readonly windowMs: number;
  /** What Render said is left, and until when that holds. */
  private left = { count: Infinity, until: -Infinity };
  private blockedUntil = -Infinity;
  private readonly waiters: Waiter[] = [];
  private wake: AbortController | undefined;

  constructor(
    { limit, windowMs }: { limit: number; windowMs: number },
    private readonly ports: Ports,
  ) {
    this.limit = limit;
    this.windowMs = windowMs;
  }

  waitMs(): number {
    const now = this.ports.clock.now();
    // Times after now are of a clock that was set back since.
    this.sentAt = this.sentAt.filter((at) => now - at < this.windowMs && at <= now);
    const oldest = this.sentAt[this.sentAt.length - this.limit];
    return Math.max(
      0,
      this.blockedUntil - now,
      oldest === undefined ? 0 : oldest + this.windowMs - now,
      this.left.count <= 0 ? this.left.until - now : 0,
    );
  }

  async take(maxWaitMs: number, signal?: AbortSignal): Promise<Turn> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const settle = () => {
        signal?.removeEventListener("abort", abort);
        const place = this.waiters.indexOf(waiter);
        if (place >= 0) this.waiters.splice(place, 1);
      };
      const waiter: Waiter = {
        deadline: this.ports.clock.now() + maxWaitMs,
        grant: () => {
          settle();
          resolve(this.start());
        },
        refuse: (reason) => {
          settle();
          reject(reason);
        },
      };
      const abort = () => {
        waiter.refuse(signal?.reason as Error);
        this.wake?.abort();
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.waiters.push(waiter);
      if (this.wake === undefined) void this.serve();
      else this.wake.abort();
    });
  }

  private start(): Turn {
    const now = this.ports.clock.now();
    this.sentAt.push(now);
    this.inFlight += 1;
    if (now < this.left.until) this.left.count -= 1;
    let over = false;
    return {
      done: (reply) => {
        if (over) return;
        over = true;
        this.inFlight -= 1;
        if (reply !== undefined) this.learn(reply);
        this.wake?.abort();
      },
    };
  }

  private learn({
    status,
    pacing: { limit, remaining, resetMs, retryAfterMs },
  }: {
    status: number;
    pacing: Pacing;
  }): void {
    const now = this.ports.clock.now();
    // An hourly bucket's replies may carry the limit of another, shorter window: not recorded, so not trusted.
    if (limit !== undefined && limit >= 1 && this.windowMs === MINUTE_MS) this.limit = limit;
    if (remaining !== undefined && resetMs !== undefined) {
      // Requests that are under way may be counted already or not: as if not.
      this.left = { count: remaining - this.inFlight, until: now + resetMs };
    }
    if (status === 429) this.blockedUntil = Math.max(this.blockedUntil, now + (retryAfterMs ?? resetMs ?? 0));
  }

  /** Lets waiters through as time allows, until there are none. */
  private async serve(): Promise<void> {
    while (this.waiters.length > 0) {
      const ms = this.waitMs();
      const now = this.ports.clock.now();
      if (ms > 0) {
        // What is in flight may bring better news; without any the wait is certain, and too long a one is refused now.
        const horizon = this.inFlight > 0 ? now : now + ms;
        for (const waiter of this.waiters.filter(({ deadline }) => deadline <= horizon)) {
          waiter.refuse(
            new WaitTooLong(`the rate limit leaves no room for another ${Math.ceil(ms / 1000)} s`),
          );
        }
        const next = Math.min(now + ms, ...this.waiters.map(({ deadline }) => deadline));
        this.wake = new AbortController();
        if (this.waiters.length > 0) await this.pause(Math.ceil(next - now), this.wake.signal);
      } else {
        this.waiters[0]?.grant();
      }
    }
    this.wake = undefined;
  }

  private async pause(ms: number, signal: AbortSignal): Promise<void> {
    await this.ports.sleep(ms, signal).catch(() => undefined);
  }
}
