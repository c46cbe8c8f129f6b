import type { MigrationTool } from "./migration-tools";

/**
 * What a migration leaves behind, as the database can be asked for it. Names are written as they stand in the database, capitals
 * included, with the schema in front where it is not the search path's: `orders.car_number`, `shop.orders.car_number`.
 * A name that holds a dot or a quote itself is put in double quotes: `"odd.table".id`.
 */
export type SchemaFact =
  /** `orders`, `shop.orders`: an ordinary, partitioned or foreign table. */
  | { table: string }
  /** `type` as SQL writes it: `varchar(20)`; `varchar` is any length. */
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

/** A tool's own table, read where the tool keeps it. */
export interface LedgerSource {
  kind: "ledger";
  tool: MigrationTool;
  /** Default: the tool's own. */
  table?: string | undefined;
  /** Default: the tool's own (`drizzle` for drizzle), else where the connection's search path finds the table. */
  schema?: string | undefined;
  /** How the migration is written in the ledger, where that is not the catalogue's id. */
  name?: string | undefined;
  /** Django only: the app, where the id is not written `app/0001_name` or `app.0001_name`. */
  app?: string | undefined;
  /** Alembic's and golang-migrate's: each listed migration builds upon the one before. Their tables hold the newest alone. */
  linear?: boolean | undefined;
  /** What shows it, too: then both have to agree. A ledger cannot know of a migration that failed half-way. */
  facts?: readonly SchemaFact[] | undefined;
}

/** The one place that is asked whether a migration is applied. */
export type MigrationSource =
  | { kind: "shows"; facts: readonly SchemaFact[] }
  | LedgerSource
  /** The runner's `status` command, which prints our documented JSON. */
  | { kind: "status" };
