/** Rows that the rollback of a migration would lose, by table or column: `{"categories": 4, "parts": 12}`. */
export type RowLosses = Record<string, number>;

/** Said when somebody looks (refresh) and before a rollback; not kept in state, where it would be old news and drift. */
export function rowLossSentence(id: string, losses: RowLosses): string {
  return `rolling back ${id} would lose rows: ${Object.entries(losses)
    .map(([where, rows]) => `${where} ${rows}`)
    .join(", ")}`;
}

/** The same sentence read again, by commands that hear the provider through the engine's events. */
export function readRowLoss(line: string): { id: string; rows: string } | undefined {
  const [, id, rows] = /^rolling back (\S+) would lose rows: (.+)$/.exec(line) ?? [];
  return id === undefined || rows === undefined ? undefined : { id, rows };
}

/**
 * What a runner's JSON status says under `rollbackLosesRows`: by migration a number, or numbers by table.
 * Anything else is left out: a count that is not one says nothing.
 */
export function parseRowLosses(value: unknown): Record<string, RowLosses> {
  return Object.fromEntries(
    entriesOf(value).flatMap(([id, told]) => {
      const counts = typeof told === "number" ? [["rows", told] as const] : entriesOf(told);
      const losses = counts.filter((entry): entry is [string, number] => isCount(entry[1]));
      return losses.length === 0 ? [] : [[id, Object.fromEntries(losses)]];
    }),
  );
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}
