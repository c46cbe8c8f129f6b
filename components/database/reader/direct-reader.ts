import type { Answers, DatabaseReader } from "../types";
import type { Connect } from "./connection";
import { explainFailure } from "./explain-failure";
import { answersAsJson, defaultReadLimits, parseAnswers, readScript, type ReadLimits } from "./read-script";

/** Time beyond the server's own limits after which a silent connection is given up. */
const GRACE_MS = 5_000;

/** Asks the database itself, over a connection of its own for each reading. */
export function createDirectReader(connect: Connect, limits: ReadLimits = defaultReadLimits): DatabaseReader {
  return {
    async read(queries): Promise<Answers> {
      if (queries.length === 0) return { asked: true, answers: [] };
      try {
        return { asked: true, answers: await readOnce(connect, queries, limits) };
      } catch (error) {
        return { asked: false, because: `the database could not be asked: ${explainFailure(error)}` };
      }
    },
  };
}

async function readOnce(connect: Connect, queries: readonly string[], limits: ReadLimits) {
  const client = await connect();
  try {
    const script = readScript(queries, `SELECT ${answersAsJson(queries.length)} AS answers`, limits);
    const reply = client.query(script.join(";\n")) as unknown as Promise<{ rows: { answers: string }[] }[]>;
    const results = await within(reply, limits.statementTimeoutMs * queries.length + GRACE_MS);
    const answers = results.at(-2)?.rows[0]?.answers;
    return parseAnswers(answers ?? "", queries.length);
  } finally {
    // Not waited for: a connection that is silent would keep its goodbye, too.
    void client.end().catch(() => undefined);
  }
}

function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error("timeout expired"));
    }, ms);
  });
  return Promise.race([promise, late]).finally(() => {
    clearTimeout(timer);
  });
}
