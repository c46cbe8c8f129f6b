/** Render's clock, as far as the `Date` headers of its replies tell it. */
export interface ServerClock {
  /** A reply came: `date` is its header, the times are local, in milliseconds. */
  learn(reply: { date: string | undefined; sentAt: number; receivedAt: number }): void;
  /** Render's time, or undefined before the first reply. */
  now(): Date | undefined;
}

/** `Date` headers are cut to whole seconds. */
const RESOLUTION_MS = 1_000;

/**
 * Never ahead of Render's own clock, and behind it by a second plus the way of one reply at most; mostly by much less,
 * because replies narrow it down: the clock showed `date` (up to a second more) somewhen between sending and receiving.
 * A header that does not fit what was learned before wins: one of the clocks was set.
 */
export function createServerClock(local: { now(): number }): ServerClock {
  let offset: number | undefined;
  return {
    learn({ date, sentAt, receivedAt }) {
      const shown = date === undefined ? Number.NaN : Date.parse(date);
      if (Number.isNaN(shown)) return;
      const least = shown - receivedAt;
      const most = shown + RESOLUTION_MS - sentAt;
      offset = offset === undefined || offset > most ? least : Math.max(offset, least);
    },
    now: () => (offset === undefined ? undefined : new Date(local.now() + offset)),
  };
}
