import { CommanderError, type Command } from "commander";
import pc from "picocolors";

import { RolloutError } from "../../components/errors";
import { endProcess } from "./end-process";
import { crashText, guardCrashes, guardOutput } from "./guarded-output";
import { EXIT, type ExitCode } from "./exit-codes";
import { throughNpm } from "./npm-options";
import { UsageError } from "./usage-error";

/** A command of the program: what it is called and takes, and what it does. What it does is loaded only when it runs. */
export interface CommandModule {
  command: Command;
  run: (options: object) => Promise<ExitCode>;
}

/** A command, with the type of its options: commander knows them only as text. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function defineCommand<O extends object>(
  command: Command,
  run: (options: O) => Promise<ExitCode>,
): CommandModule {
  return { command, run: (options) => run(options as O) };
}

/**
 * Runs a command and ends the process with its exit code. What an operator can do something about is one message
 * without a stack; a stack only ever means a mistake of ours.
 * @param name of the npm script. @param args without the program.
 */
export function runCommand(
  name: string,
  { command, run }: CommandModule,
  args = process.argv.slice(2),
): void {
  guardOutput();
  guardCrashes();
  const done = async () => {
    const arrived = throughNpm(name, command, args);
    if ("argv" in arrived) return execute(command, run, ["node", name, ...arrived.argv]);
    console.error(
      `${pc.red("error:")} npm kept the options for itself. Nothing was run. Next: ${arrived.retype}`,
    );
    return EXIT.usage;
  };
  done().then(
    (code) => endProcess(code),
    (error: unknown) => {
      process.stderr.write(`${crashText(error)}\n`);
      process.exit(EXIT.act);
    },
  );
}

/** Runs a command and answers with its exit code; the process goes on. @param argv as in `process.argv`. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
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
    const trouble = diskTrouble(error);
    if (trouble === undefined) throw error;
    words(`${pc.red("error:")} ${trouble}\n`);
    return EXIT.act;
  }
}

/** What a disk may say that is nobody's mistake of ours. */
const DISK: Record<string, string> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk's quota is used up",
  EROFS: "its disk can only be read",
  EACCES: "there is no right to",
  EPERM: "there is no right to",
  EFBIG: "a file may not become so large",
  EMFILE: "too many files are open",
  EIO: "the disk does not work",
};

/** A sentence for it, with the way out; undefined for any other error. */
function diskTrouble(error: unknown): string | undefined {
  const { code = "", path, syscall } = error as NodeJS.ErrnoException;
  const why = error instanceof Error ? DISK[code] : undefined;
  if (why === undefined) return undefined;
  return (
    `${path ?? "a file"} could not be ${syscall === "open" || syscall === "write" ? "written" : "used"}: ${why} (${code}). ` +
    "Next: mend that, and run the same command again; what was done before is kept in the state."
  );
}
