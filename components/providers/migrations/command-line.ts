import { quote } from "shell-quote";

/** What a migration's id may look like; config checks it too, but nothing else may ever reach a command line. */
const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/**
 * The commands for some migrations: one for each id where the words hold `{id}`, otherwise a single one for all;
 * none for no migrations.
 * @throws Error for an id that is not a plain word.
 */
export function commandsFor(words: readonly string[], ids: readonly string[]): string[][] {
  for (const id of ids) {
    if (!SAFE_ID.test(id))
      throw new Error(`"${id}" is not a migration's id: letters, digits, "_", "-" and "." only`);
  }
  if (ids.length === 0) return [];
  if (!takesId(words)) return [[...words]];
  return ids.map((id) => words.map((word) => word.replaceAll("{id}", id)));
}

/** Whether a command acts on one named migration; without `{id}` it acts on all, as the runbook's do. */
export function takesId(words: readonly string[]): boolean {
  return words.some((word) => word.includes("{id}"));
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
