/** From so many hours after monitoring began: how many minutes lie between two looks. The runbook's own. */
const CADENCE = [
  { fromHours: 0, everyMinutes: 15 },
  { fromHours: 2, everyMinutes: 60 },
  { fromHours: 12, everyMinutes: 240 },
] as const;

/** A scheduler is early and late by minutes; a look that is almost due is taken. */
const EARLY_MS = 3 * 60_000;

/** Whether a look is due. @param lastAt of the look before; undefined where there was none. */
export function isDue(since: Date, lastAt: Date | undefined, now: Date): boolean {
  if (lastAt === undefined || lastAt < since) return true;
  const hours = (now.getTime() - since.getTime()) / 3_600_000;
  const every =
    CADENCE.findLast(({ fromHours }) => hours >= fromHours)?.everyMinutes ?? CADENCE[0].everyMinutes;
  return now.getTime() - lastAt.getTime() >= every * 60_000 - EARLY_MS;
}
