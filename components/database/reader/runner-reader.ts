import { createHash, randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";

import type { Answers, DatabaseReader } from "../types";
import { answersAsJson, defaultReadLimits, parseAnswers, readScript, type ReadLimits } from "./read-script";
import { runnerScript } from "./runner-script";

/** Runs one command where the database can be reached. `output` is all that it and its surroundings wrote, in any order. */
export type RunWords = (
  words: readonly string[],
) => Promise<{ ended: true; output: string } | { ended: false; because: string }>;

/**
 * Asks the database from where the command runs (a job or a shell on Render), by the `DATABASE_URL` of that place, with
 * psql, or Python or Node and the driver that the service itself uses. No secret is part of the command, and none comes
 * back. The answer is marked line by line, so that what else is in a log cannot be mistaken for it, lines may come in
 * any order, and one that is missing makes the reading unknown.
 */
export function createRunnerReader(run: RunWords, limits: ReadLimits = defaultReadLimits): DatabaseReader {
  return {
    async read(queries): Promise<Answers> {
      if (queries.length === 0) return { asked: true, answers: [] };
      const nonce = randomBytes(8).toString("hex");
      const result = await run(commandOf(queries, nonce, limits));
      if (!result.ended) return { asked: false, because: result.because };
      const text = collectAnswer(result.output, nonce);
      if ("because" in text) return { asked: false, because: text.because };
      try {
        return { asked: true, answers: parseAnswers(text.answer, queries.length) };
      } catch {
        return { asked: false, because: "the runner's output is not the answer that was asked for" };
      }
    },
  };
}

/** Signs of base64 in one line of a log. */
const LINE_LENGTH = 800;

function commandOf(queries: readonly string[], nonce: string, limits: ReadLimits): string[] {
  // No ROLLBACK at the end: some drivers hand over the last statement's rows only, and the connection's end rolls back.
  const script = readScript(queries, linesQuery(answersAsJson(queries.length), nonce), limits).slice(0, -1);
  const packed = gzipSync(`${script.join(";\n")};\n`).toString("base64");
  return ["sh", "-c", runnerScript(packed, nonce)];
}

function linesQuery(json: string, nonce: string): string {
  return `SELECT 'rollout:${nonce}:' || sum || ':' || i || '/' || n || ':' || substr(packed, (i - 1) * ${LINE_LENGTH} + 1, ${LINE_LENGTH})
FROM (SELECT packed, md5(packed) AS sum, greatest(1, ceil(length(packed) / ${LINE_LENGTH}.0)::int) AS n
  FROM (SELECT translate(encode(convert_to(${json}, 'UTF8'), 'base64'), chr(10), '') AS packed) AS whole) AS sized,
  generate_series(1, n) AS i ORDER BY i`;
}

const FAILURES: Record<string, string> = {
  url: "DATABASE_URL is not set where the runner runs",
  client: "where the runner runs there is no psql, and neither Python nor Node with a driver for Postgres",
};

/** Pure: puts the marked lines together, wherever they stand; all of them or none. */
function collectAnswer(output: string, nonce: string): { answer: string } | { because: string } {
  const lines = new Map<number, string>();
  const heads = new Set<string>();
  for (const found of output.matchAll(
    new RegExp(`rollout:${nonce}:([0-9a-f]{32}):(\\d+)/(\\d+):([A-Za-z0-9+/=]*)`, "g"),
  )) {
    const [, sum = "", index, count = "", text = ""] = found;
    heads.add(`${sum}/${count}`);
    lines.set(Number(index), text);
  }
  const [head] = heads;
  if (head === undefined) return { because: whyNothing(output, nonce) };
  const [sum, count] = head.split("/");
  const packed = Array.from({ length: Number(count) }, (_, index) => lines.get(index + 1));
  const missing = packed.filter((line) => line === undefined).length;
  if (heads.size > 1 || missing > 0 || createHash("md5").update(packed.join("")).digest("hex") !== sum) {
    return {
      because: `the runner's output holds only a part of the answer: ${missing} of ${count ?? ""} lines are missing`,
    };
  }
  return { answer: Buffer.from(packed.join(""), "base64").toString("utf8") };
}

function whyNothing(output: string, nonce: string): string {
  const failed = new RegExp(`rollout:${nonce}:failed:([a-z]+):(\\d+)`).exec(output);
  if (failed === null)
    return "the runner's output holds no answer of the database; its log may be late, or cut";
  const [, what = "", code = ""] = failed;
  return FAILURES[what] ?? `where the runner runs, ${what} could not ask the database (exit code ${code})`;
}
