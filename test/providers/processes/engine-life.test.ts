import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "vitest";

import { whileEngineLives } from "../../../components/providers/bound-to-engine";
import { findEngineAddress, watchEngine } from "../../../components/providers/engine-life";
import { createProcessRunner } from "../../../components/providers/process";
import { createTeam } from "../../../components/providers/team";
import { createRenderClient } from "../../../components/render/client";

/** A gRPC server in a process of its own, as an engine is one: says its port, and ends only by a signal. */
const ENGINE = `
  const grpc = require("@grpc/grpc-js");
  const server = new grpc.Server();
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_, port) => console.log(port));
`;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function startEngine() {
  const child = spawn(process.execPath, ["-e", ENGINE], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return {
    address: `127.0.0.1:${port}`,
    async kill(signal: NodeJS.Signals) {
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}

describe("the engine's address", () => {
  it.each([
    [["127.0.0.1:41234"], "127.0.0.1:41234"],
    [["--tracing", "http://t.example:9", "127.0.0.1:41234"], "127.0.0.1:41234"],
    [["--logtostderr", "-v=9", "127.0.0.1:41234"], "127.0.0.1:41234"],
    [["[::1]:41234"], "[::1]:41234"],
    [["127.0.0.1:0"], undefined],
    [["--tracing=x:1"], undefined],
    [[], undefined],
  ])("of the arguments %j is %s", (words, address) => {
    expect(findEngineAddress(words)).toBe(address);
  });
});

describe("an engine that is watched", { timeout: 30_000 }, () => {
  it("is there as long as it runs, however often it is asked", async () => {
    const engine = await startEngine();
    const life = watchEngine(engine.address);
    await Promise.all(Array.from({ length: 20 }, () => life.require()));
    expect(life.gone.aborted).toBe(false);
  });

  it.each(["SIGKILL", "SIGHUP", "SIGTERM"] as const)(
    "and is ended by %s is gone by itself, without anybody asking, and for ever",
    async (signal) => {
      const engine = await startEngine();
      const life = watchEngine(engine.address);
      await life.require();
      const gone = once(life.gone, "abort");
      await engine.kill(signal);
      await gone;
      await expect(life.require()).rejects.toMatchObject({ code: "ENGINE_GONE" });
    },
  );

  it("is gone at the first look, when it ended before that", async () => {
    const engine = await startEngine();
    await engine.kill("SIGKILL");
    await expect(watchEngine(engine.address).require()).rejects.toMatchObject({
      code: "ENGINE_GONE",
      message: expect.stringContaining("`pulumi cancel`"),
    });
  });

  it("is gone although somebody else listens at its port now", async () => {
    const engine = await startEngine();
    const life = watchEngine(engine.address);
    await life.require();
    await engine.kill("SIGKILL");
    const port = Number(engine.address.split(":")[1]);
    const other = createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    await expect(life.require()).rejects.toMatchObject({ code: "ENGINE_GONE" });
    other.close();
  });

  it("is gone when nobody told where it is: unknown is not alive", async () => {
    await expect(watchEngine(undefined).require()).rejects.toMatchObject({ code: "ENGINE_GONE" });
  });
});

/** A server that counts what arrives and never answers a request that changes something before it is told to. */
async function countingServer() {
  const { createServer: createHttp } = await import("node:http");
  const seen: string[] = [];
  const waiting: (() => void)[] = [];
  const server = createHttp((request, response) => {
    seen.push(`${request.method ?? ""} ${request.url ?? ""}`);
    server.emit("seen");
    waiting.push(() => response.writeHead(500).end("{}"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, seen, waiting, server };
}

describe("without its engine", { timeout: 30_000 }, () => {
  async function dead() {
    const engine = await startEngine();
    const life = watchEngine(engine.address);
    await life.require();
    await engine.kill("SIGKILL");
    return life;
  }

  it("nothing is written to Render, neither at the first attempt nor at a repeat, and a wait ends", async () => {
    const engine = await startEngine();
    const life = watchEngine(engine.address);
    await life.require();
    const { url, seen, waiting, server } = await countingServer();
    const render = createRenderClient({
      apiKey: "rnd_x",
      baseUrl: url,
      gone: life.gone,
      beforeEffect: () => life.require(),
    });
    // The first attempt is answered by a 500, which is repeated after half a second: the engine dies in between.
    const put = expect(render.putEnvVar("srv-1", "ENABLE_X", "true")).rejects.toMatchObject({
      code: "ENGINE_GONE",
    });
    await once(server, "seen");
    await engine.kill("SIGKILL");
    waiting.forEach((answer) => {
      answer();
    });
    await put;
    for (const write of [
      render.putEnvVar("srv-1", "ENABLE_X", "true"),
      render.createDeploy("srv-1", {}),
      render.cancelDeploy("srv-1", "dep-1"),
      render.createJobOnce("srv-1", { startCommand: "x", runId: "x", createdAfter: new Date() }),
    ])
      await expect(write).rejects.toMatchObject({ code: "ENGINE_GONE" });
    expect(seen).toEqual(["PUT /services/srv-1/env-vars/ENABLE_X"]);
    server.closeAllConnections();
    server.close();
  });

  it("no command is started, no request but a question is sent to a service, nobody is told anything", async () => {
    const life = await dead();
    const sent: string[] = [];
    const ports = whileEngineLives(life, {
      fetch: async (_url, { method }) => {
        sent.push(method);
        return { status: 200, text: async () => "{}" };
      },
      probe: async ({ method }) => {
        sent.push(method ?? "GET");
        return { answered: true, status: 200, body: "", ms: 1 };
      },
      sleep: () => new Promise(() => undefined),
    });
    await expect(createProcessRunner(life).run({ argv: ["true"], timeoutMs: 1_000 })).rejects.toMatchObject({
      code: "ENGINE_GONE",
    });
    await expect(ports.fetch("https://b.example", { method: "POST" })).rejects.toMatchObject({
      code: "ENGINE_GONE",
    });
    await expect(
      ports.probe({ url: "https://b.example", method: "post", timeoutMs: 1 }),
    ).rejects.toMatchObject({
      code: "ENGINE_GONE",
    });
    const logged: string[] = [];
    await createTeam({
      telegram: { chatId: "1", apiUrl: "https://t.example" },
      token: "1:x",
      thresholdMs: 1_000,
      ...ports,
      elapsed: () => 0,
      now: async () => new Date(),
      redact: (text) => text,
      log: (line) => logged.push(line),
    }).tell("the rollout stopped");
    expect(logged.join()).toContain("the team was not told");
    expect(sent).toEqual([]);
  });

  it("a wait ends at once, with the reason", async () => {
    const engine = await startEngine();
    const life = watchEngine(engine.address);
    await life.require();
    const { sleep } = whileEngineLives(life, {
      fetch: () => Promise.reject(new Error()),
      probe: () => Promise.reject(new Error()),
      sleep: (_ms, signal) =>
        new Promise((resolve) => {
          signal?.addEventListener("abort", () => {
            resolve();
          });
        }),
    });
    const waiting = expect(sleep(3_600_000)).rejects.toMatchObject({ code: "ENGINE_GONE" });
    await engine.kill("SIGKILL");
    await waiting;
  });
});
