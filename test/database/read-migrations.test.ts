import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import {
  connectTo,
  createDirectReader,
  readMigrations,
  type LedgerSource,
  type MigrationReading,
  type SchemaFact,
} from "../../components/database";
import { countRowLosses } from "../../components/database/count-row-losses";
import { parseStatusDocument } from "../../components/database/status-document";
import { readDatabaseFigures } from "../../components/database/read-figures";
import { startPostgres, type PostgresServer } from "../../rehearsal/postgres/start-postgres";

/** The customer's two migrations, as their code leaves them. */
const FIRST: SchemaFact[] = [
  { column: "orders.car_number", type: "varchar(20)" },
  { index: "idx_orders_car_number", on: "orders" },
];
const BY_COLUMN: SchemaFact[] = [{ column: "orders.car_number" }, { indexOn: "orders.car_number" }];
const SECOND: SchemaFact[] = [
  { table: "categories" },
  { table: "parts" },
  { foreignKey: "parts.category_id", references: "categories.id" },
  { index: "idx_parts_category_id", on: "parts" },
];
const TABLES =
  "CREATE TABLE categories (id serial PRIMARY KEY); CREATE TABLE parts (id serial PRIMARY KEY, category_id integer REFERENCES categories (id));";

describe("what the database says of migrations", () => {
  let server: PostgresServer;
  let url: string;
  let databases = 0;

  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = await server.createDatabase(`read_${(databases += 1)}`);
    await run("CREATE TABLE orders (id serial PRIMARY KEY, customer text)");
  });

  const run = async (sql: string) => {
    const client = new Client(url);
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  const reader = () => createDirectReader(connectTo(url));
  const shown = async (facts: SchemaFact[]) =>
    (await readMigrations(reader(), [{ id: "m", source: { kind: "shows", facts } }])).readings["m"]!;
  const told = async (ids: string[], source: Omit<LedgerSource, "kind">) =>
    readMigrations(
      reader(),
      ids.map((id) => ({ id, source: { kind: "ledger", ...source } })),
    );

  it.each<[string, string, SchemaFact[], MigrationReading["state"]]>([
    ["an old database", "SELECT 1", FIRST, "pending"],
    [
      "001 whole",
      "ALTER TABLE orders ADD car_number varchar(20); CREATE INDEX idx_orders_car_number ON orders (car_number)",
      FIRST,
      "applied",
    ],
    ["001 without its index", "ALTER TABLE orders ADD car_number varchar(20)", FIRST, "partly"],
    ["001 with another type", "ALTER TABLE orders ADD car_number text", FIRST, "partly"],
    [
      "001 whose index name another table has",
      "ALTER TABLE orders ADD car_number varchar(20); CREATE TABLE x (a int); CREATE INDEX idx_orders_car_number ON x (a)",
      FIRST,
      "partly",
    ],
    [
      "001 made by create_all, whose index has another name",
      "ALTER TABLE orders ADD car_number varchar(20); CREATE INDEX ix_orders_car_number ON orders (car_number, customer)",
      BY_COLUMN,
      "applied",
    ],
    [
      "an index that has the column in another place",
      "ALTER TABLE orders ADD car_number varchar(20); CREATE INDEX ix ON orders (customer, car_number)",
      BY_COLUMN,
      "partly",
    ],
    [
      "an index of some rows, and one that only stores the column",
      "ALTER TABLE orders ADD car_number varchar(20); CREATE INDEX ix ON orders (car_number) WHERE customer IS NULL; CREATE INDEX iy ON orders (customer) INCLUDE (car_number)",
      BY_COLUMN,
      "partly",
    ],
    ["neither column nor index", "CREATE INDEX ix ON orders (customer)", BY_COLUMN, "pending"],
    ["002 made by create_all, without its index", TABLES, SECOND, "partly"],
    ["002 whole", `${TABLES} CREATE INDEX idx_parts_category_id ON parts (category_id)`, SECOND, "applied"],
    [
      "a name with capitals, a dot and a reserved word",
      `CREATE SCHEMA "S"; CREATE TABLE "S"."odd.name" ("select" int)`,
      [{ column: `S."odd.name".select` }],
      "applied",
    ],
    ["other capitals", "SELECT 1", [{ table: "Orders" }], "unknown"],
    [
      "a table outside the search path",
      "CREATE SCHEMA shop; CREATE TABLE shop.carts (id int)",
      [{ table: "carts" }],
      "unknown",
    ],
    [
      "the same with its schema",
      "CREATE SCHEMA shop; CREATE TABLE shop.carts (id int)",
      [{ table: "shop.carts" }],
      "applied",
    ],
    ["a view of the table's name", "CREATE VIEW carts AS SELECT 1 AS id", [{ table: "carts" }], "unknown"],
    ["a query without rows", "SELECT 1", [{ query: "SELECT id FROM orders" }], "pending"],
    [
      "a query with rows",
      "INSERT INTO orders (customer) VALUES ('a')",
      [{ query: "SELECT id, customer FROM orders;" }],
      "applied",
    ],
    ["a count of none", "SELECT 1", [{ query: "SELECT count(*) FROM orders" }], "pending"],
    ["a query that is wrong", "SELECT 1", [{ query: "SELECT nothing FROM nowhere" }], "unknown"],
    [
      "a query that would write",
      "SELECT 1",
      [{ query: "WITH gone AS (DELETE FROM orders RETURNING 1) SELECT * FROM gone" }],
      "unknown",
    ],
    ["no fact at all", "SELECT 1", [], "unknown"],
    [
      "an index of an expression, asked for by columns",
      "CREATE INDEX ix ON orders (lower(customer))",
      [{ indexOn: "orders.lower(customer)" }],
      "unknown",
    ],
    [
      "a constraint that was never validated",
      "ALTER TABLE orders ADD CONSTRAINT ck CHECK (id > 0) NOT VALID",
      [{ constraint: "ck", on: "orders" }],
      "partly",
    ],
    [
      "a foreign key that was never validated",
      "CREATE TABLE c (id int PRIMARY KEY); ALTER TABLE orders ADD c int; ALTER TABLE orders ADD FOREIGN KEY (c) REFERENCES c NOT VALID",
      [{ foreignKey: "orders.c", references: "c.id" }],
      "partly",
    ],
    ["a sequence of the table's name", "CREATE SEQUENCE carts", [{ table: "carts" }], "unknown"],
    [
      "a type of an enum with capitals",
      `CREATE TYPE "OrderState" AS ENUM ('new'); ALTER TABLE orders ADD s "OrderState"`,
      [{ column: "orders.s", type: "OrderState" }],
      "applied",
    ],
    [
      "a type of another schema",
      `CREATE SCHEMA x; CREATE TYPE x.st AS ENUM ('new'); ALTER TABLE orders ADD s x.st`,
      [{ column: "orders.s", type: "st" }],
      "applied",
    ],
    [
      "a type with more than a type",
      "ALTER TABLE orders ADD s varchar(20) NOT NULL DEFAULT ''",
      [{ column: "orders.s", type: "varchar(20) NOT NULL" }],
      "unknown",
    ],
    [
      "a query that answers with an empty list",
      "SELECT 1",
      [{ query: "SELECT ARRAY(SELECT id FROM orders)" }],
      "unknown",
    ],
    ["a query that answers with a word for nothing", "SELECT 1", [{ query: "SELECT 'pending'" }], "unknown"],
  ])("facts: %s", async (_, sql, facts, state) => {
    await run(sql);
    expect(await shown(facts)).toMatchObject({ state });
  });

  it.each([
    ["SQLAlchemy's scheme", (url: string) => url.replace(/^postgres\w*:/, "postgresql+psycopg2:")],
    ["capitals", (url: string) => `${url.replace(/^postgres\w*:/, "POSTGRES:")}?sslmode=PREFER`],
    ["Prisma's schema", (url: string) => `${url}?schema=shop&pgbouncer=true`],
  ])("is asked by a URL with %s", async (_what, tune) => {
    await run("CREATE SCHEMA shop; CREATE TABLE shop.orders (car text)");
    const read = createDirectReader(connectTo(tune(url)));
    const facts: SchemaFact[] = [{ column: "orders.car" }];
    const { readings } = await readMigrations(read, [{ id: "m", source: { kind: "shows", facts } }]);
    expect(readings["m"]?.state).toBe(tune(url).includes("schema=") ? "applied" : "pending");
  });

  it("says what is wrong with a URL of several hosts", () => {
    expect(() => connectTo("postgres://a:b@one,two/db")).toThrow("it names several hosts");
  });

  it("names what is there and what is missing", async () => {
    await run("ALTER TABLE orders ADD car_number varchar(20)");
    expect(await shown(FIRST)).toEqual({
      state: "partly",
      present: ["column orders.car_number"],
      missing: ["index idx_orders_car_number on orders"],
    });
  });

  it.each<[string, string, string[], Omit<LedgerSource, "kind">, MigrationReading["state"][]]>([
    ["no ledger in a database with tables", "SELECT 1", ["1"], { tool: "knex" }, ["unknown"]],
    [
      "no ledger under the name that the catalogue gives",
      "SELECT 1",
      ["1"],
      { tool: "knex", table: "ran" },
      ["pending"],
    ],
    [
      "a ledger of another schema",
      "CREATE SCHEMA x; CREATE TABLE x.knex_migrations (name text)",
      ["1"],
      { tool: "knex", table: "knex_migrations" },
      ["unknown"],
    ],
    [
      "a locked knex",
      "CREATE TABLE knex_migrations (name text); INSERT INTO knex_migrations VALUES ('1.js'); CREATE TABLE knex_migrations_lock (is_locked int); INSERT INTO knex_migrations_lock VALUES (1)",
      ["1", "2"],
      { tool: "knex" },
      ["applied", "unknown"],
    ],
    [
      "a ledger whose name has its schema",
      "CREATE SCHEMA x; CREATE TABLE x.ran (version text); INSERT INTO x.ran VALUES ('1')",
      ["1_a", "2_b"],
      { tool: "dbmate", table: "x.ran" },
      ["applied", "pending"],
    ],
    [
      "the same file with another ending, and with other capitals",
      "CREATE TABLE knex_migrations (name text); INSERT INTO knex_migrations VALUES ('1_a.js'), ('2_B.js')",
      ["1_a.ts", "2_b", "3_c"],
      { tool: "knex" },
      ["unknown", "unknown", "pending"],
    ],
    [
      "golang-migrate, dirty",
      "CREATE TABLE schema_migrations (version bigint, dirty boolean); INSERT INTO schema_migrations VALUES (2, true)",
      ["1_a", "2_b", "3_c"],
      { tool: "golang-migrate" },
      ["unknown", "unknown", "unknown"],
    ],
    [
      "golang-migrate's table taken for dbmate's",
      "CREATE TABLE schema_migrations (version bigint, dirty boolean); INSERT INTO schema_migrations VALUES (2, false)",
      ["2_b"],
      { tool: "dbmate" },
      ["unknown"],
    ],
    [
      "goose, up, down and up",
      "CREATE TABLE goose_db_version (id serial, version_id bigint, is_applied boolean); INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true), (2, true), (2, false)",
      ["00001_a", "00002_b"],
      { tool: "goose" },
      ["applied", "pending"],
    ],
    [
      "alembic, one head",
      "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('b2')",
      ["a1", "b2", "c3"],
      { tool: "alembic" },
      ["unknown", "applied", "pending"],
    ],
    [
      "alembic, one head of a line",
      "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('b2')",
      ["a1", "b2", "c3"],
      { tool: "alembic", linear: true },
      ["applied", "applied", "pending"],
    ],
    [
      "alembic, two heads",
      "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('b2'), ('c3')",
      ["a1", "b2", "c3"],
      { tool: "alembic", linear: true },
      ["unknown", "applied", "applied"],
    ],
    [
      "alembic, an unlisted head",
      "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('zz')",
      ["a1"],
      { tool: "alembic", linear: true },
      ["unknown"],
    ],
    [
      "django, two apps with one name",
      "CREATE TABLE django_migrations (app text, name text); INSERT INTO django_migrations VALUES ('orders', '0001_initial')",
      ["orders/0001_initial", "shop.0001_initial", "0001_initial"],
      { tool: "django" },
      ["applied", "pending", "unknown"],
    ],
    [
      "prisma, unfinished, rolled back, again",
      "CREATE TABLE _prisma_migrations (migration_name text, finished_at timestamptz, rolled_back_at timestamptz); INSERT INTO _prisma_migrations VALUES ('a', null, null), ('b', null, now()), ('c', null, now()), ('c', now(), null)",
      ["a", "b", "c", "d"],
      { tool: "prisma" },
      ["unknown", "pending", "applied", "pending"],
    ],
    [
      "flyway, failed, undone, below its baseline",
      "CREATE TABLE flyway_schema_history (installed_rank int, version text, description text, type text, script text, success boolean); INSERT INTO flyway_schema_history VALUES (1, '1', 'b', 'BASELINE', 'b', true), (2, '2', 'x', 'SQL', 'V2__x.sql', true), (3, '3', 'y', 'SQL', 'V3__y.sql', false), (4, '4', 'z', 'SQL', 'V4__z.sql', true), (5, '4', 'z', 'UNDO_SQL', 'U4__z.sql', true)",
      ["V1__w", "V2__x", "V3__y", "V4__z", "V5__q"],
      { tool: "flyway" },
      ["unknown", "applied", "unknown", "pending", "pending"],
    ],
    [
      "liquibase, one id twice, marked only",
      "CREATE TABLE databasechangelog (id text, author text, filename text, exectype text); INSERT INTO databasechangelog VALUES ('1', 'a', 'x', 'EXECUTED'), ('1', 'b', 'x', 'EXECUTED'), ('2', 'a', 'x', 'MARK_RAN')",
      ["1", "a:1", "2", "3"],
      { tool: "liquibase" },
      ["unknown", "applied", "unknown", "pending"],
    ],
    [
      "a table that is not the tool's",
      "CREATE TABLE knex_migrations (id int)",
      ["1"],
      { tool: "knex" },
      ["unknown"],
    ],
  ])("ledgers: %s", async (_, sql, ids, source, states) => {
    await run(sql);
    const { readings } = await told(ids, source);
    expect(ids.map((id) => readings[id]?.state)).toEqual(states);
  });

  it("a ledger and facts that contradict each other are unknown; half is partly", async () => {
    await run(
      `CREATE TABLE "SequelizeMeta" (name text); INSERT INTO "SequelizeMeta" VALUES ('1.js'); CREATE TABLE half (id int)`,
    );
    const { readings } = await readMigrations(reader(), [
      { id: "1", source: { kind: "ledger", tool: "sequelize", facts: [{ table: "gone" }] } },
      {
        id: "2",
        source: { kind: "ledger", tool: "sequelize", facts: [{ table: "half" }, { table: "other" }] },
      },
    ]);
    expect(readings).toMatchObject({ 1: { state: "unknown" }, 2: { state: "partly" } });
  });

  it("counts what a rollback would lose, and never takes what a policy hides for nothing", async () => {
    await run("ALTER TABLE orders ADD car_number text; INSERT INTO orders (car_number) VALUES ('x'), (NULL)");
    const facts: SchemaFact[] = [{ column: "orders.car_number" }, { table: "gone" }];
    expect(await countRowLosses(reader(), facts)).toEqual({ known: true, value: { "orders.car_number": 1 } });
    await run(`DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN PASSWORD 'c'; GRANT SELECT ON orders TO clerk;
      ALTER TABLE orders ENABLE ROW LEVEL SECURITY`);
    const clerk = createDirectReader(connectTo(url.replace(/\/\/[^@]*@/, "//clerk:c@")));
    expect(await countRowLosses(clerk, facts)).toMatchObject({
      known: false,
      because: expect.stringContaining("row-level security"),
    });
  });

  it("a database that cannot be asked makes all unknown, without its address or password", async () => {
    const wrong = createDirectReader(connectTo(url.replace("only-for-rehearsal", "canary")));
    const reading = await readMigrations(wrong, [{ id: "m", source: { kind: "shows", facts: FIRST } }]);
    expect(reading.readings["m"]).toMatchObject({ state: "unknown" });
    expect(JSON.stringify(reading)).not.toMatch(/canary|127\.0\.0\.1|postgres:/);
    expect(await readDatabaseFigures(wrong)).toMatchObject({ connections: { known: false } });
  });

  it.each([
    "",
    "all applied",
    '[INFO] x\n{"migrations":[]}',
    '{"migrations":[]} done',
    '{"applied":["m"]}',
    '{"migrations":[{"id":"m","state":"done"}]}',
    '{"migrations":[]}',
  ])("takes no other output of a status command for its document: %j", (stdout) => {
    expect(parseStatusDocument(stdout, ["m"]).readings["m"]).toMatchObject({ state: "unknown" });
  });

  it("is believed of nothing that it says in two ways, and read behind a byte order mark", () => {
    const document = JSON.stringify({
      migrations: [
        { id: "a", state: "applied", missing: ["index x"] },
        { id: "b", state: "pending", present: ["table y"] },
        { id: "c", state: "applied" },
      ],
    });
    expect(parseStatusDocument(`\uFEFF${document}`, ["a", "b", "c"]).readings).toEqual({
      a: {
        state: "unknown",
        because: "the status command's document says applied and also missing: index x",
      },
      b: {
        state: "unknown",
        because: "the status command's document says pending and also present: table y",
      },
      c: { state: "applied" },
    });
  });
});
