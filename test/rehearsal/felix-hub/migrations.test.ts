import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { startDatabase, type Database } from "../../../rehearsal/felix-hub/database";
import { runNode, type Finished } from "./processes";

// What is expected here was printed by the customer's own code (Python 3.11, Postgres 15), but for the files' last letters.
const LINE = "=".repeat(50);
const CAR = "001_add_car_number_column.mjs";
const CATEGORIES = "002_create_categories_parts_tables.mjs";
const MADE_BY_THE_IMPORT = [
  `Applying ${CATEGORIES}...`,
  "Creating categories and parts tables...",
  "⚠️  categories table already exists. Skipping.",
  "⚠️  parts table already exists. Skipping.",
  "✅ Migration 002 applied successfully!",
];
const ADDED = [
  "Adding car_number column to orders table...",
  "✅ Migration 001 applied successfully!",
  "   - Added car_number column (VARCHAR(20))",
  "   - Created index idx_orders_car_number",
];

let database: Database;

beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database.stop());

function said(finished: Finished): string[] {
  return finished.stdout.split("\n").filter((line) => line !== "");
}

async function query(url: string, sql: string): Promise<unknown[][]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: "array" })).rows;
  } finally {
    await client.end();
  }
}

/** As [column's type or undefined, tables, indexes that the migrations name]. */
async function shown(url: string) {
  const [column] = await query(
    url,
    "SELECT data_type || character_maximum_length FROM information_schema.columns WHERE table_name = 'orders' AND column_name = 'car_number'",
  );
  const tables = await query(
    url,
    "SELECT table_name FROM information_schema.tables WHERE table_name IN ('categories', 'parts') ORDER BY 1",
  );
  const indexes = await query(
    url,
    "SELECT indexname FROM pg_indexes WHERE indexname IN ('idx_orders_car_number', 'ix_orders_car_number', 'idx_parts_category_id') ORDER BY 1",
  );
  return { column: column?.[0], tables: tables.flat(), indexes: indexes.flat() };
}

const NOTHING = { column: undefined, tables: [], indexes: [] };
const TABLES = ["categories", "parts"];

async function runner(words: string[], url?: string): Promise<Finished & { url: string }> {
  const at = url ?? (await database.createAnother());
  const script = /^\d/.test(words[0] ?? "") ? words : ["run_migrations.mjs", ...words];
  return {
    ...(await runNode([`migrations/${script[0] ?? ""}`, ...script.slice(1)], { DATABASE_URL: at })),
    url: at,
  };
}

test.each([
  ["no database at all", () => Promise.resolve("postgres://nobody@127.0.0.1:1/none")],
  ["nothing applied", () => database.createAnother()],
])("status prints the files, exits 0 and looks at nothing: %s", async (_, url) => {
  const at = await url();
  const finished = await runner(["status"], at);
  expect(finished.code).toBe(0);
  expect(finished.stdout).toBe(
    `\nAvailable migrations:\n${LINE}\n  - ${CAR}\n  - ${CATEGORIES}\n\nTotal: 2 migration(s)\n`,
  );
  if (!at.includes(":1/")) expect(await shown(at)).toEqual(NOTHING);
});

test("apply on an old database adds 001, and finds 002 done by the import, without its index", async () => {
  const finished = await runner(["apply"]);
  expect(finished.code).toBe(0);
  expect(said(finished)).toEqual([
    "Applying migrations...",
    LINE,
    `Applying ${CAR}...`,
    ...ADDED,
    ...MADE_BY_THE_IMPORT,
    LINE,
    "✅ Successfully applying 2 migration(s)",
  ]);
  expect(await shown(finished.url)).toEqual({
    column: "character varying20",
    tables: TABLES,
    indexes: ["idx_orders_car_number"],
  });
});

test("apply once more skips both, whatever of them is there", async () => {
  const { url } = await runner(["apply"]);
  await query(url, "DROP INDEX idx_orders_car_number");
  const finished = await runner(["apply"], url);
  expect([finished.code, said(finished)[3]]).toEqual([0, "⚠️  car_number column already exists. Skipping."]);
  expect((await shown(url)).indexes).toEqual([]);
});

test("rollback takes all of them back, newest first, and again drops what the import has just made", async () => {
  const { url } = await runner(["apply"]);
  for (const about001 of [
    [
      "Rolling back migration 001...",
      "✅ Migration 001 rolled back successfully!",
      "   - Removed car_number column",
      "   - Removed index idx_orders_car_number",
    ],
    ["⚠️  car_number column does not exist. Nothing to rollback."],
  ]) {
    const finished = await runner(["rollback"], url);
    expect(finished.code).toBe(0);
    expect(said(finished)).toEqual([
      "Rolling back migrations...",
      LINE,
      `Rolling back ${CATEGORIES}...`,
      "Rolling back migration 002...",
      "Dropping parts table...",
      "   - Dropped parts table",
      "Dropping categories table...",
      "   - Dropped categories table",
      "✅ Migration 002 rolled back successfully!",
      `Rolling back ${CAR}...`,
      ...about001,
      LINE,
      "✅ Successfully rolling back 2 migration(s)",
    ]);
    expect(await shown(url)).toEqual(NOTHING);
  }
});

test("a failing 001 leaves its column without the index, 002 runs all the same, and a second run says that all is well", async () => {
  const url = await database.createAnother();
  await query(url, "CREATE TABLE taken (x integer); CREATE INDEX idx_orders_car_number ON taken (x)");
  const first = await runner(["apply"], url);
  expect(first.code).toBe(1);
  expect(said(first)).toContain(
    `❌ Error applying ${CAR}: (psycopg2.errors.DuplicateTable) relation "idx_orders_car_number" already exists`,
  );
  expect(said(first)).toEqual(expect.arrayContaining(MADE_BY_THE_IMPORT));
  expect(said(first).slice(-2)).toEqual([
    "✅ Successfully applying 1 migration(s)",
    "❌ Failed to applying 1 migration(s)",
  ]);
  await query(url, "DROP TABLE taken");
  expect(await shown(url)).toEqual({ column: "character varying20", tables: TABLES, indexes: [] });
  const second = await runner(["apply"], url);
  expect([second.code, said(second).at(-1)]).toEqual([0, "✅ Successfully applying 2 migration(s)"]);
});

test.each([
  ["apply", "applying"],
  ["rollback", "rolling back"],
])("%s without a database exits 1, and a line begins as if it had succeeded", async (command, doing) => {
  const finished = await runner([command], "postgres://nobody@127.0.0.1:1/none");
  expect(finished.code).toBe(1);
  expect(said(finished).slice(-2)).toEqual([
    `✅ Successfully ${doing} 0 migration(s)`,
    `❌ Failed to ${doing} 2 migration(s)`,
  ]);
  expect(finished.stdout).toContain(
    "failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?",
  );
});

test("a file by itself applies or rolls back its own migration, and exits 0 where it did nothing", async () => {
  const first = await runner([CAR]);
  const { url } = first;
  expect([first.code, said(first)]).toEqual([0, ADDED]);
  const again = await runner([CAR], url);
  expect([again.code, said(again)]).toEqual([0, ["⚠️  car_number column already exists. Skipping."]]);
  const back = await runner([CAR, "rollback"], url);
  expect([back.code, said(back)[0]]).toEqual([0, "Rolling back migration 001..."]);
  const nothing = await runner([CAR, "rollback"], url);
  expect([nothing.code, said(nothing)]).toEqual([
    0,
    ["⚠️  car_number column does not exist. Nothing to rollback."],
  ]);
});

test("rolling back 001 right after 002 brings 002's tables back, empty", async () => {
  const { url } = await runner(["apply"]);
  await query(url, "INSERT INTO categories (name_ru) VALUES ('Тормоза')");
  await runner([CATEGORIES, "rollback"], url);
  expect((await shown(url)).tables).toEqual([]);
  await runner([CAR, "rollback"], url);
  expect(await shown(url)).toEqual({ column: undefined, tables: TABLES, indexes: [] });
  expect(await query(url, "SELECT count(*)::int FROM categories")).toEqual([[0]]);
});

test("a file by itself exits 1 where the database does not answer", async () => {
  const finished = await runner([CAR], "postgres://nobody@127.0.0.1:1/none");
  expect([finished.code, finished.stdout]).toEqual([1, ""]);
});

test("another word than the three gets the usage and exit code 1", async () => {
  const finished = await runner(["bogus"], "postgres://nobody@127.0.0.1:1/none");
  expect([finished.code, said(finished)[0]]).toEqual([
    1,
    "Usage: python run_migrations.py [apply|rollback|status]",
  ]);
});
