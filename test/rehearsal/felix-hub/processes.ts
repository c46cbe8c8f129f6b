import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

const FELIX_HUB = join(__dirname, "..", "..", "..", "rehearsal", "felix-hub");
export const BACKEND = join(FELIX_HUB, "backend");

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a script of the sample to its end, with these variables and no others. */
export function runNode(
  args: readonly string[],
  env: Record<string, string>,
  cwd = BACKEND,
): Promise<Finished> {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const finished: Finished = { code: null, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (finished.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (finished.stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ ...finished, code });
    });
  });
}

export interface RunningBackend {
  url: string;
  /** Everything printed, as it was. */
  output(): string;
  /** SIGTERM; answers with the exit code. */
  stop(): Promise<number | null>;
}

const running = new Set<ChildProcess>();

/** Starts the backend and waits until it listens; rejects with its output when it ends before. */
export function startBackend(env: Record<string, string>, cwd = BACKEND): Promise<RunningBackend> {
  const child = spawn(process.execPath, ["server.mjs"], {
    cwd,
    env: { PORT: "0", FELIX_SEED: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  const printed: string[] = [];
  return new Promise((resolve, reject) => {
    void exited.then((code) => {
      running.delete(child);
      reject(new Error(`exit code ${code ?? "none"}: ${printed.join("\n")}`));
    });
    createInterface({ input: child.stdout }).on("line", (line) => printed.push(line));
    createInterface({ input: child.stderr }).on("line", (line) => {
      printed.push(line);
      const url = /Listening at: (\S+) /.exec(line)?.[1];
      if (url === undefined) return;
      resolve({
        url,
        output: () => printed.join("\n"),
        stop: () => {
          child.kill("SIGTERM");
          return exited;
        },
      });
    });
  });
}

/** For afterEach: no backend outlives its test. */
export async function stopBackends(): Promise<void> {
  await Promise.all(
    [...running].map((child) => {
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      return ended;
    }),
  );
}

/** GET (or POST of a body) as JSON, with the status. */
export async function askJson(url: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(
    url,
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
  );
  return { status: response.status, body: await response.json() };
}
