import type { MigrationSource } from "../config/migration-sources";
import type { MigrationTool } from "../config/migration-tools";

export type { LedgerSource, MigrationSource, SchemaFact } from "../config/migration-sources";
export type LedgerTool = MigrationTool;

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
