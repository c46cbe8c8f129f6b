import { newCursor } from "../ids";

export interface EnvVarRow {
  readonly key: string;
  value: string;
  /** Tied to the row: a list PUT makes new rows and so new cursors. */
  readonly cursor: string;
}

/** What is saved for a service. Saving changes nothing that runs. */
export class EnvVars {
  private rows: EnvVarRow[] = [];

  constructor(initial: Readonly<Record<string, string>>) {
    for (const [key, value] of Object.entries(initial)) this.set(key, value);
  }

  /** Newest row first, as Render lists them. */
  newestFirst(): readonly EnvVarRow[] {
    return [...this.rows].reverse();
  }

  find(key: string): EnvVarRow | undefined {
    return this.rows.find((row) => row.key === key);
  }

  set(key: string, value: string): EnvVarRow {
    const row = this.find(key);
    if (row !== undefined) {
      row.value = value;
      return row;
    }
    const added = { key, value, cursor: newCursor() };
    this.rows.push(added);
    return added;
  }

  /** @returns whether there was such a row. */
  delete(key: string): boolean {
    const before = this.rows.length;
    this.rows = this.rows.filter((row) => row.key !== key);
    return this.rows.length < before;
  }

  /** Drops every row and makes new ones.
   *  @returns the new rows in the order given. */
  replaceAll(entries: readonly { key: string; value: string }[]): readonly EnvVarRow[] {
    this.rows = [];
    for (const { key, value } of entries) this.set(key, value);
    return [...this.rows];
  }

  snapshot(): Record<string, string> {
    return Object.fromEntries(this.rows.map(({ key, value }) => [key, value]));
  }
}
