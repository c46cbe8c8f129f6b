import { advance, type AdvanceOptions } from "./advance/recipe";
import { createDesk } from "./shared/desk";
import { runCommand } from "./shared/run-command";
import { stackCommand } from "./shared/stack-option";

const command = stackCommand("advance", "Moves a stack on by one phase: stack file, preview, update, gate.")
  .option(
    "--auto-rollback",
    "when a gate, deploy or migration fails, restore the prior config and apply it at once",
  )
  .option("-y, --yes", "go on without asking");

runCommand<AdvanceOptions>(command, (options) => advance(createDesk(), options));
