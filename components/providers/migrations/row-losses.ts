/** Rows that the rollback of a migration would lose, by table or column: `{"categories": 4, "parts": 12}`. */
export type RowLosses = Record<string, number>;

/** Said when somebody looks (refresh) and before a rollback; not kept in state, where it would be old news and drift. */
export function rowLossSentence(id: string, losses: RowLosses): string {
  return `rolling back ${id} would lose rows: ${Object.entries(losses)
    .map(([where, rows]) => `${where} ${rows}`)
    .join(", ")}`;
}

/** Reads that sentence again, for commands that hear the provider through the engine's events. */
export function readRowLoss(line: string): { id: string; rows: string } | undefined {
  const [, id, rows] = /^rolling back (\S+) would lose rows: (.+)$/.exec(line) ?? [];
  return id === undefined || rows === undefined ? undefined : { id, rows };
}
