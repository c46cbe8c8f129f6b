import type { Pacing } from "./pacing";

export class WaitTooLong extends Error {}

export interface LinePorts {
  clock: { now(): number };
  /** May resolve or reject early when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** At most `limit` requests in any `windowMs` milliseconds. */
export interface Window {
  limit: number;
  windowMs: number;
}

/** What a reply says that concerns the pace. */
export interface Answered {
  status: number;
  pacing: Pacing;
}

interface Waiter {
  deadline: number;
  grant(): void;
  refuse(reason: Error): void;
}

/** Callers who wait for their turn, and what is known of the limit that they wait for. */
export class Line {
  /** When the requests of the last window were sent: at most `limit` in any window, so at most that in Render's. */
  private sentAt: number[] = [];
  private inFlight = 0;
  limit: number;
  private readonly windowMs: number;
  /** What Render said is left, and until when that holds. */
  private left = { count: Infinity, until: -Infinity };
  private blockedUntil = -Infinity;
  private readonly waiters: Waiter[] = [];
  private wake: AbortController | undefined;

  constructor(
    { limit, windowMs }: Window,
    private readonly ports: LinePorts,
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

  async take(maxWaitMs: number, signal?: AbortSignal): Promise<{ done(): void }> {
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

  private start(): { done(): void } {
    const now = this.ports.clock.now();
    this.sentAt.push(now);
    this.inFlight += 1;
    if (now < this.left.until) this.left.count -= 1;
    let over = false;
    return {
      done: () => {
        if (over) return;
        over = true;
        this.inFlight -= 1;
        this.wake?.abort();
      },
    };
  }

  /** @param limit requests a window, where the reply told of one for this line. */
  learn({ status, pacing: { remaining, resetMs, retryAfterMs } }: Answered, limit: number | undefined): void {
    const now = this.ports.clock.now();
    if (limit !== undefined) this.limit = limit;
    if (remaining !== undefined && resetMs !== undefined) {
      // Requests that are under way may be counted already or not: as if not.
      this.left = { count: remaining - this.inFlight, until: now + resetMs };
    }
    if (status === 429) this.blockedUntil = Math.max(this.blockedUntil, now + (retryAfterMs ?? resetMs ?? 0));
    this.wake?.abort();
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
