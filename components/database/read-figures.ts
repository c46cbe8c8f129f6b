import type { Answers, DatabaseReader, Known, QueryAnswer, Row } from "./types";

export interface DatabaseFigures {
  /** Connections to all databases of the server; `max` is what ordinary users may have. */
  connections: Known<{ used: number; max: number }>;
  sizeBytes: Known<number>;
  /** By mean time, the slowest first; at most five, each called ten times or more. Texts have no values in them. */
  slowQueries: Known<{ query: string; calls: number; meanMs: number }[]>;
}

const QUERIES = [
  `SELECT (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend') AS used,
     current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
       - coalesce(current_setting('reserved_connections', true)::int, 0) AS max`,
  "SELECT pg_catalog.pg_database_size(current_database()) AS size",
  // Statements of other kinds are kept as they were sent, passwords included.
  `SELECT left(regexp_replace(s.query, '\\s+', ' ', 'g'), 200) AS query, s.calls,
     coalesce(to_jsonb(s) ->> 'mean_exec_time', to_jsonb(s) ->> 'mean_time')::float8 AS mean
   FROM pg_stat_statements AS s
   WHERE s.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) AND s.calls >= 10
     AND s.query ~* '^\\s*(select|insert|update|delete|with)\\M'
   ORDER BY 3 DESC LIMIT 5`,
];

/** Asked in one reading; what the database does not measure, or does not show this role, is told with why. */
export async function readDatabaseFigures(reader: DatabaseReader): Promise<DatabaseFigures> {
  const reply = await reader.read(QUERIES);
  const [connections, size, slow] = QUERIES.map((_, index) => rowsOf(reply, index));
  return {
    connections: map(connections, ([row]) => ({ used: Number(row?.["used"]), max: Number(row?.["max"]) })),
    sizeBytes: map(size, ([row]) => Number(row?.["size"])),
    slowQueries: map(slow, (rows) =>
      rows.map((row) => ({
        query: String(row["query"]),
        calls: Number(row["calls"]),
        meanMs: Number(row["mean"]),
      })),
    ),
  };
}

/** One query that the catalogue names (failed notifications of the last hour), in the same read-only transaction. */
export async function runQuery(reader: DatabaseReader, sql: string): Promise<Known<Row[]>> {
  return rowsOf(await reader.read([sql]), 0);
}

function rowsOf(reply: Answers, index: number): Known<Row[]> {
  if (!reply.asked) return { known: false, because: reply.because };
  const answer = reply.answers[index];
  if (answer !== undefined && "rows" in answer) return { known: true, value: answer.rows };
  return { known: false, because: answer === undefined ? "no answer" : explain(answer) };
}

function explain({ failed }: Extract<QueryAnswer, { failed: unknown }>): string {
  if (failed.message.includes("pg_stat_statements")) {
    return `pg_stat_statements is not on, or not in the search path (${failed.message})`;
  }
  return failed.message;
}

function map<T, U>(known: Known<T> | undefined, change: (value: T) => U): Known<U> {
  if (known === undefined) return { known: false, because: "no answer" };
  return known.known ? { known: true, value: change(known.value) } : known;
}
