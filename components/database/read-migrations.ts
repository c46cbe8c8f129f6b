import { judgeFact, type FactState } from "./facts/judge-fact";
import { judgeQuery, queryOfFact } from "./facts/judge-query";
import { parseFact, type ParsedFact } from "./facts/parse-fact";
import { readingOf } from "./facts/read-facts";
import { SCHEMA_QUERIES, schemaOf, schemaQueries, type Schema } from "./facts/schema";
import { leftoversQuery, parseLeftovers } from "./trial/leftovers-query";
import type {
  DatabaseReader,
  DatabaseReading,
  MigrationReading,
  MigrationToRead,
  QueryAnswer,
  SchemaFact,
} from "./types";

/** Asks the database once for all migrations. Never throws, never guesses: what no rule understands is unknown, with why. */
export async function readMigrations(
  reader: DatabaseReader,
  migrations: readonly MigrationToRead[],
): Promise<DatabaseReading> {
  const shown = migrations.flatMap(({ id, source }) =>
    source.kind === "shows" ? [{ id, facts: source.facts.map(parsed) }] : [],
  );
  const facts = shown.flatMap((one) => one.facts).flatMap((fact) => ("problem" in fact ? [] : [fact]));
  const sqls = [...new Set(facts.flatMap((fact) => (fact.kind === "query" ? [fact.sql] : [])))];
  const reply = await reader.read([leftoversQuery, ...schemaQueries(facts), ...sqls.map(queryOfFact)]);
  if (!reply.asked) return notAsked(migrations, reply.because);
  const [left, ...rest] = reply.answers;
  const schema = wholeSchema(rest.slice(0, SCHEMA_QUERIES));
  if ("because" in schema) return notAsked(migrations, schema.because);
  const queried = new Map(sqls.map((sql, index) => [sql, rest[SCHEMA_QUERIES + index]]));
  const judge = (fact: ParsedFact | { problem: string }): FactState => {
    if ("problem" in fact) return { state: "unclear", text: "", because: fact.problem };
    if (fact.kind !== "query") return judgeFact(schema, fact);
    return judgeQuery(fact.sql, queried.get(fact.sql) ?? { failed: { code: "", message: "no answer" } });
  };
  const readings = Object.fromEntries(shown.map(({ id, facts: its }) => [id, readingOf(its.map(judge))]));
  return {
    readings: Object.fromEntries(
      migrations.map(({ id }) => [id, readings[id] ?? unknown("no rule reads its source")]),
    ),
    unlisted: [],
    leftovers: left !== undefined && "rows" in left ? parseLeftovers(left.rows) : [],
  };
}

function parsed(fact: SchemaFact): ParsedFact | { problem: string } {
  return parseFact(fact);
}

function wholeSchema(answers: readonly QueryAnswer[]): Schema | { because: string } {
  const failed = answers.find((answer) => "failed" in answer);
  if (failed !== undefined && "failed" in failed) {
    return { because: `the database's catalogue could not be read: ${failed.failed.message}` };
  }
  return schemaOf(answers.map((answer) => ("rows" in answer ? answer.rows : [])));
}

function notAsked(migrations: readonly MigrationToRead[], because: string): DatabaseReading {
  return {
    readings: Object.fromEntries(migrations.map(({ id }) => [id, unknown(because)])),
    unlisted: [],
    leftovers: [],
    notAsked: because,
  };
}

function unknown(because: string): MigrationReading {
  return { state: "unknown", because };
}
