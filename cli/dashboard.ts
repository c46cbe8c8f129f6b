import { InvalidArgumentError } from "commander";

import type { DashboardOptions } from "./dashboard/recipe";
import { defineCommand, runCommand } from "./shared/run-command";
import { helpEnd, stackCommand, withStack } from "./shared/stack-option";

const command = stackCommand(
  "dashboard",
  "The rollout as it goes on, as a web page of this machine alone: phases, the gate's samples, flags, deploys, log. Changes nothing.",
)
  .option("--port <number>", "a port of this machine; a free one where it is not named", parsePort)
  .addHelpText(
    "after",
    helpEnd(
      ["rollout dashboard                 prints the address to open"],
      ["0  ended by Ctrl-C", "1  it could not begin", "2  the command line was not understood"],
    ),
  );

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError("a port is 1 to 65535");
  return port;
}

export const dashboardCommand = defineCommand<DashboardOptions>(command, async (options) => {
  const [{ dashboard }, { createDesk }, { openRender }, { realPorts }, { openDatabase }] = await Promise.all([
    import("./dashboard/recipe.js"),
    import("./shared/desk.js"),
    import("./shared/render-access.js"),
    import("./shared/real-ports.js"),
    import("./shared/shown-migrations.js"),
  ]);
  return dashboard(
    createDesk({ onlyLooks: true }),
    openRender,
    { ...realPorts(), openDatabase },
    withStack(options),
  );
});

if (require.main === module) runCommand("dashboard", dashboardCommand);
