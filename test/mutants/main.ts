import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { Command, InvalidArgumentError } from "commander";

import { ROOMS, type Room } from "./rooms";
import { scoreOf, type MutationReport } from "./score";

const ROOT = join(__dirname, "..", "..");
/** Results stay here, one for each file of the program, so that a run cut short keeps what it has, and the next goes on from there. */
const FOLDER = join("reports", "mutants");
const STRYKER = join(dirname(require.resolve("@stryker-mutator/core/package.json")), "bin", "stryker.js");
const MINUTE_MS = 60_000;

const options = new Command("mutants")
  .description(
    "Changes the program in small ways, one at a time, and looks whether a unit test notices. File after file until the time is over; " +
      "what was tried before and has not changed since, with its tests, is not tried again. The last line is the score of all that was tried.",
  )
  .option("--room <names...>", `of: ${ROOMS.map(({ name }) => name).join(", ")}; default: all`)
  .option("--only <files...>", "of those rooms only files whose path holds one of these")
  .option("--minutes <number>", "no longer than this", wholeNumber, 25)
  .option("--concurrency <number>", "test runners side by side", wholeNumber, 2)
  .parse()
  .opts<{ room?: string[]; only?: string[]; minutes: number; concurrency: number }>();

process.chdir(ROOT);
void main();

async function main(): Promise<void> {
  const until = Date.now() + options.minutes * MINUTE_MS;
  mkdirSync(FOLDER, { recursive: true });
  const all: MutationReport[] = [];
  for (const room of ROOMS.filter(({ name }) => options.room?.includes(name) ?? true)) {
    const reports: MutationReport[] = [];
    const left: string[] = [];
    const tests = testsHash(room);
    for (const file of room.mutate.flatMap(filesOf).filter(isMeant)) {
      const report = await reportOn(file, room, tests, until);
      if (report === undefined) left.push(file);
      else reports.push(report);
    }
    const { killed, mutants, score } = scoreOf(reports);
    const rest = left.length === 0 ? "" : `; not reached in time: ${left.join(", ")}`;
    if (reports.length + left.length === 0) continue;
    process.stderr.write(`${room.name}: ${killed} of ${mutants} noticed (${score})${rest}\n`);
    all.push(...reports);
  }
  process.stdout.write(`${JSON.stringify(scoreOf(all))}\n`);
}

/** Kept, or made now; undefined where the time does not suffice. */
async function reportOn(
  file: string,
  room: Room,
  tests: string,
  until: number,
): Promise<MutationReport | undefined> {
  const name = join(FOLDER, file.replaceAll(/[/\\]/g, "."));
  const hash = createHash("sha256").update(tests).update(readFileSync(file)).digest("hex");
  if (existsSync(`${name}.json`)) {
    const kept = JSON.parse(readFileSync(`${name}.json`, "utf8")) as { hash: string; report: MutationReport };
    if (kept.hash === hash) return kept.report;
  }
  const leftMs = until - Date.now();
  if (leftMs <= 0 || !(await tryFile(file, room, name, leftMs))) return undefined;
  const report = JSON.parse(readFileSync(`${name}.report.json`, "utf8")) as MutationReport;
  writeFileSync(`${name}.json`, JSON.stringify({ hash, report }));
  return report;
}

/** @returns whether it came to its end in time. */
function tryFile(file: string, room: Room, name: string, leftMs: number): Promise<boolean> {
  writeFileSync(`${name}.config.json`, JSON.stringify(configOf(file, name)));
  process.stderr.write(`\n${room.name}: ${file}\n`);
  return new Promise((resolve) => {
    const stryker = spawn(process.execPath, [STRYKER, "run", `${name}.config.json`], {
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

function configOf(file: string, name: string): object {
  return {
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "test/mutants/vitest.config.mjs", related: false },
    mutate: [file],
    // What is said is pinned by tests that compare whole texts, where words matter; an emptied text elsewhere shows nothing.
    mutator: { excludedMutations: ["StringLiteral"] },
    coverageAnalysis: "perTest",
    concurrency: options.concurrency,
    reporters: ["clear-text", "json"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: `${name}.report.json` },
    tempDirName: join(FOLDER, "copy"),
    ignorePatterns: ["rollout", "bench", "reports"],
    allowConsoleColors: false,
  };
}

function isMeant(file: string): boolean {
  return options.only?.some((part) => file.includes(part)) ?? true;
}

function filesOf(place: string): string[] {
  if (!place.endsWith("/")) return [place];
  return readdirSync(place)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .map((name) => `${place}${name}`);
}

/** A hash of every test's text below the folders of a room's patterns: another test may notice more. */
function testsHash({ tests }: Room): string {
  const folders = [...new Set(tests.map((pattern) => pattern.replace(/[^/]*[*{].*$|[^/]*$/, "")))];
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: folder !== "test/", encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );
  const hash = createHash("sha256").update(tests.join("\n"));
  for (const file of files.sort()) hash.update(readFileSync(file));
  return hash.digest("hex");
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("a whole number from 1 on.");
  return value;
}
