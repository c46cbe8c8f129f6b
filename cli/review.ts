import { review, type ReviewOptions } from "./review/recipe";
import { createDesk } from "./shared/desk";
import { runCommand } from "./shared/run-command";
import { stackCommand } from "./shared/stack-option";

const command = stackCommand("review", "What an update would do, as short Markdown for a pull request.")
  .option("-o, --out <file>", "write it to a file instead of stdout")
  .option("--json", "the same as data");

runCommand<ReviewOptions>(command, (options) => review(createDesk({ onlyLooks: true }), options));
