import type { StackConfig } from "../../components/config";
import type { StoredResource } from "../engine/port";
import { clockPoint, createOffset, type ClockPoint } from "./clocks";
import { readFailures, troubleOf } from "./failures";
import { readHistory } from "./read-history";
import { EMPTY_SNAPSHOT, readSnapshot } from "./read-snapshot";
import type { Catalogue, CommitRecord, RolloutRecord, Snapshot, UpdateRecord } from "./record";
import { readLoggedLines, thinSamples } from "./samples";

/** Everything that a record is made of, as it was read. */
export interface RecordSources {
  /** When it was read, on this machine. */
  at: Date;
  config: StackConfig;
  /** Newest first, as the Automation API gives it. */
  history: readonly unknown[];
  /** By place in the history, oldest first: the state that an update left; undefined where nobody kept it. */
  left: readonly (readonly StoredResource[] | undefined)[];
  state: readonly StoredResource[];
  /** Text of the watch's log; undefined where there is none. */
  watchLog: string | undefined;
  /** Text of the gates' samples; undefined where there are none. */
  sampleLog: string | undefined;
  /** Text of the failures' log; undefined where there is none. */
  failureLog?: string | undefined;
  /** Oldest first. */
  commits: readonly CommitRecord[];
  /** What could not be read, a sentence each. */
  unread: readonly string[];
}

/** Pure: the same sources make the same record. */
export function buildRecord(sources: RecordSources): RolloutRecord {
  const { config, at } = sources;
  const past = readHistory(sources.history, config.project);
  const snapshots = past.map((_, index) => {
    const resources = sources.left[index];
    // The newest update's state is the stack's.
    if (resources === undefined && index === past.length - 1) return readSnapshot(sources.state);
    return resources === undefined ? null : readSnapshot(resources);
  });
  const offset = createOffset(clockPoints(past, snapshots));
  const onRender = (iso: string) => new Date(Date.parse(iso) + offset(Date.parse(iso))).toISOString();
  const failures = readFailures(sources.failureLog ?? "");
  const updates = past.map((update, index): UpdateRecord => ({
    ...update,
    startedAt: onRender(update.startedAt),
    endedAt: update.endedAt === null ? null : onRender(update.endedAt),
    trouble: update.result === "failed" ? troubleOf(update, past[index + 1], failures) : null,
    left: snapshots[index] ?? null,
  }));
  const watch = readLoggedLines(sources.watchLog ?? "");
  const gates = readLoggedLines(sources.sampleLog ?? "");
  const shifted = watch.samples.map(({ onRender: isRenders, ...sample }) => ({
    ...sample,
    atMs: sample.atMs + (isRenders === true ? 0 : offset(sample.atMs)),
  }));
  return {
    version: 1,
    project: config.project,
    stack: config.stack,
    timeZone: config.timeZone,
    at: onRender(at.toISOString()),
    catalogue: catalogueOf(config),
    declared: {
      phase: config.phase,
      hold: config.hold,
      acknowledged: Object.fromEntries(
        Object.entries(config.acknowledged).map(([item, { text }]) => [item, text]),
      ),
    },
    updates,
    now: sources.state.length === 0 ? EMPTY_SNAPSHOT : readSnapshot(sources.state),
    course: thinSamples([...gates.samples, ...shifted]),
    watched: watch.events
      .map(({ atMs, onRender: isRenders, ...event }) => ({
        at: new Date(atMs + (isRenders === true ? 0 : offset(atMs))).toISOString(),
        ...event,
      }))
      .sort((a, b) => a.at.localeCompare(b.at)),
    commits: [...sources.commits],
    gaps: [...sources.unread, ...gapsOf(updates, sources, watch.unread + gates.unread)],
  };
}

function clockPoints(
  past: readonly { endedAt: string | null }[],
  snapshots: readonly (Snapshot | null)[],
): ClockPoint[] {
  return past.flatMap(({ endedAt }, index) => {
    if (endedAt === null) return [];
    const before = snapshots.slice(0, index).findLast((each) => each !== null) ?? null;
    const point = clockPoint(Date.parse(endedAt), snapshots[index] ?? null, before);
    return point === undefined ? [] : [point];
  });
}

function gapsOf(
  updates: readonly UpdateRecord[],
  { watchLog, sampleLog }: RecordSources,
  unreadLines: number,
): string[] {
  const without = updates.filter(({ left, kind }) => left === null && kind !== "refresh");
  const numbers = without.map(({ number }) => number).join(", ");
  return [
    ...(updates.length === 0 ? ["Pulumi's history of this stack is empty: nothing was ever updated."] : []),
    ...(without.length > 0
      ? [
          `Of update${without.length === 1 ? "" : "s"} ${numbers} nobody kept the state: what its gates measured, and which deploys it made, is not known any more.`,
        ]
      : []),
    ...(sampleLog === undefined && watchLog === undefined
      ? [
          "There is no log of single samples on this machine: courses over time are left out, and the figures that each gate kept are shown instead.",
        ]
      : []),
    ...(watchLog === undefined && sampleLog !== undefined
      ? [
          "Nobody ran `rollout watch` on this machine: between the gates nothing was sampled, and an outage there would not be seen here.",
        ]
      : []),
    ...(unreadLines > 0
      ? [`${unreadLines} line${unreadLines === 1 ? "" : "s"} of the logs could not be read.`]
      : []),
  ];
}

function catalogueOf(config: StackConfig): Catalogue {
  const { advance, investigate, immediate, telegramSeconds } = config.thresholds;
  return {
    phases: Object.entries(config.soakSeconds).map(([name, soakSeconds]) => ({ name, soakSeconds })),
    services: config.services.map(({ key, renderName, kind }) => ({ key, renderName, kind })),
    flags: config.flags.map(({ key, serviceKey, phase, purpose }) => ({
      key,
      service: serviceKey,
      phase,
      purpose,
    })),
    migrations: config.migrations.map(({ id, phase, purpose, rollbackRisk, rollbackLoses }) => ({
      id,
      phase,
      purpose,
      rollbackRisk,
      rollbackLoses,
    })),
    items: config.prerequisites
      .filter(({ postgresRecovery }) => postgresRecovery === undefined)
      .map(({ id, phase, purpose }) => ({ id, phase, purpose })),
    limits: {
      errorRatePercent: {
        advance: advance.errorRatePercent,
        investigate: investigate.errorRatePercent,
        immediate: immediate.errorRatePercent,
      },
      latencyIncreasePercent: advance.latencyIncreasePercent,
      p95Ms: investigate.p95Seconds * 1000,
      telegramSeconds,
    },
  };
}
