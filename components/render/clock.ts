import { DRIFT_MS } from "../slept";

/** Milliseconds since 1970, of this machine. */
export interface LocalClock {
  /** Only moves forward, whoever sets the machine's clock. */
  now(): number;
  /** May be set; where it drifts away from the other one, the machine slept or somebody has set it. */
  wall?(): number;
}

/** Render's clock, as far as the `Date` headers of its replies tell it. */
export interface ServerClock {
  /** A reply came: `date` is its header, the times are local, in milliseconds. */
  learn(reply: { date: string | undefined; sentAt: number; receivedAt: number }): void;
  /** Render's time, or undefined before the first reply, and where this machine has slept since the last one. */
  now(): Date | undefined;
}

/** `Date` headers are cut to whole seconds. */
const RESOLUTION_MS = 1_000;

/**
 * Never ahead of Render's own clock, and behind it by a second plus the way of one reply at most; mostly by much less,
 * because replies narrow it down: the clock showed `date` (up to a second more) somewhen between sending and receiving.
 * A header that does not fit what was learned before wins: one of the clocks was set.
 */
export function createServerClock(local: LocalClock): ServerClock {
  let offset: number | undefined;
  /** Of the two local clocks, when Render last told its time. */
  let learnedAt = 0;
  const drift = () => (local.wall === undefined ? 0 : local.wall() - local.now());
  const slept = () => Math.abs(drift() - learnedAt) > DRIFT_MS;
  return {
    learn({ date, sentAt, receivedAt }) {
      const shown = date === undefined ? Number.NaN : Date.parse(date);
      if (Number.isNaN(shown)) return;
      const least = shown - receivedAt;
      const most = shown + RESOLUTION_MS - sentAt;
      offset = offset === undefined || offset > most || slept() ? least : Math.max(offset, least);
      learnedAt = drift();
    },
    now: () => (offset === undefined || slept() ? undefined : new Date(local.now() + offset)),
  };
}
