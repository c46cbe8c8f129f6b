import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { startDatabase, type Database } from "../../../rehearsal/felix-hub-before/database";
import { migrationRunner } from "../../../rehearsal/felix-hub-before/services";
import { BACKEND, runNode, type Finished } from "./processes";

const CAR = "001_add_car_number_column";
const CATEGORIES = "002_create_categories_parts_tables";

let database: Database;
let client: pg.Client;

beforeAll(async () => {
  database = await startDatabase();
}, 30_000);

beforeEach(async () => {
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterEach(async () => {
  await client.query(`
    DROP TABLE IF EXISTS parts, categories, schema_migrations;
    ALTER TABLE orders DROP COLUMN IF EXISTS car_number`);
  await client.end();
});

afterAll(() => database.stop());

const run = (...args: string[]): Promise<Finished> =>
  runNode(["migrations/run-migrations.mjs", ...args], { DATABASE_URL: database.url });

const appliedNow = async () =>
  (JSON.parse((await run("status", "--json")).stdout) as { applied: string[] }).applied;

async function schemaHas(): Promise<{ column: boolean; tables: boolean }> {
  const { rows } = await client.query<{ column: boolean; tables: boolean }>(`
    SELECT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'orders' AND column_name = 'car_number') AS "column",
      to_regclass('categories') IS NOT NULL AND to_regclass('parts') IS NOT NULL AS "tables"`);
  return rows[0]!;
}

describe("apply and rollback", () => {
  it("apply all, in order; the schema has both; again changes nothing", async () => {
    expect(await run("apply")).toEqual({
      code: 0,
      stdout: `applied ${CAR}\napplied ${CATEGORIES}\n`,
      stderr: "",
    });
    expect(await schemaHas()).toEqual({ column: true, tables: true });
    const again = await run("apply");
    expect(again).toMatchObject({
      code: 0,
      stdout: `${CAR} is already applied\n${CATEGORIES} is already applied\n`,
    });
  });

  it("rollback all, in reverse order; the schema is the one before; again changes nothing", async () => {
    await run("apply");
    expect(await run("rollback")).toMatchObject({
      code: 0,
      stdout: `rolled back ${CATEGORIES}\nrolled back ${CAR}\n`,
    });
    expect(await schemaHas()).toEqual({ column: false, tables: false });
    const again = await run("rollback");
    expect(again).toMatchObject({ code: 0, stdout: `${CATEGORIES} is not applied\n${CAR} is not applied\n` });
  });

  it("with an id, exactly that one", async () => {
    await run("apply", CATEGORIES);
    expect(await schemaHas()).toEqual({ column: false, tables: true });
    await run("apply", CAR);
    await run("rollback", CATEGORIES);
    expect(await schemaHas()).toEqual({ column: true, tables: false });
    expect(await appliedNow()).toEqual([CAR]);
  });

  it("a migration that fails leaves nothing of itself, and what came before it stays", async () => {
    await client.query("CREATE TABLE parts (mine int)");
    const failed = await run("apply");
    expect(failed).toMatchObject({ code: 1, stdout: `applied ${CAR}\n` });
    expect(failed.stderr).toBe(`${CATEGORIES}: relation "parts" already exists\n`);
    expect(await appliedNow()).toEqual([CAR]);
    const { rows } = await client.query("SELECT to_regclass('categories') AS categories");
    expect(rows).toEqual([{ categories: null }]);
  });

  it("of runners at the same time one does the work, and the others find it done", async () => {
    const runners = await Promise.all([run("apply"), run("apply"), run("apply")]);
    expect(runners.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ""],
      [0, ""],
      [0, ""],
    ]);
    for (const id of [CAR, CATEGORIES]) {
      expect(runners.filter(({ stdout }) => stdout.includes(`applied ${id}`))).toHaveLength(1);
      expect(runners.filter(({ stdout }) => stdout.includes(`${id} is already applied`))).toHaveLength(2);
    }
    expect(await appliedNow()).toEqual([CAR, CATEGORIES]);
  });
});

describe("status", () => {
  it("says one line for each migration, with the time of the application, and creates nothing", async () => {
    const before = await run("status");
    expect(before.stdout.split("\n")).toEqual([`${CAR}             pending`, `${CATEGORIES}    pending`, ""]);
    expect((await client.query("SELECT to_regclass('schema_migrations') AS t")).rows).toEqual([{ t: null }]);
    await run("apply", CAR);
    const [first, second] = (await run("status")).stdout.split("\n");
    expect(first).toMatch(/^001_add_car_number_column {13}applied {3}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(second).toBe(`${CATEGORIES}    pending`);
  });

  it("--json counts the rows that each rollback would lose", async () => {
    await run("apply");
    await client.query("UPDATE orders SET car_number = 'B-FH ' || id WHERE id <= 17");
    const status = JSON.parse((await run("status", "--json")).stdout) as Record<string, unknown>;
    expect(status).toMatchObject({
      applied: [CAR, CATEGORIES],
      pending: [],
      rollbackLosesRows: { [CAR]: { "orders.car_number": 17 }, [CATEGORIES]: { categories: 4, parts: 12 } },
    });
  });
});

describe("what it refuses", () => {
  it.each([
    [["apply", "003_unknown"], `unknown migration "003_unknown"; known: ${CAR}, ${CATEGORIES}`],
    [["rollback", `${CAR}; drop`], `unknown migration "${CAR}; drop"`],
    [["apply", CAR, CATEGORIES], "usage:"],
    [["destroy"], "usage:"],
    [[], "usage:"],
  ])("%j ends with exit code 2 and touches nothing", async (args, words) => {
    const refused = await run(...args);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain(words);
    expect(await schemaHas()).toEqual({ column: false, tables: false });
  });

  it("a database that does not answer is exit code 4, and the connection string is never printed", async () => {
    const url = "postgres://felix:canary-secret@127.0.0.1:9/felix_hub";
    const unreachable = await runNode(["migrations/run-migrations.mjs", "apply"], { DATABASE_URL: url });
    expect(unreachable).toMatchObject({ code: 4, stdout: "" });
    expect(unreachable.stderr).toBe("the database did not answer: connect ECONNREFUSED 127.0.0.1:9\n");
    const unset = await runNode(["migrations/run-migrations.mjs", "apply"], {});
    expect(unset).toMatchObject({ code: 2, stderr: "DATABASE_URL is not set\n" });
    const broken = await runNode(["migrations/run-migrations.mjs", "status"], {
      DATABASE_URL: "canary-secret://[",
    });
    expect(broken.code).toBe(4);
    expect(broken.stderr).not.toContain("canary-secret");
  });
});

it("the commands that services.ts names are these, and run where it says", async () => {
  expect(migrationRunner.workingDirectory).toBe(BACKEND);
  const [program, ...args] = migrationRunner.commands.apply.map((word) => word.replace("{id}", CAR));
  expect(program).toBe(process.execPath);
  expect(await run(...args.slice(1))).toMatchObject({ code: 0, stdout: `applied ${CAR}\n` });
  expect(migrationRunner.commands.rollback.at(-1)).toBe("{id}");
});
