import { DateTime } from "luxon";
import { closedAllDay, openingsOn, type Opening } from "./openings";
import { WEEKDAYS } from "../../config/weekdays";
import type { Schedule, ScheduleOverride } from "../../config/types";
import { addDays, instantsAt } from "./wall-time";

export type ScheduleVerdict =
  | {
      open: true;
      /** ISO 8601 with the zone's offset. */
      until: string;
      /** Present when only the override opens it. */
      override?: ScheduleOverride;
      /** What an operator reads: zone and offset are named. */
      sentence: string;
    }
  | {
      open: false;
      reasons: string[];
      /** ISO 8601 with the zone's offset; absent when nothing opens within {@link HORIZON_DAYS}. */
      nextOpening?: string;
      sentence: string;
    };

/** How far ahead an opening is looked for. */
const HORIZON_DAYS = 400;

/** May an advance start now? @param schedule as config has checked it. */
export function scheduleVerdict(schedule: Schedule, now: Date): ScheduleVerdict {
  const instant = now.getTime();
  const zone = schedule.timeZone;
  const today = local(instant, zone).toFormat("yyyy-MM-dd");
  const near = [addDays(today, -1), today].flatMap((date) => openingsOn(date, schedule));
  const clock = `it is ${show(instant, zone)} in ${zone}`;

  const until = endOfOpening(near, instant, today, schedule);
  if (until !== undefined) {
    return { open: true, until: iso(until, zone), sentence: `Open until ${show(until, zone)}; ${clock}.` };
  }
  const { override } = schedule;
  const overrideEnd = override && endOfOverride(override, instant, zone);
  if (override && overrideEnd !== undefined) {
    const sentence = `Open until ${show(overrideEnd, zone)} by an override of ${override.by}: ${override.reason}; ${clock}.`;
    return { open: true, until: iso(overrideEnd, zone), override, sentence };
  }
  const reasons = whyClosed(near, instant, today, schedule);
  const next = nextOpening(instant, today, schedule);
  const nextWords =
    next === undefined ? `Nothing opens within ${HORIZON_DAYS} days.` : `Next opening: ${show(next, zone)}.`;
  return {
    open: false,
    reasons,
    ...(next !== undefined && { nextOpening: iso(next, zone) }),
    sentence: `Closed: ${reasons.join("; ")}; ${clock}. ${nextWords}`,
  };
}

/** `Tuesday to Thursday 22:00–02:00`. */
export function describeWindows({ windows }: Schedule): string {
  if (windows.length === 0) return "none declared";
  return windows.map(({ days, from, to }) => `${describeDays(days)} ${from}–${to}`).join(", ");
}

/** Windows that touch or overlap are one opening. */
function endOfOpening(
  near: readonly Opening[],
  instant: number,
  today: string,
  schedule: Schedule,
): number | undefined {
  let end = near.find(({ from, to }) => from <= instant && instant < to)?.to;
  if (end === undefined) return undefined;
  const later = [0, 1, 2].flatMap((days) => openingsOn(addDays(today, days), schedule));
  for (const { from, to } of [...near, ...later].sort((a, b) => a.from - b.from)) {
    if (from <= end && to > end) end = to;
  }
  return end;
}

function endOfOverride({ date }: ScheduleOverride, instant: number, timeZone: string): number | undefined {
  const [start] = instantsAt(date, "00:00", timeZone);
  const [end] = instantsAt(addDays(date, 1), "06:00", timeZone);
  return start <= instant && instant < end ? end : undefined;
}

function whyClosed(near: readonly Opening[], instant: number, today: string, schedule: Schedule): string[] {
  const cut = near.find(({ from, uncutTo }) => from <= instant && instant < uncutTo)?.cutBecause;
  if (cut !== undefined) return [cut];
  const day = closedAllDay(today, schedule);
  return [...(day === undefined ? [] : [day]), `outside the windows (${describeWindows(schedule)})`];
}

function nextOpening(instant: number, today: string, schedule: Schedule): number | undefined {
  for (let days = 0; days <= HORIZON_DAYS; days++) {
    const starts = openingsOn(addDays(today, days), schedule)
      .filter(({ from, to }) => from > instant && to > from)
      .map(({ from }) => from);
    if (starts.length > 0) return Math.min(...starts);
  }
  return undefined;
}

function describeDays(days: readonly string[]): string {
  const places = WEEKDAYS.flatMap((day, place) => (days.includes(day) ? [place] : []));
  const names = places.map((place) => capital(WEEKDAYS[place] ?? ""));
  const first = places[0];
  const last = places.at(-1);
  if (first === undefined || last === undefined) return "no day";
  if (places.length > 2 && last - first === places.length - 1)
    return `${names[0] ?? ""} to ${names.at(-1) ?? ""}`;
  return names.join(", ");
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function local(instant: number, timeZone: string): DateTime {
  return DateTime.fromMillis(instant, { zone: timeZone, locale: "en-GB" });
}

/** `Tuesday 2026-11-24 22:00 (UTC+01:00)`. */
function show(instant: number, timeZone: string): string {
  return local(instant, timeZone).toFormat("cccc yyyy-MM-dd HH:mm '(UTC'ZZ')'");
}

function iso(instant: number, timeZone: string): string {
  return local(instant, timeZone).toISO({ suppressMilliseconds: true }) ?? new Date(instant).toISOString();
}
