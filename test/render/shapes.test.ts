import { describe, expect, test } from "vitest";

import { findQueuedDeploy, liveDeploy } from "../../components/render/deploy-status";
import { parsePacing } from "../../components/render/pacing";
import {
  deploySchema,
  eventSchema,
  logLineSchema,
  metricSeriesSchema,
  postgresSchema,
  serviceSchema,
} from "../../components/render/types";
import { aDeploy, aService, paged } from "./support/replies";
import { clientOf, errorOf, startServer } from "./support/server";

describe("a reply's shape", () => {
  test("keeps all that the program reads of a service and of a deploy", () => {
    const serviceDetails = {
      url: "https://shop.example",
      maintenanceMode: { enabled: true, uri: "https://down.example" },
      disk: { id: "dsk-1", name: "data" },
    };
    expect(serviceSchema.parse(aService({ serviceDetails })).serviceDetails).toEqual(serviceDetails);
    const image = { ref: "docker.io/shop/api:v2", sha: "sha256:abc" };
    const deploy = deploySchema.parse(aDeploy({ image }));
    expect(deploy.commit).toEqual({ id: "c0ffee", message: "m", createdAt: "2026-11-20T00:00:00Z" });
    expect(deploy.image).toEqual(image);
  });

  test("keeps a line's labels, and takes none for an empty list", () => {
    const line = { id: "1", message: "m", timestamp: "2026-11-24T21:00:00Z" };
    const labels = [{ name: "level", value: "error" }];
    expect(logLineSchema.parse({ ...line, labels }).labels).toEqual(labels);
    expect(logLineSchema.parse({ ...line, labels: null }).labels).toEqual([]);
    expect(metricSeriesSchema.parse({ unit: "ms" })).toEqual({ unit: "ms", labels: [], values: [] });
    const event = { id: "evt-1", type: "deploy_ended", timestamp: line.timestamp };
    expect(eventSchema.parse(event).details).toEqual({});
  });

  test("of a database names it and its state", () => {
    expect(postgresSchema.parse({ id: "dpg-1", name: "db", status: "available" })).toMatchObject({
      id: "dpg-1",
      name: "db",
      status: "available",
    });
    expect(postgresSchema.safeParse({ id: "dpg-1" }).success).toBe(false);
  });
});

test("what visitors get is the deploy that is live", () => {
  const deploys = [{ status: "build_failed" }, { status: "live", id: 1 }, { status: "live", id: 2 }];
  expect(liveDeploy(deploys)).toBe(deploys[1]);
  expect(liveDeploy(deploys.slice(0, 1))).toBeUndefined();
});

test("the deploy of our POST is of its very moment or later, ours by its trigger, and not there before", () => {
  const at = (id: string, ms: number, trigger = "api") =>
    ({ ...aDeploy({ id, trigger }), createdAt: new Date(1_000_000 + ms).toISOString() }) as Parameters<
      typeof findQueuedDeploy
    >[0][number];
  const ours = (...deploys: ReturnType<typeof at>[]) =>
    findQueuedDeploy(deploys, { known: new Set(["old"]), postedAt: new Date(1_000_000) })?.id;
  expect(ours(at("a", -1))).toBeUndefined();
  expect(ours(at("a", 0))).toBe("a");
  expect(ours(at("old", 0))).toBeUndefined();
  expect(ours(at("a", 0, "manual"))).toBeUndefined();
  expect(ours(at("b", 5), at("a", 3))).toBe("a");
});

test.each([
  [{}, []],
  [{ "ratelimit-limit": "400" }, ["limit"]],
  [{ "ratelimit-remaining": "7" }, ["remaining"]],
  [{ "ratelimit-reset": "7" }, ["resetMs"]],
  [{ "retry-after": "1.25" }, ["retryAfterMs"]],
  [{ "ratelimit-limit": "1.2.3", "ratelimit-remaining": "-1" }, []],
] as [Record<string, string>, string[]][])(
  "of the pace nothing is known that was not said: %j",
  (headers, keys) => {
    const pacing = parsePacing((name) => headers[name], 0);
    expect(Object.keys(pacing)).toEqual(keys);
    if (keys[0] === "retryAfterMs") expect(pacing.retryAfterMs).toBe(1_250);
  },
);

describe("services by name", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, place) =>
      aService({ id: `srv-${place}`, name: `shop-${String(place).padStart(3, "0")}` }),
    );

  test.each([
    [99, true],
    [100, false],
    [101, false],
  ])("a first page of %i is all there is: %s", async (count, complete) => {
    const server = await startServer(({ query }) => ({ json: paged("service", many(count), query) }));
    const found = await clientOf(server).firstServices({
      name: "shop",
      ownerId: "tea-1",
      type: "web_service",
    });
    expect(found.complete).toBe(complete);
    expect(found.services).toHaveLength(Math.min(count, 100));
    expect(Object.fromEntries(server.requests[0]!.query)).toEqual({
      name: "shop",
      ownerId: "tea-1",
      type: "web_service",
      limit: "100",
    });
  });

  test.each([
    [20, /shop-019\. Correct/, false],
    [21, /shop-019 and 1 more\. Correct/, true],
  ])("that are not found are listed, twenty at most: %i", async (count, words, isCut) => {
    const server = await startServer(({ query }) => ({
      json: query.has("name") ? [] : paged("service", many(count), query),
    }));
    const error = await errorOf(clientOf(server).findService({ name: "shup", ownerId: "tea-1" }));
    expect(error.message).toMatch(words);
    expect(error.message.includes("shop-020")).toBe(false);
    expect(error.message.includes(" more")).toBe(isCut);
    expect(server.requests.at(-1)!.query.get("ownerId")).toBe("tea-1");
  });
});
