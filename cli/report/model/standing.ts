import type { RolloutRecord } from "../../log/record";
import { phasesOf, stepsOf } from "../../log/steps";

export interface Standing {
  state: "not-begun" | "in-progress" | "failed" | "rolled-back" | "complete";
  /** The phase that the newest update was made for; the declared one where there was none. */
  phase: string;
  startedAt: string | null;
  /** Null while it goes on. */
  endedAt: string | null;
  /** Everybody who ran an update, in order of their first. */
  by: string[];
  sentence: string;
}

/** Where the rollout stands: begun, going on, stopped, taken back, or complete. */
export function standingOf(record: RolloutRecord): Standing {
  const steps = stepsOf(record).filter(({ kind }) => kind !== "refresh" && kind !== "destroy");
  const updates = steps.map(({ update }) => update);
  const newest = steps.at(-1);
  const by = [...new Set(updates.flatMap((update) => (update.by === null ? [] : [update.by])))];
  const startedAt = updates[0]?.startedAt ?? null;
  if (newest === undefined) {
    const phase = record.declared.phase;
    return { state: "not-begun", phase, startedAt, endedAt: null, by, sentence: "Nothing was ever updated." };
  }
  const phase = newest.update.phase ?? record.declared.phase;
  const base = { phase, startedAt, by };
  const failed = newest.update.result === "failed";
  const last = phasesOf(record).at(-1);
  const gate = record.now.gates[phase];
  if (failed)
    return {
      ...base,
      state: "failed",
      endedAt: null,
      sentence: `The newest update, to ${phase}, did not succeed. What runs may be neither the old nor the new.`,
    };
  // A rollback stands until something goes forward again.
  const way = steps.findLast(({ kind }) => kind !== "same");
  if (way?.kind === "rollback" || way?.kind === "partial-rollback") {
    const what =
      way.kind === "rollback"
        ? `back at ${phase}`
        : `in ${phase}, with ${way.update.hold.join(", ")} held back`;
    return {
      ...base,
      state: "rolled-back",
      endedAt: way.update.endedAt,
      sentence: `Rolled back: it stands ${what}.`,
    };
  }
  if (phase === last && gate?.passed === true)
    return {
      ...base,
      state: "complete",
      endedAt: gate.passedAt ?? newest.update.endedAt,
      sentence: `Every phase is behind it, and its last gate has passed${held(record)}.`,
    };
  const passed = gate?.passed === true ? "its gate has passed" : "its gate has not passed";
  return {
    ...base,
    state: "in-progress",
    endedAt: null,
    sentence: `In progress: it stands in ${phase}, ${passed}.`,
  };
}

function held({ declared }: RolloutRecord): string {
  return declared.hold.length === 0 ? "" : `; held back: ${declared.hold.join(", ")}`;
}
