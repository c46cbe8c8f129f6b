import { inspect } from "node:util";

import { STRINGS, withoutRunnerCommands } from "../../components/plain-text";
import { createRedactor, secretsOfEnvironment } from "../../components/secrets";
import { EXIT } from "./exit-codes";

/** Of this process: what it must never print, whoever prints. */
const redact = createRedactor([]);

/** Takes one more secret out of all that is printed from now on. */
export function hideFromOutput(...secrets: (string | undefined)[]): void {
  redact.hide(...secrets);
}

/**
 * The last look at what this process prints: no secret that it knows, of the environment or of a stack that was read, leaves it,
 * and nothing that steers the terminal or GitHub's runner but what commands say themselves (colours, and on a terminal moves of the
 * cursor). Commands make what others wrote plain before they show it; this holds where one forgets, and where nobody foresaw it.
 */
export function guardOutput(
  streams: readonly Guarded[] = [process.stdout, process.stderr],
  env: NodeJS.ProcessEnv = process.env,
): void {
  redact.hide(...secretsOfEnvironment(env));
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    const guarded = (text: unknown) =>
      typeof text === "string" ? steadied(redact.known(text), stream.isTTY === true) : text;
    stream.write = (text: unknown, ...more: unknown[]) => write(guarded(text), ...more);
  }
}

type Guarded = Pick<NodeJS.WriteStream, "write"> & { isTTY?: boolean };

/** All control characters but tab, line ends and the escape, and marks of direction. */
const NEVER_OURS = /[^\P{Cc}\t\n\r\u001b]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
/** Escapes that are no colours, and what writes over a line. */
const MOVES = /\u001b(?!\[[\d;]*m)(?:\[[\d;?]*[ -/]*[@-~])?|\r(?!\n)/g;

function steadied(text: string, isTerminal: boolean): string {
  const steady = text.replaceAll(STRINGS, "").replaceAll(NEVER_OURS, "");
  return withoutRunnerCommands(isTerminal ? steady : steady.replaceAll(MOVES, ""));
}

/** A mistake of ours as it is printed, stack and all: what it carries is not ours to choose, so it passes whole through the redactor. */
export function crashText(error: unknown): string {
  return redact(inspect(error));
}

/** An error that nobody awaited would be printed by Node itself, with everything that hangs on it. */
export function guardCrashes(): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const)
    process.on(event, (error: unknown) => {
      process.stderr.write(`${crashText(error)}\n`);
      process.exit(EXIT.act);
    });
}
