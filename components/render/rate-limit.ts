import { createHash } from "node:crypto";

import type { Bucket } from "./api";
import type { Pacing } from "./pacing";
import { Line, type Answered, type LinePorts, type Window } from "./rate-limit-line";

export { WaitTooLong } from "./rate-limit-line";

/**
 * Keeps requests within Render's rate limits: callers stand in line, one line for each bucket, first come first served.
 * A route whose replies tell of a limit of its own gets a line of its own, so that it holds up nobody else.
 */
export interface RateLimiter {
  /** Milliseconds that a caller who comes now would wait, as far as known. */
  waitMs(bucket: Bucket, route?: string): number;
  /**
   * Waits for a turn.
   * @param maxWaitMs milliseconds; a turn that comes later is not waited for.
   * @throws WaitTooLong, or the signal's reason.
   */
  take(bucket: Bucket, maxWaitMs: number, options?: TakeOptions): Promise<Turn>;
}

export interface TakeOptions {
  /** The request's template; without one it stands in the bucket's line. */
  route?: string;
  signal?: AbortSignal | undefined;
}

/** A request on its way; `done` must be called however it ends. */
export interface Turn {
  done(reply?: { status: number; pacing: Pacing }): void;
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

export function createRateLimiter(ports: LinePorts): RateLimiter {
  const buckets = new Map<Bucket, BucketLines>();
  const linesOf = (bucket: Bucket) => {
    const kind = bucket.startsWith("service:") ? "service" : (bucket as "reads" | "writes" | "jobs");
    const lines = buckets.get(bucket) ?? new BucketLines(documented[kind], ports);
    buckets.set(bucket, lines);
    return lines;
  };
  return {
    waitMs: (bucket, route) => linesOf(bucket).lineOf(route).waitMs(),
    take: (bucket, maxWaitMs, { route, signal } = {}) => linesOf(bucket).take(route, maxWaitMs, signal),
  };
}

const shared = new Map<string, RateLimiter>();

/** One limiter for all clients of this process that Render counts together. Keeps a hash of the key, not the key. */
export function sharedRateLimiter(baseUrl: string, apiKey: string, ports: LinePorts): RateLimiter {
  const id = createHash("sha256").update(`${baseUrl}\n${apiKey}`).digest("hex");
  const limiter = shared.get(id) ?? createRateLimiter(ports);
  shared.set(id, limiter);
  return limiter;
}

/**
 * The line of a bucket, and those of its routes that turned out to have a limit of their own. Which of the two a reply
 * speaks of is told by its limit: the bucket's own is the one that was known before, or that two routes tell alike.
 */
class BucketLines {
  private readonly shared: Line;
  private readonly own = new Map<string, Line>();

  constructor(
    private readonly window: Window,
    private readonly ports: LinePorts,
  ) {
    this.shared = new Line(window, ports);
  }

  lineOf(route: string | undefined): Line {
    return this.own.get(route ?? "") ?? this.shared;
  }

  async take(route: string | undefined, maxWaitMs: number, signal?: AbortSignal): Promise<Turn> {
    const turn = await this.lineOf(route).take(maxWaitMs, signal);
    return {
      done: (reply) => {
        turn.done();
        if (reply !== undefined) this.learn(route, reply);
      },
    };
  }

  private learn(route: string | undefined, reply: Answered): void {
    const { limit } = reply.pacing;
    // An hourly bucket's replies may carry the limit of another, shorter window: not recorded, so not trusted.
    const told = this.window.windowMs === MINUTE_MS && limit !== undefined && limit >= 1 ? limit : undefined;
    if (route === undefined || told === this.shared.limit) {
      this.shared.learn(reply, told);
    } else if (told === undefined) {
      // A refusal that names no limit may be of this route alone: others find out by themselves, at no harm.
      (reply.status === 429 ? this.ownLine(route) : this.lineOf(route)).learn(reply, told);
    } else if ([...this.own].some(([other, line]) => other !== route && line.limit === told)) {
      this.shared.learn(reply, told);
      for (const [other, line] of this.own) if (line.limit === told) this.own.delete(other);
    } else {
      this.ownLine(route).learn(reply, told);
    }
  }

  private ownLine(route: string): Line {
    const line = this.own.get(route) ?? new Line({ ...this.window, limit: this.shared.limit }, this.ports);
    this.own.set(route, line);
    return line;
  }
}
