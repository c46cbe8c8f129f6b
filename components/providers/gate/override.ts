import { DateTime } from "luxon";

import type { CheckResult } from "../../probes/verdict";

/** A person's word that checks of this gate need not pass, as config resolved it. */
export interface GateOverride {
  /** The text as it was written: it is evidence. */
  text: string;
  /** ISO date, and a time where one was given. */
  date: string;
  time?: string;
  by: string;
  /** Ids of checks, or their first words. */
  checks: string[];
  reason: string;
}

export interface Overridden {
  /** What stops the gate all the same. */
  stoppedBy: CheckResult[];
  /** What would have stopped it. */
  overridden: CheckResult[];
  /** Why the override, or a name of it, does nothing. */
  remarks: string[];
}

/** Without a time it counts on its date and through the night that follows: rollouts are made at night. */
const NIGHT_ENDS_AT = 12;

/**
 * Takes out what an override names. It is for a day: 24 hours from its time, or its date until noon of the next day.
 * What it names that does not fail is told, so that nobody relies on a word that does nothing.
 */
export function applyOverride(
  stoppedBy: readonly CheckResult[],
  override: GateOverride | undefined,
  { now, timeZone }: { now: Date; timeZone: string },
): Overridden {
  if (override === undefined) return { stoppedBy: [...stoppedBy], overridden: [], remarks: [] };
  const ends = endOf(override, timeZone);
  if (now.getTime() < startOf(override, timeZone).toMillis()) {
    return {
      stoppedBy: [...stoppedBy],
      overridden: [],
      remarks: [`the override "${override.text}" is of a later day`],
    };
  }
  if (now.getTime() >= ends.toMillis()) {
    const ended = `the override "${override.text}" ended ${ends.toFormat("yyyy-MM-dd HH:mm")}: it is for a day`;
    return { stoppedBy: [...stoppedBy], overridden: [], remarks: [ended] };
  }
  const names = (check: string) => override.checks.some((name) => isNamed(check, name));
  const idle = override.checks.filter((name) => !stoppedBy.some(({ check }) => isNamed(check, name)));
  return {
    stoppedBy: stoppedBy.filter(({ check }) => !names(check)),
    overridden: stoppedBy.filter(({ check }) => names(check)),
    remarks: idle.map((name) => `the override names ${name}, and no check of that name stops this gate`),
  };
}

/** What stands in log, report and chat, for each check. */
export function overrideSentence(
  phase: string,
  check: CheckResult,
  override: GateOverride | undefined,
): string {
  return `gate ${phase}: OVERRIDDEN, ${check.check}: ${check.verdict}: ${check.summary} ("${override?.text ?? ""}")`;
}

/** "health" names "health shop-api"; "heal" names nothing. */
function isNamed(check: string, name: string): boolean {
  return check === name || check.startsWith(`${name} `);
}

function startOf({ date, time }: GateOverride, zone: string): DateTime {
  return DateTime.fromISO(time === undefined ? date : `${date}T${time}`, { zone });
}

function endOf(override: GateOverride, zone: string): DateTime {
  const start = startOf(override, zone);
  if (override.time !== undefined) return start.plus({ hours: 24 });
  return start.plus({ days: 1 }).set({ hour: NIGHT_ENDS_AT });
}
