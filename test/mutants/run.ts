import { existsSync, readFileSync } from "node:fs";

/** What a run is told (a file that MUTANTS_RUN names), and what it tells line by line while it goes. */
export interface Run {
  /** By absolute path, as `instrument` made them. */
  texts: Record<string, string>;
  /** Ids of the mutants that nobody has noticed yet, each worth a try; none: the tests are only weighed. */
  pending: readonly string[];
  /** Each was noticed by a test that then failed without it, too: tried first in this run, before anything else could spoil it. */
  suspects: readonly string[];
  /** Milliseconds by test, from the run that weighed them: what is quick is asked first. */
  weights: Record<string, number>;
  /** Patterns of the room's test files, and the files in the order in which they are asked. */
  tests: readonly string[];
  order: readonly string[];
  /** Lines are added here. */
  progress: string;
}

export type Told =
  /** A test as it is, without a mutant. */
  | { told: "test"; test: string; ms: number }
  | { told: "fails"; test: string; why: string }
  /** A mutant sleeps no longer. Whoever hears nothing for so long may end the process: it never will. */
  | { told: "try"; mutant: string; limitMs: number }
  | { told: "noticed"; mutant: string; by: string; how: "failed" | "hung" }
  /** A test that noticed fails without the mutant, too: what was left behind spoils what follows, so the file ends here. */
  | { told: "spoilt"; mutant: string; by: string }
  /** A test file has come to its end, with the mutants that its tests came by. */
  | { told: "file"; file: string; reached: readonly string[] };

export function linesOf(progress: string): Told[] {
  if (!existsSync(progress)) return [];
  return readFileSync(progress, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Told);
}
