import type { AdvanceOptions } from "./advance/recipe";
import { defineCommand, runCommand } from "./shared/run-command";
import { helpEnd, stackCommand, withStack } from "./shared/stack-option";

const command = stackCommand("advance", "Moves a stack on by one phase: stack file, preview, update, gate.")
  .option(
    "--auto-rollback",
    "when a gate, deploy or migration fails, restore the prior config and apply it at once",
  )
  .option("--wait", "wait for the soak and an open schedule first, counting down, and ask then")
  .option("-y, --yes", "go on without asking")
  .option("--because <reason>", "why, for the log and the report")
  .addHelpText(
    "after",
    helpEnd([
      "rollout advance                        the next phase of the selected stack; shows it and asks",
      "rollout advance --wait                 the same, as soon as the soak is over",
      "rollout advance --stack prod --auto-rollback   goes back by itself when the gate fails",
    ]),
  );

export const advanceCommand = defineCommand<AdvanceOptions>(command, async (options) => {
  const [{ advance }, { createDesk }, { renderNow }, { realPorts }] = await Promise.all([
    import("./advance/recipe.js"),
    import("./shared/desk.js"),
    import("./shared/render-access.js"),
    import("./shared/real-ports.js"),
  ]);
  const ports = realPorts();
  return advance(createDesk(), withStack(options), {
    renderNow,
    sleep: ports.sleep,
    elapsed: () => ports.elapsed(),
    wall: () => Date.now(),
  });
});

if (require.main === module) runCommand("advance", advanceCommand);
