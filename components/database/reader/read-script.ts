import { quoteText } from "../names";
import type { QueryAnswer } from "../types";

export interface ReadLimits {
  /** For one query. */
  statementTimeoutMs: number;
  lockTimeoutMs: number;
}

export const defaultReadLimits: ReadLimits = { statementTimeoutMs: 15_000, lockTimeoutMs: 3_000 };

/**
 * All queries as one text that any client can send: one read-only transaction on one snapshot. Each runs in a block of its
 * own, so that one that fails (no such table, no rights, too slow) leaves the others as they are.
 * `select` is the statement that brings the answers, made by `answersAsJson` or around it.
 */
export function readScript(queries: readonly string[], select: string, limits = defaultReadLimits): string[] {
  return [
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    `SET LOCAL statement_timeout = ${limits.statementTimeoutMs}`,
    `SET LOCAL lock_timeout = ${limits.lockTimeoutMs}`,
    "SET LOCAL idle_in_transaction_session_timeout = 60000",
    "SET LOCAL client_min_messages = error",
    // Rows that a policy would hide make a query fail: a count that leaves some out is no count.
    "SET LOCAL row_security = off",
    ...queries.map((query, index) => containedQuery(query, index)),
    select,
    "ROLLBACK",
  ];
}

/** An expression of type text: what `parseAnswers` reads. */
export function answersAsJson(count: number): string {
  const answers = Array.from({ length: count }, (_, index) => `current_setting('${settingOf(index)}')`);
  return `'[' || concat_ws(',', ${answers.join(", ")}) || ']'`;
}

/** @throws where the text is not what `answersAsJson` makes for this number of queries. */
export function parseAnswers(text: string, count: number): QueryAnswer[] {
  const answers = JSON.parse(text) as QueryAnswer[];
  if (!Array.isArray(answers) || answers.length !== count)
    throw new Error("not the answers that were asked for");
  return answers;
}

function containedQuery(query: string, index: number): string {
  // A line's end, so that a comment at the query's end ends there, too.
  const wrapped = `SELECT json_build_object('rows', coalesce(json_agg(row_to_json(q)), '[]'::json))::text FROM (${query.replace(/[;\s]+$/, "")}\n) AS q`;
  const keep = (value: string) => `PERFORM set_config('${settingOf(index)}', ${value}, true);`;
  const failure =
    "json_build_object('failed', json_build_object('code', SQLSTATE, 'message', SQLERRM))::text";
  const body = [
    "DECLARE answer text;",
    "BEGIN",
    `EXECUTE ${quoteText(wrapped)} INTO answer;`,
    keep("answer"),
    // OTHERS leaves out a query that took too long.
    `EXCEPTION WHEN query_canceled THEN ${keep(failure)} WHEN OTHERS THEN ${keep(failure)}`,
    "END",
  ].join(" ");
  return `DO ${quoteText(body)}`;
}

function settingOf(index: number): string {
  return `rollout.answer_${index}`;
}
