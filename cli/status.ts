import { createHttpProbe } from "../components/probes/http";
import { realFetch, realSleep } from "../components/probes/ports";
import { createDesk } from "./shared/desk";
import { openRender } from "./shared/render-access";
import { runCommand } from "./shared/run-command";
import { stackCommand } from "./shared/stack-option";
import { status, type StatusOptions } from "./status/recipe";

const command = stackCommand(
  "status",
  "Where the rollout stands, what blocks the next phase and for how long, what drifts, last deploys. Changes nothing.",
)
  .option("--offline", "by the stack's files alone: needs neither Pulumi nor a network")
  .option("--json", "as data");

const ports = {
  probe: createHttpProbe(),
  fetch: realFetch,
  sleep: realSleep,
  elapsed: () => performance.now(),
};

runCommand<StatusOptions>(command, (options) =>
  status(createDesk({ onlyLooks: true }), openRender, ports, options),
);
