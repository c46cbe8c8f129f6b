import { describe, expect, test } from "vitest";

import { paged } from "./support/replies";
import { clientOf, startServer } from "./support/server";

describe("other resources", () => {
  test("workspaces are listed over all pages", async () => {
    const owners = Array.from({ length: 45 }, (_, index) => ({
      id: `tea-${index}`,
      name: `w${index}`,
      email: "a@b.c",
      type: "team",
    }));
    const server = await startServer(({ query }) => ({ json: paged("owner", owners, query, 20) }));
    expect(await clientOf(server).listOwners()).toEqual(owners);
  });

  test("workspaces' names are a repeated parameter", async () => {
    const server = await startServer(() => ({ json: [] }));
    await clientOf(server).listOwners({ name: ["a,b", "c"] });
    expect(server.requests[0]?.query.getAll("name")).toEqual(["a,b", "c"]);
  });

  test("environment groups tell their services, and one by one their variables", async () => {
    const links = [{ id: "srv-1", name: "backend", type: "web" }];
    const meta = { id: "evg-1", name: "shared", ownerId: "tea-1", serviceLinks: links };
    const server = await startServer(({ path }) => ({
      json: path.endsWith("evg-1")
        ? {
            ...meta,
            envVars: [{ key: "ENABLE_X", value: "true" }],
            secretFiles: [{ name: "f", content: "s" }],
          }
        : [meta, { ...meta, id: "evg-2", serviceLinks: null }],
    }));
    const client = clientOf(server);
    expect(await client.listEnvGroups({ ownerId: "tea-1" })).toEqual([
      meta,
      { ...meta, id: "evg-2", serviceLinks: [] },
    ]);
    expect(await client.getEnvGroup("evg-1")).toEqual({
      ...meta,
      envVars: [{ key: "ENABLE_X", value: "true" }],
    });
    expect(server.requests[0]?.query.toString()).toBe("ownerId=tea-1&limit=100");
  });

  test("a database's connection strings, should they come along, are not kept", async () => {
    const postgres = {
      id: "dpg-1",
      name: "db",
      status: "available",
      ipAllowList: null,
      password: "hunter2",
      plan: "basic_256mb",
    };
    const server = await startServer(({ query }) => ({
      json: paged("postgres", [postgres], query),
    }));
    const client = clientOf(server);
    expect(JSON.stringify(await client.listPostgres({ ownerId: "tea-1" }))).not.toContain("hunter2");
  });

  test("recovery tells its state and the earliest moment, where there is one", async () => {
    const server = await startServer(({ before }) => ({
      json:
        before === 0
          ? { recoveryStatus: "AVAILABLE", startsAt: "2026-11-17T00:00:00Z" }
          : { recoveryStatus: "NOT_AVAILABLE" },
    }));
    const client = clientOf(server);
    expect(await client.getRecovery("dpg-1")).toEqual({
      recoveryStatus: "AVAILABLE",
      startsAt: "2026-11-17T00:00:00Z",
    });
    expect(await client.getRecovery("dpg-1")).toEqual({ recoveryStatus: "NOT_AVAILABLE" });
  });

  test("a Blueprint tells which services it manages", async () => {
    const listed = { id: "exs-1", name: "b", status: "in_sync", autoSync: true };
    const blueprint = { ...listed, resources: [{ id: "srv-1", name: "n", type: "web_service" }] };
    const server = await startServer(({ path, query }) => ({
      json: path.endsWith("exs-1") ? blueprint : paged("blueprint", [listed], query),
    }));
    const client = clientOf(server);
    expect(await client.listBlueprints({ ownerId: "tea-1" })).toEqual([listed]);
    expect(await client.getBlueprint("exs-1")).toEqual(blueprint);
  });

  test("an environment tells whether it is protected", async () => {
    const environment = { id: "evm-1", name: "production", projectId: "prj-1", protectedStatus: "protected" };
    const server = await startServer(() => ({ json: environment }));
    expect(await clientOf(server).getEnvironment("evm-1")).toEqual(environment);
    expect(server.lines()).toEqual(["GET /environments/evm-1"]);
  });
});
