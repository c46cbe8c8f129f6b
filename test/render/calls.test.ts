import { setTimeout as delay } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { createRenderClient, type RenderClientOptions } from "../../components/render/client";
import { CANARY_KEY, startServer, type Script } from "./support/server";

/** A server by script, and a client of it whose waits take no time. */
async function talking(script: Script, options: Partial<RenderClientOptions> = {}) {
  const server = await startServer(script);
  const waits: { ms: number; reason: string }[] = [];
  const client = createRenderClient({
    ...{ apiKey: CANARY_KEY, baseUrl: server.url, random: () => 0.5 },
    ...{ clock: { now: () => Date.now() }, sleep: () => Promise.resolve() },
    onWait: ({ ms, reason }) => waits.push({ ms, reason }),
    ...options,
  });
  return { server, client, waits };
}
const service = { id: "srv-1", name: "a", ownerId: "tea-1", type: "web_service", suspended: "not_suspended" };

describe("a call to Render", () => {
  it("of a GET that is answered with something unreadable is made again, of a PUT it is not", async () => {
    const { client, server } = await talking(({ before, method }) =>
      method === "PUT" || before > 0
        ? { json: service }
        : { text: "<html>", headers: { "content-type": "text/html" } },
    );
    expect(await client.getService("srv-1")).toMatchObject({ id: "srv-1" });
    expect(server.requests).toHaveLength(2);
    const put = await talking(() => ({ text: "<html>" }));
    await put.client.putEnvVar("srv-1", "A", "true").catch(() => undefined);
    expect(put.server.lines().filter((line) => line.startsWith("PUT"))).toHaveLength(1);
  });

  it("asks before each attempt of a request that changes something whether it still may, and before no other", async () => {
    let asked = 0;
    const beforeEffect = async () => {
      asked += 1;
      if (asked > 1) throw new Error("the engine is gone");
    };
    const { client, server } = await talking(
      ({ method }) => (method === "GET" ? { json: service } : { status: 503 }),
      { beforeEffect },
    );
    await client.getService("srv-1");
    expect(asked).toBe(0);
    await expect(client.putEnvVar("srv-1", "A", "true")).rejects.toThrow("the engine is gone");
    expect(server.lines()).toEqual(["GET /services/srv-1", "PUT /services/srv-1/env-vars/A"]);
  });

  it("says what it sends, and of a body that it is JSON; without one it says nothing of it", async () => {
    const { client, server } = await talking(() => ({ json: service }), { userAgent: "me/1" });
    await client.getService("srv-1");
    await client.putEnvVar("srv-1", "A", "true").catch(() => undefined);
    const [get, put] = server.requests;
    expect(get?.headers).toMatchObject({
      ...{ accept: "application/json", authorization: `Bearer ${CANARY_KEY}`, "user-agent": "me/1" },
    });
    expect(get?.headers).not.toHaveProperty("content-type");
    expect(put).toMatchObject({ headers: { "content-type": "application/json" }, body: { value: "true" } });
  });

  it("reaches a base with slashes behind it", async () => {
    const { server } = await talking(() => ({ json: service }));
    const client = createRenderClient({ apiKey: CANARY_KEY, baseUrl: `${server.url}//` });
    await client.getService("srv-1");
    await client.close();
    expect(server.lines()).toEqual(["GET /services/srv-1"]);
  });

  it("takes no redirect for a good answer", async () => {
    const { client } = await talking(() => ({ status: 300, json: service }));
    await expect(client.getService("srv-1")).rejects.toThrow(/HTTP 300/);
  });

  it.each(["its own signal", "the one of all calls"])("ends by %s, while it is under way", async (which) => {
    const [own, all] = [new AbortController(), new AbortController()];
    const { client, server } = await talking(() => "hang", { gone: all.signal });
    const call = client.getService("srv-1", { signal: own.signal });
    const ended = expect(call).rejects.toThrow("stop it");
    while (server.requests.length === 0) await delay(2);
    (which === "its own signal" ? own : all).abort(new Error("stop it"));
    await ended;
  });

  it("ends by the signal of all calls also where it has none of its own", async () => {
    const all = new AbortController();
    const { client, server } = await talking(() => "hang", { gone: all.signal });
    const ended = expect(client.getService("srv-1")).rejects.toThrow("stop it");
    while (server.requests.length === 0) await delay(2);
    all.abort(new Error("stop it"));
    await ended;
  });

  it("ends by its signal while it waits for another attempt, with the signal's reason", async () => {
    const own = new AbortController();
    const sleep = async () => {
      own.abort(new Error("stop it"));
      throw new Error("the sleep was ended");
    };
    const { client } = await talking(() => ({ status: 503 }), { sleep });
    await expect(client.getService("srv-1", { signal: own.signal })).rejects.toThrow("stop it");
    const odd = await talking(() => ({ status: 503 }), {
      sleep: () => Promise.reject(new Error("no timer")),
    });
    await expect(odd.client.getService("srv-1")).rejects.toThrow("no timer");
  });

  it("gives up when its time is over, by its own clock", async () => {
    let now = 1_000;
    const { client, server } = await talking(
      () => {
        now += 40_000;
        return { status: 503 };
      },
      { clock: { now: () => now }, budgets: { totalMs: 100_000 } },
    );
    await expect(client.getService("srv-1")).rejects.toThrow(/HTTP 503/);
    expect(server.requests.length).toBeLessThanOrEqual(3);
    expect(now).toBeLessThanOrEqual(1_000 + 3 * 40_000);
  });
});

describe("Render's clock", () => {
  const date = (text: string) => ({ headers: { date: text } });

  it("is asked for once, where no reply came yet, and a refusal tells it as well", async () => {
    const { client, server } = await talking(() => ({
      status: 401,
      json: {},
      ...date("Tue, 24 Nov 2026 21:00:00 GMT"),
    }));
    const now = await client.now();
    expect(now.toISOString()).toMatch(/^2026-11-24T2[01]:/);
    await client.now();
    expect(server.lines()).toEqual(["GET /owners"]);
  });

  it("is not known where Render cannot be reached: then the failure is told", async () => {
    const { client } = await talking(() => "drop", { budgets: { totalMs: 50 } });
    await expect(client.now()).rejects.toThrow();
  });
});
