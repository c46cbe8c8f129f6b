/**
 * npm run -s trials [-- tool …]: real migration tools on a real Postgres. What is read of each migration is compared with
 * what is there, which is asked independently. Ends with one line of JSON; exit 1 where anything was read wrong.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startPostgres } from "../../rehearsal/postgres/start-postgres";
import { cacheFolder, install } from "./install";
import { playCase, type Played } from "./play-case";
import { casesOf } from "./cases";
import type { Installs } from "./tool";
import { TOOLS } from "./tools/all-tools";
import { writeTable } from "./write-table";

async function main(names: readonly string[]): Promise<void> {
  const cache = cacheFolder();
  const at = (name: string) => join(cache, name);
  const places: Installs = {
    python: at("py"),
    node: at("js"),
    go: at("go"),
    java: at("java"),
    ruby: at("ruby"),
  };
  const chosen = TOOLS.filter(({ tool }) => names.length === 0 || names.includes(tool));
  const server = await startPostgres();
  const played: Played[] = [];
  const skipped: { tool: string; because: string }[] = [
    { tool: "laravel", because: "its packages are on none of the registries that are asked" },
  ];
  try {
    for (const tool of chosen) {
      const problem = install(tool.install, places);
      if (problem !== undefined) {
        console.error(`!! SKIPPED ${tool.tool}: ${problem}`);
        skipped.push({ tool: tool.tool, because: problem });
        continue;
      }
      for (const [index, one] of casesOf(tool).entries()) {
        const folder = mkdtempSync(join(tmpdir(), "rollout-trial-"));
        const url = await server.createDatabase(`${tool.tool}-${index}`);
        const result = await playCase(tool, one, { folder, url, places });
        played.push(result);
        console.error(
          `${result.verdict.padEnd(5)} ${tool.tool}: ${one.name}${result.notes.map((note) => `\n        ${note}`).join("")}`,
        );
        rmSync(folder, { recursive: true, force: true });
      }
    }
  } finally {
    await server.stop();
  }
  for (const { tool, because } of skipped) console.error(`!! SKIPPED ${tool}: ${because}`);
  const table = process.env["ROLLOUT_TRIALS_TABLE"];
  if (table !== undefined) writeFileSync(table, writeTable(played, skipped));
  const count = (verdict: Played["verdict"]) => played.filter((one) => one.verdict === verdict).length;
  const tools = new Set(played.map(({ tool }) => tool)).size;
  console.log(JSON.stringify({ tools, cases: played.length, right: count("right"), wrong: count("wrong") }));
  process.exitCode = count("wrong") > 0 || played.length === 0 ? 1 : 0;
}

void main(process.argv.slice(2));
