import { fullName, isWell, type Row } from "../verify/row";

/** What is not well, by name: what was seen, and what was wanted. */
export type Ill = Record<string, string>;

export function illOf(rows: readonly Row[]): Ill {
  return Object.fromEntries(
    rows
      .filter((row) => !isWell(row))
      .map((row) => [
        fullName(row),
        `${row.verdict}: ${row.seen}${row.wanted === "" ? "" : `, wanted ${row.wanted}`}`,
      ]),
  );
}

/** What has become ill, and what has become well again, a line each; empty where all is as it was: nobody is told. */
export function changesOf(before: Ill, now: Ill): string[] {
  const ill = Object.entries(now).filter(([name]) => !(name in before));
  const well = Object.keys(before).filter((name) => !(name in now));
  return [
    ...ill.map(([name, what]) => `not well: ${name}: ${what}`),
    ...well.map((name) => `well again: ${name}`),
  ];
}
