import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openingsOn } from "../../../components/plan/schedule/openings";
import { WEEKDAYS } from "../../../components/config/weekdays";
import type { Schedule } from "../../../components/config";
import { scheduleVerdict } from "../../../components/plan/schedule/schedule-verdict";
import { addDays } from "../../../components/plan/schedule/wall-time";

/** Half-hour changes, changes at midnight, summer time in the south, odd offsets, none at all. */
const zones = [
  "Europe/Berlin",
  "America/New_York",
  "America/Santiago",
  "America/Havana",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "Asia/Beirut",
  "Asia/Kolkata",
  "UTC",
];
const hourMs = 3_600_000;
const from = Date.UTC(2026, 0, 1);
const to = Date.UTC(2029, 0, 1);

const clocks = new Map(
  zones.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat("en-CA", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    }),
  ]),
);

/** What the clocks on the wall show, straight from Intl: shares nothing with the code under test. */
function wall(instant: number, timeZone: string): { date: string; time: string } {
  const parts = Object.fromEntries(
    clocks
      .get(timeZone)!
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return {
    date: `${parts["year"]}-${parts["month"]}-${parts["day"]}`,
    time: `${parts["hour"]}:${parts["minute"]}`,
  };
}

function offset(instant: number, timeZone: string): number {
  const { date, time } = wall(instant, timeZone);
  return Date.parse(`${date}T${time}:00Z`) - Math.floor(instant / 60_000) * 60_000;
}

const changes = new Map(
  zones.map((zone) => {
    const found: number[] = [];
    for (let day = from; day < to; day += 24 * hourMs) {
      if (offset(day, zone) !== offset(day + 24 * hourMs, zone)) found.push(day);
    }
    return [zone, found];
  }),
);

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 45))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
const day = fc.integer({ min: 0, max: 3 * 365 }).map((days) => addDays("2026-01-01", days));
const schedule = fc.record({
  timeZone: fc.constantFrom(...zones),
  windows: fc.array(
    fc.record({
      days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1, maxLength: 4 }),
      from: time,
      to: time,
    }),
    { minLength: 1, maxLength: 2 },
  ),
  blackouts: fc.array(
    day.chain((first) =>
      fc.integer({ min: 0, max: 20 }).map((days) => ({ from: first, to: addDays(first, days) })),
    ),
    { maxLength: 2 },
  ),
  holidays: fc.array(day, { maxLength: 3 }),
  fridayRule: fc.boolean(),
});

/** Every other instant lies near a change of its zone's clocks. */
const scheduleAndInstant = schedule.chain((declared) => {
  const anywhere = fc.integer({ min: from, max: to });
  const near = changes.get(declared.timeZone)!;
  const instant =
    near.length === 0
      ? anywhere
      : fc.oneof(
          anywhere,
          fc
            .tuple(fc.constantFrom(...near), fc.integer({ min: -30 * hourMs, max: 54 * hourMs }))
            .map(([change, away]) => change + away),
        );
  return fc.tuple(fc.constant(declared), instant);
});

const verdictAt = (declared: Schedule, instant: number) => scheduleVerdict(declared, new Date(instant));
const weekdayOf = (date: string) => WEEKDAYS[(new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7]!;

/** Is this wall-clock time inside a declared window? Knows no rules and no instants. */
function declaredAt(declared: Schedule, instant: number): boolean {
  const { date, time: clock } = wall(instant, declared.timeZone);
  const yesterday = addDays(date, -1);
  return declared.windows.some((window) => {
    const has = (of: string) => window.days.some((name) => name === weekdayOf(of));
    if (window.to > window.from) return has(date) && clock >= window.from && clock < window.to;
    return (has(date) && clock >= window.from) || (has(yesterday) && clock < window.to);
  });
}

const runs = { numRuns: 150 };

describe("for any schedule, zone and instant", () => {
  it("the next opening is open, and the moment before it is not", () => {
    fc.assert(
      fc.property(scheduleAndInstant, ([declared, instant]) => {
        const verdict = verdictAt(declared, instant);
        if (verdict.open || verdict.nextOpening === undefined) return;
        const next = Date.parse(verdict.nextOpening);
        expect(next).toBeGreaterThan(instant);
        expect(verdictAt(declared, next).open).toBe(true);
        expect(verdictAt(declared, next - 1).open).toBe(false);
        expect(verdictAt(declared, Math.floor((instant + next) / 2)).open).toBe(false);
      }),
      runs,
    );
  });

  it("an opening lasts until the moment it names, and ends there", () => {
    fc.assert(
      fc.property(scheduleAndInstant, ([declared, instant]) => {
        const verdict = verdictAt(declared, instant);
        if (!verdict.open) return;
        const until = Date.parse(verdict.until);
        expect(until).toBeGreaterThan(instant);
        expect(verdictAt(declared, until - 1).open).toBe(true);
        expect(verdictAt(declared, Math.floor((instant + until) / 2)).open).toBe(true);
        // Windows that touch for days on end are followed for three days only.
        if (until - instant < 48 * hourMs) expect(verdictAt(declared, until).open).toBe(false);
      }),
      runs,
    );
  });

  it("what is open lies within the declared wall-clock times", () => {
    fc.assert(
      fc.property(scheduleAndInstant, ([declared, instant]) => {
        if (verdictAt(declared, instant).open) expect(declaredAt(declared, instant)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it("away from changes and without rules, what lies within the declared times is open", () => {
    fc.assert(
      fc.property(scheduleAndInstant, ([{ timeZone, windows }, instant]) => {
        if (offset(instant - 48 * hourMs, timeZone) !== offset(instant + 48 * hourMs, timeZone)) return;
        const bare = { timeZone, windows, blackouts: [], holidays: [], fridayRule: false };
        expect(verdictAt(bare, instant).open).toBe(declaredAt(bare, instant));
      }),
      { numRuns: 400 },
    );
  });

  it("nothing is open on a blacked-out day or a holiday, nor on a Friday afternoon under the rule", () => {
    fc.assert(
      fc.property(scheduleAndInstant, ([declared, instant]) => {
        const { date, time: clock } = wall(instant, declared.timeZone);
        const closed =
          declared.blackouts.some((blackout) => date >= blackout.from && date <= blackout.to) ||
          declared.holidays.includes(date) ||
          (clock >= "12:00" && declared.holidays.includes(addDays(date, 1))) ||
          (clock >= "12:00" && declared.fridayRule && weekdayOf(date) === "friday");
        if (closed) expect(verdictAt(declared, instant).open).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it("no opening has a negative length, nor one beyond a day and a changed hour", () => {
    fc.assert(
      fc.property(schedule, day, (declared, date) => {
        for (const { from: start, to: end, uncutTo } of openingsOn(date, declared)) {
          expect(end).toBeGreaterThanOrEqual(start);
          expect(uncutTo).toBeGreaterThanOrEqual(end);
          expect(end - start).toBeLessThanOrEqual(25 * hourMs);
        }
      }),
      { numRuns: 400 },
    );
  });
});
