import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** One small change of the program. */
export interface Mutant {
  /** Of this run alone. */
  id: string;
  file: string;
  /** As editors count, from 1. */
  line: number;
  column: number;
  kind: string;
  /** What stands there, and what is put in its place. */
  original: string;
  replacement: string;
}

export interface Instrumented {
  /** By absolute path: the file's text with all of its mutants in it, asleep; one is woken by its id. */
  texts: Record<string, string>;
  mutants: readonly Mutant[];
}

/** What is said is pinned by tests that compare whole texts, where words matter; an emptied text elsewhere shows nothing. */
const LEFT_OUT = ["StringLiteral"];

/** Stryker's mutators put every change of the files into their texts at once, so that nothing is loaded anew for the next one. */
export async function instrument(files: readonly string[]): Promise<Instrumented> {
  const { Instrumenter } = await import("@stryker-mutator/instrumenter");
  const sources = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));
  const made = await new Instrumenter(SILENT).instrument(
    files.map((name) => ({ name, mutate: true, content: sources.get(name) ?? "" })),
    { plugins: null, excludedMutations: LEFT_OUT, ignorers: [] },
  );
  return {
    texts: Object.fromEntries(made.files.map(({ name, content }) => [resolve(name), content])),
    mutants: made.mutants
      .filter(({ status }) => status === undefined)
      .map(({ id, fileName, location: { start, end }, mutatorName, replacement }) => ({
        id,
        file: fileName,
        line: start.line + 1,
        column: start.column + 1,
        kind: mutatorName,
        original: cut(sources.get(fileName) ?? "", start, end),
        replacement: replacement ?? "",
      })),
  };
}

interface Position {
  line: number;
  column: number;
}

function cut(text: string, start: Position, end: Position): string {
  const lines = text.split("\n").slice(start.line, end.line + 1);
  const last = lines.length - 1;
  return lines
    .map((line, place) =>
      line.slice(place === 0 ? start.column : 0, place === last ? end.column : line.length),
    )
    .join("\n");
}

const silent = (): void => undefined;
const no = (): boolean => false;
const SILENT = {
  isTraceEnabled: no,
  isDebugEnabled: no,
  isInfoEnabled: no,
  isWarnEnabled: no,
  isErrorEnabled: no,
  isFatalEnabled: no,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
};
