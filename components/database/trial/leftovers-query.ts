import { quoteText } from "../names";
import type { Leftover, Row } from "../types";
import { HIDDEN_COMMENT, parseKeptComment } from "./hidden-names";

/** A trial holds this advisory lock of its database while it runs. */
export const TRIAL_LOCK = "1380928596, 1414021452";

export const leftoversQuery = `
  SELECT n.nspname AS schema, c.relname AS table, a.attname AS column, d.description AS comment,
    EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
      AND (l.classid, l.objid) = (${TRIAL_LOCK})
      AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())) AS running
  FROM pg_catalog.pg_description d
    JOIN pg_catalog.pg_class c ON c.oid = d.objoid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
  WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND d.description LIKE ${quoteText(`${HIDDEN_COMMENT}%`)}
  ORDER BY 1, 2, 3`;

/** What stands under a trial's name; a comment that cannot be read names nothing to put back. */
export function parseLeftovers(rows: readonly Row[]): Leftover[] {
  return (
    rows as unknown as {
      schema: string;
      table: string;
      column: string | null;
      comment: string;
      running: boolean;
    }[]
  ).flatMap(({ schema, table, column, comment, running }) => {
    const kept = parseKeptComment(comment);
    if (kept === undefined) return [];
    const place = column === null ? { schema, table } : { schema, table, column };
    return [{ kind: kept.kind, ...place, original: kept.original, trialRunning: running }];
  });
}
