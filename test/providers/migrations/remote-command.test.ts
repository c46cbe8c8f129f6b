import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { sshExecutor } from "../../../components/providers/migrations/executor-process";
import { createProcessRunner, type After } from "../../../components/providers/process";
import type { EngineLife } from "../../../components/providers/engine-life";
import { fakeWorld } from "../../support/fake-context";
import { allGone } from "../../support/processes-alive";

// Stands in for ssh and sshd in one: the last word goes to a login shell in a session of its own, whose streams are pipes
// that close when the connection, this process, is gone. Nothing else tells the command of it, as with sshd.
const SSH = `#!${process.execPath}
const { spawn } = require("node:child_process");
const shell = spawn(process.env.LOGIN_SHELL, ["-c", process.argv.at(-1)], { detached: true });
process.stdin.pipe(shell.stdin);
shell.stdin.on("error", () => {});
shell.stdout.pipe(process.stdout);
shell.stderr.pipe(process.stderr);
shell.on("close", (code) => process.exit(code ?? 255));
`;

let folder: string;
const { PATH } = process.env;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ssh-"));
  writeFileSync(join(folder, "ssh"), SSH);
  chmodSync(join(folder, "ssh"), 0o755);
  process.env["PATH"] = `${folder}:${PATH ?? ""}`;
});
afterEach(() => {
  process.env["PATH"] = PATH;
  rmSync(folder, { recursive: true, force: true });
});

async function pidsIn(name: string): Promise<number[]> {
  const file = join(folder, name);
  while (!existsSync(file)) await delay(10);
  return readFileSync(file, "utf8").trim().split(" ").map(Number);
}

function executor() {
  const world = fakeWorld();
  const controller = new AbortController();
  const engine: EngineLife = { gone: controller.signal, require: async () => undefined };
  world.context.engineGone = controller.signal;
  let pass: () => void = () => undefined;
  const after: After = (_ms, callback) => {
    pass = callback;
    return () => undefined;
  };
  world.context.run = createProcessRunner(engine, { graceMs: 300, after }).run;
  const options = { service: { renderName: "backend" }, directory: folder, timeoutMs: 60_000 };
  return {
    ssh: sshExecutor(world.context, options),
    passTime: () => {
      pass();
    },
    end: () => {
      controller.abort(Object.assign(new Error("the engine is gone"), { code: "ENGINE_GONE" }));
    },
  };
}

const shells = ["/bin/sh", "/bin/bash"].filter(existsSync);

describe.each(shells)("a command over ssh, with %s as login shell there,", (shell) => {
  beforeEach(() => {
    process.env["LOGIN_SHELL"] = shell;
  });
  afterEach(() => {
    delete process.env["LOGIN_SHELL"];
  });

  it("runs in its directory with its words as they are; its own output alone is read", async () => {
    const words = [
      "node",
      "-p",
      "process.cwd() + JSON.stringify(process.argv.slice(1))",
      "--",
      "$HOME",
      "a 'b'",
      "!x;\n*",
    ];
    const { output } = await executor().ssh.execute([process.execPath, ...words.slice(1)]);
    expect(output).toBe(`${folder}${JSON.stringify(words.slice(4))}\n`);
  });

  it("ends with its own exit code, and its words on stderr are the reason", async () => {
    await expect(executor().ssh.execute(["sh", "-c", "echo why >&2; exit 7"])).rejects.toThrow(
      /it ended with exit code 7:\n {2}why/,
    );
  });

  const family = ["sh", "-c", `sleep 1000 & echo "$$ $!" > p; mv p pids; wait; sleep 1000`];

  it("ends on the other side, with all that it started, when the engine is gone", async () => {
    const { ssh, end } = executor();
    const ended = expect(ssh.execute(family)).rejects.toMatchObject({ code: "ENGINE_GONE" });
    const pids = await pidsIn("pids");
    end();
    await ended;
    await allGone(...pids);
  });

  it("ends on the other side when its time has passed", async () => {
    const { ssh, passTime } = executor();
    const ended = expect(ssh.execute(family)).rejects.toThrow("did not end within 60 s");
    const pids = await pidsIn("pids");
    passTime();
    await ended;
    await allGone(...pids);
  });

  it("ends on the other side when the connection breaks", async () => {
    const cut = expect(
      executor().ssh.execute(["sh", "-c", `sleep 1000 & echo "$$ $!" > p; mv p pids; wait`]),
    ).rejects.toThrow("SIGKILL");
    const pids = await pidsIn("pids");
    const found = await connectionOf(folder);
    process.kill(found, "SIGKILL");
    await cut;
    await allGone(...pids);
  });

  it("leaves nothing behind there when it has ended", async () => {
    await executor().ssh.execute([
      "sh",
      "-c",
      `ps -o ppid= -p $PPID > /dev/null; echo "$PPID" > p; mv p pids`,
    ]);
    await allGone(...(await pidsIn("pids")));
  });
});

/** The stand-in's own process: the one that runs the file in `folder`. */
async function connectionOf(place: string): Promise<number> {
  const ps = spawn("ps", ["-eo", "pid=,args="], { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  for await (const piece of ps.stdout) text += String(piece);
  const line = text.split("\n").find((each) => each.includes(`${process.execPath} ${join(place, "ssh")}`));
  return Number(line?.trim().split(" ")[0]);
}
