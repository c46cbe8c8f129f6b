import { record, text, timeOrNull } from "./lenient";
import type { PastUpdate } from "./read-history";

/** Why an update failed, as the command that ran it was told, and when it heard of it (this machine's clock). */
export interface KeptFailure {
  atMs: number;
  what: string;
}

/** Reads the failures' log; what cannot be read is left out. */
export function readFailures(log: string): KeptFailure[] {
  return log.split("\n").flatMap((line) => {
    try {
      const entry = record(JSON.parse(line));
      const at = timeOrNull(entry["at"]);
      const what = withoutAdvice(text(entry["text"]));
      return at === null || what === "" ? [] : [{ atMs: Date.parse(at), what }];
    } catch {
      return [];
    }
  });
}

/** What was heard of an update: since it began, and before the next one did. Times of this machine. */
export function troubleOf(
  { startedAt }: Pick<PastUpdate, "startedAt">,
  next: Pick<PastUpdate, "startedAt"> | undefined,
  failures: readonly KeptFailure[],
): string | null {
  // History has whole seconds.
  const from = Date.parse(startedAt) - 1_000;
  const until = next === undefined ? Infinity : Date.parse(next.startedAt);
  return failures.findLast(({ atMs }) => atMs >= from && atMs < until)?.what ?? null;
}

/** A failure's own words: what to do next was for whoever sat at the screen. On one line. */
export function withoutAdvice(what: string): string {
  return what
    .split("\n")
    .map((line) => line.replace(/\s*\bNext: .*$/, "").trim())
    .filter((line) => line !== "")
    .join("; ");
}
