import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface Launch {
  command: readonly string[];
  cwd: string;
  /** All that the process sees, apart from the few of `basicEnvironment`. */
  env: Readonly<Record<string, string>>;
  onLine: (line: string) => void;
}

export interface Exit {
  /** null when a signal ended it. */
  code: number | null;
  signal: string | null;
}

export interface Child {
  readonly pid: number | undefined;
  /** Settles when the process is gone and its output was read; never rejects. A program that cannot be started exits 127. */
  readonly exited: Promise<Exit>;
  /** SIGTERM to the process and all that it started, SIGKILL after `graceMs` real milliseconds. Settles when gone. */
  stop(graceMs: number): Promise<Exit>;
}

const LAST_WORDS_MS = 500;

/** The processes of one stand-in, each in a group of its own. None outlives the stand-in. */
export class Children {
  private readonly running = new Map<number, Child>();
  private watchdog: ChildProcess | undefined;
  private closed = false;
  private readonly onExit = () => {
    for (const pid of this.running.keys()) signalGroup(pid, "SIGKILL");
  };

  /** @param directory the stand-in's own, removed with it however it ends. */
  constructor(private readonly directory: string) {
    process.on("exit", this.onExit);
  }

  /** @throws Error once `stopAll` was called: nothing may start behind its back. */
  start(launch: Launch): Child {
    if (this.closed) throw new Error("the stand-in stops");
    const [program = "", ...args] = launch.command;
    const child = spawn(program, args, {
      cwd: launch.cwd,
      env: { ...basicEnvironment(), ...launch.env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const { pid } = child;
    const exited = new Promise<Exit>((resolve) => {
      child.once("error", (error) => {
        launch.onLine(`cannot start ${program}: ${error.message}`);
        if (pid === undefined) resolve({ code: 127, signal: null });
      });
      child.once("exit", () => {
        // What the process left behind goes with it; only then do its pipes close.
        if (pid !== undefined) signalGroup(pid, "SIGKILL");
        // A process that left its group may still hold them: its output is not waited for.
        setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, LAST_WORDS_MS).unref();
      });
      child.once("close", (code, signal) => {
        if (pid !== undefined) this.forget(pid);
        resolve({ code, signal });
      });
    });
    for (const stream of [child.stdout, child.stderr]) readLines(stream, launch.onLine);
    const handle: Child = {
      pid,
      exited,
      async stop(graceMs) {
        if (pid === undefined) return exited;
        signalGroup(pid, "SIGTERM");
        const timer = setTimeout(() => {
          signalGroup(pid, "SIGKILL");
        }, graceMs);
        return exited.finally(() => {
          clearTimeout(timer);
        });
      },
    };
    if (pid !== undefined) this.remember(pid, handle);
    return handle;
  }

  /** Ends every process and waits until they are gone. */
  async stopAll(graceMs: number): Promise<void> {
    this.closed = true;
    await Promise.all([...this.running.values()].map((child) => child.stop(graceMs)));
    process.removeListener("exit", this.onExit);
    this.watchdog?.stdin?.end();
    this.watchdog = undefined;
  }

  /** Process ids of what runs now. */
  pids(): number[] {
    return [...this.running.keys()];
  }

  private remember(pid: number, child: Child): void {
    this.running.set(pid, child);
    this.watchdog ??= startWatchdog(this.directory);
    this.watchdog.stdin?.write(`+${pid}\n`);
  }

  private forget(pid: number): void {
    this.running.delete(pid);
    this.watchdog?.stdin?.write(`-${pid}\n`);
  }
}

/** What every process on the host needs, and nothing that could carry a flag from the surroundings into the service. */
function basicEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of ["PATH", "HOME", "LANG", "TMPDIR", "TZ"]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

function startWatchdog(directory: string): ChildProcess {
  const watchdog = spawn(process.execPath, [join(__dirname, "watchdog.cjs"), directory], {
    stdio: ["pipe", "ignore", "ignore"],
    env: basicEnvironment(),
    detached: true,
  });
  // It must not keep the stand-in's process alive, and a write to one that is gone must not end it.
  watchdog.stdin.on("error", () => undefined);
  watchdog.unref();
  (watchdog.stdin as unknown as { unref?: () => void }).unref?.();
  return watchdog;
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on("line", onLine);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}
