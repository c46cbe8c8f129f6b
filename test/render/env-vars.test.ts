import { describe, expect, test } from "vitest";

import { changedNothing, type RenderClient } from "../../components/render/client";
import { paged } from "./support/replies";
import { clientOf, errorOf, startServer, stillTime } from "./support/server";

const variables = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `KEY_${index}`, value: `v${index}` }));

describe("environment variables", () => {
  test("45 rows come whole, from a server that gives 20 a page whatever is asked", async () => {
    const rows = variables(45);
    const server = await startServer(({ query }) => ({ json: paged("envVar", rows, query, 20) }));
    expect(await clientOf(server).listEnvVars("srv-1")).toEqual(rows);
    expect(server.requests.map(({ query }) => query.get("cursor"))).toEqual([null, "c19", "c39", "c44"]);
    expect(server.requests.map(({ query }) => query.get("limit"))).toEqual(["100", "100", "100", "100"]);
  });

  test.each([
    [7, 1],
    [99, 1],
    [100, 2],
    [107, 2],
    [200, 3],
    [45, 2],
  ])(
    "%i rows in pages of a hundred take %i reads: a short page is the last unless its length is a round one",
    async (rows, reads) => {
      const server = await startServer(({ query }) => ({ json: paged("envVar", variables(rows), query) }));
      expect(await clientOf(server).listEnvVars("srv-1")).toHaveLength(rows);
      expect(server.requests).toHaveLength(reads);
    },
  );

  test.each([20, 25, 50])("a server that gives %i a page is read to its end", async (size) => {
    const rows = variables(size * 2 + 3);
    const server = await startServer(({ query }) => ({ json: paged("envVar", rows, query, size) }));
    expect(await clientOf(server).listEnvVars("srv-1")).toEqual(rows);
  });

  test("a service without variables takes one read", async () => {
    const server = await startServer(() => ({ json: [] }));
    expect(await clientOf(server).listEnvVars("srv-1")).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test("a list that never ends is an error, not a loop", async () => {
    const server = await startServer(({ before }) => ({
      json: Array(100).fill({ cursor: `c${before}`, envVar: { key: "K", value: "v" } }),
    }));
    const error = await errorOf(clientOf(server).listEnvVars("srv-1"));
    expect(error).toMatchObject({ code: "RENDER_UNREADABLE" });
    expect(server.requests).toHaveLength(50);
  });

  test("a cursor that comes twice is an error, not a loop", async () => {
    const server = await startServer(() => ({
      json: Array(100).fill({ cursor: "same", envVar: { key: "K", value: "v" } }),
    }));
    expect(await errorOf(clientOf(server).listEnvVars("srv-1"))).toMatchObject({ code: "RENDER_UNREADABLE" });
    expect(server.requests).toHaveLength(2);
  });

  test("one variable is read without a wrapper", async () => {
    const server = await startServer(() => ({ json: { key: "K", value: "true", more: 1 } }));
    expect(await clientOf(server).getEnvVar("srv-1", "K")).toEqual({ key: "K", value: "true" });
  });

  test("an empty value is a value", async () => {
    const server = await startServer(() => ({ json: { key: "K", value: "" } }));
    expect(await clientOf(server).getEnvVar("srv-1", "K")).toEqual({ key: "K", value: "" });
  });

  test("a variable that is not there is undefined, also when the 404 is no JSON", async () => {
    const server = await startServer(() => ({
      status: 404,
      text: "404 page not found",
      headers: { "content-type": "text/plain" },
    }));
    expect(await clientOf(server).getEnvVar("srv-1", "K")).toBeUndefined();
  });

  test("any other refusal is an error", async () => {
    const server = await startServer(() => ({ status: 403, json: {} }));
    expect(await errorOf(clientOf(server).getEnvVar("srv-1", "K"))).toMatchObject({
      code: "RENDER_REFUSED",
      status: 403,
    });
  });

  test("a write is one PUT of one key with nothing but its value", async () => {
    const server = await startServer(() => ({ json: { key: "ENABLE_X", value: "true" } }));
    await clientOf(server).putEnvVar("srv-1", "ENABLE_X", "true");
    expect(server.requests.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      { method: "PUT", path: "/services/srv-1/env-vars/ENABLE_X", body: { value: "true" } },
    ]);
  });

  test.each([
    ["a sign-in page", { text: "<html>Sign in", headers: { "content-type": "text/html" } }],
    ["nothing", { text: "" }],
    ["JSON of something else", { json: { ok: true } }],
    ["another variable", { json: { key: "ENABLE_Y", value: "true" } }],
    ["a list", { json: [{ key: "ENABLE_X", value: "true" }] }],
    ["half an answer", { text: '{"key":"ENABLE_X","val' }],
  ])("a write that is answered 200 by %s does not count as written", async (_, answer) => {
    const server = await startServer(() => answer);
    const error = await errorOf(clientOf(server).putEnvVar("srv-1", "ENABLE_X", "true"));
    expect(error).toMatchObject({ code: "RENDER_UNREADABLE", method: "PUT", status: 200 });
    expect(changedNothing(error)).toBe(false);
  });

  test("a variable whose value is null is there, and empty", async () => {
    const rows = [{ envVar: { key: "A", value: null } }, { envVar: { key: "B", value: "true" } }];
    const server = await startServer(() => ({ json: rows }));
    expect(await clientOf(server).listEnvVars("srv-1")).toEqual([
      { key: "A", value: "" },
      { key: "B", value: "true" },
    ]);
  });

  test("a key is encoded into its segment of the path", async () => {
    const server = await startServer(() => ({ json: { key: "a/../?b", value: "" } }));
    await clientOf(server).putEnvVar("srv-1", "a/../?b", "x");
    expect(server.requests[0]?.path).toBe("/services/srv-1/env-vars/a%2F..%2F%3Fb");
  });

  test.each(["", ".", ".."])(
    "a write with the key %j, which would be another route, sends nothing",
    async (key) => {
      const server = await startServer(() => ({ json: [] }));
      const error = await errorOf(clientOf(server).putEnvVar("srv-1", key, "true"));
      expect(error.message).toBe(
        `envVarKey ${JSON.stringify(key)} cannot stand in a path; nothing was sent to Render`,
      );
      expect(server.requests).toEqual([]);
    },
  );
});

describe("the list of variables is never written", () => {
  test("no method of the client, whatever it is given, sends a PUT to it or a DELETE to anything", async () => {
    const odd = [
      "",
      ".",
      "..",
      "/",
      "env-vars",
      "srv-1/env-vars",
      "srv-1/env-vars?",
      "srv-1/env-vars/#",
      "%2e%2e",
    ];
    const server = await startServer(() => ({ status: 404, json: {} }));
    const client = clientOf(server, { time: stillTime() });
    const names = (Object.keys(client) as (keyof RenderClient)[]).filter(
      (name) => !["close", "now"].includes(name),
    );
    for (const name of names) {
      for (const a of odd) {
        const call = (client as unknown as Record<string, (...values: unknown[]) => unknown>)[name]!;
        // The arguments are wrong for most methods, on purpose.
        await Promise.resolve()
          .then(() => call(a, "K", "v"))
          .catch(() => undefined);
        await Promise.resolve()
          .then(() => call("srv-1", a, "v"))
          .catch(() => undefined);
      }
    }
    const writes = server.requests.filter(({ method }) => method !== "GET");
    expect(writes.length).toBeGreaterThan(10);
    for (const { method, path } of writes) {
      expect(method).not.toBe("DELETE");
      if (method === "PUT") expect(path).toMatch(/^\/services\/[^/]+\/env-vars\/[^/]+$/);
    }
  });
});
