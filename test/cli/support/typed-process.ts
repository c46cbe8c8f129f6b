import { spawn, spawnSync } from "node:child_process";

import { quote } from "shell-quote";

/** What is typed when a prompt stands on the terminal; each once, in order. */
export interface Typed {
  at: string;
  text: string;
}

export interface Ended {
  code: number;
  /** On a pseudo-terminal everything comes here. */
  stdout: string;
  stderr: string;
  ms: number;
}

/** Whether a command can be given a terminal here: by util-linux's `script`. */
export const hasTerminals = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

/** Runs a program to its end; on a pseudo-terminal where something is to be typed. */
export function runTyped(
  argv: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
  typed?: readonly Typed[],
): Promise<Ended> {
  const onTerminal = typed !== undefined;
  // Without `exec` some shells stay in between, and answer a Ctrl-C with 130 whatever the program says.
  const typedAt = ["script", "-qefc", `exec ${quote([...argv])}`, "/dev/null"];
  const [program = "", ...args] = onTerminal ? typedAt : [...argv];
  const began = performance.now();
  const child = spawn(program, args, { ...options, stdio: [onTerminal ? "pipe" : "ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  const waiting = [...(typed ?? [])];
  let read = 0;
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
      const [next] = waiting;
      const at = next === undefined ? -1 : output.stdout.indexOf(next.at, read);
      if (next === undefined || at < 0) return;
      waiting.shift();
      read = at + next.at.length;
      child.stdin?.write(next.text);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? 1, ...output, ms: performance.now() - began });
    });
  });
}
