import { CommanderError, type Command } from "commander";
import pc from "picocolors";

import { RolloutError } from "../../components/errors";
import { EXIT, type ExitCode } from "./exit-codes";
import { UsageError } from "./usage-error";

// Each command names the type of its options: commander knows them only as text.
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters */

/**
 * Runs a command and ends the process with its exit code. What an operator can do something about is one message
 * without a stack; a stack only ever means a mistake of ours.
 */
export function runCommand<O extends object>(
  command: Command,
  action: (options: O) => Promise<ExitCode>,
): void {
  execute(command, action, process.argv).then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(error);
      process.exit(EXIT.act);
    },
  );
}

/** Runs a command and answers with its exit code; the process goes on. @param argv as in `process.argv`. */
export async function execute<O extends object>(
  command: Command,
  action: (options: O) => Promise<ExitCode>,
  argv: readonly string[],
  words: (text: string) => void = (text) => process.stderr.write(text),
): Promise<ExitCode> {
  try {
    command
      .exitOverride()
      .configureOutput({ writeErr: words })
      .showHelpAfterError("(--help shows all options)");
    return await action(command.parse([...argv]).opts<O>());
  } catch (error) {
    // Commander has said what it has against the command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof UsageError) {
      words(`${pc.red("error:")} ${error.message}\n`);
      return EXIT.usage;
    }
    if (error instanceof RolloutError) {
      words(`${pc.red("error:")} ${error.message}\n`);
      return EXIT.act;
    }
    throw error;
  }
}
