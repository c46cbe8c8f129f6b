import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { startDatabase, type Database } from "../../../rehearsal/felix-hub-before/database";
import { eventually, FELIX_HUB } from "./processes";

let database: Database;
let clients: pg.Client[] = [];

beforeAll(async () => {
  database = await startDatabase();
}, 30_000);

afterEach(async () => {
  await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  clients = [];
});

afterAll(() => database.stop());

async function connected(url = database.url): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, query_timeout: 5_000 });
  client.on("error", () => undefined);
  clients.push(client);
  await client.connect();
  return client;
}

/** As if its process was killed. */
function dropConnection(client: pg.Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

const count = async (client: pg.Client, table: string) =>
  (await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]!.n;

describe("several connections at the same time", () => {
  it("starts with the customer's data, and nothing of the rollout in it", async () => {
    const client = await connected();
    expect(await count(client, "orders")).toBe(320);
    expect(await count(client, "users")).toBe(12);
    const { rows } = await client.query(
      "SELECT to_regclass('categories') AS c, to_regclass('schema_migrations') AS s",
    );
    expect(rows).toEqual([{ c: null, s: null }]);
  });

  it("a query waits while another connection's transaction is open, and then sees what that one committed", async () => {
    const [writer, reader] = [await connected(), await connected()];
    await writer.query("CREATE TABLE waits (id int)");
    await writer.query("BEGIN");
    await writer.query("INSERT INTO waits VALUES (1)");
    let answered = false;
    const reading = count(reader, "waits").finally(() => (answered = true));
    await writer.query("INSERT INTO waits VALUES ($1)", [2]);
    expect(answered).toBe(false);
    await writer.query("COMMIT");
    expect(await reading).toBe(2);
  });

  it("queries with parameters that wait for a transaction do not mix: each gets its own answer", async () => {
    const writer = await connected();
    const waiting = await Promise.all(Array.from({ length: 6 }, () => connected()));
    await writer.query("BEGIN");
    const answers = waiting.map((client, n) =>
      n % 2 === 0
        ? client.query("SELECT $1::int AS n", [n])
        : client.query("SELECT $1::int AS n, $2::text AS name", [n, `client ${n}`]),
    );
    await writer.query("SELECT pg_sleep(0.1)");
    await writer.query("COMMIT");
    const rows = (await Promise.all(answers)).map((answer) => answer.rows[0] as unknown);
    expect(rows).toEqual([0, 1, 2, 3, 4, 5].map((n) => (n % 2 === 0 ? { n } : { n, name: `client ${n}` })));
  });

  it("serves a backend's pool while another connection runs one transaction after the other", async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 5 });
    const migration = await connected();
    await migration.query("CREATE TABLE busy (n int)");
    let migrating = true;
    const requests = Array.from({ length: 8 }, async (_, worker) => {
      for (let n = 1; migrating; n += 1) {
        const id = 1 + ((worker * 40 + n) % 320);
        const { rows } = await pool.query("SELECT id FROM orders WHERE id = $1", [id]);
        expect(rows).toEqual([{ id }]);
        await expect(pool.query("SELECT missing FROM orders WHERE id = $1", [id])).rejects.toThrow(/missing/);
      }
    });
    for (let n = 0; n < 25; n += 1) {
      await migration.query("BEGIN");
      await migration.query("INSERT INTO busy VALUES ($1)", [n]);
      await migration.query(`ALTER TABLE busy ADD COLUMN c${n} int`);
      await migration.query(n % 2 === 0 ? "COMMIT" : "ROLLBACK");
    }
    migrating = false;
    await Promise.all(requests);
    await pool.end();
    expect(await count(migration, "busy")).toBe(13);
  });

  it("an error in one connection's transaction is that connection's alone", async () => {
    const [failing, other] = [await connected(), await connected()];
    await failing.query("BEGIN");
    await expect(failing.query("SELECT 1 / $1::int", [0])).rejects.toThrow("division by zero");
    const answer = other.query("SELECT 1 AS one");
    await expect(failing.query("SELECT 1")).rejects.toThrow(/current transaction is aborted/);
    await failing.query("ROLLBACK");
    expect((await answer).rows).toEqual([{ one: 1 }]);
  });
});

describe("a client that goes away", () => {
  it.each(["idle in its transaction", "with a query under way"])(
    "%s is rolled back, and the others go on",
    async (when) => {
      const [gone, other] = [await connected(), await connected()];
      await other.query("CREATE TABLE IF NOT EXISTS left_behind (n int)");
      await gone.query("BEGIN");
      await gone.query("INSERT INTO left_behind VALUES (1)");
      const last = when.startsWith("idle")
        ? Promise.resolve()
        : gone.query("INSERT INTO left_behind SELECT generate_series(1, 50000)").catch(() => undefined);
      dropConnection(gone);
      expect(await count(other, "left_behind")).toBe(0);
      await last;
    },
  );

  it("at any moment of its transaction, again and again, never blocks the others", async () => {
    const other = await connected();
    await other.query("CREATE TABLE storm (n int)");
    for (let n = 0; n < 30; n += 1) {
      const gone = await connected();
      void gone.query("BEGIN").catch(() => undefined);
      void gone.query("INSERT INTO storm VALUES ($1)", [n]).catch(() => undefined);
      setTimeout(() => {
        dropConnection(gone);
      }, n % 6);
      expect((await other.query("SELECT $1::int AS n", [n])).rows).toEqual([{ n }]);
    }
    expect(await count(other, "storm")).toBe(0);
  });

  it.each(["SELECT 77", "SELECT 77 FROM nowhere"])(
    "in the middle of a query (%s) does not leave it to the next one",
    async (sql) => {
      const gone = await connected();
      const other = await connected();
      sendParseWithoutSync(gone, sql);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const answer = other.query("SELECT $1::int AS n", [5]);
      dropConnection(gone);
      expect((await answer).rows).toEqual([{ n: 5 }]);
      expect((await other.query("SELECT $1::int AS n", [6])).rows).toEqual([{ n: 6 }]);
    },
  );
});

describe("its process", () => {
  it("ends when its parent is killed", async () => {
    const parent = fork(
      "-e",
      [
        `const { fork } = require("node:child_process");
         fork(process.argv[1], ["{}"], { execArgv: [] }).on("message", (m) => process.send(m))`,
        join(FELIX_HUB, "database", "server.mjs"),
      ],
      { execPath: process.execPath, execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] },
    );
    const { port } = await new Promise<{ port: number }>((resolve) =>
      parent.once("message", resolve as () => void),
    );
    expect(await isOpen(port)).toBe(true);
    parent.kill("SIGKILL");
    await eventually(async () => !(await isOpen(port)));
  });

  it("that cannot start says why", async () => {
    const dataDir = join(FELIX_HUB, "database", "seed.mjs", "below-a-file");
    await expect(startDatabase({ dataDir })).rejects.toThrow(/could not be started: .*ENOTDIR/);
  });

  it("keeps its data in a folder when asked to, and can be stopped twice", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "felix-hub-database-"));
    try {
      const first = await startDatabase({ dataDir });
      const client = await connected(first.url);
      await client.query("DELETE FROM orders WHERE id > 7");
      await client.end();
      await first.stop();
      await first.stop();
      const again = await startDatabase({ dataDir });
      expect(await count(await connected(again.url), "orders")).toBe(7);
      await again.stop();
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }, 40_000);
});

function sendParseWithoutSync(client: pg.Client, sql: string): void {
  const body = Buffer.from(`\0${sql}\0\0\0`);
  const head = Buffer.from("P....");
  head.writeInt32BE(4 + body.length, 1);
  const { stream } = (client as unknown as { connection: { stream: { write(bytes: Buffer): void } } })
    .connection;
  stream.write(Buffer.concat([head, body]));
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
