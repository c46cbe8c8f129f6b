import type { Migration } from "../../components/config";
import type { SchemaFact } from "../../components/config/migration-sources";
import { parseName, quoteName, quoteText } from "../../components/database/names";

/**
 * What to ask the database by hand after a migration was rolled back, and what it must answer: nobody has to believe an exit
 * code, and a `status` may tell nothing. Empty where config does not say what the migration leaves behind.
 */
export function databaseCheck(migrations: readonly Migration[]): string[] {
  return migrations.flatMap(({ id, source, shows }) => {
    const facts = shows ?? ("facts" in source ? (source.facts ?? []) : []);
    const gone = facts.flatMap(goneSql);
    return gone.length === 0 ? [] : [`SELECT ${gone.join(" AND ")};   -- ${id}: must say t`];
  });
}

function goneSql(fact: SchemaFact): string[] {
  if ("table" in fact) return goneRelation(fact.table);
  if ("index" in fact) return goneRelation(fact.index);
  if (!("column" in fact)) return [];
  const [column, table, schema] = (parseName(fact.column) ?? []).toReversed();
  if (column === undefined || table === undefined) return [];
  const where = [
    `table_name = ${quoteText(table)}`,
    `column_name = ${quoteText(column)}`,
    ...(schema === undefined ? [] : [`table_schema = ${quoteText(schema)}`]),
  ];
  return [`NOT EXISTS (SELECT FROM information_schema.columns WHERE ${where.join(" AND ")})`];
}

/** `to_regclass` folds what is not in quotes: of a name with a capital it would find nothing, and say that it is gone. */
function goneRelation(written: string): string[] {
  const parts = parseName(written);
  if (parts === undefined) return [];
  const isPlain = parts.every((part) => /^[a-z_][a-z0-9_]*$/.test(part));
  return [`to_regclass(${quoteText(isPlain ? parts.join(".") : quoteName(...parts))}) IS NULL`];
}
