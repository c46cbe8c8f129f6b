import { setTimeout as sleep } from "node:timers/promises";

import type { Client } from "pg";

import { explainFailure } from "../reader/explain-failure";
import type { Holder } from "./holder";
import type { Hide } from "./trial-block";

export type BlockEnd = { state: "done" } | { state: "failed"; code: string; because: string };

const LOCK_TRIES = 3;
const PAUSE_BETWEEN_TRIES_MS = 1_000;

/** Starts the block and resolves when the names are seen to be away; `ended` tells later how it went. Never rejects. */
export async function startBlock(
  runner: Client,
  holder: Holder,
  block: string,
  hides: readonly Hide[],
): Promise<{ ended: Promise<BlockEnd> } | { because: string }> {
  for (let attempt = 1; ; attempt += 1) {
    const ended = runner.query(block).then(
      (): BlockEnd => ({ state: "done" }),
      (error: unknown): BlockEnd => ({ state: "failed", code: codeOf(error), because: explainBlock(error) }),
    );
    const outcome = await Promise.race([ended, holder.untilHidden(hides, ended)]);
    if (outcome === "hidden") return { ended };
    if (outcome.state === "done") return { because: "the names were back before anybody could look" };
    const isBusy = outcome.code === "55P03" || outcome.code === "40P01";
    if (!isBusy || attempt === LOCK_TRIES) return { because: outcome.because };
    await sleep(PAUSE_BETWEEN_TRIES_MS);
  }
}

export async function endWithin(
  ended: Promise<BlockEnd>,
  ms: number,
): Promise<BlockEnd | { state: "waiting" }> {
  const given = new AbortController();
  const late = sleep(ms, { state: "waiting" as const }, { signal: given.signal });
  try {
    return await Promise.race([ended, late]);
  } finally {
    late.catch(() => undefined);
    given.abort();
  }
}

const REASONS: Record<string, string> = {
  RT001:
    "a pooler stands between us and the database, and gives each statement another session: use the database's own address",
  RT002:
    "a pooler stands between us and the database, and both connections share one session: use the database's own address",
  RT003: "another trial runs in this database",
  "55P03": "others held locks on it all the time, and the trial waits for them only for a moment",
};

function explainBlock(error: unknown): string {
  const code = codeOf(error);
  // Postgres' own reasons for not renaming name nothing but tables and columns.
  if (code === "RT004" && error instanceof Error)
    return `Postgres refused to give a name back: ${error.message}`;
  return REASONS[code] ?? explainFailure(error);
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}
