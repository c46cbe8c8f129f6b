import { log, type LogOptions } from "./log/recipe";
import { createDesk } from "./shared/desk";
import { runCommand } from "./shared/run-command";
import { stackCommand } from "./shared/stack-option";

const command = stackCommand(
  "log",
  "The rollout's log: updates, decisions with their reasons, deploys, gates, incidents. Changes nothing.",
)
  .option("--since <time>", "only what happened since then (ISO 8601)")
  .option("--json", "as data");

runCommand<LogOptions>(command, (options) => log(createDesk({ onlyLooks: true }), options));
