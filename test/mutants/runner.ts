import { appendFileSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { relative } from "node:path";

import { startTests } from "@vitest/runner";
import { TestRunner, vi, type RunnerTask, type RunnerTestCase, type RunnerTestFile } from "vitest";

import { linesOf, type Run, type Told } from "./run";

/** What the instrumented code looks at. @source @stryker-mutator/api, core/instrument */
interface Switch {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

/** Taken before a test puts a clock of its own in their place. */
const { setInterval, clearInterval, Date: RealDate } = globalThis;
const LOOK_MS = 200;
/** A test that waits for nothing but its own code is never idle for so long, however busy the machine is. */
const IDLE_MS = 2_000;
const LIMIT_MS = 20_000;
const LIMIT_OF_OWN = 20;
const HITS_AT_LEAST = 10_000;
const HITS_OF_OWN = 100;

type Step =
  { kind: "plain" } | { kind: "mutant"; id: string } | { kind: "again"; id: string; how: "failed" | "hung" };

/**
 * Runs each test once as it is and then once for every mutant that it comes by and nobody has noticed, in the same process: nothing is
 * loaded anew but for mutants of what a module does while it is loaded. After each notice the test runs without the mutant again, so that
 * no notice is counted which an earlier mutant's remains have made.
 */
export default class MutantRunner extends TestRunner {
  readonly #run = JSON.parse(readFileSync(process.env["MUTANTS_RUN"] ?? "", "utf8")) as Run;
  readonly #pending = stillPending(this.#run);
  readonly #reached = new Set<string>();
  #step: Step = { kind: "plain" };
  #queue: string[] = [];
  #hits: Record<string, number> = {};
  #own = { ms: 0, idleMs: 0 };
  #hung = false;
  #isSpoilt = false;
  /** While a file is loaded anew with one mutant awake from the beginning. */
  #loading: string | undefined;

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    await super.onBeforeRunTask(test);
    if (this.#isSpoilt || (this.#loading !== undefined && !this.#pending.has(this.#loading)))
      test.mode = "skip";
    this.#step = { kind: "plain" };
    if (this.#loading === undefined) test.repeats = Number.POSITIVE_INFINITY;
  }

  override onBeforeTryTask(test: RunnerTestCase): void {
    super.onBeforeTryTask(test);
    test.result = { state: "run", startTime: RealDate.now() };
    this.#hung = false;
    if (this.#loading !== undefined) return;
    const code = this.#switch();
    code.activeMutant = undefined;
    if (this.#step.kind === "mutant") {
      const { id } = this.#step;
      this.#tell({ told: "try", mutant: id, limitMs: LIMIT_MS + LIMIT_OF_OWN * this.#own.ms });
      const hitLimit = Math.max(HITS_AT_LEAST, HITS_OF_OWN * (this.#hits[id] ?? 0));
      Object.assign(code, { activeMutant: id, hitCount: 0, hitLimit } satisfies Switch);
    }
    code.currentTestId = this.#step.kind === "plain" ? "plain" : "other";
    if (this.#step.kind === "plain") this.#coverage().perTest["plain"] = {};
  }

  /** A test ends, or is idle for longer than it ever was: whatever it waits for does not come. */
  async runTask(test: RunnerTestCase): Promise<void> {
    const begun = performance.now();
    const idle = performance.eventLoopUtilization().idle;
    let look: ReturnType<typeof setInterval> | undefined;
    const mayBeIdleMs = IDLE_MS + LIMIT_OF_OWN * this.#own.idleMs;
    const hung = new Promise<never>((_, refuse) => {
      if (this.#step.kind === "plain" && this.#loading === undefined) return;
      look = setInterval(() => {
        if (performance.eventLoopUtilization().idle - idle < mayBeIdleMs) return;
        this.#hung = true;
        refuse(new Error("hangs"));
      }, LOOK_MS);
    });
    try {
      await Promise.race([TestRunner.getTestFn(test)(), hung]);
    } finally {
      clearInterval(look);
      if (this.#step.kind === "plain")
        this.#own = {
          ms: performance.now() - begun,
          idleMs: performance.eventLoopUtilization().idle - idle,
        };
    }
  }

  onAfterRetryTask(test: RunnerTestCase): void {
    const failed = test.result?.state === "fail";
    const name = nameOf(test);
    if (this.#loading !== undefined) {
      if (failed) this.#noticed(this.#loading, name, this.#hung ? "hung" : "failed");
      return;
    }
    const step = this.#step;
    if (step.kind === "plain") this.#weigh(test, failed);
    else if (step.kind === "again") this.#judge(step, failed, name);
    else if (failed) {
      this.#step = { kind: "again", id: step.id, how: this.#hung ? "hung" : "failed" };
      this.#goOn(test);
      return;
    }
    const next = this.#isSpoilt ? undefined : this.#queue.find((id) => this.#pending.has(id));
    this.#queue = next === undefined ? [] : this.#queue.slice(this.#queue.indexOf(next) + 1);
    if (next === undefined) {
      // The way out of a test's repetitions: it counts as one that waits to be written (a field that only the runner itself knows).
      Object.assign(this.#switch(), { activeMutant: undefined, currentTestId: undefined } satisfies Switch);
      const result = { ...test.result, state: "pass" as const, pending: true };
      test.result = result;
      return;
    }
    this.#step = { kind: "mutant", id: next };
    this.#goOn(test);
  }

  onCollected(files: RunnerTestFile[]): void {
    for (const file of files) this.#sort(file);
  }

  // It is awaited, whatever the class above says, and told the files.
  // eslint-disable-next-line @typescript-eslint/no-misused-promises
  override async onAfterRunFiles(files: RunnerTestFile[] = []): Promise<void> {
    if (this.#loading !== undefined) return;
    for (const file of files) {
      if (file.result?.state === "fail" && !hasTests(file))
        this.#tell({ told: "fails", test: file.name, why: file.result.errors?.[0]?.message ?? "" });
      const whileLoading = Object.keys(this.#coverage().static);
      whileLoading.forEach((id) => this.#reached.add(id));
      for (const id of whileLoading) {
        if (this.#pending.has(id) && !this.#isSpoilt) await this.#loadWith(id, file);
      }
      if (!this.#isSpoilt) this.#tell({ told: "file", file: file.name, reached: [...this.#reached] });
    }
    super.onAfterRunFiles();
  }

  #goOn(test: RunnerTestCase): void {
    test.result = { ...test.result, state: "run" };
  }

  #weigh(test: RunnerTestCase, failed: boolean): void {
    const test_ = nameOf(test);
    if (failed) {
      this.#tell({ told: "fails", test: test_, why: test.result?.errors?.[0]?.message ?? "" });
      this.#isSpoilt = true;
      return;
    }
    this.#tell({ told: "test", test: test_, ms: this.#own.ms });
    this.#hits = this.#coverage().perTest["plain"] ?? {};
    const ids = Object.keys(this.#hits);
    ids.forEach((id) => this.#reached.add(id));
    const suspects = new Set(this.#run.suspects);
    this.#queue = [...ids.filter((id) => suspects.has(id)), ...ids.filter((id) => !suspects.has(id))];
  }

  #judge({ id, how }: Step & { kind: "again" }, failed: boolean, by: string): void {
    if (!failed || this.#run.suspects.includes(id)) this.#noticed(id, by, how);
    else this.#tell({ told: "spoilt", mutant: id, by });
    this.#isSpoilt = failed;
  }

  async #loadWith(id: string, file: RunnerTestFile): Promise<void> {
    const code = this.#switch();
    this.#tell({ told: "try", mutant: id, limitMs: 3 * LIMIT_MS });
    this.#loading = id;
    Object.assign(code, { activeMutant: id, hitCount: undefined, currentTestId: "other" } satisfies Switch);
    vi.resetModules();
    try {
      const [again] = await startTests([file.filepath], this);
      if (again?.result?.state === "fail") this.#noticed(id, file.name, "failed");
    } finally {
      this.#loading = undefined;
      code.activeMutant = undefined;
    }
  }

  #noticed(mutant: string, by: string, how: "failed" | "hung"): void {
    if (!this.#pending.delete(mutant)) return;
    this.#tell({ told: "noticed", mutant, by, how });
  }

  #sort(task: RunnerTask): number {
    if (task.type !== "suite") return this.#run.weights[nameOf(task)] ?? 0;
    const weighed = task.tasks.map((each) => ({ each, weight: this.#sort(each) }));
    task.tasks = weighed.sort((one, other) => one.weight - other.weight).map(({ each }) => each);
    return weighed.reduce((sum, { weight }) => sum + weight, 0);
  }

  #switch(): Switch {
    const world = globalThis as { __stryker__?: Switch };
    return (world.__stryker__ ??= {});
  }

  #coverage(): NonNullable<Switch["mutantCoverage"]> {
    return (this.#switch().mutantCoverage ??= { static: {}, perTest: {} });
  }

  #tell(told: Told): void {
    appendFileSync(this.#run.progress, `${JSON.stringify(told)}\n`);
  }
}

/** What the test files before this one noticed, each in a process of its own, is no longer tried. */
function stillPending({ pending, progress }: Run): Set<string> {
  const noticed = new Set(
    linesOf(progress).flatMap((line) => (line.told === "noticed" ? [line.mutant] : [])),
  );
  return new Set(pending.filter((id) => !noticed.has(id)));
}

function hasTests(file: RunnerTestFile): boolean {
  return file.tasks.length > 0;
}

function nameOf(test: RunnerTestCase): string {
  const names: string[] = [];
  for (let at: RunnerTask | undefined = test; at !== undefined && at !== test.file; at = at.suite)
    names.unshift(at.name);
  return `${relative(process.cwd(), test.file.filepath)} > ${names.join(" > ")}`;
}
