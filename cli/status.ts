import { quietly } from "./shared/quietly";
import { defineCommand, runCommand } from "./shared/run-command";
import { helpEnd, stackCommand, withStack } from "./shared/stack-option";
import type { StatusOptions } from "./status/recipe";

const command = stackCommand(
  "status",
  "Where the rollout stands, what blocks the next phase and for how long, what drifts, last deploys. Changes nothing.",
)
  .option("--offline", "by the stack's files alone: needs neither Pulumi nor a network")
  .option("--watch", "again and again in a window of its own, counting down, until Ctrl-C")
  .option("--json", "as data")
  .option("-q, --quiet", "print nothing where the operator need not act")
  .addHelpText(
    "after",
    helpEnd(
      [
        "rollout status                 the selected stack",
        "rollout status --watch         counts down what is left of the soak",
        "rollout status --offline       by the files alone",
        "rollout status --json | jq .next",
      ],
      [
        "0  looked at, and nothing is wrong; to wait for a soak or a signature is not wrong",
        "1  the operator must act, or not everything could be looked at",
        "2  the command line was not understood",
      ],
    ),
  );

export const statusCommand = defineCommand<StatusOptions & { quiet?: boolean }>(command, async (options) => {
  const { stdout } = process;
  const columns = stdout.isTTY ? stdout.columns : undefined;
  const [{ status, statusByFiles }, { createDesk }] = await Promise.all([
    import("./status/recipe.js"),
    import("./shared/desk.js"),
  ]);
  if (options.offline === true)
    return quietly(options.quiet, (terminal) =>
      Promise.resolve(statusByFiles(createDesk({ onlyLooks: true, terminal }), withStack(options), columns)),
    );
  const [{ openRender }, { realPorts }, { openDatabase }, { openScreen }] = await Promise.all([
    import("./shared/render-access.js"),
    import("./shared/real-ports.js"),
    import("./shared/shown-migrations.js"),
    import("./verify/watch/screen.js"),
  ]);
  const isTerminal = stdout.isTTY && process.env["TERM"] !== "dumb";
  const window = {
    openScreen: () => (isTerminal ? openScreen(stdout) : undefined),
    columns,
  };
  return quietly(options.quiet, (terminal) =>
    status(
      createDesk({ onlyLooks: true, terminal }),
      openRender,
      { ...realPorts(), openDatabase },
      withStack(options),
      window,
    ),
  );
});

if (require.main === module) runCommand("status", statusCommand);
