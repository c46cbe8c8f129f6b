import { judgeFact } from "./facts/judge-fact";
import { parseFact, type ParsedFact } from "./facts/parse-fact";
import { SCHEMA_QUERIES, schemaOf, schemaQueries } from "./facts/schema";
import { quoteName, writeName } from "./names";
import type { DatabaseReader, Known, RowCounts, SchemaFact } from "./types";

type Counted = Extract<ParsedFact, { kind: "table" | "column" }>;

/**
 * What would go with what the facts name: a table's rows (`parts`), a column's values that are not null
 * (`orders.car_number`). What is not there has nothing to lose and is left out.
 */
export async function countRowLosses(
  reader: DatabaseReader,
  facts: readonly SchemaFact[],
): Promise<Known<RowCounts>> {
  const counted = choose(facts.map(parseFact));
  if (counted.length === 0) return { known: true, value: {} };
  const reply = await reader.read([...schemaQueries(counted), ...counted.map(countOf)]);
  if (!reply.asked) return { known: false, because: reply.because };
  const catalogue = reply.answers.slice(0, SCHEMA_QUERIES);
  const failed = catalogue.find((answer) => "failed" in answer);
  if (failed !== undefined && "failed" in failed) return { known: false, because: failed.failed.message };
  const schema = schemaOf(catalogue.map((answer) => ("rows" in answer ? answer.rows : [])));
  const counts: RowCounts = {};
  for (const [index, fact] of counted.entries()) {
    const state = judgeFact(schema, fact);
    if (state.state === "absent") continue;
    if (state.state === "unclear") return { known: false, because: state.because };
    if (state.state === "hidden")
      return { known: false, because: `${state.text} is hidden by a trial that did not put it back` };
    const answer = reply.answers[SCHEMA_QUERIES + index];
    if (answer === undefined || "failed" in answer) {
      return {
        known: false,
        because: `${writeFact(fact)} could not be counted: ${answer?.failed.message ?? "no answer"}`,
      };
    }
    counts[writeFact(fact)] = Number(answer.rows[0]?.["n"]);
  }
  return { known: true, value: counts };
}

/** Tables, and columns of tables that are not named themselves. */
function choose(facts: readonly (ParsedFact | { problem: string })[]): Counted[] {
  const named = facts.filter(
    (fact): fact is Counted => "kind" in fact && (fact.kind === "table" || fact.kind === "column"),
  );
  const tables = new Set(named.filter(({ kind }) => kind === "table").map(placeOf));
  const needed = named.filter((fact) => fact.kind === "table" || !tables.has(placeOf(fact)));
  return [...new Map(needed.map((fact) => [writeFact(fact), fact])).values()];
}

function countOf(fact: Counted): string {
  const place = quoteName(...(fact.schema === undefined ? [] : [fact.schema]), fact.table);
  return `SELECT count(${fact.kind === "table" ? "*" : quoteName(fact.column)}) AS n FROM ${place}`;
}

function placeOf({ schema, table }: Counted): string {
  return writeName(...(schema === undefined ? [] : [schema]), table);
}

function writeFact(fact: Counted): string {
  return fact.kind === "table" ? placeOf(fact) : `${placeOf(fact)}.${writeName(fact.column)}`;
}
