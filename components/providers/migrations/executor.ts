/** One command of the migrations' runner, run to its end somewhere. */
export interface Execution {
  /** What was run, as an operator could type it. */
  command: string;
  where: string;
  seconds: number;
  /** Undefined where the place gives none or it did not arrive: the command's success is known all the same. */
  output: string | undefined;
  /** Set when something about the evidence is weaker than it should be. */
  note?: string;
  jobId?: string;
}

/**
 * Runs the runner's commands where config says: beside us, over SSH or as a one-off job on Render.
 * @throws RolloutError MIGRATION_COMMAND_FAILED when the command ended badly, with the end of its output.
 */
export interface Executor {
  execute(words: readonly string[]): Promise<Execution>;
}

const TAIL_LINES = 12;
const LINE_LENGTH = 240;

/** The end of an output, short enough for an error message. */
export function tailOf(output: string): string {
  const lines = output.trim().split("\n").slice(-TAIL_LINES);
  return lines.map((line) => `  ${line.slice(0, LINE_LENGTH)}`).join("\n");
}
