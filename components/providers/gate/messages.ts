import { DateTime } from "luxon";

import { PHASES, type Phase } from "../../config/phases";
import { formatMinutes } from "../../plan/closing";
import type { GateInputs, GateOutputs } from "./inputs";

/** What the team reads when the first gate begins to look. */
export function beginsMessage({ stack }: GateInputs): string {
  return `${named(stack)}: the rollout begins. Phase preparation verifies the system and takes the baseline.`;
}

/** What the team reads when a gate closes. */
export function closedMessage({ stack, phase }: GateInputs, olds: GateOutputs, closedAt: string): string {
  const open = Date.parse(closedAt) - Date.parse(olds.passedAt ?? closedAt);
  const next = PHASES[PHASES.indexOf(phase as Phase) + 1];
  return `${named(stack)}: phase ${phase} is done, ${formatMinutes(Math.max(0, open))} after it passed. Phase ${next ?? ""} begins.`;
}

/** What the team reads when a gate passes. */
export function passedMessage(outputs: GateOutputs, warnings: number): string {
  const { stack, phase, direction, checks, soakSeconds, timeZone, passedAt = outputs.verifiedAt } = outputs;
  const noted = warnings === 0 ? "" : `, ${warnings} of them with a warning`;
  const verified = `verified by ${checks.length} checks${noted}`;
  const flags = flagsText(outputs);
  if (direction === "rollback") return `${named(stack)}: back in phase ${phase}, ${verified}. ${flags}`;
  if (phase === "complete") return `${named(stack)}: the rollout is complete, ${verified}. ${flags}`;
  const mayEnd = upToTheMinute(DateTime.fromISO(passedAt, { zone: timeZone }).plus({ seconds: soakSeconds }));
  const next =
    soakSeconds === 0
      ? "The next phase may begin"
      : `It soaks ${formatMinutes(soakSeconds * 1000)}; the next phase may begin at ${mayEnd.toFormat("yyyy-MM-dd HH:mm")} ${timeZone}`;
  return [
    `${named(stack)}: phase ${phase} is live, ${verified}. ${flags}`,
    `${next}: rollout advance --stack ${named(stack)}`,
    `The way back: rollout rollback --stack ${named(stack)} --full`,
  ].join("\n");
}

/** So many flags are named, in the catalogue's order; the others are counted. */
const NAMED_FLAGS = 12;

/** "On: A, B." */
function flagsText({ services }: GateOutputs): string {
  const on = services.flatMap(({ flags }) =>
    Object.entries(flags).flatMap(([key, value]) => (value === "true" ? [key] : [])),
  );
  if (on.length === 0) return "No flag is on.";
  const more = on.length > NAMED_FLAGS ? ` and ${on.length - NAMED_FLAGS} more` : "";
  return `On: ${on.slice(0, NAMED_FLAGS).join(", ")}${more}.`;
}

/** A minute that is named is one at which it is true. */
function upToTheMinute(moment: DateTime): DateTime {
  const minute = moment.startOf("minute");
  return minute < moment ? minute.plus({ minutes: 1 }) : minute;
}

function named(stack: string | undefined): string {
  return stack ?? "rollout";
}
