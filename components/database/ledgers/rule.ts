import type { LedgerSource, MigrationReading } from "../types";

/** A ledger's row; every value as text. */
export type LedgerRow = Record<string, string | null>;

export interface Wanted {
  id: string;
  source: LedgerSource;
}

export interface LedgerVerdict {
  readings: Record<string, MigrationReading>;
  /** Names in the ledger, as it writes them, that stand for none of the wanted. */
  unlisted: string[];
}

export interface LedgerRule {
  table: string;
  /** Default: where the connection's search path finds the table. */
  schema?: string;
  /** Columns that it always has; without them it is not this tool's table. */
  columns: readonly string[];
  /** What else to read in the same moment: the tool's lock. By name: a SELECT without rows where there is none. */
  lock?: { table: string; column: string };
  /** Pure. @param isLocked the tool runs at this moment, or was killed while it ran. */
  judge(rows: readonly LedgerRow[], wanted: readonly Wanted[], isLocked: boolean): LedgerVerdict;
}

export const applied: MigrationReading = { state: "applied" };
export const pending: MigrationReading = { state: "pending" };

export function unknown(because: string): MigrationReading {
  return { state: "unknown", because };
}

/** How the ledger writes a migration, unless the catalogue says it. */
export function nameOf({ id, source }: Wanted): string {
  return source.name ?? id;
}

/** What is not there is pending, but not while the tool may be at it. */
export function absent(tool: string, isLocked: boolean): MigrationReading {
  return isLocked
    ? unknown(`${tool} holds its lock: it runs at this moment, or was killed while it ran`)
    : pending;
}
