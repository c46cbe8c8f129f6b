import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { verbs } from "../../components/providers/host";
import { immortalEngine } from "../support/immortal-engine";

const inputs = { renderName: "backend", serviceId: "srv-backend", key: "ENABLE_X", value: "true" };
const SERVICE = {
  ...{ id: "srv-backend", name: "backend", ownerId: "tea-1", type: "web_service" },
  ...{ suspended: "not_suspended", createdAt: "2026-11-01T00:00:00Z", updatedAt: "2026-11-01T00:00:00Z" },
};

let asked: IncomingMessage[] = [];
let printed: string[] = [];
let address = "";
const server = createServer((request, response) => {
  asked.push(request);
  response.setHeader("content-type", "application/json");
  const path = new URL(request.url ?? "/", "http://x").pathname;
  const rows = path === "/v1/services" ? [{ service: SERVICE, cursor: "c1" }] : [];
  response.end(JSON.stringify(path === "/v1/services/srv-backend" ? SERVICE : rows));
});

beforeEach(async () => {
  [asked, printed] = [[], []];
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  vi.stubEnv("RENDER_API_KEY", "rnd_OfTheEnvironment000000000000");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

/** The verbs as a process gets them that has just started. */
async function freshVerbs(config: Record<string, string> | undefined): Promise<ReturnType<typeof verbs>> {
  vi.resetModules();
  vi.doMock("../../components/providers/engine-life", () => ({
    findEngineAddress: () => undefined,
    watchEngine: () => immortalEngine,
  }));
  const host = await import("../../components/providers/host.js");
  const reader = config && {
    get: (key: string) => config[key],
    require: (key: string) => config[key] ?? "",
  };
  return host.verbs("feature-flag", reader);
}

describe("the provider's process", () => {
  it("asks Render with the stack's key where it has one, whatever the environment says", async () => {
    const flag = await freshVerbs({
      renderApiKey: "rnd_OfTheStack000000000000000000",
      renderApiUrl: address,
    });
    await flag.check({}, inputs);
    expect(new Set(asked.map(({ headers }) => headers.authorization))).toEqual(
      new Set(["Bearer rnd_OfTheStack000000000000000000"]),
    );
  });

  it("asks Render with the environment's key where the stack has none", async () => {
    const flag = await freshVerbs({ renderApiUrl: address });
    await flag.check({}, inputs);
    expect(asked[0]?.headers.authorization).toBe("Bearer rnd_OfTheEnvironment000000000000");
  });

  it("refuses to begin without a key, and says where to put one", async () => {
    vi.stubEnv("RENDER_API_KEY", "");
    await expect(freshVerbs({ renderApiUrl: address })).rejects.toThrow(
      /renderApiKey is not set: run `pulumi/,
    );
  });

  it("refuses to begin before it is configured", async () => {
    await expect(freshVerbs(undefined)).rejects.toThrow("before it was configured");
  });

  it("prints no secret: not the stack's, and none of the environment's", async () => {
    vi.stubEnv("SMOKE_PASSWORD", "horse-battery");
    const flag = await freshVerbs({ databaseUrl: "postgres://u:staple-correct@h/d", renderApiUrl: address });
    const key = "ENABLE_staple-correct_horse-battery";
    await flag.check({}, { ...inputs, key });
    expect(printed.join("\n")).toMatch(/ENABLE_.*absent/s);
    expect(printed.join("\n")).not.toMatch(/staple-correct|horse-battery/);
  });

  it("lets no secret out with an error either", async () => {
    const flag = await freshVerbs({ databaseUrl: "postgres://u:staple-correct@h/d", renderApiUrl: address });
    const named = { renderName: "staple-correct", key: "ENABLE_X", value: "true" };
    const failure = await flag.check({}, named).catch((error: unknown) => String(error));
    expect(failure).toMatch(/no service/i);
    expect(failure).not.toContain("staple-correct");
  });
});
