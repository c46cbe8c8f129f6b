import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startDatabase, type Database } from "../../../rehearsal/felix-hub/database";
import { backupCommand } from "../../../rehearsal/felix-hub/services";
import { runNode } from "./processes";

let database: Database;
let folder: string;
let lines: string[];

const file = (name: string) => join(folder, name);
const backUp = (path: string, url = database.url) =>
  runNode(backupCommand(path).slice(1), { DATABASE_URL: url });
const verify = (path: string) => runNode(["backup.mjs", "--verify", path], {});

beforeAll(async () => {
  database = await startDatabase();
  folder = mkdtempSync(join(tmpdir(), "felix-hub-backup-"));
  const done = await backUp(file("good"));
  expect(done).toMatchObject({ code: 0, stderr: "" });
  expect(done.stdout).toMatch(/^backup verified: 2 tables, 332 rows, \d+ kB, sha256 [0-9a-f]{16}, .*good\n$/);
  lines = readFileSync(file("good"), "utf8").split("\n");
}, 30_000);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.stop();
});

describe("a backup", () => {
  it("holds each table's schema and every row of it, readable by its owner alone", async () => {
    const values = lines.slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown> | string[]);
    const tables = values.filter((value) => "table" in value) as {
      table: string;
      columns: { name: string }[];
      indexes: string[];
    }[];
    expect(tables.map(({ table }) => table)).toEqual(["mechanics", "orders"]);
    expect(tables[1]!.indexes).toEqual(["CREATE UNIQUE INDEX orders_pkey ON public.orders USING btree (id)"]);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<string[]>({
      text: `SELECT ${tables[0]!.columns.map(({ name }) => `${name}::text`).join(", ")} FROM mechanics ORDER BY id`,
      rowMode: "array",
    });
    await client.end();
    const at = values.indexOf(tables[0]!);
    expect(values.slice(at + 1, at + 1 + rows.length)).toEqual(rows);
    expect(statSync(file("good")).mode & 0o777).toBe(0o600);
  });

  it("is verified again later with the same result", async () => {
    expect(await verify(file("good"))).toMatchObject({ code: 0, stderr: "" });
  });

  it("that was made while the application writes is of one moment", async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 3 });
    let writing = true;
    const writers = [1, 2, 3].map(async () => {
      while (writing)
        await pool.query(
          "INSERT INTO mechanics (email, password_hash, name) VALUES (gen_random_uuid()::text, 'x', $1)",
          ["Nobody"],
        );
    });
    const done = await backUp(file("busy"));
    writing = false;
    await Promise.all(writers);
    await pool.end();
    expect(done).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("what is refused, with exit code 1", () => {
  const row = (): number => lines.findIndex((line) => line.includes('"Elif"'));

  it.each<[string, () => string[], string]>([
    [
      "a changed value",
      () => lines.with(row(), lines[row()]!.replace("Elif", "Elsa")),
      "its checksum is wrong",
    ],
    ["a missing row", () => lines.toSpliced(row(), 1), "its checksum is wrong"],
    ["a file that was cut off", () => lines.slice(0, -5), "it ends too early"],
    [
      "a line that was cut off",
      () => [...lines.slice(0, 40), lines[40]!.slice(0, 9)],
      "a line in it cannot be read",
    ],
    [
      "something after the end",
      () => [...lines.slice(0, -1), lines[40]!],
      "there is something after the end",
    ],
    ["another file", () => ['{"some":"json"}'], "it is not a backup of this kind"],
    ["an empty file", () => [], "it ends too early"],
    [
      "an end with other counts than the rows",
      () => lines.with(-2, lines.at(-2)!.replace('"orders":320', '"orders":321')),
      "orders has 321 rows in the database and 320 rows in the backup",
    ],
  ])("%s", async (_what, corrupted, words) => {
    writeFileSync(file("bad"), corrupted().join("\n"));
    const refused = await verify(file("bad"));
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(`backup refused: ${words}`);
  });

  it("a database that does not answer leaves no file behind, and prints no connection string", async () => {
    const failed = await backUp(file("none"), "postgres://felix:canary-secret@127.0.0.1:9/felix_hub");
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toBe("no verified backup: connect ECONNREFUSED 127.0.0.1:9\n");
    expect(readdirSync(folder).filter((name) => name.startsWith("none"))).toEqual([]);
  });

  it("a folder that is not there", async () => {
    expect(await backUp(file("no/where"))).toMatchObject({ code: 1, stdout: "" });
  });
});
