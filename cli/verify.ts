import { createHttpProbe } from "../components/probes/http";
import { realFetch, realSleep } from "../components/probes/ports";
import { createDesk } from "./shared/desk";
import { openRender } from "./shared/render-access";
import { runCommand } from "./shared/run-command";
import { PATIENCE } from "./verify/look/ports";
import { verifyCommand, type VerifyOptions } from "./verify/options";
import { verify } from "./verify/recipe";
import { openScreen } from "./verify/watch/screen";

const { stdout } = process;
const isTerminal = stdout.isTTY && process.env["TERM"] !== "dumb";

const ports = {
  probe: createHttpProbe(),
  fetch: realFetch,
  sleep: realSleep,
  elapsed: () => performance.now(),
  now: () => new Date(),
  patience: PATIENCE,
  openScreen: () => (isTerminal ? openScreen(stdout) : undefined),
  columns: stdout.isTTY ? stdout.columns : undefined,
};

runCommand<VerifyOptions>(verifyCommand(), (options) =>
  verify(createDesk({ onlyLooks: true }), openRender, ports, options),
);
