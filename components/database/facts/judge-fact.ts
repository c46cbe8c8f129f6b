import { writeName } from "../names";
import { parseKeptComment } from "../trial/hidden-names";
import { isType } from "./column-types";
import type { ColumnsName, ParsedFact, TableName } from "./parse-fact";
import type { NamedThing, Relation, Schema } from "./schema";

export type FactState =
  | { state: "there"; text: string }
  | { state: "absent"; text: string }
  /** Something of that name is there, and it is not what the fact says. */
  | { state: "other"; text: string; instead: string }
  /** A trial hides it and has not put it back. */
  | { state: "hidden"; text: string }
  /** It cannot be told whether it is there. */
  | { state: "unclear"; text: string; because: string };

type Looked<T> = { found: T } | Exclude<FactState, { state: "there" }>;

const TABLE_KINDS = ["r", "p", "f"];
const UNCHECKED = "not enforced, or NOT VALID: what stood there before was not checked";

/** Pure: one fact against what the catalogues say. `text` names the fact for people. */
export function judgeFact(schema: Schema, fact: Exclude<ParsedFact, { kind: "query" }>): FactState {
  switch (fact.kind) {
    case "table": {
      const text = `table ${nameOf(fact)}`;
      const table = findTable(schema, fact, text);
      return "found" in table ? { state: "there", text } : table;
    }
    case "column":
      return judgeColumn(schema, fact);
    case "index":
      return judgeNamed(schema, fact, schema.indexes, "invalid: its building did not end well");
    case "indexOn":
      return judgeIndexOn(schema, fact.of);
    case "constraint":
      return judgeNamed(schema, fact, schema.constraints, UNCHECKED);
    case "foreignKey":
      return judgeForeignKey(schema, fact.from, fact.to);
  }
}

function judgeColumn(schema: Schema, fact: Extract<ParsedFact, { kind: "column" }>): FactState {
  const text = `column ${nameOf(fact, fact.column)}`;
  const table = findTable(schema, fact, text);
  if (!("found" in table)) return table;
  const columns = schema.columns.filter(({ oid }) => oid === table.found.oid);
  const column = columns.find(({ name }) => name === fact.column);
  if (column !== undefined) {
    if (fact.type === undefined || isType(fact.type, column.type)) return { state: "there", text };
    return { state: "other", text: `${text} as ${fact.type}`, instead: `${text} as ${column.type}` };
  }
  if (columns.some(({ comment }) => hides(comment, fact.column))) return { state: "hidden", text };
  const similar = columns.find(({ name }) => name.toLowerCase() === fact.column.toLowerCase());
  if (similar === undefined) return { state: "absent", text };
  return {
    state: "unclear",
    text,
    because: `${text} is not there, but one is called ${similar.name}: capitals count`,
  };
}

function judgeNamed(
  schema: Schema,
  fact: Extract<ParsedFact, { kind: "index" | "constraint" }>,
  things: readonly NamedThing[],
  broken: string,
): FactState {
  const on = fact.on === undefined ? "" : ` on ${nameOf(fact.on)}`;
  const bare = `${fact.kind} ${writeName(...(fact.schema === undefined ? [] : [fact.schema]), fact.name)}`;
  const text = bare + on;
  const inSchema = things.filter(
    ({ schema: itsSchema }) => fact.schema === undefined || itsSchema === fact.schema,
  );
  const exact = inSchema.filter(({ name }) => name === fact.name);
  if (fact.on !== undefined) {
    const table = findTable(schema, fact.on, text);
    if (!("found" in table) && table.state !== "absent") return table;
    const here = "found" in table ? exact.filter(({ oid }) => oid === table.found.oid) : [];
    if (here.length > 0) return judgeWorks(here, text, broken);
    const elsewhere = exact.find(({ visible }) => visible || fact.schema !== undefined);
    if (elsewhere !== undefined) return { state: "other", text, instead: `${bare} on another table` };
    return "found" in table ? notFound(inSchema, fact.name, text) : table;
  }
  const visible = fact.schema === undefined ? exact.filter((thing) => thing.visible) : exact;
  if (visible.length > 0) return judgeWorks(visible, text, broken);
  const outside = exact[0];
  if (outside !== undefined) return { state: "unclear", text, because: outsideThePath(text, outside) };
  return notFound(inSchema, fact.name, text);
}

function judgeIndexOn(schema: Schema, of: ColumnsName): FactState {
  const text = `index on ${nameOf(of, ...of.columns)}`;
  const table = findTable(schema, of, text);
  if (!("found" in table)) return table;
  const own = schema.indexes.filter(
    ({ oid, columns }) =>
      oid === table.found.oid && of.columns.every((column, place) => columns[place] === column),
  );
  const whole = own.filter(({ partial }) => !partial);
  if (whole.length > 0) return judgeWorks(whole, text, "invalid: its building did not end well");
  const [partial] = own;
  if (partial !== undefined)
    return { state: "other", text, instead: `${partial.name}, which is of some rows only` };
  const isHidden = schema.columns.some(
    ({ oid, comment }) => oid === table.found.oid && of.columns.some((column) => hides(comment, column)),
  );
  return isHidden ? { state: "hidden", text } : { state: "absent", text };
}

function judgeWorks(things: readonly NamedThing[], text: string, broken: string): FactState {
  return things.some(({ works }) => works)
    ? { state: "there", text }
    : { state: "other", text, instead: `${text} (${broken})` };
}

function notFound(things: readonly NamedThing[], name: string, text: string): FactState {
  const similar = things.find(
    (thing) => thing.name !== name && thing.name.toLowerCase() === name.toLowerCase(),
  );
  if (similar === undefined) return { state: "absent", text };
  return {
    state: "unclear",
    text,
    because: `${text} is not there, but one is called ${similar.name}: capitals count`,
  };
}

function judgeForeignKey(schema: Schema, from: ColumnsName, to: ColumnsName): FactState {
  const text = `foreign key ${nameOf(from, ...from.columns)} to ${nameOf(to, ...to.columns)}`;
  const table = findTable(schema, from, text);
  if (!("found" in table)) return table;
  const target = findTable(schema, to, text);
  if (!("found" in target)) return target;
  const keys = schema.constraints.filter(({ kind, oid }) => kind === "f" && oid === table.found.oid);
  const same = keys.filter(
    ({ columns, refColumns, refOid }) =>
      refOid === target.found.oid && isSamePairs([columns, refColumns], [from.columns, to.columns]),
  );
  if (same.length > 0) return judgeWorks(same, text, UNCHECKED);
  const hidden = schema.columns.some(
    ({ oid, comment }) =>
      (oid === table.found.oid && from.columns.some((column) => hides(comment, column))) ||
      (oid === target.found.oid && to.columns.some((column) => hides(comment, column))),
  );
  if (hidden) return { state: "hidden", text };
  const other = keys.find(
    ({ columns }) => [...columns].sort().join("\0") === [...from.columns].sort().join("\0"),
  );
  return other === undefined
    ? { state: "absent", text }
    : { state: "other", text, instead: `foreign key ${nameOf(from, ...from.columns)} to something else` };
}

/** The order in which a key of several columns lists its pairs means nothing. */
function isSamePairs(one: readonly [string[], string[]], other: readonly [string[], string[]]): boolean {
  const pairs = ([from, to]: readonly [string[], string[]]) =>
    from
      .map((column, index) => `${column}\0${to[index] ?? ""}`)
      .sort()
      .join("\n");
  return pairs(one) === pairs(other);
}

function findTable(schema: Schema, name: TableName, text: string): Looked<Relation> {
  const inSchema = schema.relations.filter((one) => name.schema === undefined || one.schema === name.schema);
  const exact = inSchema.filter((one) => one.name === name.table);
  const here = name.schema === undefined ? exact.filter(({ visible }) => visible) : exact;
  const table = here.find(({ kind }) => TABLE_KINDS.includes(kind));
  // A table that was made anew while the real one is hidden answers for nothing.
  if (inSchema.some(({ comment }) => hides(comment, name.table))) return { state: "hidden", text };
  if (table !== undefined) return { found: table };
  if (here.length > 0)
    return {
      state: "unclear",
      text,
      because: `${nameOf(name)} is a ${here[0]?.kind === "S" ? "sequence" : "view"}, not a table: let a query show it`,
    };
  const outside = exact.find(({ kind }) => TABLE_KINDS.includes(kind));
  if (outside !== undefined)
    return { state: "unclear", text, because: outsideThePath(`table ${nameOf(name)}`, outside) };
  const similar = inSchema.find(
    (one) => one.name !== name.table && one.name.toLowerCase() === name.table.toLowerCase(),
  );
  if (similar === undefined) return { state: "absent", text };
  return {
    state: "unclear",
    text,
    because: `table ${nameOf(name)} is not there, but one is called ${similar.name}: capitals count`,
  };
}

function hides(comment: string | null, original: string): boolean {
  const kept = parseKeptComment(comment);
  return kept?.kind === "hidden" && kept.original === original;
}

function outsideThePath(text: string, { schema, name }: { schema: string; name: string }): string {
  return `${text} is not in the connection's search path, but there is ${writeName(schema, name)}: write the schema, too`;
}

function nameOf({ schema, table }: TableName, ...columns: string[]): string {
  const path = schema === undefined ? [table] : [schema, table];
  const [column, ...more] = columns;
  if (column === undefined) return writeName(...path);
  return more.length === 0 ? writeName(...path, column) : `${writeName(...path)}.(${columns.join(", ")})`;
}
