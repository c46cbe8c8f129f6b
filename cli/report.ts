import type { ReportOptions } from "./report/recipe";
import { defineCommand, runCommand } from "./shared/run-command";
import { helpEnd, stackCommand, withStack } from "./shared/stack-option";

const command = stackCommand(
  "report",
  "The rollout's report: one HTML file with charts, and the same as Markdown. Changes nothing but these files.",
)
  .option(
    "-o, --output <file>",
    "where the HTML file goes; .rollout/<stack>/report.html where it is not named",
  )
  .option("--json", "print the report's numbers as data, and write nothing")
  .addHelpText(
    "after",
    helpEnd(
      ["rollout report                    as it stands now", "rollout report -o report.html     elsewhere"],
      ["0  written", "1  the record could not be read", "2  the command line was not understood"],
    ),
  );

export const reportCommand = defineCommand<ReportOptions>(command, async (options) => {
  const [{ report }, { createDesk }] = await Promise.all([
    import("./report/recipe.js"),
    import("./shared/desk.js"),
  ]);
  return report(createDesk({ onlyLooks: true }), withStack(options));
});

if (require.main === module) runCommand("report", reportCommand);
