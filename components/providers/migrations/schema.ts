import type { Leftover, MigrationReading } from "../../database/types";
import type { DeclaredMigration, RunnerInput } from "./declared";

/** By id. */
export type Readings = Readonly<Record<string, MigrationReading>>;

/** What of the system answered at one moment, to be compared with later. */
export interface Look {
  /** How many paths answered well, and are asked again. */
  answered: number;
  /** Asks them again; says what answers worse than before, or undefined where nothing does. */
  again(): Promise<string | undefined>;
}

/**
 * The database as the verbs see it: one for a process, whoever asks. Migrations declare how they are asked, and whoever
 * relies on one names its id. An answer serves for a few seconds; effects forget it.
 */
export interface Schema {
  declare(migrations: readonly DeclaredMigration[], runner: RunnerInput): void;
  /**
   * What the database says of some migrations; never throws, what cannot be asked is unknown.
   * @param slowly also where only a command tells: one on this machine, or a job on Render, which takes its time.
   * @param mend puts back first what an unfinished trial left invisible: for effects, never in a preview.
   */
  ask(ids: readonly string[], options: { slowly: boolean; mend?: boolean }): Promise<Readings>;
  forget(): void;
  /**
   * @param what completes "… needs": the flag that is about to go on.
   * @throws RolloutError SCHEMA_MISSING, MIGRATIONS_UNKNOWN
   */
  requireApplied(ids: readonly string[], what: string): Promise<void>;
  /** Says how many rows a rollback would lose, where the database tells. */
  sayRowsLost(id: string): Promise<void>;
  /** Why the rollback of a migration cannot be tried first, in words that fit in brackets; undefined where it can. */
  untriable(id: string): string | undefined;
  /** Makes what the migrations show invisible for a moment, and looks. Never throws; see database/trial. */
  tryWithout(
    ids: readonly string[],
    look: Look,
  ): Promise<{ verdict: "not needed" | "needed" | "not tried"; because?: string }>;
  /** What ledgers hold that the catalogue does not name, as the last answer told: newer code has run. */
  unlisted(): readonly string[];
  /** What an unfinished trial left invisible, as the last answer told; one that still runs puts it back by itself. */
  leftovers(): readonly Leftover[];
  /** How the database is asked, for evidence: "asked directly". */
  how(): string;
}
