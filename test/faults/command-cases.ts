import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { createProcessRunner } from "../../components/providers/process";
import { isAlive } from "../support/processes-alive";
import { noFindings, type FaultCase, type Findings } from "./fault-case";

const PROVIDER = join(__dirname, "..", "providers", "processes", "provider-of-a-command.ts");
/** So long anything of a command may still be there after its end, in milliseconds of a busy machine. */
const GONE_WITHIN_MS = 60_000;

/** A migration of a kind that its runner may be: what it starts, and how it takes a polite request to end. */
const COMMANDS: Record<string, string> = {
  "a plain command": `echo "$$ $$" > p; mv p pids; sleep 1000`,
  "a command with a child that holds its pipes": `sleep 1000 & echo "$$ $!" > p; mv p pids; wait`,
  "a command and a child that do not heed": `trap '' TERM; (while :; do sleep 100; done) & echo "$$ $!" > p; mv p pids; while :; do sleep 100; done`,
  "a command that never stops talking": `(while :; do echo more; done) & echo "$$ $!" > p; mv p pids; wait`,
};

interface Scene {
  /** Ends something, once the command runs. */
  end(): Promise<void>;
}

/** How the one that runs the command is ended. */
const ENDS: Record<
  string,
  (folder: string, script: string) => Promise<{ scene: Scene; over: Promise<unknown> }>
> = {
  ...Object.fromEntries(
    (["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"] as const).map((signal) => [
      `the provider's whole group gets ${signal}`,
      async (folder: string, script: string) => {
        const provider = startProvider(folder, script);
        const over = once(provider, "exit");
        return {
          over,
          scene: {
            end: async () => {
              process.kill(-provider.pid!, signal);
              await over;
            },
          },
        };
      },
    ]),
  ),
  "the engine is gone": async (folder, script) =>
    inThisProcess(folder, script, ({ loseEngine }) => {
      loseEngine();
    }),
  "its time has passed": async (folder, script) =>
    inThisProcess(folder, script, ({ passTime }) => {
      passTime();
    }),
  "the keeper between provider and command is killed": async (folder, script) =>
    inThisProcess(folder, script, () => {
      const [pid = 0] = pidsIn(folder);
      process.kill(parentOf(pid), "SIGKILL");
    }),
};

export function commandCases(): FaultCase[] {
  return Object.entries(ENDS).flatMap(([fault, start]) =>
    Object.entries(COMMANDS).map(([step, script]) => ({
      area: "a migration's command on this machine",
      step,
      fault,
      run: () => tryOut(start, script),
    })),
  );
}

async function tryOut(start: (typeof ENDS)[string], script: string): Promise<Findings> {
  const findings = noFindings();
  const folder = mkdtempSync(join(tmpdir(), "faults-"));
  try {
    const { scene, over } = await start(folder, script);
    const outcome = over.then(
      () => undefined,
      (error: unknown) => error,
    );
    while (!existsSync(join(folder, "pids"))) await delay(10);
    const pids = pidsIn(folder);
    await scene.end();
    const error = await outcome;
    if (error instanceof Error && error.message.length < 20)
      findings.wrong.push(`"${error.message}" says too little`);
    const deadline = performance.now() + GONE_WITHIN_MS;
    while (pids.some(isAlive) && performance.now() < deadline) await delay(20);
    for (const pid of pids.filter(isAlive)) {
      findings.orphans.push(`process ${pid} still runs`);
      process.kill(pid, "SIGKILL");
    }
    // The next run: nothing is in its way.
    const next = await createProcessRunner({
      gone: new AbortController().signal,
      require: () => Promise.resolve(),
    }).run({
      argv: ["sh", "-c", "echo done"],
      cwd: folder,
      timeoutMs: 60_000,
    });
    if (next.stdout !== "done\n") findings.wrong.push("the next run did not run");
    return findings;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function startProvider(folder: string, script: string): ChildProcess {
  const words = ["sh", "-c", `cd ${folder}; ${script}`];
  return spawn(process.execPath, ["--import", "tsx", PROVIDER, ...words], {
    stdio: "ignore",
    detached: true,
  });
}

async function inThisProcess(
  folder: string,
  script: string,
  end: (by: { loseEngine(): void; passTime(): void }) => void,
): Promise<{ scene: Scene; over: Promise<unknown> }> {
  const controller = new AbortController();
  let pass: () => void = () => undefined;
  const runner = createProcessRunner(
    { gone: controller.signal, require: () => Promise.resolve() },
    {
      graceMs: 500,
      after: (_ms, callback) => {
        pass = callback;
        return () => undefined;
      },
    },
  );
  const over = runner.run({ argv: ["sh", "-c", script], cwd: folder, timeoutMs: 60_000 });
  const by = {
    loseEngine: () => {
      controller.abort(new Error("the engine of this update is gone"));
    },
    passTime: () => {
      pass();
    },
  };
  return Promise.resolve({
    over,
    scene: {
      end: () => {
        end(by);
        return Promise.resolve();
      },
    },
  });
}

function pidsIn(folder: string): number[] {
  return readFileSync(join(folder, "pids"), "utf8").trim().split(" ").map(Number);
}

/** @source man 5 proc: the fourth field of /proc/<pid>/stat is the parent. */
function parentOf(pid: number): number {
  return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1]);
}
