/** The form of a duration in config files: a whole number and a unit in words. */
export const DURATION_FORM = /^[0-9]{1,6} (seconds?|minutes?|hours?|days?)$/;

/** What a duration looks like, in words. */
export const DURATION_IN_WORDS = 'a duration: "90 seconds", "15 minutes", "24 hours" or "2 days"';

/** Whole seconds of "15 minutes"; undefined for another form. */
export function parseDuration(written: string): number | undefined {
  if (!DURATION_FORM.test(written)) return undefined;
  const [count = "", unit = ""] = written.split(" ");
  return Number(count) * (SECONDS[unit.replace(/s$/, "")] ?? Number.NaN);
}

/** @throws Error for what the schema should have refused: our bug. */
export function secondsOf(duration: string): number {
  const parsed = parseDuration(duration);
  if (parsed === undefined) throw new Error(`"${duration}" reached resolveConfig and is no duration`);
  return parsed;
}

const SECONDS: Record<string, number> = { second: 1, minute: 60, hour: 3600, day: 86_400 };
