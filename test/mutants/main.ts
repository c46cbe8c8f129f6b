import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { Command, InvalidArgumentError } from "commander";

import { ROOMS, type Room } from "./rooms";
import { scoreOf, type MutationReport } from "./score";

/** Results stay here, so that the next run tries only what has changed since. */
const FOLDER = join(__dirname, "..", "..", "reports", "mutants");
const STRYKER = join(dirname(require.resolve("@stryker-mutator/core/package.json")), "bin", "stryker.js");
const MINUTE_MS = 60_000;

const program = new Command("mutants")
  .description(
    "Changes the program in small ways, one at a time, and looks whether a unit test notices. Room after room until the time is over; " +
      "what was tried before and has not changed is not tried again. The last line is the score of all that was tried.",
  )
  .option("--room <names...>", `of: ${ROOMS.map(({ name }) => name).join(", ")}; default: all`)
  .option("--minutes <number>", "no longer than this", minutes, 25)
  .option("--concurrency <number>", "test runners side by side", minutes, 2)
  .parse();
const options = program.opts<{ room?: string[]; minutes: number; concurrency: number }>();

void main();

async function main(): Promise<void> {
  const until = Date.now() + options.minutes * MINUTE_MS;
  const rooms = ROOMS.filter(({ name }) => options.room?.includes(name) ?? true);
  mkdirSync(FOLDER, { recursive: true });
  const notReached: string[] = [];
  for (const room of rooms) {
    const left = until - Date.now();
    if (left < MINUTE_MS / 2 || !(await tryRoom(room, left))) notReached.push(room.name);
  }
  for (const { name } of rooms) {
    const report = reportOf(name);
    const { killed, mutants, score } = scoreOf(report);
    if (report.length > 0) process.stderr.write(`${name}: ${killed} of ${mutants} noticed (${score})\n`);
  }
  if (notReached.length > 0)
    process.stderr.write(`Not finished in time, so as they were before: ${notReached.join(", ")}\n`);
  process.stdout.write(`${JSON.stringify(scoreOf(rooms.flatMap(({ name }) => reportOf(name))))}\n`);
}

/** @returns whether it came to its end in time. */
function tryRoom(room: Room, leftMs: number): Promise<boolean> {
  const config = join(FOLDER, `${room.name}.config.json`);
  writeFileSync(config, JSON.stringify(configOf(room), undefined, 2));
  process.stderr.write(`\n${room.name}\n`);
  return new Promise((resolve) => {
    const stryker = spawn(process.execPath, [STRYKER, "run", config], {
      stdio: ["ignore", 2, 2],
      env: { ...process.env, MUTANTS_TESTS: room.tests.join("\n") },
    });
    const timer = setTimeout(() => stryker.kill("SIGINT"), leftMs);
    stryker.on("close", (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

function configOf({ name, mutate }: Room): object {
  const inFolder = (file: string) => relative(process.cwd(), join(FOLDER, `${name}.${file}`));
  return {
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "test/mutants/vitest.config.mjs", related: false },
    mutate: [...mutate, "!**/*.d.ts"],
    // What is said is pinned by tests that compare whole texts, where words matter; an emptied text elsewhere shows nothing.
    mutator: { excludedMutations: ["StringLiteral"] },
    coverageAnalysis: "perTest",
    concurrency: options.concurrency,
    timeoutMS: 20_000,
    incremental: true,
    incrementalFile: inFolder("incremental.json"),
    reporters: ["clear-text", "json"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: inFolder("report.json") },
    tempDirName: "reports/mutants/copy",
    ignorePatterns: ["rollout", "bench", "reports"],
    allowConsoleColors: false,
  };
}

function reportOf(name: string): MutationReport[] {
  const file = join(FOLDER, `${name}.report.json`);
  return existsSync(file) ? [JSON.parse(readFileSync(file, "utf8")) as MutationReport] : [];
}

function minutes(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("a whole number from 1 on.");
  return value;
}
