import { defineCommand, runCommand } from "./shared/run-command";
import { runVerify } from "./verify";
import type { VerifyOptions } from "./verify/options";
import { watchCommand as options } from "./watch/options";

export const watchCommand = defineCommand<VerifyOptions>(options(), (given) =>
  runVerify({ ...given, watch: true }),
);

if (require.main === module) runCommand("watch", watchCommand);
