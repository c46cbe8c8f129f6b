import { list, numberOrNull, record, text, textList, texts } from "./lenient";
import type { UpdateRecord } from "./record";
import { readUpdateMessage } from "./update-message";

/** An update as Pulumi's history tells it; its times are this machine's. */
export type PastUpdate = Omit<UpdateRecord, "left" | "trouble">;

/**
 * Pulumi's history, oldest first. Of the config only our own keys are read, and never one that is marked as a secret.
 * @param history newest first, as `pulumi stack history --json` and the Automation API give it.
 */
export function readHistory(history: readonly unknown[], project: string): PastUpdate[] {
  const oldestFirst = [...history].reverse();
  return oldestFirst.map((entry, index) => {
    const { version, kind, startTime, endTime, message, environment, result, config, resourceChanges } =
      record(entry);
    const env = texts(environment);
    const told = readUpdateMessage(text(message));
    const configured = configOf(config, project);
    const running = result === "in-progress" || result === "not-started";
    return {
      number: numberOrNull(version) || index + 1,
      kind: text(kind) || "update",
      startedAt: isoTime(startTime),
      endedAt: running ? null : isoTime(endTime),
      result: running ? "in-progress" : result === "succeeded" ? "succeeded" : "failed",
      by: told.by ?? env["git.author"] ?? env["git.committer"] ?? null,
      command: told.command ?? null,
      title: told.title,
      because: told.because ?? null,
      commit: env["git.head"] ?? null,
      phase: textOf(configured("phase")),
      hold: textList(configured("hold")),
      acknowledged: texts(configured("acknowledged")),
      acceptDataLoss: texts(configured("acceptDataLoss")),
      overrides: overridesOf(configured("override"), configured("scheduleOverride")),
      changes: Object.fromEntries(
        Object.entries(record(resourceChanges)).flatMap(([op, count]) =>
          typeof count === "number" ? [[op, count] as const] : [],
        ),
      ),
    };
  });
}

function configOf(config: unknown, project: string): (key: string) => unknown {
  const entries = record(config);
  return (key) => {
    const entry = record(entries[`${project}:${key}`]);
    if (entry["secret"] === true) return undefined;
    const { value, objectValue } = entry;
    if (objectValue !== undefined) return objectValue;
    return typeof value === "string" && /^\s*[[{]/.test(value) ? parsed(value) : value;
  };
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** By phase and, for the schedule's own, under `schedule`: the override, as written. */
function overridesOf(byPhase: unknown, schedule: unknown): Record<string, string> {
  const written =
    typeof schedule === "string"
      ? schedule
      : list(Object.values(record(schedule)))
          .map(text)
          .join(" ");
  return { ...texts(byPhase), ...(written.trim() === "" ? {} : { schedule: written.trim() }) };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** Pulumi gives times as texts, whose form is the operating system's with an old CLI, or in seconds. */
function isoTime(value: unknown): string {
  const time = value instanceof Date ? value.getTime() : NaN;
  const ms = typeof value === "number" ? value * 1000 : Number.isNaN(time) ? Date.parse(text(value)) : time;
  return new Date(Number.isFinite(ms) ? ms : 0).toISOString();
}
