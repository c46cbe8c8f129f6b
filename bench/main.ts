import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { Command, InvalidArgumentError, Option } from "commander";

import { chooseEngine, type Engine } from "../rehearsal/operator/engine";
import { findPulumi } from "../cli/engine/find-pulumi";
import { measure, type Measured } from "./support/measure";

interface Options {
  json?: string;
  engine?: Engine["name"];
  flags: number[];
  rounds: number;
  rollback: boolean;
}

/** All that a benchmark can tell of speed, requests, state and memory, in one run; see docs/benchmarks.md. */
async function main(): Promise<void> {
  const options = new Command("npm run bench --")
    .description("Measures the program against the bare engine. The last line is JSON.")
    .option("--json <file>", "writes the figures there, too")
    .addOption(new Option("--engine <engine>", "one engine only").choices(["pulumi", "embedded"]))
    .option("--flags <numbers>", "how many flags", parseNumbers, [6, 100, 1_000])
    .option("--rounds <number>", "previews of each kind and size", (text) => parseNumbers(text)[0] ?? 3, 3)
    .option("--no-rollback", "leaves the full rollback away")
    .parse()
    .opts<Options>();
  const engines = enginesFor(options.engine);
  const results = new Map<Engine["name"], { sizes: Record<number, Measured>; rollback?: unknown }>();
  for (const engine of engines) {
    const sizes: Record<number, Measured> = {};
    for (const flags of options.flags) {
      console.log(
        `${engine.name}, ${flags} flags: a first update, then ${options.rounds} previews in turns with the floor …`,
      );
      sizes[flags] = await measure(engine.executable, flags, options.rounds);
      console.log(`  ${sentence(sizes[flags])}`);
    }
    const rollback = options.rollback ? measureRollback(engine.name) : undefined;
    results.set(engine.name, { sizes, ...(rollback === undefined ? {} : { rollback }) });
  }
  const starts = measureStarts();
  console.log(
    "terraform: SKIPPED, Render's provider has to be built from source for it; measured by hand, see docs/benchmarks.md.",
  );
  const report = reportOf(results, starts);
  const text = JSON.stringify(report);
  if (options.json !== undefined) writeFileSync(options.json, `${text}\n`);
  console.log(text);
}

function enginesFor(asked: Engine["name"] | undefined): Engine[] {
  if (asked !== undefined) return [chooseEngine(asked)];
  const real = findPulumi() === undefined ? [] : [chooseEngine("pulumi")];
  if (real.length === 0) console.log("pulumi: SKIPPED, there is no Pulumi CLI on the PATH.");
  return [...real, chooseEngine("embedded")];
}

/** The first engine's figures in the form that is compared over time; all of them below `engines`. */
function reportOf(
  results: ReadonlyMap<string, { sizes: Record<number, Measured>; rollback?: unknown }>,
  starts: Record<string, number>,
) {
  const [first] = results.values();
  const sizes = first?.sizes ?? {};
  const all = Object.values(sizes);
  const requests = (of: { reads: number; writes: number } | undefined) =>
    of === undefined ? undefined : { reads: of.reads, writes: of.writes };
  const most = all.at(-1);
  return {
    noopPreview: Object.fromEntries(
      all.map(({ flags, ratioToFloor, cpuRatioToFloor }) => [flags, { ratioToFloor, cpuRatioToFloor }]),
    ),
    requests: {
      noop: requests(all[0]?.noop.requests),
      flip: requests(sizes[6]?.flip?.requests),
      ...(sizes[1_000] === undefined ? {} : { first1000: requests(sizes[1_000].first.requests) }),
    },
    rollback: first?.rollback,
    memory: Object.fromEntries(
      all.map(({ flags, memoryRatioToFloor }) => [flags, { ratioToFloor: memoryRatioToFloor }]),
    ),
    stateKBPerFlag: most?.stateKBPerFlag,
    commandStartSeconds: starts,
    engines: Object.fromEntries(results),
  };
}

function sentence({ noop, ratioToFloor, cpuRatioToFloor, first, stateKBPerFlag, flip }: Measured): string {
  return [
    `preview ${noop.seconds} s, floor ${noop.floorSeconds} s: ${ratioToFloor} (CPU ${cpuRatioToFloor})`,
    `${noop.requests.reads} reads`,
    `first update ${first.seconds} s, ${first.requests.reads} reads`,
    `${stateKBPerFlag} kB of state a flag`,
    ...(flip === undefined
      ? []
      : [
          `flip ${flip.requests.reads + flip.requests.writes} requests, ${flip.ownSeconds} s over its deploys`,
        ]),
  ].join("; ");
}

/** In a process of its own, with real services: see rollback.ts. */
function measureRollback(engine: Engine["name"]): unknown {
  console.log(`${engine}: a full rollback of six flags …`);
  const program = ["--import", "tsx", join(__dirname, "rollback.ts"), "--engine", engine];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { encoding: "utf8" });
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (status === 0) return JSON.parse(last) as unknown;
  console.log(`rollback: FAILED\n${stdout}\n${stderr}`);
  return { failed: true };
}

/** From start to the end of what needs no engine: the help of each command. */
function measureStarts(): Record<string, number> {
  const commands = ["status", "verify", "advance", "rollback", "review", "drift"];
  return Object.fromEntries(
    commands.map((name) => {
      const loader = join(__dirname, "..", "components", "typescript", "register-here.cjs");
      const program = ["-r", loader, join(__dirname, "..", "cli", `${name}.ts`), "--help"];
      const began = performance.now();
      spawnSync(process.execPath, program, { encoding: "utf8" });
      return [name, Math.round((performance.now() - began) / 10) / 100];
    }),
  );
}

function parseNumbers(text: string): number[] {
  const numbers = text.split(",").map(Number);
  if (numbers.every((number) => Number.isInteger(number) && number > 0)) return numbers;
  throw new InvalidArgumentError("It must be whole numbers, with commas between them.");
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
