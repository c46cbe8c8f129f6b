import type { DoctorOptions } from "./doctor/recipe";
import type { OpenPages } from "./shared/open-pages";
import { quietly } from "./shared/quietly";
import { defineCommand, runCommand } from "./shared/run-command";
import { helpEnd, stackCommand, withStack } from "./shared/stack-option";

const command = stackCommand(
  "doctor",
  "Asks every source once: key, services, runner, database, paths, pages, chat, clocks. Changes nothing.",
)
  .option("--json", "as data")
  .option("-q, --quiet", "print nothing where nothing is to be mended")
  .addHelpText(
    "after",
    helpEnd(
      [
        "rollout doctor    before the first preview, and when something is odd",
        "rollout doctor --json --stack prod",
      ],
      [
        "0  nothing is to be mended",
        "1  something is, or could not be asked",
        "2  the command line was not understood",
      ],
    ),
  );

export const doctorCommand = defineCommand<DoctorOptions & { quiet?: boolean }>(command, async (options) => {
  const [{ doctor }, { openDatabase }, { createDesk }, { createGit }, { openRender }, { realPorts }] =
    await Promise.all([
      import("./doctor/recipe.js"),
      import("./shared/shown-migrations.js"),
      import("./shared/desk.js"),
      import("./shared/git.js"),
      import("./shared/render-access.js"),
      import("./shared/real-ports.js"),
    ]);
  const ports = {
    ...realPorts(),
    openDatabase,
    openPages: async (...args: Parameters<OpenPages>) =>
      (await import("./shared/open-pages.js")).openPages(...args),
    machine: { env: process.env, commitIn: (folder: string) => createGit(folder).commit() },
  };
  return quietly(options.quiet, (terminal) =>
    doctor(createDesk({ onlyLooks: true, terminal }), openRender, ports, withStack(options)),
  );
});

if (require.main === module) runCommand("doctor", doctorCommand);
