import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { allCases } from "./all-cases";
import { stopDatabase } from "./database-cases";
import { isSurvived, runCases, summarize } from "./fault-case";
import { drawTable } from "./table";

// `npm run -s faults`: everything that can go wrong with everything that the product does. Words on stderr; the last line
// on stdout is the sum as JSON. `--write` renews docs/faults.md; `--only <words>` runs the cases that name them.

const PAGE = join(__dirname, "..", "..", "docs", "faults.md");

async function main(args: readonly string[]): Promise<void> {
  const only = args.includes("--only") ? args[args.indexOf("--only") + 1] : undefined;
  const all = await allCases();
  if (args.includes("--write")) writeFileSync(PAGE, drawTable(all));
  const cases = all.filter(
    ({ area, step, fault }) => only === undefined || `${area} ${step} ${fault}`.includes(only),
  );
  let done = 0;
  const results = await runCases(cases, {
    atOnce: 8,
    onResult: (result) => {
      done += 1;
      if (!isSurvived(result)) {
        const { area, step, fault } = result.faultCase;
        const found = result.hung ? "hung" : JSON.stringify(result.findings, null, 1);
        process.stderr.write(`NOT SURVIVED  ${area}: ${step}: ${fault}\n${found}\n`);
      } else if (done % 100 === 0) process.stderr.write(`${done} of ${cases.length} cases\n`);
    },
  });
  await stopDatabase();
  const summary = summarize(results);
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  process.exit(summary.survived === summary.cases ? 0 : 1);
}

void main(process.argv.slice(2));
