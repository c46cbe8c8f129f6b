type Fact = Readonly<Record<string, unknown>>;

/** Statements that make a migration's facts true, and false again. */
export interface MadeMigration {
  apply: string[];
  rollback: string[];
}

/** Statements for the database as it is before: what facts stand on, and do not make themselves. */
export function schemaBefore(migrations: Readonly<Record<string, { shows?: readonly Fact[] }>>): string[] {
  const facts = Object.values(migrations).flatMap(({ shows }) => shows ?? []);
  const made = new Set(facts.flatMap(({ table }) => (typeof table === "string" ? [bare(table)] : [])));
  const needed = new Set(facts.flatMap(tablesUnder).map(bare));
  return [...needed].filter((table) => !made.has(table)).map(createTable);
}

/** @throws where a fact is a query, which no schema can be made from. */
export function madeFrom(id: string, shows: readonly Fact[]): MadeMigration {
  const made: MadeMigration = { apply: [], rollback: [] };
  // Tables first, forwards; last, backwards.
  const order = (fact: Fact) => (fact["table"] !== undefined ? 0 : fact["column"] !== undefined ? 1 : 2);
  for (const fact of [...shows].sort((a, b) => order(a) - order(b))) {
    const { apply, rollback } = statementsOf(id, fact);
    made.apply.push(...apply);
    made.rollback.unshift(...rollback);
  }
  return made;
}

function statementsOf(id: string, fact: Fact): MadeMigration {
  const text = (key: string) => String(fact[key]);
  if (fact["table"] !== undefined)
    return {
      apply: [createTable(bare(text("table")))],
      rollback: [`DROP TABLE IF EXISTS ${quoted(bare(text("table")))} CASCADE`],
    };
  if (fact["column"] !== undefined) {
    const [table, column] = placeOf(text("column"));
    const type = typeof fact["type"] === "string" ? fact["type"] : "text";
    return {
      apply: [`ALTER TABLE ${quoted(table)} ADD COLUMN IF NOT EXISTS ${quoted(column)} ${type}`],
      rollback: [`ALTER TABLE IF EXISTS ${quoted(table)} DROP COLUMN IF EXISTS ${quoted(column)}`],
    };
  }
  if (fact["index"] !== undefined) {
    const on = typeof fact["on"] === "string" ? fact["on"] : "rehearsal_rows";
    const [table, column] = on.includes(".") ? placeOf(on) : [bare(on), "id"];
    const name = quoted(bare(text("index")));
    return {
      apply: [`CREATE INDEX IF NOT EXISTS ${name} ON ${quoted(table)} (${quoted(column)})`],
      rollback: [`DROP INDEX IF EXISTS ${name}`],
    };
  }
  if (fact["foreignKey"] !== undefined) {
    const [table, column] = placeOf(text("foreignKey"));
    const [other] = placeOf(text("references"));
    return {
      apply: [
        `ALTER TABLE ${quoted(table)} ADD COLUMN IF NOT EXISTS ${quoted(column)} integer`,
        `ALTER TABLE ${quoted(table)} ADD FOREIGN KEY (${quoted(column)}) REFERENCES ${quoted(other)} (id)`,
      ],
      rollback: [`ALTER TABLE IF EXISTS ${quoted(table)} DROP COLUMN IF EXISTS ${quoted(column)}`],
    };
  }
  if (fact["constraint"] !== undefined) {
    const table = typeof fact["on"] === "string" ? bare(fact["on"]) : "rehearsal_rows";
    const name = quoted(text("constraint"));
    return {
      apply: [`ALTER TABLE ${quoted(table)} ADD CONSTRAINT ${name} CHECK (id > 0)`],
      rollback: [`ALTER TABLE IF EXISTS ${quoted(table)} DROP CONSTRAINT IF EXISTS ${name}`],
    };
  }
  throw new Error(
    `migration ${id} shows a query; no database can be made from that, so it cannot be rehearsed`,
  );
}

function tablesUnder(fact: Fact): string[] {
  const of = (key: string) => (typeof fact[key] === "string" ? [placeOf(fact[key])[0]] : []);
  const on =
    typeof fact["on"] === "string" ? [fact["on"].includes(".") ? placeOf(fact["on"])[0] : fact["on"]] : [];
  const none = on.length === 0 && (fact["index"] !== undefined || fact["constraint"] !== undefined);
  return [
    ...of("column"),
    ...of("foreignKey"),
    ...of("references"),
    ...on,
    ...(none ? ["rehearsal_rows"] : []),
  ];
}

function createTable(table: string): string {
  return `CREATE TABLE IF NOT EXISTS ${quoted(table)} (id serial PRIMARY KEY)`;
}

/** Table and column of `orders.car_number` or `public.orders.car_number`. */
function placeOf(place: string): [string, string] {
  const parts = place.split(".");
  return [parts.at(-2) ?? "rehearsal_rows", parts.at(-1) ?? "id"];
}

function bare(name: string): string {
  return name.split(".").at(-1) ?? name;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
