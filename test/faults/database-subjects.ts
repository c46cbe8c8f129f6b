import { readMigrations, type DatabaseReader, type MigrationSource } from "../../components/database";
import { countRowLosses } from "../../components/database/count-row-losses";

/** Whether the migration has been applied. */
export type Truth = "applied" | "pending";

/** Something that the database is asked, and what it must say. */
export interface Subject {
  /** Completes "asking …". */
  name: string;
  before: string;
  apply: string;
  /** What must be known, as JSON, where anything is. */
  expected: Record<Truth, unknown>;
  /** Makes its tables slow to read. */
  slow?: string;
  ask(reader: DatabaseReader): Promise<{ known: true; value: unknown } | { known: false; because: string }>;
}

const ID = "001_add_car_number";

export const SUBJECTS: Subject[] = [
  migration("whether a migration is applied, by tables, columns and indexes", {
    source: {
      kind: "shows",
      facts: [
        { table: "cars" },
        { column: "orders.car_number", type: "varchar(20)" },
        { index: "idx_orders_car_number" },
      ],
    },
    before: "CREATE TABLE orders (id int PRIMARY KEY)",
    apply: `CREATE TABLE cars (id int PRIMARY KEY); ALTER TABLE orders ADD COLUMN car_number varchar(20);
      CREATE INDEX idx_orders_car_number ON orders (car_number)`,
  }),
  migration("whether a migration is applied, by a query of its own", {
    source: { kind: "shows", facts: [{ query: "SELECT 1 FROM settings WHERE name = 'car_number'" }] },
    before: "CREATE TABLE settings (name text PRIMARY KEY); INSERT INTO settings VALUES ('other')",
    apply: "INSERT INTO settings VALUES ('car_number')",
    slow: slowly("settings"),
  }),
  ledger("knex", {
    before: `CREATE TABLE knex_migrations (id int, name text); INSERT INTO knex_migrations VALUES (1, '000_first.js');
      CREATE TABLE knex_migrations_lock (is_locked int); INSERT INTO knex_migrations_lock VALUES (0)`,
    apply: `INSERT INTO knex_migrations VALUES (2, '${ID}.js')`,
    slow: slowly("knex_migrations"),
  }),
  ledger("alembic", {
    before: "CREATE TABLE alembic_version (version_num text)",
    apply: `INSERT INTO alembic_version VALUES ('${ID}')`,
    slow: slowly("alembic_version"),
  }),
  ledger("django", {
    name: `orders/${ID}`,
    before: `CREATE TABLE django_migrations (app text, name text); INSERT INTO django_migrations VALUES ('shop', '${ID}')`,
    apply: `INSERT INTO django_migrations VALUES ('orders', '${ID}')`,
    slow: slowly("django_migrations"),
  }),
  ledger("prisma", {
    before: `CREATE TABLE _prisma_migrations (migration_name text, finished_at timestamptz, rolled_back_at timestamptz);
      INSERT INTO _prisma_migrations VALUES ('000_first', now(), null)`,
    apply: `INSERT INTO _prisma_migrations VALUES ('${ID}', now(), null)`,
    slow: slowly("_prisma_migrations"),
  }),
  {
    name: "how many rows a rollback would lose",
    before: "CREATE TABLE orders (id int PRIMARY KEY)",
    apply: `CREATE TABLE cars (id int PRIMARY KEY); INSERT INTO cars SELECT generate_series(1, 3);
      ALTER TABLE orders ADD COLUMN car_number text; INSERT INTO orders VALUES (1, 'a'), (2, null), (3, 'b')`,
    expected: { applied: { cars: 3, "orders.car_number": 2 }, pending: {} },
    // Dead rows are read, too, and are not counted.
    slow: `DO $$ BEGIN IF to_regclass('cars') IS NOT NULL THEN
      INSERT INTO cars SELECT generate_series(4, 200000); DELETE FROM cars WHERE id > 3; END IF; END $$`,
    ask: (reader) => countRowLosses(reader, [{ table: "cars" }, { column: "orders.car_number" }]),
  },
];

function migration(
  name: string,
  { source, ...rest }: Pick<Subject, "before" | "apply" | "slow"> & { source: MigrationSource },
): Subject {
  return {
    ...{ name, ...rest },
    expected: { applied: "applied", pending: "pending" },
    async ask(reader) {
      const { readings } = await readMigrations(reader, [{ id: ID, source }]);
      const reading = readings[ID] ?? { state: "unknown" as const, because: "no reading at all" };
      return reading.state === "unknown"
        ? { known: false, because: reading.because }
        : { known: true, value: reading.state };
    },
  };
}

function ledger(
  tool: "knex" | "alembic" | "django" | "prisma",
  { name, ...rest }: Pick<Subject, "before" | "apply" | "slow"> & { name?: string },
): Subject {
  const source = { kind: "ledger" as const, tool, ...(name === undefined ? {} : { name }) };
  return migration(`whether a migration is applied, by the ledger of ${tool}`, { ...rest, source });
}

/** The table becomes a view that takes a while for each row, and for none. */
function slowly(table: string): string {
  return `ALTER TABLE ${table} RENAME TO ${table}_kept;
    CREATE VIEW ${table} AS SELECT k.* FROM ${table}_kept k, (SELECT pg_sleep(0.2)) AS late`;
}
