import Table from "cli-table3";
import pc from "picocolors";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** A last column narrower than this is not worth wrapping: the others give way. */
const LEAST = 30;
/** What another column keeps when the terminal is too narrow for all. */
const LEAST_OTHER = 12;
/** On both sides of what stands in a cell. */
const PADDING = 2;

/**
 * A table for a terminal; colours only where the terminal has them. The last column wraps where the terminal ends, and where
 * the others leave too little for it, the widest of them wraps, too. Nothing is cut off.
 * @param columns the terminal's width; without one nothing wraps.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | undefined = process.stdout.isTTY ? process.stdout.columns : undefined,
): string {
  const colours = pc.isColorSupported;
  const natural = head.map(
    (title, index) => Math.max(...[title, ...rows.map((row) => row[index] ?? "")].map(widestLine)) + PADDING,
  );
  const widths = columns === undefined ? natural : fitted(natural, columns - (head.length + 1));
  const drawn = new Table({
    head: [...head],
    colWidths: widths,
    style: { head: colours ? ["bold"] : [], border: colours ? ["dim"] : [], compact: true },
  });
  const wrapped = (text: string, index: number) =>
    wrapAnsi(text, (widths[index] ?? Infinity) - PADDING, { hard: true });
  drawn.push(...rows.map((row) => row.map(wrapped)));
  return drawn.toString();
}

/** @param room for all columns together, without the lines between them. */
function fitted(natural: readonly number[], room: number): number[] {
  const others = natural.slice(0, -1);
  const last = natural.at(-1) ?? 0;
  const sum = () => others.reduce((all, width) => all + width, 0);
  while (sum() + Math.min(last, LEAST) > room) {
    const widest = others.indexOf(Math.max(...others));
    if (widest < 0 || (others[widest] ?? 0) <= LEAST_OTHER) break;
    others[widest] = (others[widest] ?? 0) - 1;
  }
  return [...others, Math.min(last, Math.max(LEAST, room - sum()))];
}

/** Columns that a text takes, colours not counted. */
function widestLine(text: string): number {
  return Math.max(...text.split("\n").map((line) => stringWidth(line)));
}
