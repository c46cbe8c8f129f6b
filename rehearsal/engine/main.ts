import { runCommandLine } from "./command-line";
import { CommandError, exitCode, messageOf } from "./errors";

/** Runs one command line and ends the process with the code that the CLI would end with. */
export async function main(args: readonly string[]): Promise<void> {
  process.exitCode = await run(args);
}

async function run(args: readonly string[]): Promise<number> {
  try {
    return await runCommandLine(args);
  } catch (error) {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    if (!(error instanceof CommandError)) process.stderr.write(`${stackOf(error)}\n`);
    return error instanceof CommandError ? error.exitCode : exitCode.failed;
  }
}

/** Only our own mistakes come with a stack. */
function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? "") : "";
}
