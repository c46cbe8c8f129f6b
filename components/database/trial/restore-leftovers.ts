import { randomBytes } from "node:crypto";

import type { Connect } from "../reader/connection";
import { explainFailure } from "../reader/explain-failure";
import { quoteText } from "../names";
import type { Leftover, Row } from "../types";
import { keptName, parseKeptComment } from "./hidden-names";
import { leftoversQuery, parseLeftovers, TRIAL_LOCK } from "./leftovers-query";
import { giveBack, type Hide } from "./trial-block";

export interface Restored {
  restored: Leftover[];
  notRestored: { leftover: Leftover; because: string }[];
  /** What somebody made anew under a hidden name: it stands under another one, with its rows, until somebody drops it. */
  aside: Leftover[];
}

/** How long one name's way back may wait for those who use the table. */
const LOCK_TIMEOUT_MS = 10_000;

/**
 * Gives back what a trial has left hidden, because the server or the network ended in its middle. One that is still
 * running is left alone. What somebody has made under the same name meanwhile keeps its rows under another one.
 * @throws where the database cannot be reached; `explainFailure` puts it into words.
 */
export async function restoreLeftovers(connect: Connect): Promise<Restored> {
  const client = await connect();
  const result: Restored = { restored: [], notRestored: [], aside: [] };
  try {
    const { rows } = await client.query<Row>(leftoversQuery);
    for (const row of rows) {
      const [leftover] = parseLeftovers([row]);
      if (leftover?.kind !== "hidden") continue;
      try {
        await client.query(restoreBlock(hideOf(row)));
        result.restored.push(leftover);
      } catch (error) {
        result.notRestored.push({ leftover, because: explain(error) });
      }
    }
    const left = parseLeftovers((await client.query<Row>(leftoversQuery)).rows);
    return { ...result, aside: left.filter(({ kind }) => kind === "aside") };
  } finally {
    void client.end().catch(() => undefined);
  }
}

function restoreBlock(hide: Hide): string {
  return `DO ${quoteText(`BEGIN
    PERFORM set_config('lock_timeout', '${LOCK_TIMEOUT_MS}', true);
    IF NOT pg_try_advisory_xact_lock(${TRIAL_LOCK}) THEN RAISE EXCEPTION 'rollout: a trial runs' USING ERRCODE = 'RT003'; END IF;
    ${giveBack(hide)}
  END`)}`;
}

function hideOf(row: Row): Hide {
  const { schema, table, column, comment } = row as {
    schema: string;
    table: string;
    column: string | null;
    comment: string;
  };
  const kept = parseKeptComment(comment);
  const original = kept?.original ?? "";
  const path = column === null ? [schema, original] : [schema, table, original];
  return {
    schema,
    table: column === null ? original : table,
    ...(column === null ? {} : { column: original }),
    comment: kept?.comment ?? null,
    hiddenName: column ?? table,
    asideName: keptName("aside", [randomBytes(4).toString("hex"), ...path]),
  };
}

function explain(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "RT003") return "a trial is still running";
  if (code === "42501") return message ?? "the rights are missing";
  return explainFailure(error);
}
