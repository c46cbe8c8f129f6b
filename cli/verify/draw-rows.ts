import Table from "cli-table3";
import pc from "picocolors";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

import { coloured, isWell, rowName, type Row } from "./row";

/** From so many columns on there is room for what was wanted of every row. */
const WIDE = 120;

/** What was seen is not squeezed into less, whatever the terminal says. */
const LEAST_SEEN = 24;

/** Names get this share of the terminal's width at the most; longer ones wrap. */
const MOST_FOR_NAMES = 0.4;

/** What was wanted gets no more than this. */
const MOST_FOR_WANTED = 0.3;

/** A cell's blanks. */
const PADDING = 2;

/**
 * Rows as a table, under a heading for each service. From 80 columns on it is as wide as the terminal at the most; in a
 * narrow one what was wanted is told of those rows alone that are not well.
 * @param columns the terminal's width; without one nothing wraps.
 * @param below a line to be drawn under what was seen, for a width.
 */
export function rowTable(
  rows: readonly Row[],
  columns = Infinity,
  below: (row: Row, width: number) => string | undefined = () => undefined,
): string {
  const wide = columns >= WIDE;
  const seen = (row: Row) => (wide || isWell(row) ? row.seen : `${row.seen} (wanted: ${row.wanted})`);
  const names = Math.min(widthOf("check", rows, rowName), Math.floor(columns * MOST_FOR_NAMES));
  const verdicts = widthOf("verdict", rows, ({ verdict }) => verdict);
  const mostWanted = Math.floor(columns * MOST_FOR_WANTED);
  const wanted = wide
    ? [
        Math.min(
          mostWanted,
          widthOf("wanted", rows, (row) => row.wanted),
        ),
      ]
    : [];
  const titles = ["check", "verdict", "seen", ...(wide ? ["wanted"] : [])];
  const others = [names, verdicts, ...wanted].reduce((sum, width) => sum + width, titles.length + 1);
  const seenWidth = Math.min(widthOf("seen", rows, seen), Math.max(LEAST_SEEN, columns - others));
  const colours = pc.isColorSupported;
  const widths = [names, verdicts, seenWidth, ...wanted];
  const table = new Table({
    head: titles,
    colWidths: widths,
    style: { head: colours ? ["bold"] : [], border: colours ? ["dim"] : [], compact: true },
  });
  for (const [service, own] of byService(rows)) {
    table.push([{ content: pc.bold(service ?? "all together"), colSpan: titles.length }]);
    for (const row of own) {
      const line = below(row, seenWidth - PADDING);
      const text = line === undefined ? seen(row) : `${seen(row)}\n${line}`;
      const cells = [rowName(row), coloured(row.verdict), text, ...(wide ? [row.wanted] : [])];
      // Not by the table itself: it would cut a word that is longer than its column.
      table.push(
        cells.map((cell, index) => wrapAnsi(cell, (widths[index] ?? Infinity) - PADDING, { hard: true })),
      );
    }
  }
  return table.toString();
}

function widthOf(title: string, rows: readonly Row[], text: (row: Row) => string): number {
  return Math.max(...[title, ...rows.map(text)].map((each) => stringWidth(each))) + PADDING;
}

function byService(rows: readonly Row[]): Map<string | null, Row[]> {
  const groups = new Map<string | null, Row[]>();
  for (const row of rows) groups.set(row.service, [...(groups.get(row.service) ?? []), row]);
  return groups;
}
