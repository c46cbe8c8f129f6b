import type { StackConfig } from "../../components/config";
import type { Engine } from "../engine/port";
import { readHistory } from "../log/read-history";
import { attempt } from "../shared/attempt";
import type { Standing } from "../shared/standing";

/**
 * Who decided on the update that wrote each flag last, by Pulumi's history: the update that ran while Render took the write.
 * Where the clocks of Render and of the machine that ran it are far apart, nobody is named.
 */
export async function flagAuthors(
  engine: Engine,
  { project }: StackConfig,
  { flags }: Standing,
  notes: string[],
): Promise<Map<string, string>> {
  const written = [...flags].flatMap(([key, { writtenAt }]) =>
    writtenAt === undefined ? [] : [{ key, writtenAt }],
  );
  const { past } = engine;
  if (written.length === 0 || past === undefined) return new Map();
  const history = await attempt(() => past.updates(), "who switched the flags could not be read", notes);
  const updates = readHistory(history ?? [], project).filter(({ kind }) => kind === "update");
  return new Map(
    written.flatMap(({ key, writtenAt }) => {
      const at = Date.parse(writtenAt);
      const own = updates.find(
        ({ startedAt, endedAt }) =>
          Date.parse(startedAt) - SLACK_MS <= at &&
          (endedAt === null || at <= Date.parse(endedAt) + SLACK_MS),
      );
      return own?.by == null ? [] : [[key, own.by] as const];
    }),
  );
}

/** Render's clock and that of the machine that ran the update may differ by so much: milliseconds. */
const SLACK_MS = 5_000;
