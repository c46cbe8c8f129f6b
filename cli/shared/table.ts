import Table from "cli-table3";
import pc from "picocolors";
import stringWidth from "string-width";

/** A last column narrower than this is not worth wrapping. */
const LEAST = 30;

/**
 * A table for a terminal; colours only where the terminal has them. The last column wraps where the terminal ends.
 * @param columns the terminal's width; without one nothing wraps.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | undefined = process.stdout.isTTY ? process.stdout.columns : undefined,
): string {
  const colours = pc.isColorSupported;
  const widths = head.map(
    (title, index) => Math.max(...[title, ...rows.map((row) => row[index] ?? "")].map(widestLine)) + 2,
  );
  const others = widths.slice(0, -1).reduce((sum, width) => sum + width + 1, 2);
  const room = columns === undefined ? Infinity : Math.max(LEAST, columns - others);
  const last = Math.min(widths.at(-1) ?? 0, room);
  const drawn = new Table({
    head: [...head],
    colWidths: [...widths.slice(0, -1), last],
    wordWrap: true,
    style: { head: colours ? ["bold"] : [], border: colours ? ["dim"] : [], compact: true },
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn.toString();
}

/** Columns that a text takes, colours not counted. */
function widestLine(text: string): number {
  return Math.max(...text.split("\n").map((line) => stringWidth(line)));
}
