import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { STACK } from "./bench-project";

export interface EngineRun {
  /** Milliseconds from start to end. */
  ms: number;
  /** The greatest resident set of any of its processes, bytes; undefined where this system does not tell. */
  peakBytes: number | undefined;
  /** CPU time of all processes that were waited for; NaN where this system does not tell. */
  cpuMs: number;
  output: string;
}

const TIME = "/usr/bin/time";

/** Runs one engine's command in a project. @throws with all that it printed when it fails. */
export async function runEngine(
  executable: string,
  directory: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<EngineRun> {
  // GNU time tells the greatest of all processes that were waited for; nothing else here does.
  const timed = existsSync(TIME);
  const command = timed ? [TIME, "-f", "peak-kB %M cpu-s %U %S", executable] : [executable];
  const [program = executable, ...rest] = command;
  const began = performance.now();
  const child = spawn(program, [...rest, ...args, "--stack", STACK, "--non-interactive"], {
    cwd: directory,
    env: { ...process.env, ...pulumiEnv(directory), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const ms = performance.now() - began;
  if (code !== 0) throw new Error(`${args.join(" ")} failed with exit code ${code ?? "none"}:\n${output}`);
  const peak = /peak-kB (\d+)/.exec(output)?.[1];
  const [, user, system] = /cpu-s (\S+) (\S+)/.exec(output) ?? [];
  return {
    ms,
    cpuMs: 1000 * (Number(user) + Number(system)),
    peakBytes: peak === undefined ? undefined : Number(peak) * 1024,
    output,
  };
}

function pulumiEnv(directory: string): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
  };
}
