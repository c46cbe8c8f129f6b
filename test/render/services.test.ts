import { describe, expect, test } from "vitest";

import { aService, paged } from "./support/replies";
import { clientOf, errorOf, startServer } from "./support/server";

const named = (...names: string[]) => names.map((name, index) => aService({ id: `srv-${index}`, name }));

describe("services", () => {
  test("unknown fields, unknown words and nulls pass", async () => {
    const service = aService({
      type: "quantum_service",
      suspended: "half",
      branch: null,
      brandNew: { a: 1 },
      serviceDetails: null,
    });
    const server = await startServer(() => ({ json: service }));
    const read = await clientOf(server).getService("srv-1");
    expect(read).toMatchObject({
      type: "quantum_service",
      suspended: "half",
      branch: undefined,
      serviceDetails: undefined,
    });
  });

  test("a detail of another kind than ever seen is as good as none, and hides nothing else", async () => {
    const details = { url: "https://x.onrender.com", plan: { name: "pro" }, disk: "none", numInstances: "2" };
    const server = await startServer(() => ({
      json: aService({ autoDeploy: true, suspenders: "user", serviceDetails: details }),
    }));
    const read = await clientOf(server).getService("srv-1");
    expect(read.autoDeploy).toBeUndefined();
    expect(read.serviceDetails).toEqual({ url: "https://x.onrender.com" });
  });

  test("a static site, which lacks most details, passes", async () => {
    const server = await startServer(() => ({
      json: aService({
        type: "static_site",
        serviceDetails: { publishPath: "dist", url: "https://x.onrender.com", buildPlan: "starter" },
      }),
    }));
    expect((await clientOf(server).getService("srv-1")).serviceDetails?.url).toBe("https://x.onrender.com");
  });

  test("a service is found by its exact name, in one read, even where the filter goes by prefix", async () => {
    const all = named("felix-hub-backend-old", "felix-hub-backend", "Felix-Hub-Backend");
    const server = await startServer(({ query }) => ({ json: paged("service", all, query) }));
    const found = await clientOf(server).findService({ name: "felix-hub-backend", ownerId: "tea-1" });
    expect(found.id).toBe("srv-1");
    expect(server.requests.map(({ query }) => Object.fromEntries(query))).toEqual([
      { name: "felix-hub-backend", ownerId: "tea-1", limit: "100" },
    ]);
  });

  test("a service is found on a later page", async () => {
    const all = named(
      ...Array.from({ length: 44 }, (_, index) => `felix-hub-backend-${index}`),
      "felix-hub-backend",
    );
    const server = await startServer(({ query }) => ({ json: paged("service", all, query, 20) }));
    expect((await clientOf(server).findService({ name: "felix-hub-backend" })).id).toBe("srv-44");
  });

  test("a service of another workspace is not taken", async () => {
    const all = [aService({ ownerId: "tea-2" }), aService({ id: "srv-2" })];
    const server = await startServer(({ query }) => ({ json: paged("service", all, query) }));
    expect((await clientOf(server).findService({ name: "felix-hub-backend", ownerId: "tea-1" })).id).toBe(
      "srv-2",
    );
  });

  test("no such service: the error names the nearest and lists all", async () => {
    const all = named("felix-hub-backend", "felix-hub-mechanics-frontend", "billing");
    const server = await startServer(({ query }) => ({
      json: query.has("name") ? [] : paged("service", all, query),
    }));
    const error = await errorOf(clientOf(server).findService({ name: "felix-hub-backnd", ownerId: "tea-1" }));
    expect(error).toMatchObject({ code: "SERVICE_NOT_FOUND" });
    expect(error.message).toBe(
      'No service in workspace tea-1 is called "felix-hub-backnd". Nearest name: "felix-hub-backend". ' +
        "There are: billing, felix-hub-backend, felix-hub-mechanics-frontend. " +
        "Correct the name, or the workspace, or give the service's id (srv-…) in config.",
    );
  });

  test("an empty workspace is said to be empty", async () => {
    const server = await startServer(() => ({ json: [] }));
    const error = await errorOf(clientOf(server).findService({ name: "x" }));
    expect(error.message).toContain('No service that the API key can see is called "x". There are none.');
  });

  test("two services of one name: the error lists their ids", async () => {
    const all = [aService({ id: "srv-1" }), aService({ id: "srv-2", ownerId: "tea-2", type: "static_site" })];
    const server = await startServer(({ query }) => ({ json: paged("service", all, query) }));
    const error = await errorOf(clientOf(server).findService({ name: "felix-hub-backend" }));
    expect(error).toMatchObject({ code: "SERVICE_AMBIGUOUS" });
    expect(error.message).toContain(
      "srv-1 (web_service, workspace tea-1), srv-2 (static_site, workspace tea-2)",
    );
  });

  test("services are listed over all pages, by the filters given", async () => {
    const all = named(...Array.from({ length: 45 }, (_, index) => `s${index}`));
    const server = await startServer(({ query }) => ({ json: paged("service", all, query, 20) }));
    expect(await clientOf(server).listServices({ type: "web_service" })).toHaveLength(45);
    expect(Object.fromEntries(server.requests[1]!.query)).toEqual({
      type: "web_service",
      limit: "100",
      cursor: "c19",
    });
  });
});
