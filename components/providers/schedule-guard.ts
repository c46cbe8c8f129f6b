import { RolloutError } from "../errors";
import { scheduleVerdict, type ScheduleVerdict } from "../plan/schedule/schedule-verdict";
import type { Schedule } from "../config/types";
import type { ProviderContext } from "./context";
import { quietly } from "./tell-failures";

/** The stack's schedule at this moment of Render's clock; undefined where none is enforced. */
export async function readSchedule(
  schedule: Schedule | undefined,
  now: () => Promise<Date>,
): Promise<ScheduleVerdict | undefined> {
  return schedule === undefined ? undefined : scheduleVerdict(schedule, await now());
}

/** Why nothing may advance now, as a sentence with its way out. */
export function shutSentence({ sentence }: ScheduleVerdict): string {
  return (
    `the schedule is shut. ${sentence} To advance all the same, say so in the stack file: ` +
    `scheduleOverride: "<date> by <name>: <reason>". A rollback needs nothing.`
  );
}

/**
 * Asked before each step forwards: the schedule may have shut since the preview.
 * @param step what would be done, in words that complete "…: the schedule is shut".
 * @throws RolloutError SCHEDULE_SHUT, when the schedule is shut.
 */
export async function requireOpenSchedule(
  context: Pick<ProviderContext, "schedule">,
  step: string,
): Promise<void> {
  const verdict = await context.schedule();
  if (verdict?.open === false) {
    throw quietly(new RolloutError("SCHEDULE_SHUT", `${step}: ${shutSentence(verdict)}`));
  }
}
