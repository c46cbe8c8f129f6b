import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

export interface SdkProcessOptions {
  /** The program's folder: the SDK is the one that it finds from there. */
  folder: string;
  environment: NodeJS.ProcessEnv;
  nodeArguments?: readonly string[];
  scriptArguments?: readonly string[];
  /** Scripts of this folder that run before the entry point. */
  preload?: readonly string[];
}

/** Starts one of the SDK's own entry points. Its standard input only tells that this process lives: a program ends with it,
 *  and the providers' host does not, as with the CLI. Descriptor 3 is a pipe for whatever a preloaded script reads from it. */
export function startSdkProcess(
  entry: "run" | "dynamic-provider",
  { folder, environment, nodeArguments = [], scriptArguments = [], preload = [] }: SdkProcessOptions,
): ChildProcess {
  const script = createRequire(path.join(folder, "index.js")).resolve(`@pulumi/pulumi/cmd/${entry}`);
  const preloaded = [...(entry === "run" ? ["end-with-parent.cjs"] : []), "load-less.cjs", ...preload];
  const required = preloaded.flatMap((name) => ["--require", path.join(__dirname, name)]);
  const child = spawn(process.execPath, [...nodeArguments, ...required, script, ...scriptArguments], {
    cwd: folder,
    env: environment,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    // A group of its own: ^C at a terminal must not reach a program or a provider that is at work.
    detached: true,
  });
  for (const stream of [child.stdin, child.stdio[3]]) stream?.on("error", () => undefined);
  return child;
}

/** Ends a process as the CLI ends a plugin: its whole group is interrupted, and killed if that is not enough in 5 s.
 *  @source pulumi/pulumi sdk/go/common/resource/plugin, `ExecPlugin`. */
export function interruptGroup(child: ChildProcess): void {
  const signal = (name: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // It ended by itself just now.
    }
  };
  signal("SIGINT");
  const timer = setTimeout(() => {
    signal("SIGKILL");
  }, 5_000);
  child.once("exit", () => {
    clearTimeout(timer);
  });
  timer.unref();
}
