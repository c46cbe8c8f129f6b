import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { Command } from "commander";

import { allCases } from "./all-cases";
import { stopDatabase } from "./database-cases";
import { isSurvived, runCases, summarize, type CaseResult } from "./fault-case";
import { drawTable } from "./table";

const PAGE = join(__dirname, "..", "..", "docs", "faults.md");

const command = new Command("faults")
  .description(
    "Everything that can go wrong with everything that the product does. Words on stderr, the sum as JSON on stdout.",
  )
  .option("--write", "renew docs/faults.md, and run nothing")
  .option("--only <words>", "the cases whose area, step or fault holds these words");

async function main({ write, only = "" }: { write?: boolean; only?: string }): Promise<number> {
  const all = await allCases();
  if (write === true) {
    writeFileSync(PAGE, drawTable(all));
    return 0;
  }
  const cases = all.filter(({ area, step, fault }) => `${area}: ${step}: ${fault}`.includes(only));
  let done = 0;
  const onResult = (result: CaseResult) => {
    done += 1;
    if (!isSurvived(result)) tell(result);
    if (done % 100 === 0) process.stderr.write(`${done} of ${cases.length} cases\n`);
  };
  // Those that start engines are long and need a machine for themselves.
  const long = cases.filter(({ limitMs }) => limitMs !== undefined);
  const results = [
    ...(await runCases(
      cases.filter((each) => !long.includes(each)),
      { atOnce: 8, onResult },
    )),
    ...(await runCases(long, { atOnce: 2, onResult })),
  ];
  await stopDatabase();
  const summary = summarize(results);
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  return summary.survived === summary.cases ? 0 : 1;
}

function tell({ faultCase: { area, step, fault }, findings, hung }: CaseResult): void {
  const found = Object.entries(findings as unknown as Record<string, string[]>).flatMap(([kind, all]) =>
    all.map((each) => `  ${kind}: ${each}`),
  );
  process.stderr.write(
    `NOT SURVIVED  ${area}: ${step}: ${fault}\n${hung ? "  it did not end" : found.join("\n")}\n`,
  );
}

void main(command.parse().opts()).then((code) => process.exit(code));
