import type { StackConfig } from "../../components/config";
import type { Engine } from "../engine/port";
import { readHistory, type PastUpdate } from "../log/read-history";
import { attempt } from "../shared/attempt";
import { readStanding, type Standing } from "../shared/standing";

/** A flag and the ISO time at which Render took its last write. */
interface Written {
  key: string;
  at: string;
}

/**
 * Who decided on the update that wrote each flag last, by Pulumi's history: the update that ran while Render took the write.
 * Where none ran then, or the clocks of Render and of this machine are apart, it is the first update whose state has that
 * write. Nobody is named where neither tells.
 * @param clocksApart whether times of history cannot be held against Render's.
 */
export async function flagAuthors(
  engine: Engine,
  { project }: StackConfig,
  { flags }: Standing,
  { clocksApart, notes }: { clocksApart: boolean; notes: string[] },
): Promise<Map<string, string>> {
  const written = [...flags].flatMap(([key, { writtenAt }]) =>
    writtenAt === undefined ? [] : [{ key, at: writtenAt }],
  );
  const { past } = engine;
  if (written.length === 0 || past === undefined) return new Map();
  const history = await attempt(() => past.updates(), "who switched the flags could not be read", notes);
  if (history === undefined) return new Map();
  const updates = readHistory(history, project);
  const byTime = (flag: Written) => (clocksApart ? undefined : updates.find((each) => ranWhile(each, flag)));
  // Earlier states are asked for only then: a backend may want a process for each.
  const states = written.every((flag) => byTime(flag) !== undefined)
    ? []
    : await past.states(history).catch(() => []);
  const standings = states.map((resources) =>
    resources === undefined ? undefined : readStanding(resources),
  );
  return new Map(
    written.flatMap((flag) => {
      const own = byTime(flag) ?? updates[firstWith(standings, flag)];
      return own?.kind === "update" && own.by !== null ? [[flag.key, own.by] as const] : [];
    }),
  );
}

/** Render's clock and that of the machine that ran the update may differ by so much: milliseconds. */
const SLACK_MS = 5_000;

function ranWhile({ kind, startedAt, endedAt }: PastUpdate, { at }: Written): boolean {
  const atMs = Date.parse(at);
  return (
    kind === "update" &&
    Date.parse(startedAt) - SLACK_MS <= atMs &&
    (endedAt === null || atMs <= Date.parse(endedAt) + SLACK_MS)
  );
}

/** The place of the first state that has the write; -1 where none has, or the one before it is not known. */
function firstWith(standings: readonly (Standing | undefined)[], { key, at }: Written): number {
  const index = standings.findIndex((each) => each?.flags.get(key)?.writtenAt === at);
  return index > 0 && standings[index - 1] === undefined ? -1 : index;
}
