import { spawn } from "node:child_process";
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Mutant, Instrumented } from "./instrument";
import { linesOf, type Run } from "./run";

const VITEST = join(dirname(require.resolve("vitest/package.json")), "vitest.mjs");
const LOOK_MS = 500;
/** Until the first word of a run: its modules are loaded, on a machine that may be busy. */
const BEGIN_MS = 180_000;

export interface Tried {
  /** By mutant: the test that noticed. */
  noticed: Map<string, { by: string; hung: boolean }>;
  /** Mutants that any test came by. */
  reached: Set<string>;
  /** Whether all was tried, before the time was over. */
  isWhole: boolean;
}

/**
 * Tries mutants on the tests of a room, in as few processes as possible: another one begins only where a mutant blocked the one before
 * or left something behind.
 * @param folder where its files go, which show how far it came.
 * @throws where the tests fail by themselves.
 */
export async function tryRoom(
  { texts, mutants }: Instrumented,
  tests: readonly string[],
  folder: string,
  until: number,
): Promise<Tried> {
  const files = { run: `${folder}.run.json`, progress: `${folder}.progress`, words: `${folder}.words` };
  const noticed: Tried["noticed"] = new Map();
  const reached = new Set<string>();
  const suspects = new Set<string>();
  const weights = new Map<string, number>();
  let left: string[] | undefined;
  for (;;) {
    const isWeighing = left === undefined;
    const pending = isWeighing ? [] : idsOf(mutants).filter((id) => !noticed.has(id));
    if (left?.length === 0 || (!isWeighing && pending.length === 0))
      return { noticed, reached, isWhole: true };
    const run: Run = {
      texts,
      pending,
      suspects: [...suspects],
      weights: Object.fromEntries(weights),
      tests: left ?? tests,
      order: left ?? [],
      progress: files.progress,
    };
    writeFileSync(files.run, JSON.stringify(run));
    rmSync(files.progress, { force: true });
    const end = await watch(files, until);
    const told = linesOf(files.progress);
    for (const each of told) {
      if (each.told === "fails") throw new Error(`${each.test} fails without any mutant: ${each.why}`);
      if (each.told === "test") weights.set(each.test, each.ms);
      if (each.told === "noticed") noticed.set(each.mutant, { by: each.by, hung: each.how === "hung" });
      if (each.told === "spoilt") suspects.add(each.mutant);
      if (each.told === "file") for (const id of each.reached) reached.add(id);
    }
    if (end === "time is over") return { noticed, reached, isWhole: false };
    const ended = told.flatMap((each) => (each.told === "file" ? [each.file] : []));
    if (isWeighing) {
      if (ended.length === 0) throw new Error(`No test came to its end; see ${files.words}`);
      left = ended.toSorted((one, other) => weightOf(one, weights) - weightOf(other, weights));
      continue;
    }
    const before = left ?? [];
    left = before.filter((file) => !ended.includes(file));
    const last = told.findLast((each) => each.told === "try");
    const hasSpoilt = told.some((each) => each.told === "spoilt");
    if (end === "silent" && last !== undefined) noticed.set(last.mutant, { by: "its silence", hung: true });
    else if (left.length === before.length && !hasSpoilt && !told.some((each) => each.told === "noticed"))
      throw new Error(`The tests ended too early; see ${files.words}`);
  }
}

function idsOf(mutants: readonly Mutant[]): string[] {
  return mutants.map(({ id }) => id);
}

function weightOf(file: string, weights: ReadonlyMap<string, number>): number {
  return [...weights].reduce((sum, [test, ms]) => (test.startsWith(`${file} > `) ? sum + ms : sum), 0);
}

type End = "ended" | "silent" | "time is over";

/** Runs the tests until they end; stops them when nothing was told for longer than they themselves allow. */
function watch(files: { run: string; progress: string; words: string }, until: number): Promise<End> {
  const words = openSync(files.words, "w");
  const tests = spawn(process.execPath, [VITEST, "run", "--config", "test/mutants/vitest.config.mjs"], {
    stdio: ["ignore", words, words],
    env: { ...process.env, MUTANTS_RUN: files.run },
    detached: true,
  });
  closeSync(words);
  return new Promise((resolve) => {
    let end: End = "ended";
    let seen = 0;
    let limitAt = Date.now() + BEGIN_MS;
    const stop = (why: End): void => {
      end = why;
      if (tests.pid !== undefined) process.kill(-tests.pid, "SIGKILL");
    };
    const look = setInterval(() => {
      const told = linesOf(files.progress);
      const last = told.at(-1);
      if (told.length !== seen) limitAt = Date.now() + (last?.told === "try" ? last.limitMs : BEGIN_MS);
      seen = told.length;
      if (Date.now() > until) stop("time is over");
      else if (Date.now() > limitAt) stop("silent");
    }, LOOK_MS);
    tests.on("close", () => {
      clearInterval(look);
      resolve(end);
    });
  });
}
