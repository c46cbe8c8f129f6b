import { Command } from "commander";

/** A command of `npm run <name> --`, with the option that they all have. */
export function stackCommand(name: string, description: string): Command {
  return new Command(`npm run ${name} --`)
    .description(description)
    .requiredOption("-s, --stack <stack>", "the stack, as in Pulumi.<stack>.yaml");
}

/** Reads "A,B" and repeated options into one list. */
export function commaList(value: string, before: string[] = []): string[] {
  const items = value.split(",").map((item) => item.trim());
  return [...before, ...items.filter((item) => item !== "")];
}
