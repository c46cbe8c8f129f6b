import { createObserved } from "../components/providers/observed";
import { drift, type DriftOptions } from "./drift/recipe";
import { seeServices } from "./drift/see-services";
import { createDesk } from "./shared/desk";
import { openRender } from "./shared/render-access";
import { runCommand } from "./shared/run-command";
import { stackCommand } from "./shared/stack-option";

const command = stackCommand(
  "drift",
  "What somebody changed by hand: flags, migrations, deploys, autodeploy.",
).option("--json", "as data");

runCommand<DriftOptions>(command, (options) =>
  drift(
    createDesk({ onlyLooks: true }),
    async (engine, config) => {
      const { workspace } = config;
      return seeServices(createObserved(await openRender(config, engine), { workspace }), config);
    },
    options,
  ),
);
