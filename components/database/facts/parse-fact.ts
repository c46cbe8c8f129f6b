import { parseName } from "../names";
import type { SchemaFact } from "../types";

export interface TableName {
  /** Absent: where the connection's search path finds it. */
  schema?: string;
  table: string;
}

/** A fact with its names taken apart. */
export type ParsedFact =
  | ({ kind: "table" } & TableName)
  | ({ kind: "column"; column: string; type?: string } & TableName)
  | { kind: "index" | "constraint"; schema?: string; name: string; on?: TableName }
  | { kind: "indexOn"; of: ColumnsName }
  | { kind: "foreignKey"; from: ColumnsName; to: ColumnsName }
  | { kind: "query"; sql: string };

export type ColumnsName = { columns: string[] } & TableName;

/** What a fact says, or what is wrong with how it is written, as config would report it. */
export function parseFact(fact: SchemaFact): ParsedFact | { problem: string } {
  if ("table" in fact) {
    const name = tableName(fact.table);
    return name === undefined ? wrong(fact.table, "orders or shop.orders") : { kind: "table", ...name };
  }
  if ("column" in fact) {
    const name = columnsName(fact.column);
    const [column, ...more] = name?.columns ?? [];
    if (name === undefined || column === undefined || more.length > 0) {
      return wrong(fact.column, "orders.car_number or shop.orders.car_number");
    }
    if (
      /\b(not null|null|default|unique|primary key|references|check|collate|generated)\b/i.test(
        fact.type ?? "",
      )
    )
      return {
        problem: `"${fact.type ?? ""}" is more than a type such as varchar(20): let a query show what else is asked`,
      };
    const { columns: _, ...table } = name;
    return { kind: "column", ...table, column, ...(fact.type === undefined ? {} : { type: fact.type }) };
  }
  if ("index" in fact) return named("index", fact.index, fact.on);
  if ("indexOn" in fact) {
    const of = columnsName(fact.indexOn);
    return of === undefined
      ? wrong(
          fact.indexOn,
          "orders.car_number or orders.(shop_id, car_number); an index of an expression is named by index",
        )
      : { kind: "indexOn", of };
  }
  if ("constraint" in fact) return named("constraint", fact.constraint, fact.on);
  if ("foreignKey" in fact) {
    const from = columnsName(fact.foreignKey);
    const to = columnsName(fact.references);
    if (from === undefined)
      return wrong(fact.foreignKey, "parts.category_id or parts.(tenant_id, category_id)");
    if (to === undefined) return wrong(fact.references, "categories.id or categories.(tenant_id, id)");
    if (from.columns.length !== to.columns.length) {
      return { problem: `"${fact.foreignKey}" and "${fact.references}" name different numbers of columns` };
    }
    return { kind: "foreignKey", from, to };
  }
  const sql = fact.query.trim();
  return /^(select|with|values|table)\b/i.test(sql.replace(/^(\s*(--[^\n]*\n|\/\*.*?\*\/))*\s*/s, ""))
    ? { kind: "query", sql }
    : { problem: `the query has to be one SELECT: ${sql.slice(0, 60)}` };
}

function named(
  kind: "index" | "constraint",
  text: string,
  on: string | undefined,
): ParsedFact | { problem: string } {
  const parts = parseName(text);
  const table = on === undefined ? undefined : tableName(on);
  if (parts === undefined || parts.length > 2)
    return wrong(text, "idx_orders_car_number or shop.idx_orders_car_number");
  if (on !== undefined && table === undefined) return wrong(on, "orders or shop.orders");
  const name = parts.at(-1) ?? "";
  const schema = parts.length === 2 ? parts[0] : undefined;
  return {
    kind,
    name,
    ...(schema === undefined ? {} : { schema }),
    ...(table === undefined ? {} : { on: table }),
  };
}

function tableName(text: string): TableName | undefined {
  const parts = parseName(text);
  if (parts === undefined || parts.length > 2) return undefined;
  return asTable(parts);
}

function asTable(parts: string[]): TableName {
  const table = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  return schema === undefined ? { table } : { schema, table };
}

function columnsName(text: string): ColumnsName | undefined {
  const several = /^(.+)\.\s*\(([^)]+)\)\s*$/s.exec(text);
  if (several !== null) {
    const table = tableName(several[1] ?? "");
    const columns = (several[2] ?? "").split(",").map((column) => parseName(column));
    if (table === undefined || columns.some((column) => column?.length !== 1)) return undefined;
    return { ...table, columns: columns.map((column) => column?.[0] ?? "") };
  }
  const parts = parseName(text);
  if (parts === undefined || parts.length < 2 || parts.length > 3) return undefined;
  return { ...asTable(parts.slice(0, -1)), columns: [parts.at(-1) ?? ""] };
}

function wrong(text: string, like: string): { problem: string } {
  return { problem: `"${text}" is no name such as ${like}` };
}
