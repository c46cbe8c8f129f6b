import { DateTime } from "luxon";

/** "2026-11-24 22:10:05" in the stack's time zone; the zone is said once, by whoever shows it. */
export function momentText(iso: string, timeZone: string, seconds = true): string {
  const moment = DateTime.fromISO(iso, { zone: timeZone });
  return moment.isValid
    ? moment.toFormat(seconds ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm")
    : "unknown time";
}

/** "24 Nov, 22:10" */
export function dayText(iso: string, timeZone: string): string {
  const moment = DateTime.fromISO(iso, { zone: timeZone });
  return moment.isValid ? moment.toFormat("d LLL, HH:mm", { locale: "en-GB" }) : "?";
}

/** "45 s", "12 min 5 s", "3 h 20 min", "2 d 4 h": two units at the most. @param seconds whole or not, never negative. */
export function lengthText(seconds: number): string {
  const whole = Math.round(seconds);
  const units: [string, number][] = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ];
  const first = units.findIndex(([, size]) => whole >= size);
  if (first < 0) return "0 s";
  const parts: string[] = [];
  let rest = whole;
  for (const [name, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(" ");
}
