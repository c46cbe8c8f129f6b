import { inspect } from "node:util";

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
 * whatever text it came in with. Commands redact what they show; this holds where one forgets, and where nobody foresaw the text.
 */
export function guardOutput(
  streams: readonly Pick<NodeJS.WriteStream, "write">[] = [process.stdout, process.stderr],
  env: NodeJS.ProcessEnv = process.env,
): void {
  redact.hide(...secretsOfEnvironment(env));
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = (text: unknown, ...more: unknown[]) =>
      write(typeof text === "string" ? redact.known(text) : text, ...more);
  }
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
