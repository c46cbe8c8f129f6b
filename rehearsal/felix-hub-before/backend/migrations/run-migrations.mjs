// node migrations/run-migrations.mjs status [--json] | apply [id] | rollback [id]
import pg from "pg";

import * as carNumber from "./001_add_car_number_column.mjs";
import * as categoriesAndParts from "./002_create_categories_parts_tables.mjs";
import { applyOne, readApplied, rollbackOne } from "./ledger.mjs";

/** In the order of application. */
const MIGRATIONS = [carNumber, categoriesAndParts];

const USAGE = `usage: run-migrations.mjs status [--json] | apply [id] | rollback [id]
  without an id: apply all that are pending, in order; roll back all that are applied, in reverse order
  exit codes: 0 done, 1 a migration failed (nothing of it remains), 2 usage or unknown id,
              3 another runner or a query held the lock for too long, 4 the database did not answer`;

const EXIT = { done: 0, failed: 1, usage: 2, busy: 3, unreachable: 4 };
const LOCK_NOT_AVAILABLE = "55P03";
const CONNECT_TIMEOUT_MS = 10_000;

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  const request = parseArguments(args);
  if (request.problem !== undefined) return say(request.problem, EXIT.usage);
  if (!process.env.DATABASE_URL) return say("DATABASE_URL is not set", EXIT.usage);
  let client;
  try {
    client = new pg.Client({
      connectionString: process.env.DATABASE_URL,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: "felix-hub-migrations",
    });
    // A connection that breaks is told by the query that it breaks; unheard, the event would end the process.
    client.on("error", () => undefined);
    await client.connect();
  } catch (error) {
    return say(`the database did not answer: ${reason(error)}`, EXIT.unreachable);
  }
  try {
    return await request.run(client);
  } catch (error) {
    return say(reason(error), error.code === LOCK_NOT_AVAILABLE ? EXIT.busy : EXIT.failed);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function parseArguments([command, argument, ...more]) {
  const known = MIGRATIONS.find((migration) => migration.id === argument);
  if (more.length > 0) return { problem: USAGE };
  if (command === "status" && (argument === undefined || argument === "--json")) {
    return { run: (client) => printStatus(client, argument === "--json") };
  }
  if (command !== "apply" && command !== "rollback") return { problem: USAGE };
  if (argument !== undefined && known === undefined) {
    return {
      problem: `unknown migration "${argument}"; known: ${MIGRATIONS.map(({ id }) => id).join(", ")}`,
    };
  }
  const chosen = known === undefined ? MIGRATIONS : [known];
  if (command === "apply")
    return { run: (client) => change(client, chosen, applyOne, "applied", "is already applied") };
  return {
    run: (client) => change(client, chosen.toReversed(), rollbackOne, "rolled back", "is not applied"),
  };
}

/** One after the other; the first failure stops, and what was done before it stays done. */
async function change(client, migrations, changeOne, done, nothingToDo) {
  for (const migration of migrations) {
    try {
      const changed = await changeOne(client, migration);
      console.log(changed ? `${done} ${migration.id}` : `${migration.id} ${nothingToDo}`);
    } catch (error) {
      error.message = `${migration.id}: ${error.message}`;
      throw error;
    }
  }
  return EXIT.done;
}

async function printStatus(client, asJson) {
  const applied = await readApplied(client);
  if (asJson) {
    console.log(JSON.stringify(await statusBody(client, applied)));
    return EXIT.done;
  }
  const width = Math.max(...MIGRATIONS.map(({ id }) => id.length)) + 4;
  for (const { id } of MIGRATIONS) {
    const at = applied.get(id);
    console.log(id.padEnd(width) + (at === undefined ? "pending" : `applied   ${toSeconds(at)}`));
  }
  return EXIT.done;
}

async function statusBody(client, applied) {
  const body = { applied: [], pending: [], appliedAt: {}, rollbackLosesRows: {} };
  for (const migration of MIGRATIONS) {
    const at = applied.get(migration.id);
    if (at === undefined) {
      body.pending.push(migration.id);
    } else {
      body.applied.push(migration.id);
      body.appliedAt[migration.id] = toSeconds(at);
      body.rollbackLosesRows[migration.id] = await migration.losses(client);
    }
  }
  return body;
}

function toSeconds(date) {
  return date.toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** The reason without the connection string, which some of pg's messages repeat. */
function reason(error) {
  const text = error.message || error.code || String(error);
  return text.replaceAll(process.env.DATABASE_URL, "DATABASE_URL");
}

function say(message, exitCode) {
  console.error(message);
  return exitCode;
}
