import { messageOf } from "../../components/errors";
import type { Engine, StoredResource } from "../engine/port";
import type { LoadedStack } from "../shared/load-stack";
import { buildRecord } from "./build-record";
import { readCommits } from "./read-commits";
import type { RolloutRecord } from "./record";
import { rolloutFolder, textOfFile } from "./rollout-folder";

/**
 * Reads everything that is known of a stack's rollout. What cannot be read becomes a gap that the record names.
 * @param redact takes secrets out of everything, before anybody can write it down.
 */
export async function readRecord(
  { directory, stack, config, file }: LoadedStack,
  engine: Engine,
  { now, redact }: { now: () => Date; redact: (text: string) => string },
): Promise<RolloutRecord> {
  const unread: string[] = [];
  const orNothing =
    <T>(what: string, nothing: T) =>
    (error: unknown): T => {
      unread.push(`${what} could not be read: ${messageOf(error)}`);
      return nothing;
    };
  const [state, history, commits] = await Promise.all([
    engine.state().catch(orNothing<StoredResource[]>("The stack's state", [])),
    engine.past?.updates().catch(orNothing<unknown[]>("Pulumi's history", [])) ?? [],
    readCommits(directory, file),
  ]);
  const left = (await engine.past?.states(history).catch(orNothing("Earlier states", []))) ?? [];
  const folder = rolloutFolder(directory, stack);
  const record = buildRecord({
    at: now(),
    config,
    history,
    left,
    state,
    watchLog: textOfFile(folder.watchLog),
    sampleLog: textOfFile(folder.sampleLog),
    failureLog: textOfFile(folder.failureLog),
    commits,
    unread,
  });
  return redacted(record, redact);
}

/** Every text of a record, keys too, without secrets. */
export function redacted<T>(value: T, redact: (text: string) => string): T {
  const walk = (each: unknown): unknown => {
    if (typeof each === "string") return redact(each);
    if (Array.isArray(each)) return each.map(walk);
    if (typeof each !== "object" || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [redact(key), walk(inner)]));
  };
  return walk(value) as T;
}
