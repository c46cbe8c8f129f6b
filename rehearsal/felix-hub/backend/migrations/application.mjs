import { pathToFileURL } from "node:url";

import pg from "pg";

import { ormWords } from "../database.mjs";
import { createLog } from "../log.mjs";
import { importApplication } from "../tables.mjs";

const CONNECT_TIMEOUT_MS = 10_000;
let imported;

/**
 * What `from app import app, db` amounts to, once in a process: the application's missing tables are created, empty, whatever
 * the migration is about to do. `work` then gets a connection of its own: {query, tables(), columns(table)}.
 */
export async function withApplication(work) {
  imported ??= connected((db) => importApplication(db, createLog())).catch(() => undefined);
  await imported;
  return connected((client) =>
    work({
      // Each statement by itself, committed at once: what went before a failure stays.
      query: (sql) => client.query(sql),
      tables: () =>
        names(
          client,
          "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
        ),
      columns: (table) =>
        names(
          client,
          `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '${table}'`,
        ),
    }),
  );
}

/** `if __name__ == "__main__"`: the word "rollback" rolls back, anything else applies; exit code 0 whatever came of it, 1 for an exception. */
export async function runAsScript(moduleUrl, { apply, rollback }) {
  if (pathToFileURL(process.argv[1] ?? "").href !== moduleUrl) return;
  try {
    await (process.argv[2] === "rollback" ? rollback() : apply());
  } catch (error) {
    console.error(`Traceback (most recent call last):\nsqlalchemy.exc.SQLAlchemyError: ${inWords(error)}`);
    process.exitCode = 1;
  }
}

/** An error as the customer's runner prints it. */
export function inWords(error) {
  if (error.code !== "ECONNREFUSED") return ormWords(error);
  return (
    `(psycopg2.OperationalError) connection to server at "${error.address}", port ${error.port} failed: Connection refused\n` +
    "\tIs the server running on that host and accepting TCP/IP connections?\n\n(Background on this error at: https://sqlalche.me/e/20/e3q8)"
  );
}

async function connected(use) {
  const client = new pg.Client({
    connectionString: process.env.DATABASE_URL,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: "felix-hub-migrations",
  });
  // A connection that breaks is told by the query that it breaks; unheard, the event would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function names(client, sql) {
  const { rows } = await client.query(sql);
  return rows.map(({ name }) => name);
}
