import { createSleepSense, machineClocks } from "../components/slept";
import type { OpenPages } from "./shared/open-pages";
import { quietly } from "./shared/quietly";
import { defineCommand, runCommand } from "./shared/run-command";
import { withStack } from "./shared/stack-option";
import type { Terminal } from "./shared/terminal";
import { verifyCommand as options, type VerifyOptions } from "./verify/options";

export const verifyCommand = defineCommand<VerifyOptions>(options(), runVerify);

/** Looks at the running system; a stack is chosen where no address is named. @param own where it prints, instead of the terminal. */
export async function runVerify(given: VerifyOptions, own?: Terminal): Promise<0 | 1 | 2> {
  const [
    { verify },
    { createDesk },
    { openRender },
    { realPorts },
    { PATIENCE },
    { openScreen },
    { openDatabase },
  ] = await Promise.all([
    import("./verify/recipe.js"),
    import("./shared/desk.js"),
    import("./shared/render-access.js"),
    import("./shared/real-ports.js"),
    import("./verify/look/ports.js"),
    import("./verify/watch/screen.js"),
    import("./shared/shown-migrations.js"),
  ]);
  const { stdout } = process;
  const isTerminal = stdout.isTTY && process.env["TERM"] !== "dumb";
  const ports = {
    ...realPorts(),
    now: () => new Date(),
    pulse: { sleep: realPorts().sleep, asleep: createSleepSense(machineClocks) },
    patience: PATIENCE,
    openDatabase,
    // Its library is loaded where there are pages to open.
    openPages: async (...args: Parameters<OpenPages>) =>
      (await import("./shared/open-pages.js")).openPages(...args),
    openScreen: () => (isTerminal ? openScreen(stdout) : undefined),
    columns: stdout.isTTY ? stdout.columns : undefined,
  };
  const byAddress = given.backendUrl !== undefined || given.frontendUrl !== undefined;
  const chosen = byAddress ? given : withStack(given);
  return quietly(
    chosen.quiet,
    (terminal) => verify(createDesk({ onlyLooks: true, terminal }), openRender, ports, chosen),
    own,
  );
}

if (require.main === module) runCommand("verify", verifyCommand);
