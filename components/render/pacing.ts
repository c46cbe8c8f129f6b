/** What a reply says about the pace that Render wants. Waits are milliseconds from the reply on. */
export interface Pacing {
  /** Requests in the bucket's window. */
  limit?: number;
  /** Requests left in it. */
  remaining?: number;
  /** Until the window starts anew. */
  resetMs?: number;
  /** Until it makes sense to ask again. */
  retryAfterMs?: number;
}

/** Later than any delta in seconds, earlier than any epoch in seconds. */
const EPOCH_FROM = 1e9;

/**
 * Reads `Ratelimit-Limit`, `-Remaining`, `-Reset` and `Retry-After`.
 * `Ratelimit-Reset` is seconds left in recordings and an epoch in the documentation: both are understood. Moments are
 * counted from the reply's own `Date`, so that a wrong local clock does no harm.
 * @param now local time in milliseconds, for a reply without a `Date`.
 * @source API reference, "Rate limiting"; RFC 9110 section 10.2.3 for Retry-After (seconds or an HTTP date).
 */
export function parsePacing(header: (name: string) => string | undefined, now: number): Pacing {
  const date = Date.parse(header("date") ?? "");
  const at = Number.isNaN(date) ? now : date;
  const limit = count(header("ratelimit-limit"));
  const remaining = count(header("ratelimit-remaining"));
  const reset = parseReset(header("ratelimit-reset"), at);
  const retryAfter = parseRetryAfter(header("retry-after"), at);
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(reset === undefined ? {} : { resetMs: reset }),
    ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter }),
  };
}

/** Seconds left are cut to whole ones (59 at most of a minute), so the window may be up to a second longer. */
function parseReset(value: string | undefined, at: number): number | undefined {
  const seconds = count(value);
  if (seconds === undefined) return undefined;
  return seconds > EPOCH_FROM ? Math.max(0, seconds * 1000 - at) : (seconds + 1) * 1000;
}

function parseRetryAfter(value: string | undefined, at: number): number | undefined {
  const seconds = count(value);
  if (seconds !== undefined) return seconds * 1000;
  const moment = Date.parse(value ?? "");
  return Number.isNaN(moment) ? undefined : Math.max(0, moment - at);
}

/** A plain number that is not negative; anything else is as good as absent. */
function count(value: string | undefined): number | undefined {
  return value !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}
