import { DateTime } from "luxon";
import { WEEKDAYS } from "../../config/weekdays";
import type { Schedule } from "../../config/types";
import { addDays, instantsAt } from "./wall-time";

/** One night (or day) of one window, in milliseconds since 1970. */
export interface Opening {
  from: number;
  /** Excluded. Where a rule cuts the window short this is the cut, and at or before `from` nothing is open. */
  to: number;
  /** Where the window would end without the cut. */
  uncutTo: number;
  cutBecause?: string;
}

/**
 * The windows that open on this date, cut by blackouts, holidays and the Friday rule. A rule of the next date cuts the part after
 * midnight; a rule of the date itself holds for the whole night, as the night counts as that date's.
 *
 * Around a change of the clocks a window stays within its declared wall-clock times and in one piece: an edge that spring leaves out becomes the
 * moment of the change; in the hour that autumn repeats it ends at the first, and starts at the second showing.
 */
export function openingsOn(date: string, schedule: Schedule): Opening[] {
  const weekday = WEEKDAYS[DateTime.fromISO(date, { zone: "utc" }).weekday - 1];
  return schedule.windows
    .filter((window) => window.days.some((day) => day === weekday))
    .map((window) => {
      const { from, to } = edges(date, window, schedule.timeZone);
      const cut = firstCut(date, schedule);
      if (!cut || cut.at >= to) return { from, to, uncutTo: to };
      return { from, to: Math.max(from, cut.at), uncutTo: to, cutBecause: cut.why };
    });
}

function edges(
  date: string,
  window: Schedule["windows"][number],
  timeZone: string,
): { from: number; to: number } {
  const lastDate = window.to > window.from ? date : addDays(date, 1);
  const [to] = instantsAt(lastDate, window.to, timeZone);
  const starts = instantsAt(date, window.from, timeZone);
  const from = starts.findLast((instant) => instant < to) ?? starts[0];
  return { from, to: Math.max(from, to) };
}

interface Cut {
  at: number;
  why: string;
}

function firstCut(date: string, schedule: Schedule): Cut | undefined {
  const next = addDays(date, 1);
  const ownDay = closedAllDay(date, schedule);
  if (ownDay !== undefined) return { at: -Infinity, why: ownDay };
  const nextDay = closedAllDay(next, schedule);
  const cuts = [
    ...(nextDay === undefined ? [] : [{ at: instantsAt(next, "00:00", schedule.timeZone)[0], why: nextDay }]),
    ...[date, next].flatMap((day) => {
      const why = closedFromNoon(day, schedule);
      return why === undefined ? [] : [{ at: instantsAt(day, "12:00", schedule.timeZone)[0], why }];
    }),
  ];
  return cuts.sort((a, b) => a.at - b.at)[0];
}

/** Why nothing may start on this date, or undefined. */
export function closedAllDay(date: string, { blackouts, holidays }: Schedule): string | undefined {
  const blackout = blackouts.find(({ from, to }) => date >= from && date <= (to ?? from));
  if (blackout)
    return `${date} is blacked out${blackout.reason === undefined ? "" : ` (${blackout.reason})`}`;
  return holidays.includes(date) ? `${date} is a holiday` : undefined;
}

/** Why nothing may start on this date from noon on, or undefined. */
function closedFromNoon(date: string, { holidays, fridayRule }: Schedule): string | undefined {
  const next = addDays(date, 1);
  if (holidays.includes(next)) return `${next} is a holiday, and nothing starts from noon of the day before`;
  const friday = DateTime.fromISO(date, { zone: "utc" }).weekday === 5;
  return fridayRule && friday ? "nothing starts on a Friday from noon on" : undefined;
}
