import { defineCommand, runCommand } from "./shared/run-command";
import { runVerify } from "./verify";
import { watchCommand as options, type VerifyOptions } from "./verify/options";

export const watchCommand = defineCommand<VerifyOptions>(options(), (given) =>
  runVerify({ ...given, watch: true }),
);

if (require.main === module) runCommand("watch", watchCommand);
