import type { Summary } from "../steps/operation-event";
import { stepWords, summaryOrder } from "./step-words";

/** The `Resources:` block, and the duration of what was more than a preview.
 *  @param errored how many resources had errors. */
export function summaryLines(summary: Summary, preview: boolean, errored: number): string[] {
  const { changes } = summary;
  const done = summaryOrder.filter((op) => (changes[op] ?? 0) > 0);
  const total = done.reduce((sum, op) => sum + (changes[op] ?? 0), 0);
  const counts = done.map((op) => {
    const { sign, past } = stepWords[op];
    return `    ${sign}${changes[op] ?? 0} ${preview ? `to ${op}` : past}`;
  });
  const pieces = [
    ...(done.length >= 2 ? [`${total} changes`] : []),
    ...((changes.same ?? 0) > 0 ? [`${changes.same ?? 0} unchanged`] : []),
  ];
  return [
    "Resources:",
    ...counts,
    ...(pieces.length > 0 ? [`    ${pieces.join(". ")}`] : []),
    ...(errored > 0 ? [`    ${errored} errored`] : []),
    ...(preview ? [] : ["", `Duration: ${durationText(summary.durationMs)}`]),
  ];
}

/** Whole seconds, rounded up, as Go writes durations: `1m5s`. */
export function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}h` : ""}${seconds >= 60 ? `${minutes}m` : ""}${seconds % 60}s`;
}
