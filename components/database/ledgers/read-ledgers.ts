import { parseName, quoteName, quoteText, writeName } from "../names";
import type {
  DatabaseReading,
  LedgerSource,
  LedgerTool,
  MigrationReading,
  MigrationToRead,
  QueryAnswer,
  Row,
} from "../types";
import { LEDGERS } from "./all-ledgers";
import { unknown, type LedgerRow, type LedgerRule, type Wanted } from "./rule";

/** One ledger of one place, and what is asked of it. */
export interface LedgerGroup {
  tool: LedgerTool;
  rule: LedgerRule;
  table: string;
  schema?: string;
  /** The catalogue itself says how the table is called. */
  isNamed: boolean;
  wanted: Wanted[];
}

/** Queries of one group, in this order: where tables of this name are, whether there are others, its rows, its lock. */
export const LEDGER_QUERIES = 4;

export function groupLedgers(migrations: readonly MigrationToRead[]): LedgerGroup[] {
  const groups = new Map<string, LedgerGroup>();
  for (const { id, source } of migrations) {
    if (source.kind !== "ledger") continue;
    const rule = LEDGERS[source.tool];
    const { table, schema } = placeOf(source, rule);
    const key = JSON.stringify([source.tool, schema, table]);
    const group: LedgerGroup = groups.get(key) ?? {
      tool: source.tool,
      rule,
      table,
      ...(schema === undefined ? {} : { schema }),
      isNamed: source.table !== undefined,
      wanted: [],
    };
    group.wanted.push({ id, source });
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** `s.mig` is a table of a schema, as tools' own options write it; one with a dot in its name stands in quotes. */
function placeOf(source: LedgerSource, rule: LedgerRule): { table: string; schema?: string } {
  const schema = source.schema ?? rule.schema;
  const place = schema === undefined ? {} : { schema };
  if (source.table === undefined) return { table: rule.table, ...place };
  const [first = source.table, second, ...more] = parseName(source.table) ?? [source.table];
  if (more.length > 0 || (second !== undefined && source.schema !== undefined))
    return { table: source.table, ...place };
  return second === undefined ? { table: first, ...place } : { table: second, schema: first };
}

export function ledgerQueries({ rule, table, schema, tool }: LedgerGroup): string[] {
  const place = schema === undefined ? quoteName(table) : quoteName(schema, table);
  const columns = rule.columns.map((column) => `t.${quoteName(column)}::text AS ${quoteName(column)}`);
  // golang-migrate's table has the same name as two others' and one column more.
  if (table === "schema_migrations" && tool !== "golang-migrate")
    columns.push(`to_jsonb(t) ->> 'dirty' AS dirty`);
  const lock = rule.lock;
  const lockPlace =
    lock === undefined ? "" : schema === undefined ? quoteName(lock.table) : quoteName(schema, lock.table);
  return [
    `SELECT n.nspname AS schema, pg_catalog.pg_table_is_visible(c.oid) AS visible FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relname = ${quoteText(table)} AND c.relkind IN ('r', 'p', 'v', 'f', 'm')`,
    `SELECT count(*) AS n FROM (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'e')
     LIMIT 2) AS tables`,
    `SELECT ${columns.join(", ")} FROM ${place} AS t`,
    lock === undefined
      ? "SELECT 1 WHERE false"
      : `SELECT 1 FROM ${lockPlace} AS t WHERE t.${quoteName(lock.column)}::text IN ('1', 'true')`,
  ];
}

/** Pure: what the four answers say of the group's migrations. */
export function judgeLedger(
  group: LedgerGroup,
  [places, others, rows, lock]: readonly (QueryAnswer | undefined)[],
): Pick<DatabaseReading, "readings" | "unlisted"> {
  const name = group.schema === undefined ? writeName(group.table) : writeName(group.schema, group.table);
  if (rows !== undefined && "rows" in rows) {
    const isLocked = lock !== undefined && "rows" in lock && lock.rows.length > 0;
    const found = (rows.rows as LedgerRow[]).map(withoutNulls(group));
    const { readings, unlisted } = group.rule.judge(found, group.wanted, isLocked);
    return {
      readings,
      unlisted: unlisted.length === 0 ? [] : [{ tool: group.tool, table: name, names: unlisted }],
    };
  }
  const failed = rows?.failed;
  const reading =
    failed?.code === "42P01" || failed?.code === "3F000"
      ? missingTable(group, name, rowsOf(places), rowsOf(others))
      : unknown(`${group.tool}'s table ${name} could not be read: ${failed?.message ?? "no answer"}`);
  return { readings: Object.fromEntries(group.wanted.map(({ id }) => [id, reading])), unlisted: [] };
}

/**
 * No table means "nothing has ever run" only where that is sure: the catalogue names the table itself, or the database has
 * no table at all. Otherwise the tool may keep it under another name.
 */
function missingTable(
  group: LedgerGroup,
  name: string,
  places: Row[] | undefined,
  others: Row[] | undefined,
): MigrationReading {
  if (places === undefined || others === undefined)
    return unknown(`it could not be told whether there is a table ${name}`);
  const elsewhere = places.map((row) => String(row["schema"])).filter((schema) => schema !== group.schema);
  if (elsewhere.length > 0) {
    return unknown(
      `there is no table ${name} where the connection looks, but one in ${elsewhere.join(", ")}: write its schema`,
    );
  }
  if (group.isNamed || Number(others[0]?.["n"]) === 0) {
    return { state: "pending", because: `${group.tool} has never run here: there is no table ${name}` };
  }
  return unknown(
    `there is no table ${name}, though the database has others: ${group.tool} has never run here, or keeps its table under another name; write its name as table, and none will mean "never run"`,
  );
}

function rowsOf(answer: QueryAnswer | undefined): Row[] | undefined {
  return answer !== undefined && "rows" in answer ? answer.rows : undefined;
}

/** A column asked for on trial only counts where the table has it. */
function withoutNulls({ rule }: LedgerGroup) {
  return (row: LedgerRow): LedgerRow =>
    Object.fromEntries(
      Object.entries(row).filter(([column, value]) => rule.columns.includes(column) || value !== null),
    );
}

/** A ledger and what shows it have to agree; where they do not, nobody can say what has happened. */
export function agree(
  ledger: MigrationReading,
  shown: MigrationReading,
  source: LedgerSource,
): MigrationReading {
  if (ledger.state === "unknown" || shown.state === ledger.state) return ledger;
  if (shown.state === "unknown" || shown.state === "partly") return shown;
  const told = ledger.state === "applied" ? "applied" : "pending";
  return unknown(
    `${source.tool}'s table says ${told}, and the schema shows ${shown.state === "applied" ? "all of it" : "none of it"}`,
  );
}
