import { execFile } from "node:child_process";

/**
 * Makes a stack the selected one, as the SDK does before anything else. Begun before the SDK is loaded, which takes as long.
 * @throws Error with all that Pulumi said, where there is no such stack or its state cannot be reached.
 */
export function selectStack(executable: string, directory: string, stack: string): Promise<void> {
  const args = ["stack", "select", "--stack", stack, "--non-interactive"];
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const selected = new Promise<void>((resolve, reject) => {
    execFile(executable, args, { cwd: directory, env }, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`${stdout}\n${stderr}`.trim() || error.message));
    });
  });
  // Whoever waits for it hears of it; until then it is nobody's unhandled rejection.
  selected.catch(() => undefined);
  return selected;
}
