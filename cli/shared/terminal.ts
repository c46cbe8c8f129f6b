import { createInterface } from "node:readline/promises";

import pc from "picocolors";

import { createLiveLines } from "./live-lines";
import { UsageError } from "./usage-error";

/** Where a command prints and asks. Data goes to stdout, words to stderr, so that data can be piped on. */
export interface Terminal {
  data(text: string): void;
  words(text: string): void;
  /** Shows these lines in place, until something is printed; absent where there is no terminal for words. */
  live?: ((lines: readonly string[]) => void) | undefined;
  /** Whether somebody is there to answer. */
  interactive: boolean;
  /** One line typed by the operator; undefined when the question was interrupted or the input ended. */
  ask(question: string): Promise<string | undefined>;
}

export function createTerminal(): Terminal {
  const isTerminal = process.stderr.isTTY && process.env["TERM"] !== "dumb";
  const live = isTerminal ? createLiveLines(process.stderr) : undefined;
  return {
    data: (text) => {
      live?.show([]);
      process.stdout.write(`${text}\n`);
    },
    words: (text) => {
      live?.show([]);
      process.stderr.write(`${text}\n`);
    },
    live:
      live === undefined
        ? undefined
        : (lines) => {
            live.show(lines);
          },
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    ask: async (question) => {
      live?.show([]);
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      const interrupted = new Promise<undefined>((resolve) => {
        lines.once("SIGINT", () => {
          process.stderr.write("\n");
          resolve(undefined);
        });
        lines.once("close", () => {
          resolve(undefined);
        });
      });
      try {
        return await Promise.race([lines.question(question), interrupted]);
      } finally {
        lines.close();
      }
    },
  };
}

/**
 * Whether the operator agrees: with --yes at once, otherwise asked.
 * @throws UsageError when nobody is there to ask and --yes is not given.
 */
export async function confirm(terminal: Terminal, yes: boolean, question: string): Promise<boolean> {
  if (yes) return true;
  requireSomebody(terminal, "--yes goes on without asking");
  const answer = await terminal.ask(`${pc.bold(question)} [y/N] `);
  return /^\s*y(es)?\s*$/i.test(answer ?? "");
}

/** @param instead how to do without an answer. @throws UsageError when nobody is there to ask. */
export function requireSomebody(terminal: Terminal, instead: string): void {
  if (terminal.interactive) return;
  throw new UsageError(
    `this needs an answer, and there is no terminal to ask on; ${instead}. Nothing was changed.`,
  );
}
