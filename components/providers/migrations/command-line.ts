import { quote } from "shell-quote";

import { takesId } from "../../config/resolve-migrations";
import { MIGRATION_ID } from "../../config/migration-id";

/** One run of a command, and the migrations that it acts on. */
export interface CommandRun {
  words: string[];
  /** Ids. */
  acts: string[];
}

/**
 * The commands for some migrations: one for each where the words hold `{id}` or `{file}`, otherwise a single one for
 * all; none for no migrations.
 * @throws Error for an id or a file that is not a plain word.
 */
export function commandsFor(
  words: readonly string[],
  migrations: readonly { id: string; file?: string }[],
): CommandRun[] {
  for (const { id, file = id } of migrations) {
    for (const word of [id, file]) {
      if (!MIGRATION_ID.test(word))
        throw new Error(`"${word}" is not a migration's id or file: no plain word`);
    }
  }
  if (migrations.length === 0) return [];
  if (!takesId(words)) return [{ words: [...words], acts: migrations.map(({ id }) => id) }];
  return migrations.map(({ id, file = id }) => ({
    words: words.map((word) => word.replaceAll("{id}", () => id).replaceAll("{file}", () => file)),
    acts: [id],
  }));
}

/**
 * One simple command for a place that only takes a line of text. The directory goes through `env -C`, so that no
 * shell syntax is needed; the run's id makes the command findable among the jobs of a service.
 */
export function commandLine(
  words: readonly string[],
  options: { directory?: string; runId?: string } = {},
): string {
  const { directory, runId } = options;
  // The marker stands outside the quoting, so that it can be found again as it is; a run's id is a plain word.
  const env = [
    ...(directory === undefined ? [] : [`-C ${quote([directory])}`]),
    ...(runId === undefined ? [] : [`${RUN_ID}=${runId}`]),
  ];
  return [...(env.length > 0 ? ["env", ...env] : []), quote([...words])].join(" ");
}

/** The variable that carries the id of a run of ours in every command that we start elsewhere. */
export const RUN_ID = "ROLLOUT_RUN_ID";
