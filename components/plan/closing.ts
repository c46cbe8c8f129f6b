import { DateTime, Duration } from "luxon";

export interface SoakFacts {
  /** ISO time at which the gate passed. */
  passedAt: string;
  /** ISO time at which a service's last deploy went live, the latest of all services; a later one restarts the soak. */
  lastLiveDeployAt?: string | undefined;
  soakMs: number;
  now: Date;
}

export interface Soak {
  /** 0 when the gate may close. */
  remainingMs: number;
  /** Time soaked so far, in milliseconds; it goes on after the soak is over. */
  soakedMs: number;
  soakMs: number;
  mayCloseAt: Date;
  now: Date;
}

/** Counts a phase's soak from the later of its gate's pass and the last live deploy. All times are of one clock. */
export function soakRemaining({ passedAt, lastLiveDeployAt, soakMs, now }: SoakFacts): Soak {
  const starts = [passedAt, lastLiveDeployAt].flatMap((time) => (time === undefined ? [] : [instant(time)]));
  const start = Math.max(...starts);
  const mayCloseAt = new Date(start + soakMs);
  const remainingMs = Math.max(0, mayCloseAt.getTime() - now.getTime());
  return { remainingMs, soakedMs: Math.max(0, now.getTime() - start), soakMs, mayCloseAt, now };
}

/** "api: soaked 6m12s of 15m00s; may end at 22:41 Europe/Berlin"; with the date where it is not the same day. */
export function soakSentence(phase: string, soak: Soak, timeZone: string): string {
  const now = DateTime.fromJSDate(soak.now, { zone: timeZone });
  const moment = DateTime.fromJSDate(soak.mayCloseAt, { zone: timeZone });
  const minute = moment.startOf("minute");
  // Never named earlier than it is: a soak that ends within a minute is over when the next one begins.
  const early = soak.remainingMs > 0 && minute.toMillis() < moment.toMillis();
  const closes = early ? minute.plus({ minutes: 1 }) : minute;
  const at = closes.toFormat(closes.hasSame(now, "day") ? "HH:mm" : "yyyy-MM-dd HH:mm");
  const verb = soak.remainingMs > 0 ? "may end at" : "may end since";
  return `${phase}: soaked ${formatMinutes(soak.soakedMs)} of ${formatMinutes(soak.soakMs)}; ${verb} ${at} ${timeZone}`;
}

/** "6m12s", and from an hour on "1h05m00s"; whole seconds, rounded down. */
export function formatMinutes(milliseconds: number): string {
  const units = Duration.fromMillis(milliseconds).shiftTo("hours", "minutes", "seconds");
  return units.toFormat(units.hours > 0 ? "h'h'mm'm'ss's'" : "m'm'ss's'");
}

/** @throws RangeError for what is no time; a soak must not end because a time could not be read. */
function instant(time: string): number {
  const parsed = DateTime.fromISO(time);
  if (!parsed.isValid) throw new RangeError(`"${time}" is no ISO time`);
  return parsed.toMillis();
}
