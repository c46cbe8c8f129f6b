import { findIncidents } from "./incidents";
import type { RolloutRecord } from "./record";
import { failureOf, stepsOf, type Step } from "./steps";

export interface TimelineEntry {
  at: string;
  kind:
    | "phase"
    | "flags"
    | "migrations"
    | "deploy"
    | "gate"
    | "override"
    | "consent"
    | "signature"
    | "rollback"
    | "failure"
    | "incident"
    | "commit"
    | "watch"
    | "update";
  /** How it went, where that is a question. */
  mood: "good" | "bad" | "warn" | "plain";
  text: string;
  by: string | null;
  because: string | null;
}

/** All that happened, oldest first; of one moment in the order in which it follows. */
export function timelineOf(record: RolloutRecord): TimelineEntry[] {
  const steps = stepsOf(record);
  const others = [
    ...record.commits.map(({ at, by, subject, because, hash }): TimelineEntry =>
      entry({ at, kind: "commit", text: `commit ${hash.slice(0, 8)}: ${subject}`, by, because }),
    ),
    ...findIncidents(record)
      .filter(({ source }) => source === "the watch")
      .flatMap(({ what, startedAt, endedAt }) => [
        entry({ at: startedAt, kind: "incident", mood: "bad", text: what }),
        ...(endedAt === null ? [] : [entry({ at: endedAt, kind: "incident", text: `over: ${what}` })]),
      ]),
    ...record.watched
      .filter(({ event }) => event === "note" || event === "verdict")
      .map(({ at, text, service }) =>
        entry({ at, kind: "watch", text: `watch${service === "" ? "" : ` of ${service}`}: ${text}` }),
      ),
  ];
  const placed = [
    ...others.map((each) => ({ each, moment: Date.parse(each.at) })),
    ...steps.flatMap((step, index) =>
      ofStep(step, steps[index - 1]).map((each) => ({ each, moment: momentOf(each, steps[index + 1]) })),
    ),
  ];
  // Sorting is stable: what one update did stays in its order.
  return placed.sort((a, b) => a.moment - b.moment).map(({ each }) => each);
}

/** Pulumi's history has whole seconds, gates have more: what an update did stands before the next one all the same. */
function momentOf({ at }: TimelineEntry, next: Step | undefined): number {
  return Math.min(Date.parse(at), next === undefined ? Infinity : Date.parse(next.update.startedAt));
}

function entry(some: Pick<TimelineEntry, "at" | "kind" | "text"> & Partial<TimelineEntry>): TimelineEntry {
  return { mood: "plain", by: null, because: null, ...some };
}

function ofStep(step: Step, before: Step | undefined): TimelineEntry[] {
  const { update } = step;
  if (step.kind === "refresh") return [];
  const { startedAt, by, because } = update;
  const at = update.endedAt ?? startedAt;
  return [
    entry({ at: startedAt, by, because, ...beginning(step) }),
    ...decisions(step, before),
    ...step.applied.map((id) =>
      entry({
        at: update.left?.migrations[id]?.appliedAt ?? at,
        kind: "migrations",
        text: `migration ${id} applied`,
      }),
    ),
    ...[["on", step.flagsOn] as const, ["off", step.flagsOff] as const].flatMap(([value, flags]) =>
      flags.length === 0 ? [] : [entry({ at, kind: "flags", text: `${value}: ${flags.join(", ")}` })],
    ),
    ...step.deploys.map(({ service, id, liveAt, made, failed }) =>
      entry({
        at: liveAt ?? at,
        kind: "deploy",
        mood: failed > 0 ? "warn" : "plain",
        text: `${service}: deploy ${id} live${made === 0 ? "" : `, ${failed} of ${made} probes failed meanwhile`}`,
      }),
    ),
    ...step.rolledBack.map((id) =>
      entry({ at, kind: "migrations", mood: "warn", text: `migration ${id} rolled back` }),
    ),
    ...gates(step, before),
    ...ending(step, at),
  ];
}

function beginning({ kind, update, from }: Step): Pick<TimelineEntry, "kind" | "text" | "mood"> {
  const phase = update.phase ?? "an unnamed phase";
  const number = `update ${update.number}`;
  switch (kind) {
    case "begin":
      return { kind: "phase", mood: "plain", text: `${number}: the rollout begins with ${phase}` };
    case "advance":
      return { kind: "phase", mood: "plain", text: `${number}: ${from ?? "?"} → ${phase}` };
    case "rollback":
      return {
        kind: "rollback",
        mood: "warn",
        text: `${number}: back ${from === phase || from === null ? `within ${phase}` : `from ${from} to ${phase}`}`,
      };
    case "partial-rollback":
      return { kind: "rollback", mood: "warn", text: `${number}: held back: ${update.hold.join(", ")}` };
    case "destroy":
      return {
        kind: "update",
        mood: "warn",
        text: `${number}: the stack is forgotten; nothing is changed on Render`,
      };
    case "same":
    case "refresh":
      return { kind: "update", mood: "plain", text: `${number}: ${phase} once more` };
  }
}

function decisions({ update }: Step, before: Step | undefined): TimelineEntry[] {
  const at = update.startedAt;
  const fresh = (now: Record<string, string>, then: Record<string, string> = {}) =>
    Object.entries(now).filter(([key, value]) => then[key] !== value);
  return [
    ...fresh(update.overrides, before?.update.overrides).map(([what, text]) =>
      entry({ at, kind: "override", mood: "warn", text: `override of ${what}: ${text}` }),
    ),
    ...fresh(update.acceptDataLoss, before?.update.acceptDataLoss).map(([id, text]) =>
      entry({ at, kind: "consent", mood: "warn", text: `data loss accepted for ${id}: ${text}` }),
    ),
    ...fresh(update.acknowledged, before?.update.acknowledged).map(([id, text]) =>
      entry({ at, kind: "signature", text: `${id} signed off: ${text}` }),
    ),
  ];
}

function gates({ update, known }: Step, before: Step | undefined): TimelineEntry[] {
  if (!known) return [];
  return Object.values(update.left?.gates ?? {}).flatMap((gate) => {
    const old = before?.update.left?.gates[gate.phase];
    const verified = gate.verifiedAt !== null && gate.verifiedAt !== old?.verifiedAt;
    const closed = gate.closedAt !== null && gate.closedAt !== old?.closedAt;
    const warnings = gate.checks.filter(({ verdict }) => verdict === "warn").length;
    const noted = warnings === 0 ? "" : `, ${warnings} to look into`;
    return [
      ...(verified
        ? [
            entry({
              at: gate.verifiedAt ?? "",
              kind: "gate",
              mood: gate.passed ? (warnings === 0 ? "good" : "warn") : "bad",
              text: gate.passed
                ? `gate ${gate.phase} passed, ${gate.checks.length} checks${noted}`
                : `gate ${gate.phase} did not pass`,
            }),
          ]
        : []),
      ...(closed
        ? [entry({ at: gate.closedAt ?? "", kind: "gate", text: `gate ${gate.phase} closed` })]
        : []),
    ];
  });
}

function ending({ update }: Step, at: string): TimelineEntry[] {
  if (update.result !== "failed") return [];
  return [entry({ at, kind: "failure", mood: "bad", text: failureOf(update) })];
}
