import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { EngineLife } from "../../../components/providers/engine-life";
import { immortalEngine } from "../../support/immortal-engine";
import { createProcessRunner, type ProcessRequest } from "../../../components/providers/process";
import { allGone, isAlive } from "../../support/processes-alive";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "commands-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (request: Partial<ProcessRequest> & Pick<ProcessRequest, "argv">, engine = immortalEngine) =>
  createProcessRunner(engine, { graceMs: 300 }).run({ timeoutMs: 60_000, cwd: folder, ...request });

/** A runner whose commands' time passes when the test says so. */
function timed() {
  let pass: () => void = () => undefined;
  const runner = createProcessRunner(immortalEngine, {
    graceMs: 300,
    after: (_ms, callback) => {
      pass = callback;
      return () => undefined;
    },
  });
  const start = (argv: string[], more: Partial<ProcessRequest> = {}) =>
    runner.run({ argv, cwd: folder, timeoutMs: 60_000, ...more });
  return {
    start,
    passTime: () => {
      pass();
    },
  };
}

const sh = (script: string) => ["sh", "-c", script];

/** An engine that a test ends. */
function mortalEngine() {
  const controller = new AbortController();
  const engine: EngineLife = {
    gone: controller.signal,
    require: async () => {
      controller.signal.throwIfAborted();
    },
  };
  const end = () => {
    controller.abort(Object.assign(new Error("the engine is gone"), { code: "ENGINE_GONE" }));
  };
  return { engine, end };
}

/** Waits until a command has written a file, whole. */
async function written(name: string): Promise<string> {
  const file = join(folder, name);
  for (;;) {
    if (existsSync(file)) {
      const text = readFileSync(file, "utf8");
      if (text.endsWith("\n")) return text.trim();
    }
    await delay(10);
  }
}

/** A command that starts a child in the background, notes both pids, and goes on for ever. */
const FAMILY = sh(`sleep 1000 & echo "$$ $!" > pids.draft; mv pids.draft pids; wait; sleep 1000`);

async function family(): Promise<number[]> {
  return (await written("pids")).split(" ").map(Number);
}

describe("a command", () => {
  it("answers with what it wrote on each stream, and its exit code", async () => {
    const result = await run({ argv: sh("echo out; echo err >&2; pwd; exit 3") });
    expect(result).toEqual({ exitCode: 3, stdout: `out\n${folder}\n`, stderr: "err\n" });
  });

  it("that a signal ended says which", async () => {
    expect(await run({ argv: sh("kill -SEGV $$") })).toMatchObject({ exitCode: 139, signal: "SIGSEGV" });
  });

  it("gets its words as they are, without a shell in between", async () => {
    const words = ["$HOME", "a b", "", "'", "\\", "*", "`id`", "--", "é\n"];
    const { stdout } = await run({
      argv: [process.execPath, "-p", "JSON.stringify(process.argv.slice(1))", "--", ...words],
    });
    expect(JSON.parse(stdout)).toEqual(words);
  });

  it("gets secrets by its environment alone, and nothing that opens the stack's state", async () => {
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "canary-passphrase";
    const script = `cat /proc/$$/cmdline /proc/$PPID/cmdline | tr '\\0' ' '; echo; echo "got $DATABASE_URL"; env`;
    const { stdout } = await run({ argv: sh(script), env: { DATABASE_URL: "postgres://canary-url" } });
    delete process.env["PULUMI_CONFIG_PASSPHRASE"];
    expect(stdout).toContain("got postgres://canary-url");
    expect(stdout.split("\n")[0]).not.toContain("canary-url");
    expect(stdout).not.toContain("canary-passphrase");
  });

  it.each([
    [
      { argv: ["no-such-program-anywhere"] },
      "no-such-program-anywhere could not be started: there is no such program on the PATH",
    ],
    [{ argv: ["./missing.sh"] }, "./missing.sh could not be started: there is no such program"],
    [
      { argv: ["true"], cwd: "/no/such/place" },
      "true could not be started: there is no directory /no/such/place",
    ],
  ])("that cannot be started says why: %j", async (request, message) => {
    await expect(run(request)).rejects.toThrow(message);
  });

  it("finds a program beside its directory as a shell would", async () => {
    writeFileSync(join(folder, "migrate"), "#!/bin/sh\necho here\n", { mode: 0o755 });
    expect((await run({ argv: ["./migrate"] })).stdout).toBe("here\n");
  });

  it("may write more than anybody wants to keep: the beginning and the end are", async () => {
    const script = `echo first; head -c 20000000 /dev/zero | tr '\\0' x; echo; echo last`;
    const { stdout } = await run({ argv: sh(script) });
    expect(stdout.length).toBeLessThan(300_000);
    expect(stdout.startsWith("first\nxxx")).toBe(true);
    expect(stdout.endsWith("xxx\nlast\n")).toBe(true);
    expect(stdout).toMatch(/\n\[\d+ bytes left out\]\n/);
  });

  it("loses nothing of an output that fits, however it is cut into pieces", async () => {
    const script = `for (let i = 0; i < 4000; i++) process.stdout.write("é€😀" + i + "\\n")`;
    const { stdout } = await run({ argv: [process.execPath, "-e", script] });
    expect(stdout).toBe(Array.from({ length: 4000 }, (_, index) => `é€😀${index}\n`).join(""));
  });

  it("goes on when the terminal closes, and so does what it starts", async () => {
    const { stdout } = await run({ argv: sh(`kill -HUP $$; sh -c 'kill -HUP $$; echo inner'; echo outer`) });
    expect(stdout).toBe("inner\nouter\n");
  });

  it("has no input to wait for, or one that stays open, as it is told", async () => {
    expect((await run({ argv: sh("cat; echo end") })).stdout).toBe("end\n");
    const { start, passTime } = timed();
    const held = expect(
      start(sh("trap '' TERM; echo > started; cat; echo end > ended"), { holdsInput: true }),
    ).rejects.toThrow("did not end within 60 s");
    await written("started");
    passTime();
    // Its input ends with its time, and it may end by itself then.
    await held;
    expect(await written("ended")).toBe("end");
  });
});

describe("what a command started", () => {
  it("and left behind in its group is ended with it, and delays nobody", async () => {
    const { stdout, exitCode } = await run({ argv: sh("sleep 1000 & echo $!") });
    expect(exitCode).toBe(0);
    await allGone(Number(stdout));
  });

  it("and took itself out of its group may hold the pipes for ever: it is not waited for", async () => {
    const script = `setsid sh -c 'echo $$ > p; mv p pid; exec sleep 1000' & until [ -e pid ]; do sleep 0.05; done; echo done`;
    expect((await run({ argv: sh(script) })).stdout).toBe("done\n");
    const pid = Number(await written("pid"));
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
  });
});

describe("a command is ended, with all that it started,", () => {
  it.each([
    ["when its time has passed", FAMILY],
    [
      "by force where it does not heed",
      sh(
        `trap '' TERM; (while :; do sleep 1000; done) & echo "$$ $!" > p; mv p pids; while :; do sleep 1000; done`,
      ),
    ],
  ])("%s", async (_, argv) => {
    const { start, passTime } = timed();
    const ended = expect(start(argv)).rejects.toThrow(
      /^sh did not end within 60 s and was ended with all that it had started$/,
    );
    const pids = await family();
    passTime();
    await ended;
    await allGone(...pids);
  });

  it("when the engine is gone, after it could clean up", async () => {
    const { engine, end } = mortalEngine();
    const script = `trap 'echo undone > undone; exit 1' TERM; sleep 1000 & echo "$$ $!" > p; mv p pids; wait`;
    const ended = expect(run({ argv: sh(script) }, engine)).rejects.toMatchObject({ code: "ENGINE_GONE" });
    const pids = await family();
    end();
    await ended;
    await allGone(...pids);
    expect(await written("undone")).toBe("undone");
  });

  it.each(["SIGKILL", "SIGINT", "SIGTERM"] as const)("when the provider is ended by %s", async (signal) => {
    const provider = spawn(
      process.execPath,
      [
        "--import",
        "tsx",
        join(__dirname, "provider-of-a-command.ts"),
        "sh",
        "-c",
        `cd ${folder}; ${FAMILY[2]!}`,
      ],
      { stdio: "ignore", detached: true },
    );
    const pids = await family();
    // As the CLI does it: the provider's whole group.
    process.kill(-provider.pid!, signal);
    await once(provider, "exit");
    await allGone(...pids);
  });

  it("when the keeper between us is killed, and the answer says that it was cut off", async () => {
    const script = `sleep 1000 & echo "$$ $! $PPID" > p; mv p pids; wait`;
    const cut = expect(run({ argv: sh(script) })).rejects.toThrow(
      "sh was cut off: the process that kept it was killed",
    );
    const [command, child, keeper] = await family();
    process.kill(keeper!, "SIGKILL");
    await cut;
    await allGone(command!, child!);
  });

  it("and nothing is started any more after that", async () => {
    const { engine, end } = mortalEngine();
    end();
    await expect(run({ argv: sh("touch started") }, engine)).rejects.toMatchObject({ code: "ENGINE_GONE" });
    expect(existsSync(join(folder, "started"))).toBe(false);
  });
});
