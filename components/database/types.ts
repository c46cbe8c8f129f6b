import type { MigrationTool } from "../config/migration-tools";

/**
 * What the database is asked for, and what it may answer. Config mirrors `SchemaFact` and `MigrationSource`.
 * Names in facts are written as they stand in the database, capitals included: `orders.car_number`, `shop.orders.car_number`.
 * A name that holds a dot or a quote itself is put in double quotes: `"odd.table".id`.
 */
export type SchemaFact =
  /** `orders`, `shop.orders`: an ordinary, partitioned or foreign table. */
  | { table: string }
  /** `orders.car_number`, `shop.orders.car_number`; `type` as SQL writes it: `varchar(20)`; `varchar` is any length. */
  | { column: string; type?: string | undefined }
  /** `idx_orders_car_number`, `shop.idx_…`; `on` names its table. An invalid one (a CONCURRENTLY that failed) is not there. */
  | { index: string; on?: string | undefined }
  /** `orders.car_number`, or `orders.(shop_id, car_number)`: a valid index of all rows that begins with these columns, whatever its name. */
  | { indexOn: string }
  /** A constraint of any kind by its own name; `on` names its table. */
  | { constraint: string; on?: string | undefined }
  /** `parts.category_id`, or `parts.(tenant_id, category_id)`, whatever the constraint is called. */
  | { foreignKey: string; references: string }
  /** One SELECT. Shown: true, a number other than 0, or rows. Not shown: false, 0, null, or no row. */
  | { query: string };

export type LedgerTool = MigrationTool;

/** A tool's own table, read where the tool keeps it. */
export interface LedgerSource {
  kind: "ledger";
  tool: LedgerTool;
  /** Default: the tool's own. */
  table?: string | undefined;
  /** Default: the tool's own (`drizzle` for drizzle), else where the connection's search path finds the table. */
  schema?: string | undefined;
  /** How the migration is written in the ledger, where that is not the catalogue's id. */
  name?: string | undefined;
  /** Django only: the app, where the id is not written `app/0001_name` or `app.0001_name`. */
  app?: string | undefined;
  /** Alembic only: each listed migration builds upon the one listed before it. Its table holds nothing but the newest. */
  linear?: boolean | undefined;
  /** What shows it, too: then both have to agree. A ledger cannot know of a migration that failed half-way. */
  facts?: readonly SchemaFact[] | undefined;
}

export type MigrationSource =
  | { kind: "shows"; facts: readonly SchemaFact[] }
  | LedgerSource
  /** The documented JSON of a status command; see `parseStatusDocument`. */
  | { kind: "status" };

export interface MigrationToRead {
  id: string;
  source: MigrationSource;
}

/** What the database says of one migration. `because` and the lists are for people and hold no secret. */
export type MigrationReading =
  | { state: "applied" }
  | { state: "pending"; because?: string }
  | { state: "partly"; present: string[]; missing: string[] }
  | { state: "unknown"; because: string };

export interface DatabaseReading {
  /** One for each migration that was asked for. */
  readings: Record<string, MigrationReading>;
  /** What ledgers hold that no listed migration stands for: newer code has run, or something left the catalogue. */
  unlisted: { tool: LedgerTool; table: string; names: string[] }[];
  /** Hidden by a trial that did not end; put back by `restoreLeftovers` before anything else is done. */
  leftovers: Leftover[];
  /** Why the database could not be asked at all; then every reading is unknown. */
  notAsked?: string;
}

/** A table or column that an unfinished trial has renamed, or that a trial has moved out of the way of one. */
export interface Leftover {
  kind: "hidden" | "aside";
  schema: string;
  table: string;
  /** Absent: the table itself. */
  column?: string;
  /** The name that it had. */
  original: string;
  /** A trial that is still running somewhere puts it back by itself. */
  trialRunning: boolean;
}

/** One column's or table's rows that would be lost, by `orders.car_number` (values that are not null) or `parts` (rows). */
export type RowCounts = Record<string, number>;

export type Known<T> = { known: true; value: T } | { known: false; because: string };

export type Row = Record<string, unknown>;

/** What one of several queries gave. A query that fails leaves the others as they are. */
export type QueryAnswer = { rows: Row[] } | { failed: { code: string; message: string } };

export type Answers = { asked: true; answers: QueryAnswer[] } | { asked: false; because: string };

/**
 * Reads and cannot write: all queries in one read-only transaction on one snapshot, within bounded times. Values arrive as
 * Postgres' JSON has them. Never throws; what it says of a failure holds neither the address nor the password.
 */
export interface DatabaseReader {
  read(queries: readonly string[]): Promise<Answers>;
}
