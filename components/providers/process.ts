import { spawn } from "node:child_process";

export interface ProcessRequest {
  argv: readonly string[];
  cwd?: string;
  /** Added to this process's environment. */
  env?: Record<string, string>;
  /** Milliseconds; the process is ended when they have passed. */
  timeoutMs: number;
}

export interface ProcessResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export type RunProcess = (request: ProcessRequest) => Promise<ProcessResult>;

/** Enough for any migration's report; what comes after it is dropped. */
const MAX_OUTPUT = 256 * 1024;

/**
 * Runs a program without a shell, to its end.
 * @throws Error when it cannot be started or does not end in time.
 */
export const runProcess: RunProcess = ({ argv, cwd, env, timeoutMs }) =>
  new Promise((resolve, reject) => {
    const [file = "", ...args] = argv;
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] = (output[name] + text).slice(0, MAX_OUTPUT);
      });
    }
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), 5_000).unref();
    }, timeoutMs);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(new Error(`${file} could not be started: ${error.message}`));
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (timedOut)
        reject(new Error(`${file} did not end within ${Math.round(timeoutMs / 1000)} s and was stopped`));
      else resolve({ exitCode: code ?? 1, ...output });
    });
  });
