import { report, type ReportOptions } from "./report/recipe";
import { createDesk } from "./shared/desk";
import { runCommand } from "./shared/run-command";
import { stackCommand } from "./shared/stack-option";

const command = stackCommand(
  "report",
  "The rollout's report: one HTML file with charts, and the same as Markdown. Changes nothing but these files.",
)
  .option(
    "-o, --output <file>",
    "where the HTML file goes; .rollout/<stack>/report.html where it is not named",
  )
  .option("--json", "print the report's numbers as data, and write nothing");

runCommand<ReportOptions>(command, (options) => report(createDesk({ onlyLooks: true }), options));
