import { HIDDEN_COMMENT } from "../trial/hidden-names";
import { quoteText } from "../names";
import type { Row } from "../types";
import type { ParsedFact, TableName } from "./parse-fact";

/** What the catalogue tables say of everything that the facts name, and of what has the same names elsewhere. */
export interface Schema {
  relations: Relation[];
  columns: { oid: string; name: string; type: string; comment: string | null }[];
  indexes: (NamedThing & {
    /** In its order; a place that is an expression is null. Without those that are only stored with it. */
    columns: (string | null)[];
    /** Some rows only. */
    partial: boolean;
    unique: boolean;
  })[];
  constraints: (NamedThing & { kind: string; columns: string[]; refOid: string; refColumns: string[] })[];
}

export interface Relation {
  oid: string;
  schema: string;
  name: string;
  /** pg_class.relkind. */
  kind: string;
  /** Found by its bare name, by the connection's search path. */
  visible: boolean;
  comment: string | null;
}

export interface NamedThing {
  schema: string;
  name: string;
  /** The table that it is on. */
  oid: string;
  visible: boolean;
  /** False: an index whose building failed, a constraint that is not enforced, or NOT VALID. */
  works: boolean;
}

const OWN_SCHEMAS =
  "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'";
const HIDDEN = quoteText(`${HIDDEN_COMMENT}%`);

/**
 * Four queries that read what the facts name. Everything comes from the system catalogues, which every role may read, so
 * that "not there" never means "no rights". Names are compared without regard to capitals; judging them is `judgeFact`'s.
 */
export function schemaQueries(facts: readonly ParsedFact[], moreTables: readonly TableName[] = []): string[] {
  const tables = list([...tablesOf(facts), ...moreTables.map(({ table }) => table)]);
  const named = (kind: string) =>
    list(facts.flatMap((fact) => (fact.kind === kind && "name" in fact ? [fact.name] : [])));
  const indexed = list(facts.flatMap((fact) => (fact.kind === "indexOn" ? [fact.of.table] : [])));
  const relations = `(lower(c.relname) = ANY (${tables}) OR obj_description(c.oid, 'pg_class') LIKE ${HIDDEN}
    OR EXISTS (SELECT FROM pg_catalog.pg_description d WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = c.oid AND d.objsubid > 0 AND d.description LIKE ${HIDDEN}))
    AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')`;
  return [
    `SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
       pg_catalog.pg_table_is_visible(c.oid) AS visible, pg_catalog.obj_description(c.oid, 'pg_class') AS comment
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE ${OWN_SCHEMAS} AND ${relations}`,
    `SELECT a.attrelid::text AS oid, a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       pg_catalog.col_description(a.attrelid, a.attnum) AS comment
     FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE a.attnum > 0 AND NOT a.attisdropped AND ${OWN_SCHEMAS} AND ${relations} ORDER BY a.attrelid, a.attnum`,
    `SELECT n.nspname AS schema, c.relname AS name, i.indrelid::text AS oid, pg_catalog.pg_table_is_visible(c.oid) AS visible,
       (i.indisvalid AND i.indisready) AS works, i.indpred IS NOT NULL AS partial, (i.indisunique OR i.indisexclusion) AS "unique",
       ARRAY(SELECT a.attname::text FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY k(num, pos) LEFT JOIN pg_catalog.pg_attribute a
         ON a.attrelid = i.indrelid AND a.attnum = k.num ORDER BY k.pos) AS columns
     FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
     WHERE ${OWN_SCHEMAS} AND (lower(c.relname) = ANY (${named("index")}) OR lower(t.relname) = ANY (${indexed}))`,
    `SELECT n.nspname AS schema, o.conname AS name, o.conrelid::text AS oid, pg_catalog.pg_table_is_visible(o.conrelid) AS visible,
       (o.convalidated AND coalesce((to_jsonb(o) ->> 'conenforced')::boolean, true)) AS works, o.contype::text AS kind, o.confrelid::text AS "refOid",
       ARRAY(SELECT a.attname::text FROM unnest(o.conkey) WITH ORDINALITY k(num, pos) JOIN pg_catalog.pg_attribute a
         ON a.attrelid = o.conrelid AND a.attnum = k.num ORDER BY k.pos) AS columns,
       ARRAY(SELECT a.attname::text FROM unnest(o.confkey) WITH ORDINALITY k(num, pos) JOIN pg_catalog.pg_attribute a
         ON a.attrelid = o.confrelid AND a.attnum = k.num ORDER BY k.pos) AS "refColumns"
     FROM pg_catalog.pg_constraint o JOIN pg_catalog.pg_class c ON c.oid = o.conrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE ${OWN_SCHEMAS} AND (lower(o.conname) = ANY (${named("constraint")}) OR (o.contype = 'f' AND lower(c.relname) = ANY (${tables})))`,
  ];
}

/** What the four queries gave. */
export function schemaOf([relations, columns, indexes, constraints]: readonly Row[][]): Schema {
  return { relations, columns, indexes, constraints } as unknown as Schema;
}

export const SCHEMA_QUERIES = 4;

function tablesOf(facts: readonly ParsedFact[]): string[] {
  return facts.flatMap((fact) => {
    switch (fact.kind) {
      case "table":
      case "column":
        return [fact.table];
      case "index":
      case "constraint":
        return fact.on === undefined ? [] : [fact.on.table];
      case "indexOn":
        return [fact.of.table];
      case "foreignKey":
        return [fact.from.table, fact.to.table];
      case "query":
        return [];
    }
  });
}

function list(names: readonly string[]): string {
  const texts = [...new Set(names.map((name) => name.toLowerCase()))].map((name) => quoteText(name));
  return `ARRAY[${texts.join(", ")}]::text[]`;
}
