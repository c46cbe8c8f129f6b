import type { MonitorOptions } from "./monitor/recipe";
import { defineCommand, runCommand } from "./shared/run-command";
import { helpEnd, stackCommand, withStack } from "./shared/stack-option";
import type { VerifyReport } from "./verify/report";
import { runVerify } from "./verify";

const command = stackCommand(
  "monitor",
  "One look of the monitoring phase, if one is due: into the log, and to the team what has changed. For a scheduler.",
)
  .option("--now", "look at once, whatever the cadence says")
  .addHelpText(
    "after",
    helpEnd(
      ["rollout monitor --stack prod      every 15 minutes, from a scheduler"],
      [
        "0  all is well, or nothing is due",
        "1  something is not well",
        "2  the command line was not understood",
      ],
    ),
  );

export const monitorCommand = defineCommand<MonitorOptions>(command, async (options) => {
  const [{ monitor }, { createDesk }] = await Promise.all([
    import("./monitor/recipe.js"),
    import("./shared/desk.js"),
  ]);
  const chosen = withStack(options);
  const desk = createDesk({ onlyLooks: true });
  const look = async (): Promise<VerifyReport> => {
    let report = "";
    const own = {
      interactive: false,
      data: (text: string) => {
        report = text;
      },
      words: (text: string) => {
        desk.terminal.words(text);
      },
      ask: () => Promise.resolve(undefined),
    };
    await runVerify({ stack: chosen.stack, json: true }, own);
    return JSON.parse(report) as VerifyReport;
  };
  return monitor(desk, look, chosen);
});

if (require.main === module) runCommand("monitor", monitorCommand);
