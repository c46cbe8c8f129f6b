import { DateTime, IANAZone } from "luxon";

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The instants (milliseconds since 1970, ascending) at which a zone's clocks show this date and time: one as a rule, two in the hour that
 * autumn repeats. In the hour that spring leaves out there is none; the answer is then the moment of the change, at which the
 * clocks first show a later time. Luxon by itself promises nothing for either case.
 *
 * @param date `YYYY-MM-DD`; @param time `HH:MM`; @param timeZone IANA name.
 */
export function instantsAt(date: string, time: string, timeZone: string): [number, ...number[]] {
  const zone = IANAZone.create(timeZone);
  const offsetMs = (instant: number) => zone.offset(instant) * 60_000;
  const asIfUtc = DateTime.fromISO(`${date}T${time}`, { zone: "utc" }).toMillis();
  const before = offsetMs(asIfUtc - dayMs);
  const after = offsetMs(asIfUtc + dayMs);
  const [first, ...more] = [...new Set([before, after])]
    .map((offset) => ({ offset, instant: asIfUtc - offset }))
    .filter(({ offset, instant }) => offsetMs(instant) === offset)
    .map(({ instant }) => instant)
    .sort((a, b) => a - b);
  if (first !== undefined) return [first, ...more];
  return [findChange(asIfUtc - dayMs, asIfUtc + dayMs, (instant) => offsetMs(instant) === before)];
}

/** The day after (or before), by the calendar. */
export function addDays(date: string, days: number): string {
  return DateTime.fromISO(date, { zone: "utc" }).plus({ days }).toFormat("yyyy-MM-dd");
}

/** The first instant, to the millisecond, at which `isBefore` no longer holds. */
function findChange(from: number, to: number, isBefore: (instant: number) => boolean): number {
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isBefore(middle)) low = middle;
    else high = middle;
  }
  return high;
}
