import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

import { readCode } from "../../components/error-code";

const CANARY = "canary-4711";

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  words: string;
  directory: string;
}

function start(command: string, env: NodeJS.ProcessEnv = {}) {
  const state = mkdtempSync(join(tmpdir(), "rollout-words-"));
  onTestFinished(() => {
    rmSync(state, { recursive: true, force: true });
  });
  const child = spawn(process.execPath, ["components/commands/run-command.mjs"], {
    env: {
      PATH: process.env["PATH"],
      XDG_STATE_HOME: state,
      ROLLOUT_COMMAND: command,
      ROLLOUT_COMMAND_NAME: "backup",
      ...env,
    },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const directory = join(state, "rollout");
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code) => {
      const [file = ""] = readdirSync(directory);
      resolve({ code, stdout, stderr, words: readFileSync(join(directory, file), "utf8"), directory });
    });
  });
  return { child, ended };
}

const run = (command: string, env?: NodeJS.ProcessEnv) => start(command, env).ended;

describe("an operator's command", () => {
  it("that fails says its exit code and where its words are, and not the words, on either stream", async () => {
    const { code, stdout, stderr, words, directory } = await run(
      `echo ${CANARY}; echo ${CANARY} >&2; exit 3`,
    );
    expect(code).toBe(3);
    expect(stdout + stderr).not.toContain(CANARY);
    expect(words).toBe(`${CANARY}\n${CANARY}\n`);
    expect(stderr).toMatch(/^backup ended with exit code 3 after [\d.]+ s\. What it printed is in /);
    const { code: known, data } = readCode(stderr);
    expect(known).toBe("OPERATORS_COMMAND_FAILED");
    expect(data).toMatchObject({ command: "backup", words: join(directory, readdirSync(directory)[0]!) });
  });

  it("that ends well says so, and not its words either", async () => {
    const { code, stdout, stderr } = await run(`echo ${CANARY}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^backup ended well after [\d.]+ s; its own words: /);
    expect(stdout).not.toContain(CANARY);
  });

  it("leaves its words where only their owner can read them", async () => {
    const { directory } = await run("echo x");
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, readdirSync(directory)[0]!)).mode & 0o777).toBe(0o600);
  });

  it("finds its database in Postgres' own variables, and not itself in its environment", async () => {
    const { words } = await run('echo "$PGHOST $PGUSER $PGPASSWORD $ROLLOUT_COMMAND"', {
      DATABASE_URL: "postgres://ada:p%40ss@db.example/shop",
    });
    expect(words).toBe("db.example ada p@ss \n");
  });

  it("has no secret in anybody's arguments while it runs: neither its address nor the password", async () => {
    const { child, ended } = start("sleep 1000 & wait", {
      DATABASE_URL: `postgres://ada:${CANARY}@db.example/shop`,
    });
    const sleeper = await sleeperOf(child.pid!);
    const seen = [sleeper, ...ancestorsOf(sleeper)].map((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, "utf8"),
    );
    child.kill("SIGTERM");
    await ended;
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.filter((line) => line.includes(CANARY))).toEqual([]);
  });

  it("that is stopped ends with all that it started", async () => {
    const { child, ended } = start("sleep 1000 & echo $!; wait");
    const sleeper = await sleeperOf(child.pid!);
    child.kill("SIGTERM");
    const { code, stderr } = await ended;
    expect(code).not.toBe(0);
    expect(stderr).toContain("backup was stopped by SIGTERM");
    await expect.poll(() => isAlive(sleeper), { timeout: 15_000 }).toBe(false);
  });

  it("that was killed without a word leaves nothing that it started", async () => {
    const { child, ended } = start("sleep 1000 & echo $!; wait");
    const sleeper = await sleeperOf(child.pid!);
    child.kill("SIGKILL");
    await ended;
    await expect.poll(() => isAlive(sleeper), { timeout: 15_000 }).toBe(false);
  });

  // As Pulumi starts it: by a plugin, through a shell that waits for it.
  it.each(["the plugin", "the CLI"])("ends when %s is killed, and nobody tells it", async (victim) => {
    const folder = mkdtempSync(join(tmpdir(), "rollout-plugin-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const plugin = join(folder, "pulumi-resource-command");
    copyFileSync(realpathSync("/bin/sh"), plugin);
    chmodSync(plugin, 0o755);
    const line = '[ -n "$ROLLOUT_COMMAND" ] || exit 0; node components/commands/run-command.mjs';
    const asPlugin = `/bin/sh -c '${line}'; echo over`;
    const cli = spawn("/bin/sh", ["-c", `"$PLUGIN" -c "$AS_PLUGIN" & echo $!; wait`], {
      env: {
        ...{ PATH: process.env["PATH"], PLUGIN: plugin, AS_PLUGIN: asPlugin, XDG_STATE_HOME: folder },
        ...{ ROLLOUT_COMMAND: "sleep 1000 & echo $!; wait", ROLLOUT_COMMAND_NAME: "backup" },
      },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const pluginPid = await new Promise<number>((resolve) => {
      cli.stdout.once("data", (text: Buffer) => {
        resolve(Number(text.toString()));
      });
    });
    const words = () => {
      const [file] = existsSync(join(folder, "rollout")) ? readdirSync(join(folder, "rollout")) : [];
      return file === undefined ? 0 : Number(readFileSync(join(folder, "rollout", file), "utf8").trim());
    };
    await expect.poll(words, { timeout: 15_000 }).toBeGreaterThan(0);
    expect(isAlive(words())).toBe(true);
    process.kill(victim === "the CLI" ? cli.pid! : pluginPid, "SIGKILL");
    await expect.poll(() => isAlive(words()), { timeout: 15_000 }).toBe(false);
    // A plugin of the CLI's stays, whatever becomes of the CLI.
    if (victim === "the CLI") process.kill(pluginPid, "SIGKILL");
  });
});

/** What the command tells: it is looked for until it is there. */
async function sleeperOf(wrapper: number): Promise<number> {
  const found = () =>
    readdirSync("/proc").find((entry) => {
      if (!/^\d+$/.test(entry)) return false;
      try {
        return (
          readFileSync(`/proc/${entry}/cmdline`, "utf8") === "sleep\0" + "1000\0" &&
          ancestorsOf(Number(entry)).includes(wrapper)
        );
      } catch {
        return false;
      }
    });
  await expect.poll(found, { timeout: 15_000 }).toBeDefined();
  return Number(found());
}

function ancestorsOf(pid: number): number[] {
  if (pid <= 1) return [];
  const parent = Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ")[1]);
  return [parent, ...ancestorsOf(parent)];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
