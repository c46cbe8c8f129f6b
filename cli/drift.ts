import type { DriftOptions } from "./drift/recipe";
import { quietly } from "./shared/quietly";
import { defineCommand, runCommand } from "./shared/run-command";
import { helpEnd, stackCommand, withStack } from "./shared/stack-option";

const command = stackCommand(
  "drift",
  "What somebody changed by hand: flags, migrations, deploys, autodeploy.",
)
  .option("--json", "as data")
  .option("-q, --quiet", "print nothing where nothing was changed")
  .addHelpText(
    "after",
    helpEnd(
      [
        "rollout drift                compares Render and the database with the last update",
        "rollout drift --json --stack prod",
      ],
      [
        "0  nothing was changed by hand",
        "1  something was, or it could not be looked at",
        "2  the command line was not understood",
      ],
    ),
  );

export const driftCommand = defineCommand<DriftOptions & { quiet?: boolean }>(command, async (options) => {
  const [{ drift }, { seeServices }, { createDesk }, { openRender }, { createObserved }] = await Promise.all([
    import("./drift/recipe.js"),
    import("./drift/see-services.js"),
    import("./shared/desk.js"),
    import("./shared/render-access.js"),
    import("../components/providers/observed.js"),
  ]);
  const see: Parameters<typeof drift>[1] = async (engine, config, standing) => {
    const { workspace } = config;
    return seeServices(createObserved(await openRender(config, engine), { workspace }), config, standing);
  };
  return quietly(options.quiet, (terminal) =>
    drift(createDesk({ onlyLooks: true, terminal }), see, withStack(options)),
  );
});

if (require.main === module) runCommand("drift", driftCommand);
