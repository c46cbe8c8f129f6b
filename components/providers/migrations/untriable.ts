import type { SchemaFact } from "../../config/migration-sources";

/**
 * Why the rollback of a migration cannot be tried before anything is lost, in words that fit in brackets; undefined where it
 * can: what it shows by is made invisible for a moment, and that takes a table or a column, and a connection of our own.
 *
 * @param facts what shows it; empty where its ledger alone does.
 * @param direct the database is reached from here, and not through a runner.
 */
export function untriableBecause(facts: readonly SchemaFact[], direct: boolean): string | undefined {
  if (!facts.some((fact) => "table" in fact || "column" in fact))
    return "the catalogue names no table or column that it shows by";
  if (facts.some((fact) => "query" in fact)) return "what a query shows cannot be made invisible";
  return direct ? undefined : "there is no direct connection to the database";
}
