import type { Played } from "./play-case";

/** The table of docs/migration-tools.md. */
export function writeTable(
  played: readonly Played[],
  skipped: readonly { tool: string; because: string }[],
): string {
  const rows = played.map(({ tool, case: name, there, ledger, both, verdict }) =>
    [tool, name, there.join(", "), ledger.join(", "), both.join(", "), verdict].join(" | "),
  );
  const head =
    "tool | case | what is there | the ledger alone | ledger and facts | verdict\n--- | --- | --- | --- | --- | ---";
  const left = skipped.map(({ tool, because }) => `- ${tool}: not tried, ${because}`);
  return `${head}\n${rows.join("\n")}\n\n${left.join("\n")}\n`;
}
