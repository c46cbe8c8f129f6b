import { Command } from "commander";

import { chooseStack } from "./choose-stack";
import { commandName } from "./next-command";

/** A command of the program, with the option that they all have. */
export function stackCommand(name: string, description: string): Command {
  return new Command(commandName(name))
    .description(description)
    .option(
      "-s, --stack <stack>",
      "the stack, as in Pulumi.<stack>.yaml (default: the one selected in Pulumi)",
    );
}

/** Options with a stack: the one that is named, else the selected one, which is told. @throws UsageError where there is none. */
export function withStack<O extends { stack?: string }>(options: O): O & { stack: string } {
  const { stack, because } = chooseStack(process.cwd(), options.stack);
  if (because !== undefined) process.stderr.write(`Stack ${stack}, as ${because}.\n`);
  return { ...options, stack };
}

/** What stands at the end of a command's help. @param examples as `rollout <command> …`; shown in the way in which it was called. */
export function helpEnd(
  examples: readonly string[],
  exitCodes: readonly string[] = USUAL_EXIT_CODES,
): string {
  const called = examples.map((line) => {
    const [typed = "", means = ""] = line.split(/ {2,}/);
    return { typed: typed.replace(/^rollout (\w+)/, (_all, name: string) => commandName(name)), means };
  });
  const width = Math.max(...called.map(({ typed }) => typed.length));
  const lines = called.map(({ typed, means }) => `${typed.padEnd(width)}  ${means}`.trimEnd());
  const indented = (texts: readonly string[]) => texts.map((line) => `  ${line}`);
  return ["", "Examples:", ...indented(lines), "", "Exit codes:", ...indented(exitCodes)].join("\n");
}

const USUAL_EXIT_CODES = [
  "0  done, or nothing was to be done",
  "1  the operator must act; what and why is on stderr",
  "2  the command line was not understood",
];

/** Reads "A,B" and repeated options into one list. */
export function commaList(value: string, before: string[] = []): string[] {
  const items = value.split(",").map((item) => item.trim());
  return [...before, ...items.filter((item) => item !== "")];
}
