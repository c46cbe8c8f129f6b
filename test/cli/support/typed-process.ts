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

/** The command line that gives a program a pseudo-terminal. Without `exec` some shells stay in between, and answer a Ctrl-C with 130
 *  whatever the program says. */
export function onTerminal(argv: readonly string[]): [string, ...string[]] {
  return ["script", "-qefc", `exec ${quote([...argv])}`, "/dev/null"];
}

/** Types each text once its prompt stands there, in order. @returns what to tell of all that is shown, each time more is. */
export function typist(typed: readonly Typed[], write: (text: string) => void): (shown: string) => void {
  const waiting = [...typed];
  let read = 0;
  return (shown) => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const at = shown.indexOf(next.at, read);
      if (at < 0) return;
      waiting.shift();
      read = at + next.at.length;
      write(next.text);
    }
  };
}

/** Runs a program to its end; on a pseudo-terminal where something is to be typed. */
export function runTyped(
  argv: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
  typed?: readonly Typed[],
): Promise<Ended> {
  const [program = "", ...args] = typed === undefined ? argv : onTerminal(argv);
  const began = performance.now();
  const stdin = typed === undefined ? "ignore" : "pipe";
  const child = spawn(program, args, { ...options, stdio: [stdin, "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  const look = typist(typed ?? [], (text) => child.stdin?.write(text));
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
      look(output.stdout);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? 1, ...output, ms: performance.now() - began });
    });
  });
}
