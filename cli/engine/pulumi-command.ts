import { PulumiCommand } from "@pulumi/pulumi/automation/cmd";
import { delimiter, dirname, join } from "node:path";

/**
 * A `pulumi` as the SDK drives it: by a script that keeps a closed terminal from ending it in the middle of a step.
 * Asks it for its version, which tells the SDK how to follow an operation.
 * @param executable path of a `pulumi`.
 */
export function pulumiCommand(executable: string): Promise<PulumiCommand> {
  // npm puts the package `pulumi`, which downloads a CLI, first on the PATH; the one that was found goes before it.
  process.env["PATH"] = `${dirname(executable)}${delimiter}${process.env["PATH"] ?? ""}`;
  process.env["ROLLOUT_REAL_PULUMI"] = executable;
  const command = PulumiCommand.get({
    skipVersionCheck: true,
    ...(process.platform === "win32" ? {} : { root: join(__dirname, "without-hangup") }),
  });
  // Whoever waits for it hears of it; until then it is nobody's unhandled rejection.
  command.catch(() => undefined);
  return command;
}
