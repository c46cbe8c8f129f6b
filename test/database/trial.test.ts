import { setTimeout as sleep } from "node:timers/promises";

import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { connectTo, createDirectReader, readMigrations, type SchemaFact } from "../../components/database";
import { restoreLeftovers } from "../../components/database/trial/restore-leftovers";
import { tryWithout, type TrialOptions } from "../../components/database/trial/try-without";
import type { Look } from "../../components/database/trial/watch";
import { startPostgres, type PostgresServer } from "../../rehearsal/postgres/start-postgres";

/** Quick, and far from every limit on a busy machine. */
const QUICK: TrialOptions = { watchMs: 300, longestMs: 20_000, pauseMs: 50 };

describe("a trial without a migration's tables and columns", () => {
  let server: PostgresServer;
  let url: string;
  let client: Client;
  let databases = 0;

  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = await server.createDatabase(`trial_${(databases += 1)}`);
    client = new Client(url);
    client.on("error", () => undefined);
    await client.connect();
    await client.query(`
      CREATE TABLE orders (id serial PRIMARY KEY, customer text, car_number varchar(20));
      COMMENT ON COLUMN orders.car_number IS 'as on the plate';
      INSERT INTO orders (customer, car_number) SELECT 'c' || n, 'B-' || n FROM generate_series(1, 20) n;
      CREATE TABLE categories (id serial PRIMARY KEY, name text);
      CREATE TABLE parts (id serial PRIMARY KEY, category_id integer REFERENCES categories (id), name text);
      CREATE INDEX idx_parts_category_id ON parts (category_id);
      INSERT INTO categories (name) VALUES ('brakes');
      INSERT INTO parts (category_id, name) VALUES (1, 'pads');
    `);
  });
  afterEach(() => client.end());

  /** What the service would do for a visitor: it breaks where the query does. */
  const visitor =
    (sql: string): Look =>
    () =>
      client.query(sql).then(
        () => ({ ok: true }),
        (error: unknown) => ({ ok: false, because: (error as Error).message }),
      );
  const tryFacts = (facts: SchemaFact[], look: Look, options = QUICK) =>
    tryWithout(connectTo(url), facts, look, options);
  const ask = async (sql: string) => (await client.query(sql)).rows as unknown[];

  it("says needed where what is live asks for the column, and leaves every row, the type and the comment", async () => {
    const before = await everything(client);
    const result = await tryFacts(
      [{ column: "orders.car_number" }],
      visitor("SELECT car_number FROM orders"),
    );
    expect(result).toMatchObject({
      verdict: "needed",
      because: 'column "car_number" does not exist',
      hidden: ["orders.car_number"],
      after: { ok: true },
      aside: [],
    });
    expect(result.stillHidden).toBeUndefined();
    expect(await everything(client)).toEqual(before);
  });

  it("says not needed where nothing that is live asks for it", async () => {
    const before = await everything(client);
    const facts = [{ table: "categories" }, { table: "parts" }, { column: "parts.category_id" }];
    const result = await tryFacts(facts, visitor("SELECT customer FROM orders"));
    expect(result).toMatchObject({
      verdict: "not needed",
      hidden: ["categories", "parts"],
      after: { ok: true },
    });
    expect(await everything(client)).toEqual(before);
  });

  it("hides tables while it looks, those with odd names too", async () => {
    const long = "a".repeat(63);
    await client.query(`CREATE SCHEMA "Shop.x"; CREATE TABLE "Shop.x"."order" (id int, "${long}" int, "it's" int);
      CREATE TABLE "${long}" ("select" int)`);
    const names = async () => (await everything(client)).map(({ name }) => name);
    const before = await names();
    const seen: string[][] = [];
    const facts = [
      { column: `"Shop.x".order.${long}` },
      { column: `"Shop.x".order.it's` },
      { table: long },
      { column: "orders.car_number" },
    ];
    const result = await tryFacts(facts, async () => {
      seen.push(await names());
      return { ok: true };
    });
    expect(result.verdict).toBe("not needed");
    for (const one of seen.slice(0, -1)) {
      expect(one.filter((name) => name.includes(`.${long}`) || name.endsWith(".it's"))).toEqual([]);
      expect(one.filter((name) => name.includes("rollout_hidden_"))).toHaveLength(4);
    }
    expect(await names()).toEqual(before);
  });

  it("is visible again by itself where the machine that tries dies in the middle", async () => {
    const connections: Client[] = [];
    const connect = async () => {
      const one = await connectTo(url)();
      connections.push(one);
      return one;
    };
    const hidden = new Promise<void>((resolve) => {
      void tryWithout(connect, [{ column: "orders.car_number" }], async () => {
        resolve();
        await sleep(1_000_000, undefined, { ref: false });
        return { ok: true };
      });
    });
    await hidden;
    await expect(ask("SELECT car_number FROM orders")).rejects.toThrow("does not exist");
    for (const one of connections)
      (one as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await until(async () => (await ask("SELECT count(car_number) FROM orders").catch(() => [])).length === 1);
  });

  it("leaves a hidden name that is told as hidden, never as pending, where the server is killed; and gives it back", async () => {
    const facts = [{ column: "orders.car_number" }];
    expect(await hideForGood(url, facts)).toMatch(/not known here/);
    const read = () =>
      readMigrations(createDirectReader(connectTo(url)), [
        { id: "001", source: { kind: "shows", facts } },
        { id: "other", source: { kind: "shows", facts: [{ table: "parts" }] } },
      ]);
    expect(await read()).toMatchObject({
      readings: {
        "001": { state: "unknown", because: expect.stringContaining("hidden by a trial") },
        other: { state: "applied" },
      },
      leftovers: [
        { kind: "hidden", schema: "public", table: "orders", original: "car_number", trialRunning: false },
      ],
    });
    expect((await restoreLeftovers(connectTo(url))).restored).toHaveLength(1);
    expect(await read()).toMatchObject({ readings: { "001": { state: "applied" } }, leftovers: [] });
    expect(
      await ask(
        "SELECT count(car_number)::int AS n, col_description('orders'::regclass, 3) AS d FROM orders",
      ),
    ).toEqual([{ n: 20, d: "as on the plate" }]);
  });

  it("never loses rows where the service makes the table anew while it is hidden: ours is back, the other one stands aside", async () => {
    const result = await tryFacts([{ table: "parts" }], async () => {
      await client.query(
        "CREATE TABLE IF NOT EXISTS parts (id serial PRIMARY KEY, name text); INSERT INTO parts (name) VALUES ('new')",
      );
      return { ok: true };
    });
    expect(result).toMatchObject({
      verdict: "not tried",
      because: "something made parts anew while it was hidden",
      aside: [{ kind: "aside", original: "parts" }],
    });
    expect(await ask("SELECT name FROM parts WHERE name = 'pads'")).toEqual([{ name: "pads" }]);
    const [aside] = result.aside;
    expect(await ask(`SELECT name FROM "${aside?.table ?? ""}"`)).toContainEqual({ name: "new" });
  });

  it("gives the names back at once where the server ends the trial's own session", async () => {
    let ended = false;
    const result = await tryFacts([{ table: "parts" }], async () => {
      if (!ended) await endTrialSession(client);
      ended = true;
      return { ok: true };
    });
    expect(result).toMatchObject({ verdict: "not needed", hidden: ["parts"], after: { ok: true } });
    expect(result.stillHidden).toBeUndefined();
    expect(await ask("SELECT name FROM parts")).toEqual([{ name: "pads" }]);
  });

  it("gives up before it touches anything where others hold locks", async () => {
    const other = new Client(url);
    await other.connect();
    await other.query("BEGIN; LOCK TABLE orders IN ACCESS SHARE MODE");
    const result = await tryFacts([{ column: "orders.car_number" }], visitor("SELECT 1"), {
      ...QUICK,
      lockTimeoutMs: 50,
    });
    await other.end();
    expect(result).toMatchObject({
      verdict: "not tried",
      because: expect.stringContaining("locks"),
      hidden: [],
    });
    expect(await ask("SELECT count(car_number)::int AS n FROM orders")).toEqual([{ n: 20 }]);
  });

  it("gets its names back after a long reader has ended, and through a role's own timeouts and a cancel", async () => {
    await client.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET statement_timeout = '200ms'`);
    await client.query(
      `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET idle_in_transaction_session_timeout = '100ms'`,
    );
    await client.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET lock_timeout = '100ms'`);
    const reader = new Client(url);
    await reader.connect();
    await reader.query("SET idle_in_transaction_session_timeout = 0");
    const look: Look = async () => {
      await reader.query("BEGIN; SELECT customer FROM orders");
      await client.query(
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DO %' AND pid <> pg_backend_pid() AND datname = current_database()",
      );
      setTimeout(() => void reader.query("COMMIT"), 600);
      await sleep(500);
      return { ok: true };
    };
    let looks = 0;
    const result = await tryFacts([{ column: "orders.car_number" }], (signal) =>
      (looks += 1) === 1 ? look(signal) : Promise.resolve({ ok: true }),
    );
    await reader.end();
    expect(result.hidden).toEqual(["orders.car_number"]);
    expect(result.stillHidden).toBeUndefined();
    expect(await ask("SELECT count(car_number)::int AS n FROM orders")).toEqual([{ n: 20 }]);
  });

  it.each<[string, string, SchemaFact, string]>([
    [
      "a view that reads it",
      "CREATE VIEW v AS SELECT car_number FROM orders",
      { column: "orders.car_number" },
      "the view v refers to it",
    ],
    [
      "a view of the table",
      "CREATE MATERIALIZED VIEW mv AS SELECT 1 FROM parts",
      { table: "parts" },
      "the materialized view mv refers to it",
    ],
    [
      "a generated column",
      "ALTER TABLE orders ADD g text GENERATED ALWAYS AS (upper(car_number)) STORED",
      { column: "orders.car_number" },
      "the generated column g refers to it",
    ],
    [
      "a policy",
      "CREATE POLICY mine ON orders USING (car_number = current_user)",
      { column: "orders.car_number" },
      "the policy mine refers to it",
    ],
    [
      "a function with its body in SQL",
      "CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT count(car_number) FROM orders; END",
      { column: "orders.car_number" },
      "the function f() refers to it",
    ],
    [
      "a publication",
      "CREATE PUBLICATION p FOR TABLE orders",
      { column: "orders.car_number" },
      "subscribers of the publication p",
    ],
    [
      "a partition",
      "CREATE TABLE big (id int, x int) PARTITION BY RANGE (id); CREATE TABLE big_1 PARTITION OF big DEFAULT",
      { column: "big_1.x" },
      "it is a partition",
    ],
    [
      "a child of another table",
      "CREATE TABLE child () INHERITS (orders)",
      { column: "child.car_number" },
      "it inherits from orders",
    ],
    ["a query", "SELECT 1", { query: "SELECT true" }, "a query cannot be hidden"],
    ["a unique index", "CREATE UNIQUE INDEX u ON orders (car_number)", { index: "u" }, "u is unique"],
  ])("is refused with the reason: %s", async (_, sql, fact, because) => {
    await client.query(sql);
    const before = await everything(client);
    const result = await tryFacts([fact], visitor("SELECT 1"));
    expect(result).toMatchObject({
      verdict: "not tried",
      because: expect.stringContaining(because),
      hidden: [],
    });
    expect(await everything(client)).toEqual(before);
  });

  it("is refused to a role that does not own the table", async () => {
    await client.query("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN PASSWORD 'g'");
    const guest = url.replace(/\/\/[^@]*@/, "//guest:g@");
    const result = await tryWithout(connectTo(guest), [{ table: "parts" }], visitor("SELECT 1"), QUICK);
    expect(result).toMatchObject({
      verdict: "not tried",
      because: expect.stringContaining("does not own the table"),
    });
  });

  it("hides a partitioned table's column in all its partitions", async () => {
    await client.query(
      "CREATE TABLE big (id int, x int) PARTITION BY RANGE (id); CREATE TABLE big_1 PARTITION OF big DEFAULT; INSERT INTO big VALUES (1, 2)",
    );
    const result = await tryFacts([{ column: "big.x" }], visitor("SELECT x FROM big_1"));
    expect(result).toMatchObject({ verdict: "needed" });
    expect(await ask("SELECT x FROM big_1")).toEqual([{ x: 2 }]);
  });

  it("needs no trial for an index that nothing asks for by name", async () => {
    expect(await tryFacts([{ index: "idx_parts_category_id" }], visitor("SELECT 1"))).toMatchObject({
      verdict: "not needed",
      hidden: [],
    });
  });

  it.each<[string, SchemaFact]>([
    ["what only a query shows", { query: "SELECT 1 FROM pg_type WHERE typname = 'mood'" }],
    ["a unique index that code may rely on", { index: "idx_orders_customer" }],
    ["the same, named by its column", { indexOn: "orders.customer" }],
  ])("calls it not tried where a part of it cannot be made invisible: %s", async (_what, fact) => {
    await ask("CREATE UNIQUE INDEX idx_orders_customer ON orders (customer)");
    const result = await tryFacts(
      [{ column: "orders.car_number" }, fact],
      visitor("SELECT customer FROM orders"),
    );
    expect(result.verdict).toBe("not tried");
    expect(result.because).toContain("the rest was not missed");
    const needed = await tryFacts(
      [{ column: "orders.car_number" }, fact],
      visitor("SELECT car_number FROM orders"),
    );
    expect(needed.verdict).toBe("needed");
  });

  it("tells that the service could not be looked at, and gives the names back", async () => {
    const result = await tryFacts([{ table: "parts" }], () => Promise.reject(new Error("no network")));
    expect(result).toMatchObject({
      verdict: "not tried",
      because: expect.stringContaining("no network"),
      hidden: ["parts"],
    });
    expect(await ask("SELECT name FROM parts")).toEqual([{ name: "pads" }]);
  });
});

/** Every name of the database with its type and comment. */
async function everything(client: Client): Promise<{ name: string }[]> {
  const { rows } = await client.query<{ name: string }>(`
    SELECT c.oid::regclass || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
      col_description(c.oid, a.attnum) AS comment, obj_description(c.oid) AS about
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)
    ORDER BY 1`);
  return rows;
}

/** A trial in the middle of which the server ends its session, and after which nobody reaches the server from here. */
async function hideForGood(url: string, facts: SchemaFact[]): Promise<string | undefined> {
  const killer = new Client(url);
  await killer.connect();
  let ended = false;
  const connect = () => (ended ? Promise.reject(new Error("no network")) : connectTo(url)());
  const look: Look = async () => {
    await endTrialSession(killer);
    ended = true;
    return { ok: false, because: "the service has gone" };
  };
  const result = await tryWithout(connect, facts, look, { ...QUICK, backWithinMs: 0 });
  await killer.end();
  return result.stillHidden;
}

async function endTrialSession(client: Client): Promise<void> {
  await client.query(
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE query LIKE 'DO %' AND pid <> pg_backend_pid() AND datname = current_database()",
  );
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
