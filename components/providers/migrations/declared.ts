import type { MigrationSource, SchemaFact } from "../../config/migration-sources";
import type { Runner } from "../../config/types";

/** One migration as the resources declare it. */
export interface DeclaredMigration {
  id: string;
  file?: string;
  /** What its rollback loses, in words: "drops the tables categories and parts". */
  rollbackLoses: string;
  /** Who says whether it is applied. */
  source: MigrationSource;
  /** What the database shows when it is applied: rows are counted and rollbacks tried by it. */
  shows?: SchemaFact[];
}

/** Where the migrations' commands run, and what they are; words, never a shell's line. */
export interface RunnerInput extends Pick<Runner, "where" | "commands" | "timeoutSeconds"> {
  /** The service on Render whose instance or build the commands need, or whose code the checkout holds. */
  renderName?: string;
  serviceId?: string;
  /** The commands run in the operator's checkout (ROLLOUT_CHECKOUT), and `directory` is a folder in it. */
  checkout?: boolean;
  directory?: string;
}

export function idsOf({ migrations }: { migrations: readonly DeclaredMigration[] }): string[] {
  return migrations.map(({ id }) => id);
}
