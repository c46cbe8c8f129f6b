import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Command, InvalidArgumentError } from "commander";

import { Compiler } from "./compiler";
import { instrument, type Mutant } from "./instrument";
import { ROOMS, type Room } from "./rooms";
import { isNoticed, scoreOf, type Result } from "./score";
import { tryRoom } from "./try-room";

const ROOT = join(__dirname, "..", "..");
/** Results stay here, one for each file of the program, so that the next run goes on from them. */
const FOLDER = join("reports", "mutants");
const MINUTE_MS = 60_000;

const options = new Command("mutants")
  .description(
    "Changes the program in small ways, one at a time, and looks whether a unit test notices. Room after room until the time is over; " +
      "what was tried before and has not changed since is not tried again. The last line is the score of all that was tried.",
  )
  .option("--room <names...>", `of: ${ROOMS.map(({ name }) => name).join(", ")}; default: all`)
  .option("--only <files...>", "of those rooms only files whose path holds one of these")
  .option("--minutes <number>", "no longer than this", wholeNumber, 25)
  .parse()
  .opts<{ room?: string[]; only?: string[]; minutes: number }>();

process.chdir(ROOT);
void main();

async function main(): Promise<void> {
  const until = Date.now() + options.minutes * MINUTE_MS;
  mkdirSync(FOLDER, { recursive: true });
  const all: Result[] = [];
  for (const room of ROOMS.filter(({ name }) => options.room?.includes(name) ?? true)) {
    const files = room.mutate.flatMap(filesOf).filter(isMeant);
    if (files.length === 0) continue;
    const results = await resultsOf(room, files, until);
    if (results === undefined) {
      process.stderr.write(`${room.name}: not reached in time\n`);
      continue;
    }
    all.push(...results);
    for (const file of files)
      tellFile(
        file,
        results.filter((result) => result.file === file),
      );
    const { killed, mutants, score } = scoreOf(results);
    process.stderr.write(`${room.name}: ${killed} of ${mutants} noticed (${score})\n\n`);
  }
  process.stdout.write(`${JSON.stringify(scoreOf(all))}\n`);
}

function tellFile(file: string, results: readonly Result[]): void {
  const { killed, mutants } = scoreOf(results);
  process.stderr.write(`${file}: ${killed} of ${mutants}\n`);
  for (const result of results) {
    if (isNoticed(result)) continue;
    const { line, column, kind, original, replacement } = result;
    const place = `  ${file}:${line}:${column} ${result.status} ${kind}`;
    process.stderr.write(`${place}\n    - ${oneLine(original)}\n    + ${oneLine(replacement)}\n`);
  }
}

function oneLine(text: string): string {
  const short = text.replaceAll(/\s+/g, " ");
  return short.length > 160 ? `${short.slice(0, 157)}...` : short;
}

interface Kept {
  /** A hash of the file's text. */
  file: string;
  /** Hashes of the test files that its mutants were tried on. */
  tests: Record<string, string>;
  results: Result[];
  /** Keys of the mutants that do not compile. */
  leftOut: string[];
}

/**
 * What was noticed stays so while the file and the test file that noticed are as they were; what was not is tried again on those tests
 * of the room that have changed since.
 * @returns undefined where the time did not suffice.
 */
async function resultsOf(room: Room, files: readonly string[], until: number): Promise<Result[] | undefined> {
  const tests = Object.fromEntries(testFilesOf(room).map((test) => [test, hashOf(read(test))]));
  const made = await instrument(files);
  const known = new Map<string, Result>();
  const leftOut = new Map<string, Set<string>>();
  /** By the tests that are to be tried. */
  const left = new Map<string, Mutant[]>();
  for (const file of files) {
    const mutants = made.mutants.filter((mutant) => mutant.file === file);
    let kept = keptOf(file);
    if (kept === undefined) {
      if (Date.now() > until) return undefined;
      kept = { file: hashOf(read(file)), tests: {}, results: [], leftOut: notCompiling(file, mutants) };
      writeFileSync(placeOf(file), JSON.stringify(kept));
    }
    const { tests: triedOn } = kept;
    const out = new Set(kept.leftOut);
    leftOut.set(file, out);
    const before = new Map(kept.results.map((result) => [keyOf(result), result]));
    for (const mutant of mutants) {
      const key = keyOf(mutant);
      if (out.has(key)) continue;
      const result = before.get(key);
      const stays = result !== undefined && (!isNoticed(result) || isStillNoticed(result));
      const onTests = Object.keys(tests).filter((test) => !stays || triedOn[test] !== tests[test]);
      if (stays) known.set(key, result);
      if (stays && (isNoticed(result) || onTests.length === 0)) continue;
      const group = onTests.join("\n");
      left.set(group, [...(left.get(group) ?? []), mutant]);
    }
  }
  let isWhole = true;
  for (const [group, mutants] of left) {
    const onTests = group.split("\n");
    process.stderr.write(`${room.name}: ${mutants.length} on ${onTests.length} test files\n`);
    const tried = await tryRoom({ ...made, mutants }, onTests, join(FOLDER, room.name), until);
    isWhole &&= tried.isWhole;
    for (const mutant of mutants) {
      const noticed = tried.noticed.get(mutant.id);
      const wasReached = tried.reached.has(mutant.id) || known.get(keyOf(mutant))?.status === "Survived";
      if (noticed !== undefined) known.set(keyOf(mutant), noticedBy(mutant, noticed));
      else if (tried.isWhole)
        known.set(keyOf(mutant), { ...mutant, status: wasReached ? "Survived" : "NoCoverage" });
    }
  }
  for (const file of files) {
    const results = [...known.values()].filter((result) => result.file === file);
    const kept = { file: hashOf(read(file)), tests, results, leftOut: [...(leftOut.get(file) ?? [])] };
    // Where the time was over, only what was noticed is known.
    const sure = isWhole ? kept : { ...kept, results: results.filter(isNoticed) };
    writeFileSync(placeOf(file), JSON.stringify(sure satisfies Kept));
  }
  return isWhole ? [...known.values()] : undefined;
}

let compiler: Compiler | undefined;

/** What the compiler refuses nobody can land: it counts neither way. */
function notCompiling(file: string, mutants: readonly Mutant[]): string[] {
  compiler ??= new Compiler();
  const compiled = compiler.compiled(file, mutants);
  return mutants.filter(({ id }) => !compiled.has(id)).map(keyOf);
}

function noticedBy(mutant: Mutant, { by, hung }: { by: string; hung: boolean }): Result {
  const file = by.split(" > ")[0] ?? "";
  const noticed = { by, byHash: existsSync(file) ? hashOf(read(file)) : "" };
  return { ...mutant, status: hung ? "Timeout" : "Killed", ...noticed };
}

function isStillNoticed({ by, byHash, status }: Result): boolean {
  if (status === "Timeout" && byHash === "") return true;
  const file = by?.split(" > ")[0] ?? "";
  return by !== undefined && existsSync(file) && hashOf(read(file)) === byHash;
}

/** The same mutant in a run after, where its number is another. */
function keyOf({ file, line, column, kind, original, replacement }: Mutant): string {
  return JSON.stringify([file, line, column, kind, original, replacement]);
}

/** Nothing where the file has changed since. */
function keptOf(file: string): Kept | undefined {
  const place = placeOf(file);
  if (!existsSync(place)) return undefined;
  const kept = JSON.parse(read(place)) as Kept;
  return kept.file === hashOf(read(file)) ? kept : undefined;
}

function placeOf(file: string): string {
  return join(FOLDER, `${file.replaceAll(/[/\\]/g, ".")}.json`);
}

function read(file: string): string {
  return readFileSync(file, "utf8");
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
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

function testFilesOf({ tests }: Room): string[] {
  const patterns = tests.map(
    (pattern) =>
      new RegExp(
        `^${pattern
          .replaceAll(".", "\\.")
          .replaceAll(/\{([^}]*)\}/g, (_, any: string) => `(?:${any.replaceAll(",", "|")})`)
          .replaceAll("**/", "(?:.+/)?")
          .replaceAll("*", "[^/]*")}$`,
      ),
  );
  return readdirSync("test", { recursive: true, encoding: "utf8" })
    .map((name) => `test/${name.replaceAll("\\", "/")}`)
    .filter((name) => patterns.some((pattern) => pattern.test(name)))
    .sort();
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("a whole number from 1 on.");
  return value;
}
