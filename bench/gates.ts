import { fork } from "node:child_process";
import { join } from "node:path";

import { Command, InvalidArgumentError } from "commander";
import pLimit from "p-limit";

import { startFlagService, type FlagKind, type FlagService } from "./flag-service";
import { runGate, type GateRun } from "./run-gate";

/**
 * How often gates are right: against a real local service whose flag changes nothing, makes it 30 % slower, or breaks 6 %
 * of its requests. Baseline and judgement are those of a rollout: the same code, the default plan of samples, real requests.
 */
async function main(): Promise<number> {
  const { seed, runs, parallel } = parseOptions();
  const began = performance.now();
  const child = fork(join(__dirname, "service.mjs"), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: [],
  });
  try {
    const services = startFlagService(child);
    const limit = pLimit(parallel);
    const play = (kind: FlagKind, count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, index) =>
          limit(() => one(services, kind, seed * 10_000 + index * 7 + KINDS.indexOf(kind))),
        ),
      );
    const [slower, same, broken] = await Promise.all([
      play("slower", runs),
      play("same", runs),
      play("broken", BROKEN_RUNS),
    ]);
    const stops = broken
      .flatMap(({ stoppedAfterSamples }) => stoppedAfterSamples ?? [])
      .sort((a, b) => a - b);
    const result = {
      slower: { refused: slower.filter(({ verdict }) => verdict === "fail").length, of: runs },
      same: { passed: same.filter(({ verdict }) => verdict === "pass").length, of: runs },
      broken: { stoppedAfterSamples: stops[Math.floor(stops.length / 2)] ?? null },
    };
    console.log(
      `broken: stopped after ${stops.join(", ")} of at most ${broken[0]?.limit ?? 0} samples, in ${stops.length} of ${BROKEN_RUNS} runs; the median counts`,
    );
    console.log(
      `${Math.round((performance.now() - began) / 1000)} s, seed ${seed}, ${parallel} gates at a time`,
    );
    console.log(JSON.stringify(result));
    const enough = Math.ceil(runs * 0.95);
    const good =
      result.slower.refused >= enough && result.same.passed >= enough && stops.length > BROKEN_RUNS / 2;
    return good ? 0 : 1;
  } finally {
    child.disconnect();
  }
}

const KINDS: FlagKind[] = ["slower", "same", "broken"];
const BROKEN_RUNS = 5;

async function one(services: FlagService, kind: FlagKind, seed: number): Promise<GateRun> {
  const run = await runGate(services, kind, seed);
  console.log(
    `${kind.padEnd(6)} seed ${seed}: ${kind === "broken" ? `error rate ${run.errorVerdict}` : `latency ${run.verdict} ${run.observed}`}, ` +
      `${run.samples} samples of at most ${run.limit}, ${run.seconds.toFixed(0)} s`,
  );
  return run;
}

function parseOptions(): { seed: number; runs: number; parallel: number } {
  const whole = (text: string) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("a whole number from 1 on");
    return number;
  };
  return new Command("npm run -s bench:gates --")
    .description("How often gates are right about a slower, an unchanged and a broken service.")
    .option("--seed <n>", "of the service's times and failures", whole, 1)
    .option("--runs <n>", "of each kind", whole, 20)
    .option("--parallel <n>", "gates that measure at the same time", whole, 10)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse()
    .opts();
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
