import { DateTime, IANAZone } from "luxon";

import type { Weekday } from "../../config/weekdays";

/** Opens on each of these days at `from`; a `to` at or before `from` is on the next day, and the night still counts as the first day's. */
export interface ScheduleWindow {
  days: readonly Weekday[];
  /** Wall-clock time, `HH:MM`. */
  from: string;
  to: string;
}

/** Whole days, in the schedule's zone. */
export interface Blackout {
  /** `YYYY-MM-DD`. */
  from: string;
  /** The last day, included; absent = one day. */
  to?: string;
  reason?: string;
}

/** One line in the stack file that opens the schedule for one night. */
export interface ScheduleOverride {
  reason: string;
  by: string;
  /** `YYYY-MM-DD`: counts from that day's 00:00 to 06:00 of the next morning. */
  date: string;
}

/** When an advance may start. A rollback asks nobody: callers do not look here for one. */
export interface Schedule {
  /** IANA name, such as `Europe/Berlin`. */
  timeZone: string;
  windows: readonly ScheduleWindow[];
  blackouts: readonly Blackout[];
  /** `YYYY-MM-DD`; closed all day, and from noon of the day before. */
  holidays: readonly string[];
  /** No start on a Friday from noon on. */
  fridayRule: boolean;
  override?: ScheduleOverride;
}

/** The runbook's: off-peak and mid-week. */
export const defaultSchedule: Schedule = {
  timeZone: "Europe/Berlin",
  windows: [{ days: ["tuesday", "wednesday", "thursday"], from: "22:00", to: "02:00" }],
  blackouts: [],
  holidays: [],
  fridayRule: true,
};

export interface ScheduleProblem {
  /** Path within the schedule, such as `windows[0].from`. */
  path: string;
  message: string;
}

/** All that is wrong with a schedule of the right shape; {@link scheduleVerdict} expects one without problems. */
export function findScheduleProblems(schedule: Schedule): ScheduleProblem[] {
  const problems: ScheduleProblem[] = [];
  const expectThat = (holds: boolean, path: string, message: string) => {
    if (!holds) problems.push({ path, message });
  };
  const { timeZone, windows, blackouts, holidays, override } = schedule;
  expectThat(
    IANAZone.isValidZone(timeZone),
    "timeZone",
    `"${timeZone}" is no IANA time zone; write for instance Europe/Berlin`,
  );
  windows.forEach(({ days, from, to }, index) => {
    const path = `windows[${index}]`;
    expectThat(days.length > 0, `${path}.days`, "names no day");
    for (const [key, time] of Object.entries({ from, to })) {
      expectThat(
        /^([01]\d|2[0-3]):[0-5]\d$/.test(time),
        `${path}.${key}`,
        `"${time}" is no time; write HH:MM`,
      );
    }
  });
  blackouts.forEach(({ from, to }, index) => {
    const path = `blackouts[${index}]`;
    expectThat(isDate(from), `${path}.from`, noDate(from));
    if (to === undefined) return;
    expectThat(isDate(to), `${path}.to`, noDate(to));
    expectThat(to >= from, `${path}.to`, `${to} is before ${from}`);
  });
  holidays.forEach((date, index) => {
    expectThat(isDate(date), `holidays[${index}]`, noDate(date));
  });
  if (override) {
    expectThat(isDate(override.date), "override.date", noDate(override.date));
    expectThat(override.reason.trim() !== "", "override.reason", "an override needs a reason");
    expectThat(override.by.trim() !== "", "override.by", "an override needs a name");
  }
  return problems;
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text, { zone: "utc" }).isValid;
}

function noDate(text: string): string {
  return `"${text}" is no date; write YYYY-MM-DD`;
}
