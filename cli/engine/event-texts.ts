import type { EngineEvent } from "@pulumi/pulumi/automation";

import { takeCodes } from "../../components/error-code";
import { plainText } from "../../components/plain-text";

/** What the engine adds to every failure and nobody needs. */
const NOISE = [
  /^(update|preview|refresh|destroy) failed$/i,
  /resource monitor shut down/,
  /^error: (update|preview) failed/,
];

/** Errors as they were said, each once, whichever request met it; codes, colours, stacks and the engine's own frame left out. */
export function errorsOf(events: readonly EngineEvent[]): string[] {
  return codedErrorsOf(events).map(({ text }) => text);
}

/** The errors among events, each with the codes that came with it. */
export function codedErrorsOf(events: readonly EngineEvent[]): ReturnType<typeof takeCodes>[] {
  const errors = events.flatMap(({ diagnosticEvent: event }) =>
    event?.severity === "error" ? [takeCodes(withoutFrame(clean(event.message)))] : [],
  );
  const told = new Map(errors.map((error) => [error.text.replaceAll(/ \(request [^\s)]+\)/g, ""), error]));
  return [...told.values()].filter(({ text }) => text !== "" && !isNoise(text));
}

/** What our own program and providers said, line by line. @param severities of those alone; all where none is named. */
export function linesOf(events: readonly EngineEvent[], ...severities: string[]): string[] {
  return events.flatMap(({ diagnosticEvent: event }) =>
    event === undefined || (severities.length > 0 && !severities.includes(event.severity))
      ? []
      : clean(event.message).split("\n"),
  );
}

/** Without colours and stacks, and without what would steer a terminal or a runner: programs of anybody say such things. */
export function clean(message: string): string {
  return plainText(message.replaceAll(/<\{%[^%]*%\}>/g, ""))
    .split("\n")
    .filter((line) => !/^\s+at .+[:(]/.test(line))
    .join("\n")
    .trim();
}

/**
 * What Pulumi printed on stderr, from its first error on.
 * @param output also as the Automation API words a failed command: "code: … stdout: … stderr: … err?: …", the last of which
 * says the same once more.
 */
export function errorsIn(output: string): string {
  const [told = ""] = output.split(/^ err\?: /m);
  const lines = clean(told.replaceAll(/^ stderr: /gm, "")).split("\n");
  const first = lines.findIndex((line) => line.startsWith("error:"));
  return lines
    .slice(Math.max(first, 0))
    .filter((line) => !isNoise(line))
    .map((line) => line.replace(/^error: /, ""))
    .join("\n")
    .trim();
}

function isNoise(text: string): boolean {
  return NOISE.some((noise) => noise.test(text));
}

/** A failure that was stored comes as a list of one: "1 error occurred:\n\t* …". */
function withoutFrame(text: string): string {
  return text.replace(/^\d+ errors? occurred:\n\s*\* /, "");
}
