import { judgeFact, type FactState } from "./facts/judge-fact";
import { judgeQuery, queryOfFact } from "./facts/judge-query";
import { parseFact, type ParsedFact } from "./facts/parse-fact";
import { readingOf } from "./facts/read-facts";
import { SCHEMA_QUERIES, schemaOf, schemaQueries, type Schema } from "./facts/schema";
import { agree, groupLedgers, judgeLedger, LEDGER_QUERIES, ledgerQueries } from "./ledgers/read-ledgers";
import { parseStatusDocument } from "./status-document";
import { leftoversQuery, parseLeftovers } from "./trial/leftovers-query";
import type {
  DatabaseReader,
  DatabaseReading,
  MigrationReading,
  MigrationToRead,
  QueryAnswer,
  SchemaFact,
} from "./types";

export interface ReadOptions {
  /** What the `status` command wrote to standard output, or why it could not be run; for sources of that kind. */
  status?: { stdout: string } | { because: string };
}

/** Asks the database once for all migrations. Never throws, never guesses: what no rule understands is unknown, with why. */
export async function readMigrations(
  reader: DatabaseReader,
  migrations: readonly MigrationToRead[],
  options: ReadOptions = {},
): Promise<DatabaseReading> {
  const facts = migrations.map((one) => ({ ...one, facts: factsOf(one)?.map(parseFact) }));
  const parsed = facts.flatMap((one) => one.facts ?? []).flatMap((fact) => ("problem" in fact ? [] : [fact]));
  const sqls = [...new Set(parsed.flatMap((fact) => (fact.kind === "query" ? [fact.sql] : [])))];
  const groups = groupLedgers(migrations);
  const reply = await reader.read([
    leftoversQuery,
    ...schemaQueries(parsed),
    ...groups.flatMap(ledgerQueries),
    ...sqls.map(queryOfFact),
  ]);
  if (!reply.asked) return notAsked(migrations, reply.because, options);
  const [left, ...rest] = reply.answers;
  const schema = wholeSchema(rest.slice(0, SCHEMA_QUERIES));
  if ("because" in schema) return notAsked(migrations, schema.because, options);
  const ledgers = groups.map((group, index) => {
    const from = SCHEMA_QUERIES + index * LEDGER_QUERIES;
    return judgeLedger(group, rest.slice(from, from + LEDGER_QUERIES));
  });
  const fromLedger = Object.assign(
    {},
    ...ledgers.map(({ readings }) => readings),
  ) as DatabaseReading["readings"];
  const firstQuery = SCHEMA_QUERIES + groups.length * LEDGER_QUERIES;
  const queried = new Map(sqls.map((sql, index) => [sql, rest[firstQuery + index]]));
  const fromStatus = statusReadings(migrations, options);
  const judge = (fact: ParsedFact | { problem: string }): FactState => {
    if ("problem" in fact) return { state: "unclear", text: "", because: fact.problem };
    if (fact.kind !== "query") return judgeFact(schema, fact);
    return judgeQuery(fact.sql, queried.get(fact.sql) ?? { failed: { code: "", message: "no answer" } });
  };
  const readings = facts.map(({ id, source, facts: its }): [string, MigrationReading] => {
    if (source.kind === "status") return [id, fromStatus[id] ?? unknown("the status command was not run")];
    const shown = its === undefined ? undefined : readingOf(its.map(judge));
    if (source.kind === "shows") return [id, shown ?? unknown("nothing is named that would show it")];
    const told = fromLedger[id] ?? unknown(`${source.tool}'s table does not tell it`);
    return [id, shown === undefined ? told : agree(told, shown, source)];
  });
  return {
    readings: Object.fromEntries(readings),
    unlisted: ledgers.flatMap(({ unlisted }) => unlisted),
    leftovers: left !== undefined && "rows" in left ? parseLeftovers(left.rows) : [],
  };
}

function factsOf({ source }: MigrationToRead): readonly SchemaFact[] | undefined {
  return source.kind === "status" ? undefined : source.facts;
}

function statusReadings(
  migrations: readonly MigrationToRead[],
  { status }: ReadOptions,
): DatabaseReading["readings"] {
  const ids = migrations.flatMap(({ id, source }) => (source.kind === "status" ? [id] : []));
  if (status === undefined || ids.length === 0) return {};
  if ("because" in status) return Object.fromEntries(ids.map((id) => [id, unknown(status.because)]));
  return parseStatusDocument(status.stdout, ids).readings;
}

function wholeSchema(answers: readonly QueryAnswer[]): Schema | { because: string } {
  const failed = answers.find((answer) => "failed" in answer);
  if (failed !== undefined && "failed" in failed) {
    return { because: `the database's catalogue could not be read: ${failed.failed.message}` };
  }
  return schemaOf(answers.map((answer) => ("rows" in answer ? answer.rows : [])));
}

/** A status command has an answer of its own, even where the database has none for us. */
function notAsked(
  migrations: readonly MigrationToRead[],
  because: string,
  options: ReadOptions,
): DatabaseReading {
  const fromStatus = statusReadings(migrations, options);
  return {
    readings: Object.fromEntries(migrations.map(({ id }) => [id, fromStatus[id] ?? unknown(because)])),
    unlisted: [],
    leftovers: [],
    notAsked: because,
  };
}

function unknown(because: string): MigrationReading {
  return { state: "unknown", because };
}
