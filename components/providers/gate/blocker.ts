import type { ScheduleVerdict } from "../../plan/schedule/schedule-verdict";
import { shutSentence } from "../schedule-guard";

/** One reason why a gate may not close. */
export interface Blocker {
  kind: "gate" | "deploy" | "soak" | "schedule" | "sign-off" | "check";
  sentence: string;
  /** ISO time at which it is over by itself; absent where that is not known, or where somebody has to act. */
  until?: string;
}

/** A shut schedule as a reason, also of steps that close no gate. */
export function scheduleBlocker(phase: string, schedule: ScheduleVerdict & { open: false }): Blocker {
  const until = schedule.nextOpening;
  const sentence = `${phase}: ${shutSentence(schedule)}`;
  return { kind: "schedule", sentence, ...(until === undefined ? {} : { until }) };
}
