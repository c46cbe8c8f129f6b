import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import type { Duplex, Readable } from "node:stream";

import type { EngineLife } from "./engine-life";
import { keepOutput } from "./kept-output";

export interface ProcessRequest {
  argv: readonly string[];
  cwd?: string;
  /** Added to this process's environment: the only way for a secret, since everybody can read a command's words. */
  env?: Record<string, string>;
  /** Milliseconds; the command is ended with everything that it started when they have passed. */
  timeoutMs: number;
  /** Gives the command a standard input that stays open, without a byte, as long as the command may run. */
  holdsInput?: boolean;
}

export interface ProcessResult {
  /** 128 and more where a signal ended it, as shells count. */
  exitCode: number;
  signal?: NodeJS.Signals;
  stdout: string;
  stderr: string;
}

/** @throws Error when the command cannot be started, does not end in time, or the engine is gone. */
export type RunProcess = (request: ProcessRequest) => Promise<ProcessResult>;

export interface ProcessRunner {
  /** Runs a program without a shell, to its end, in a process group of its own that never outlives us. */
  run: RunProcess;
  /** Settles when nothing that was started runs any more. */
  settled(): Promise<void>;
}

/** So long a command may clean up when it is asked to end, in milliseconds. */
const GRACE_MS = 5_000;
/** What a command wrote before its end is in the pipe; what comes later is somebody else's. Milliseconds. */
const DRAIN_MS = 500;
const PIPES: ["ignore", "pipe", "pipe", "pipe"] = ["ignore", "pipe", "pipe", "pipe"];
const KEEPER = join(__dirname, "process-keeper.cjs");
/** The way into the stack's state: nothing that a migration needs. */
const NOT_HANDED_ON = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_ACCESS_TOKEN"];

/** Calls back after `ms`, unless the returned function is called first. */
export type After = (ms: number, callback: () => void) => () => void;

const realAfter: After = (ms, callback) => {
  const timer = setTimeout(callback, ms);
  return () => {
    clearTimeout(timer);
  };
};

/** @param engine nothing starts without it, and what runs is ended with it. */
export function createProcessRunner(
  engine: EngineLife,
  { graceMs = GRACE_MS, after = realAfter }: { graceMs?: number; after?: After } = {},
): ProcessRunner {
  const running = new Set<Promise<unknown>>();
  return {
    async run(request) {
      await engine.require();
      const work = runKept(request, engine.gone, { graceMs, after });
      running.add(work);
      return work.finally(() => running.delete(work));
    },
    async settled() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

/** What the keeper tells. */
interface News {
  started?: number;
  failed?: string;
  ended?: { code: number | null; signal: NodeJS.Signals | null };
}

/**
 * The command's parent is a keeper of its own, components/providers/process-keeper.cjs, which ends the command's group
 * when its line to us closes. So a timeout, the engine's end and our own end, even by `kill -9`, are the same thing.
 */
async function runKept(
  request: ProcessRequest,
  gone: AbortSignal,
  { graceMs, after }: { graceMs: number; after: After },
): Promise<ProcessResult> {
  const { argv, cwd, env, timeoutMs, holdsInput = false } = request;
  const [file = ""] = argv;
  const keeper = spawn(process.execPath, [KEEPER], {
    env: environment(env),
    stdio: PIPES,
    // Whoever kills our group, as the CLI does at the end of an update, must not kill the keeper.
    detached: true,
  });
  const line = keeper.stdio[3] as Duplex;
  const output = {
    stdout: keepOutput(keeper.stdout as Readable),
    stderr: keepOutput(keeper.stderr as Readable),
  };
  const news: News = {};
  readNews(line, news);
  line.write(`${JSON.stringify({ argv, cwd, holdsInput, graceMs })}\n`);

  let stopped: Error | undefined;
  const stop = (why: Error) => {
    stopped ??= why;
    line.end();
  };
  const seconds = Math.round(timeoutMs / 1000);
  const forget = after(timeoutMs, () => {
    stop(new Error(`${file} did not end within ${seconds} s and was ended with all that it had started`));
  });
  const onGone = () => {
    stop(gone.reason as Error);
  };
  gone.addEventListener("abort", onGone, { once: true });
  if (gone.aborted) onGone();
  try {
    await keeperEnded(keeper);
  } finally {
    forget();
    gone.removeEventListener("abort", onGone);
    line.destroy();
  }
  if (news.ended === undefined && news.started !== undefined) killGroup(news.started);
  if (stopped !== undefined) throw stopped;
  if (news.failed !== undefined) throw new Error(`${file} could not be started: ${news.failed}`);
  if (news.ended === undefined) throw new Error(`${file} was cut off: the process that kept it was killed`);
  const { code, signal } = news.ended;
  return {
    exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
    ...(signal === null ? {} : { signal }),
    stdout: output.stdout.text(),
    stderr: output.stderr.text(),
  };
}

function environment(own: Record<string, string> | undefined): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !NOT_HANDED_ON.includes(name));
  return { ...Object.fromEntries(kept), ...own };
}

function readNews(line: Duplex, news: News): void {
  let text = "";
  line.setEncoding("utf8");
  line.on("data", (piece: string) => {
    text += piece;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const each of lines) Object.assign(news, JSON.parse(each));
  });
  line.on("error", () => undefined);
}

/**
 * Settles when the keeper has ended and what the command wrote is read. A grandchild of the command that left its group
 * may hold the pipes for ever (ssh's control master does): it is not waited for.
 */
function keeperEnded(keeper: ChildProcess): Promise<void> {
  return new Promise((settled, failed) => {
    keeper.once("error", failed);
    keeper.once("close", () => {
      settled();
    });
    keeper.once("exit", () => {
      setTimeout(() => {
        // Behind one more look at the pipes: after a pause of this process the timer comes first.
        setImmediate(() => {
          keeper.stdout?.destroy();
          keeper.stderr?.destroy();
          settled();
        });
      }, DRAIN_MS);
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
