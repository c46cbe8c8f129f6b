import { randomBytes, randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import type { Client } from "pg";

import { parseFact, type ParsedFact } from "../facts/parse-fact";
import { schemaOf, schemaQueries, type Schema } from "../facts/schema";
import type { Connect } from "../reader/connection";
import { explainFailure } from "../reader/explain-failure";
import type { Leftover, Row, SchemaFact } from "../types";
import { openHolder, type Holder } from "./holder";
import { endWithin, startBlock, type BlockEnd } from "./run-block";
import { lookOnce, watch, type Look, type Seen } from "./watch";
import { restoreLeftovers } from "./restore-leftovers";
import { blockSettings, hideOf, trialBlock, type Hide } from "./trial-block";
import {
  chooseTargets,
  obstaclesQuery,
  uniqueQuery,
  untriedUnique,
  writeObstacles,
  writePlace,
  type Choice,
} from "./trial-target";

export interface TrialOptions {
  /** How long the names are away where nothing breaks. Default: 5 s. */
  watchMs?: number;
  /** The server gives the names back after this time whatever we do. Default: 20 s. */
  longestMs?: number;
  /** How long others may have to wait behind the first renaming, which is tried three times. Default: 1 s. */
  lockTimeoutMs?: number;
  /** Between two looks. Default: 250 ms. */
  pauseMs?: number;
  /** How long to wait for the names to be back, which a long reader may delay. Default: 60 s. */
  backWithinMs?: number;
}

export interface TrialResult {
  /** "needed": what is live needs it. "not needed": nothing broke. "not tried": nothing is known; see `because`. */
  verdict: "not needed" | "needed" | "not tried";
  because: string;
  /** What was hidden: `orders.car_number`, `parts`. */
  hidden: string[];
  /** What of the facts a hidden name says nothing of, each with why. */
  untried: string[];
  /** By this machine's clock; absent where nothing was hidden. */
  hiddenAt?: Date;
  visibleAt?: Date;
  /** The names were not back when we stopped waiting: why, and that the server still does it by itself or does not. */
  stillHidden?: string;
  /** What somebody made under the same name meanwhile; it keeps its rows under another name. */
  aside: Leftover[];
  /** What the first look after the names were back said. Absent where nothing was hidden. */
  after?: { ok: true } | { ok: false; because: string };
}

/**
 * Takes away for some seconds the names of what the facts name, and nothing else, and looks whether what is live still
 * answers. Ends at the first look that fails; ends by itself within a fraction of a second where this process dies.
 * Never throws. First gives back what an earlier trial has left hidden.
 */
export async function tryWithout(
  connect: Connect,
  facts: readonly SchemaFact[],
  look: Look,
  options: TrialOptions = {},
): Promise<TrialResult> {
  const parsed = facts.map(parseFact);
  const wrong = parsed.find((fact) => "problem" in fact);
  if (wrong !== undefined && "problem" in wrong) return notTried(wrong.problem);
  let holder: Holder | undefined;
  try {
    const restored = await restoreLeftovers(connect);
    if (restored.notRestored.length > 0) {
      return notTried(
        `what an earlier trial hid could not be put back: ${restored.notRestored.map(({ because }) => because).join("; ")}`,
      );
    }
    holder = await openHolder(connect, String(randomInt(2 ** 47)));
    const ready = await prepare(holder.client, parsed as ParsedFact[]);
    if (!("hides" in ready)) return { ...noResult, ...ready };
    const outcome = await run(connect, holder, ready.hides, look, options);
    return { ...noResult, untried: ready.untried, ...wholeVerdict(outcome, ready.untried) };
  } catch (error) {
    return notTried(explainFailure(error));
  } finally {
    await holder?.release();
  }
}

const noResult = { hidden: [] as string[], untried: [] as string[], aside: [] as Leftover[] };

async function prepare(
  client: Client,
  facts: readonly ParsedFact[],
): Promise<{ hides: Hide[]; untried: string[] } | Pick<TrialResult, "verdict" | "because" | "untried">> {
  const schema = await readSchema(client, facts);
  const { targets, untried }: Choice = chooseTargets(facts, schema);
  untried.push(...untriedUnique((await client.query<Row>(uniqueQuery(facts))).rows, targets));
  if (targets.length === 0) {
    return untried.length > 0
      ? { verdict: "not tried", because: untried.join("; "), untried }
      : {
          verdict: "not needed",
          because: "it adds no table and no column that is there: nothing asks for it by name",
          untried,
        };
  }
  const obstacles = writeObstacles((await client.query<Row>(obstaclesQuery(targets))).rows);
  if (obstacles.length > 0) return { verdict: "not tried", because: obstacles.join("; "), untried };
  const nonce = randomBytes(4).toString("hex");
  const hides = targets.map((target) => {
    const comment =
      target.column === undefined
        ? schema.relations.find(({ oid }) => oid === target.oid)?.comment
        : schema.columns.find(({ oid, name }) => oid === target.oid && name === target.column)?.comment;
    return hideOf(target, comment ?? null, nonce);
  });
  return { hides, untried };
}

async function readSchema(client: Client, facts: readonly ParsedFact[]): Promise<Schema> {
  const rows: Row[][] = [];
  for (const query of schemaQueries(facts)) rows.push((await client.query<Row>(query)).rows);
  return schemaOf(rows);
}

type Outcome = Pick<TrialResult, "verdict" | "because"> & Partial<TrialResult>;

async function run(
  connect: Connect,
  holder: Holder,
  hides: readonly Hide[],
  look: Look,
  options: TrialOptions,
): Promise<Outcome> {
  const { watchMs = 5_000, longestMs = 20_000, lockTimeoutMs = 1_000, pauseMs = 250 } = options;
  const runner = await connect();
  try {
    await runner.query(blockSettings(holder.serverVersion));
    const block = trialBlock(hides, holder.lock, holder.serverVersion, { lockTimeoutMs, longestMs });
    const started = await startBlock(runner, holder, block, hides);
    if ("because" in started) return { verdict: "not tried", because: started.because };
    const hiddenAt = new Date();
    const seen = await watch(look, { watchMs, longestMs, pauseMs });
    // Asked before the lock is let go: what was seen while the names were back proves nothing.
    const wasAway = (await holder.countHidden(hides).catch(() => 0)) === hides.length;
    await holder.release();
    const back = await untilBack(connect, started.ended, options.backWithinMs ?? 60_000);
    const result = { hidden: hides.map(writePlace), hiddenAt, visibleAt: new Date(), aside: back.aside };
    const verdict = verdictOf(seen, wasAway, back.aside);
    if (back.stillHidden !== undefined) return { ...verdict, ...result, stillHidden: back.stillHidden };
    const last = await lookOnce(look, longestMs);
    return { ...verdict, ...result, after: "failed" in last ? { ok: false, because: last.failed } : last };
  } finally {
    void runner.end().catch(() => undefined);
  }
}

/** What was not missed proves nothing for what could not be made invisible. */
function wholeVerdict(outcome: Outcome, untried: readonly string[]): Outcome {
  if (outcome.verdict !== "not needed" || untried.length === 0) return outcome;
  return { ...outcome, verdict: "not tried", because: `${untried.join("; ")}; the rest was not missed` };
}

/** Waits until the names are back; where the server did not end the block itself (a restart), gives them back now. */
async function untilBack(
  connect: Connect,
  ended: Promise<BlockEnd>,
  withinMs: number,
): Promise<{ aside: Leftover[]; stillHidden?: string }> {
  const until = Date.now() + withinMs;
  const end = await endWithin(ended, withinMs);
  if (end.state === "waiting") {
    const because = "a lock that somebody holds delays it; the server gives the names back as soon as it can";
    return { aside: [], stillHidden: because };
  }
  for (;;) {
    try {
      const { notRestored, aside } = await restoreLeftovers(connect);
      if (notRestored.length === 0) return { aside };
      const because = notRestored.map((one) => one.because).join("; ");
      if (Date.now() >= until) return { aside, stillHidden: because };
    } catch (error) {
      if (Date.now() >= until) return { aside: [], stillHidden: explainFailure(error) };
    }
    await sleep(500);
  }
}

function verdictOf(
  seen: Seen,
  wasAway: boolean,
  aside: readonly Leftover[],
): Pick<TrialResult, "verdict" | "because"> {
  if ("failed" in seen) {
    return { verdict: "not tried", because: `the service could not be looked at: ${seen.failed}` };
  }
  if (!seen.ok) return { verdict: "needed", because: seen.because };
  if (aside.length > 0) {
    const names = aside.map(({ original }) => original).join(", ");
    return { verdict: "not tried", because: `something made ${names} anew while it was hidden` };
  }
  if (!wasAway) {
    return { verdict: "not tried", because: "the names were back before the looking was over" };
  }
  return { verdict: "not needed", because: "everything that answered before answered without it" };
}

function notTried(because: string): TrialResult {
  return { ...noResult, verdict: "not tried", because };
}
