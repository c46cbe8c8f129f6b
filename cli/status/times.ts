import { DateTime, Duration } from "luxon";

import { formatMinutes } from "../../components/plan/closing";

const HOUR_S = 3_600;
const DAY_S = 86_400;

/** "8m48s", from an hour on "3h05m", from a day on "6d3h". @param rounded up for what is left, so that it is over by then. */
export function durationText(exact: number, rounded: "down" | "up" = "down"): string {
  const unit = exact < HOUR_S ? 1 : exact < DAY_S ? 60 : HOUR_S;
  const seconds = (rounded === "up" ? Math.ceil(exact / unit) : Math.floor(exact / unit)) * unit;
  if (seconds < HOUR_S) return formatMinutes(seconds * 1000);
  const span = Duration.fromMillis(seconds * 1000);
  return seconds < DAY_S
    ? span.shiftTo("hours", "minutes").toFormat("h'h'mm'm'")
    : span.shiftTo("days", "hours").toFormat("d'd'h'h'");
}

/** How people name a moment: "22:41", and with its date where that is not today's. */
export function momentText(iso: string, { at, timeZone }: { at: string; timeZone: string }): string {
  const moment = DateTime.fromISO(iso, { zone: timeZone });
  const today = moment.hasSame(DateTime.fromISO(at, { zone: timeZone }), "day");
  return moment.toFormat(today ? "HH:mm" : "yyyy-MM-dd HH:mm");
}

/** The minute by which something is over: rounded up, so that what it promises holds when the clock shows it. */
export function endText(iso: string, now: { at: string; timeZone: string }): string {
  const moment = DateTime.fromISO(iso, { zone: now.timeZone });
  const minute = moment.startOf("minute");
  const end = minute < moment ? minute.plus({ minutes: 1 }) : minute;
  return momentText(end.toISO() ?? iso, now);
}
