import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

import { Client } from "pg";

import {
  connectTo,
  createDirectReader,
  readMigrations,
  type MigrationReading,
  type SchemaFact,
} from "../../components/database";
import type { Case } from "./cases";
import type { Installs, Run, Tool } from "./tool";

export interface Played {
  tool: string;
  case: string;
  verdict: "right" | "wrong";
  /** By migration: what is there. */
  there: State[];
  /** What was read from the ledger alone, and from the ledger with facts beside it. */
  ledger: string[];
  both: string[];
  notes: string[];
}

type State = "applied" | "pending" | "partly";

interface Place {
  folder: string;
  url: string;
  places: Installs;
}

const COMMAND_WITHIN_MS = 120_000;

export async function playCase(tool: Tool, played: Case, { folder, url, places }: Place): Promise<Played> {
  const notes: string[] = [];
  for (const [index, step] of played.steps.entries()) {
    if (typeof step === "object") {
      rmSync(folder, { recursive: true, force: true });
      tool.write(folder, step.write, places);
      continue;
    }
    const run = step === "apply" ? tool.apply(places, url) : tool.rollback?.(places, url);
    const problem = run === undefined ? "no command" : runIn(folder, run);
    const mayFail = played.fails === true && index === played.steps.length - 1;
    if (problem !== undefined && !mayFail) notes.push(`${step} failed: ${problem}`);
    if (problem === undefined && mayFail) notes.push(`${step} should have failed`);
  }
  // A case that did not come about says nothing.
  const cameAbout = notes.length === 0;
  const there: State[] = [];
  for (const number of played.listed) there.push(await lookAt(url, number));
  const ledger = await readAll(tool, played, url, false);
  const both = await readAll(tool, played, url, true);
  const wrong = [
    ...(played.needsFacts === true ? [] : compare("ledger", there, ledger.readings)),
    ...compare("ledger and facts", there, both.readings),
  ];
  if (played.name === "newer code has run" && !mentionsThird(ledger.unlisted, ledger.readings))
    wrong.push("the extra one was not told");
  return {
    tool: tool.tool,
    case: played.name,
    verdict: cameAbout && wrong.length === 0 ? "right" : "wrong",
    there,
    ledger: ledger.readings.map(({ state }) => state),
    both: both.readings.map(({ state }) => state),
    notes: [...notes, ...wrong],
  };
}

function compare(source: string, there: readonly State[], readings: readonly MigrationReading[]): string[] {
  return readings.flatMap((reading, index) =>
    reading.state === "unknown" || reading.state === there[index]
      ? []
      : [`migration ${index + 1}: ${source} says ${reading.state}, ${there[index] ?? ""} is there`],
  );
}

function mentionsThird(unlisted: readonly string[], readings: readonly MigrationReading[]): boolean {
  return unlisted.length > 0 || readings.every(({ state }) => state === "unknown");
}

/** Without the product: both of a migration's tables, one, or none. */
async function lookAt(url: string, number: number): Promise<State> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM information_schema.tables WHERE table_name IN ($1, $2)",
      [`m${number}_a`, `m${number}_b`],
    );
    return rows[0]?.n === 2 ? "applied" : rows[0]?.n === 0 ? "pending" : "partly";
  } finally {
    await client.end();
  }
}

async function readAll(tool: Tool, played: Case, url: string, withFacts: boolean) {
  const factsOf = (number: number): SchemaFact[] => [{ table: `m${number}_a` }, { table: `m${number}_b` }];
  const migrations = played.listed.map((number) => ({
    id: tool.id(number),
    source: {
      kind: "ledger" as const,
      tool: tool.tool,
      ...tool.source?.(number),
      ...(withFacts ? { facts: factsOf(number) } : {}),
    },
  }));
  const reading = await readMigrations(createDirectReader(connectTo(url)), migrations);
  return {
    readings: migrations.map(
      ({ id }) => reading.readings[id] ?? { state: "unknown" as const, because: "no reading" },
    ),
    unlisted: reading.unlisted.flatMap(({ names }) => names),
  };
}

/** @returns how it failed. */
function runIn(folder: string, { words: [program = "", ...words], env }: Run): string | undefined {
  const run = spawnSync(program, words, {
    cwd: folder,
    encoding: "utf8",
    timeout: COMMAND_WITHIN_MS,
    env: { ...process.env, ...env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (run.error !== undefined) return run.error.message;
  return run.status === 0 ? undefined : `${run.stdout}${run.stderr}`.trim().slice(-600);
}
