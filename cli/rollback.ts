import type { RollbackOptions } from "./rollback/wish";
import { defineCommand, runCommand } from "./shared/run-command";
import { commaList, helpEnd, stackCommand, withStack } from "./shared/stack-option";

const command = stackCommand(
  "rollback",
  "Takes a stack back: flags off and live first, migrations kept unless a consent names them.",
)
  .option("--full", "all flags off; migrations are kept")
  .option("--partial <flags>", "put these flags on hold: FLAG,FLAG", commaList)
  .option("--migrations-only", "roll migrations back, with consent; refused while flags are on")
  .option("--to <phase>", "back to an earlier phase")
  .option("--to-commit <revision>", "back to the stack file's config at a git revision")
  .option(
    "--accept-data-loss <migrations...>",
    "roll these migrations back, and lose what they hold",
    commaList,
  )
  .option(
    "--untried",
    "accept, too, that a rollback is not tried first where nobody can (no direct connection to the database)",
  )
  .option("-y, --yes", "go at once: no preview, no question")
  .option("--because <reason>", "why, for the log and the report")
  .option(
    "--instructions",
    "print the same rollback as steps for Render's dashboard; needs no network and no Pulumi",
  )
  .option(
    "--from <phase>",
    "with --instructions: as if the stack stood in this phase, to print them the day before",
  )
  .option("--json", "print what was verified as JSON")
  .addHelpText(
    "after",
    helpEnd([
      "rollout rollback --full                    all flags off; shows it and asks",
      "rollout rollback --full --yes              the same at once, when every second counts",
      "rollout rollback --partial FLAG,FLAG       these flags off, the others stay",
      "rollout rollback --full --instructions     the steps for Render's dashboard, without Pulumi and network",
      "rollout rollback --full --instructions --from complete   the same for the last phase, printed the day before",
    ]),
  );

export const rollbackCommand = defineCommand<RollbackOptions>(command, async (options) => {
  const [{ rollback }, { createDesk }] = await Promise.all([
    import("./rollback/recipe.js"),
    import("./shared/desk.js"),
  ]);
  return rollback(createDesk(), withStack(options));
});

if (require.main === module) runCommand("rollback", rollbackCommand);
