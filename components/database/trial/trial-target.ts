import { quoteText, writeName } from "../names";
import type { ParsedFact } from "../facts/parse-fact";
import type { Relation, Schema } from "../facts/schema";
import type { Row } from "../types";

/** A table or column whose name a trial takes away. */
export interface TrialTarget {
  oid: string;
  schema: string;
  table: string;
  column?: string;
}

export interface Choice {
  targets: TrialTarget[];
  /** Facts that hiding a name says nothing of. */
  untried: string[];
}

/** What of the facts has a name that code asks for: tables, and columns of tables that stay. Pure. */
export function chooseTargets(facts: readonly ParsedFact[], schema: Schema): Choice {
  const targets: TrialTarget[] = [];
  const untried: string[] = [];
  for (const fact of facts) {
    if (fact.kind === "indexOn") untried.push(...uniqueOn(fact.of, schema));
    if (fact.kind === "query") untried.push(`a query cannot be hidden: ${fact.sql.slice(0, 60)}`);
    if (fact.kind !== "table" && fact.kind !== "column") continue;
    const table = schema.relations.find((relation) => isMeant(relation, fact.schema, fact.table));
    if (table === undefined) continue;
    const place = { oid: table.oid, schema: table.schema, table: table.name };
    if (fact.kind === "table") targets.push(place);
    else if (schema.columns.some(({ oid, name }) => oid === table.oid && name === fact.column)) {
      targets.push({ ...place, column: fact.column });
    }
  }
  const whole = new Set(targets.filter(({ column }) => column === undefined).map(({ oid }) => oid));
  const needed = targets.filter(({ oid, column }) => column === undefined || !whole.has(oid));
  const once = [...new Map(needed.map((target) => [writePlace(target), target])).values()];
  // One order for everybody, so that two who lock the same tables wait and do not block each other.
  return { targets: once.sort((a, b) => Number(a.oid) - Number(b.oid)), untried };
}

/** Unique ones of a table that stays: see `untriedUnique`. */
function uniqueOn(
  of: Extract<ParsedFact, { kind: "indexOn" }>["of"],
  { relations, indexes }: Schema,
): string[] {
  const table = relations.find((relation) => isMeant(relation, of.schema, of.table));
  return indexes
    .filter(({ oid, columns, unique }) => oid === table?.oid && unique && columns[0] === of.columns[0])
    .map(({ name }) => uniqueSentence(name));
}

function uniqueSentence(name: string): string {
  return `${name} is unique: code may rely on it ("ON CONFLICT"), and hiding it would show nothing`;
}

export function writePlace({
  schema,
  table,
  column,
}: {
  schema: string;
  table: string;
  column?: string;
}): string {
  const parts = column === undefined ? [table] : [table, column];
  return writeName(...(schema === "public" ? [] : [schema]), ...parts);
}

/** Why a hidden name would show nothing, or must not be hidden: one row for each reason, none where all is well. */
export function obstaclesQuery(targets: readonly TrialTarget[]): string {
  const rows = targets.map(
    ({ oid, column }) =>
      `(${oid}::oid, ${column === undefined ? "0" : `(SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = ${oid}::oid AND attname = ${quoteText(column)})`}, ${column === undefined ? "NULL" : quoteText(column)})`,
  );
  return `
WITH target(oid, num, col) AS (VALUES ${rows.join(", ")}),
place AS (SELECT t.*, c.relname, c.relkind, c.relowner, c.relnamespace, n.nspname, c.relispartition, c.reloftype
  FROM target t JOIN pg_catalog.pg_class c ON c.oid = t.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace),
reason AS (
  SELECT oid, 'the URL''s user does not own the table and may not rename it' AS because FROM place WHERE NOT pg_has_role(relowner, 'USAGE')
  UNION ALL SELECT oid, 'the URL''s user may not create tables in the schema, and so not rename them' FROM place
    WHERE col IS NULL AND NOT has_schema_privilege(relnamespace, 'CREATE')
  UNION ALL SELECT oid, 'it is a foreign table' FROM place WHERE relkind = 'f'
  UNION ALL SELECT oid, 'it is a partition: its rows are reached by another name' FROM place WHERE relispartition
  UNION ALL SELECT p.oid, 'it inherits from ' || i.inhparent::regclass FROM place p JOIN pg_catalog.pg_inherits i ON i.inhrelid = p.oid WHERE NOT p.relispartition
  UNION ALL SELECT oid, 'the table is of a composite type' FROM place WHERE reloftype <> 0 AND col IS NOT NULL
  UNION ALL SELECT p.oid, 'subscribers of the publication ' || b.pubname || ' find it by its name'
    FROM place p JOIN pg_catalog.pg_publication_tables b ON b.schemaname = p.nspname AND b.tablename = p.relname
  UNION ALL SELECT p.oid, coalesce(kind || ' ' || thing, 'something') || ' refers to it, and would not notice another name'
    FROM place p JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = p.oid
        AND (p.col IS NULL OR d.refobjsubid = p.num) AND d.deptype IN ('n', 'a')
      CROSS JOIN LATERAL (
        SELECT CASE c.relkind WHEN 'm' THEN 'the materialized view' WHEN 'v' THEN 'the view' ELSE 'a rule of' END, c.oid::regclass::text
          FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
          WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid
        UNION ALL SELECT 'the policy', o.polname::text FROM pg_catalog.pg_policy o
          WHERE d.classid = 'pg_catalog.pg_policy'::regclass AND o.oid = d.objid AND (p.col IS NOT NULL OR o.polrelid <> p.oid)
        UNION ALL SELECT 'the function', f.oid::regprocedure::text FROM pg_catalog.pg_proc f
          WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND f.oid = d.objid
        UNION ALL SELECT 'the generated column', a.attname::text FROM pg_catalog.pg_attrdef e
          JOIN pg_catalog.pg_attribute a ON a.attrelid = e.adrelid AND a.attnum = e.adnum
          WHERE d.classid = 'pg_catalog.pg_attrdef'::regclass AND e.oid = d.objid AND a.attgenerated <> '' AND a.attnum <> p.num AND p.col IS NOT NULL
        UNION ALL SELECT 'the trigger', g.tgname::text FROM pg_catalog.pg_trigger g
          WHERE d.classid = 'pg_catalog.pg_trigger'::regclass AND g.oid = d.objid AND NOT g.tgisinternal AND p.col IS NOT NULL AND d.deptype = 'n'
      ) AS dependent(kind, thing)
)
SELECT DISTINCT p.nspname AS schema, p.relname AS table, p.col AS column, r.because
FROM reason r JOIN place p USING (oid) ORDER BY 1, 2, 3, 4`;
}

/** What a rollback of these may break although no name is asked for: `ON CONFLICT` needs its unique index. */
export function uniqueQuery(facts: readonly ParsedFact[]): string {
  const names = facts.flatMap((fact) =>
    fact.kind === "index" || fact.kind === "constraint" ? [quoteText(fact.name)] : [],
  );
  return `SELECT c.relname AS name, i.indrelid::text AS oid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    WHERE (i.indisunique OR i.indisexclusion) AND c.relname = ANY (ARRAY[${names.join(", ")}]::text[])`;
}

/** Unique indexes and constraints that stand on none of the hidden tables. */
export function untriedUnique(rows: readonly Row[], targets: readonly TrialTarget[]): string[] {
  const hidden = new Set(targets.filter(({ column }) => column === undefined).map(({ oid }) => oid));
  return (rows as unknown as { name: string; oid: string }[])
    .filter(({ oid }) => !hidden.has(oid))
    .map(({ name }) => uniqueSentence(name));
}

export function writeObstacles(rows: readonly Row[]): string[] {
  return (rows as unknown as { schema: string; table: string; column: string | null; because: string }[]).map(
    ({ column, because, ...place }) =>
      `${writePlace({ ...place, ...(column === null ? {} : { column }) })}: ${because}`,
  );
}

function isMeant(relation: Relation, schema: string | undefined, table: string): boolean {
  if (relation.name !== table || !["r", "p", "f"].includes(relation.kind)) return false;
  return schema === undefined ? relation.visible : relation.schema === schema;
}
