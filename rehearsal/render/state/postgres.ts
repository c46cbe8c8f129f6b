import type { PostgresSpec } from "../options";

export interface PostgresExport {
  readonly id: string;
  /** Microseconds since 1970. */
  readonly createdAt: number;
  /** From when on it can be downloaded, likewise. */
  readonly readyAt: number;
}

export interface Postgres {
  readonly id: string;
  readonly cursor: string;
  readonly spec: PostgresSpec;
  /** Microseconds since 1970. */
  readonly createdAt: number;
  readonly exports: PostgresExport[];
}
