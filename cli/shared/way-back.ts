import { commandText } from "./next-command";

/** The line that an operator looks for when something goes wrong: the same words wherever a command ends. */
export function wayBack(stack: string): string {
  return `The way back: ${commandText("rollback", stack, "--full")}`;
}
