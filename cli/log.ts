import type { LogOptions } from "./log/recipe";
import { defineCommand, runCommand } from "./shared/run-command";
import { helpEnd, stackCommand, withStack } from "./shared/stack-option";

const command = stackCommand(
  "log",
  "The rollout's log: updates, decisions with their reasons, deploys, gates, incidents. Changes nothing.",
)
  .option("--since <time>", "only what happened since then (ISO 8601)")
  .option("--json", "as data")
  .addHelpText(
    "after",
    helpEnd(
      [
        "rollout log                               everything, oldest first",
        "rollout log --since 2026-11-24T20:00Z     the last evening",
        "rollout log --json | jq '.entries[-1]'",
      ],
      ["0  read", "1  it could not be read", "2  the command line was not understood"],
    ),
  );

export const logCommand = defineCommand<LogOptions>(command, async (options) => {
  const [{ log }, { createDesk }] = await Promise.all([
    import("./log/recipe.js"),
    import("./shared/desk.js"),
  ]);
  return log(createDesk({ onlyLooks: true }), withStack(options));
});

if (require.main === module) runCommand("log", logCommand);
