/** Prints a line on standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** How long ago a time was, in the CLI's words: "3 minutes ago". */
export function timeAgo(time: Date): string {
  const seconds = Math.max(0, Math.floor((Date.now() - time.getTime()) / 1000));
  const units = [
    [86_400, "day"],
    [3_600, "hour"],
    [60, "minute"],
    [1, "second"],
  ] as const;
  const [size, word] = units.find(([least]) => seconds >= least) ?? [1, "second"];
  const count = Math.floor(seconds / size);
  return seconds === 0 ? "now" : `${String(count)} ${word}${count === 1 ? "" : "s"} ago`;
}

/** Prints columns as wide as their widest cell, two spaces apart. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  for (const row of rows) {
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}
