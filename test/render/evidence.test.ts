import { describe, expect, test } from "vitest";

import { clientOf, errorOf, startServer } from "./support/server";

describe("events", () => {
  test("are newest first, with details whatever they hold", async () => {
    const event = (id: string, timestamp: string, details?: unknown) => ({
      event: { id, timestamp, serviceId: "srv-1", type: "deploy_ended", details },
    });
    const server = await startServer(() => ({
      json: [
        event("evt-1", "2026-11-24T20:00:00Z"),
        event("evt-2", "2026-11-24T21:00:00Z", { deployId: "dep-1", reason: { buildFailed: { id: 1 } } }),
      ],
    }));
    const events = await clientOf(server).listEvents("srv-1", {
      types: ["deploy_ended", "job_run_ended"],
      limit: 50,
    });
    expect(events.map(({ id, details }) => ({ id, details }))).toEqual([
      { id: "evt-2", details: { deployId: "dep-1", reason: { buildFailed: { id: 1 } } } },
      { id: "evt-1", details: {} },
    ]);
    expect(server.requests[0]?.query.toString()).toBe("type=deploy_ended&type=job_run_ended&limit=50");
  });
});

describe("logs", () => {
  const line = (n: number) => ({
    id: `log-${n}`,
    message: `line ${n}`,
    timestamp: `2026-11-24T20:00:${String(n).padStart(2, "0")}Z`,
    labels: [],
  });
  const query = { ownerId: "tea-1", resource: "job-1", direction: "forward" as const };

  /** Pages of `size` lines out of `count`, the first of a page repeating the last of the one before. */
  const script = (count: number, size: number) => (seen: { query: URLSearchParams }) => {
    const start = Number(/:(\d\d)Z$/.exec(seen.query.get("startTime") ?? ":00Z")?.[1]);
    const lines = Array.from({ length: size }, (_, index) => start + index).filter((n) => n < count);
    const last = lines.at(-1) ?? start;
    const next = `2026-11-24T20:00:${String(last).padStart(2, "0")}Z`;
    return {
      json: {
        hasMore: last < count - 1,
        nextStartTime: next,
        nextEndTime: "2026-11-24T21:00:00Z",
        logs: lines.map(line),
      },
    };
  };

  test("pages are followed by their next times while there are more, each line once", async () => {
    const server = await startServer(script(25, 10));
    const lines = await clientOf(server).listLogs(query);
    expect(lines.map(({ message }) => message)).toEqual(Array.from({ length: 25 }, (_, n) => `line ${n}`));
    expect(server.requests.map(({ query: q }) => q.get("startTime"))).toEqual([
      null,
      "2026-11-24T20:00:09Z",
      "2026-11-24T20:00:18Z",
    ]);
    expect(server.requests[1]?.query.get("endTime")).toBe("2026-11-24T21:00:00Z");
  });

  test("no more lines are given, and no more pages read, than asked for", async () => {
    const server = await startServer(script(50, 10));
    expect(await clientOf(server).listLogs({ ...query, limit: 12 })).toHaveLength(12);
    expect(server.requests).toHaveLength(2);
    expect(server.requests[0]?.query.get("limit")).toBe("12");
  });

  test("a page is a hundred lines at most, however many are asked for", async () => {
    const server = await startServer(() => ({ json: { hasMore: false, logs: [] } }));
    await clientOf(server).listLogs({ ...query, limit: 5_000 });
    expect(server.requests[0]?.query.get("limit")).toBe("100");
  });

  test("a log that says there is more and brings nothing new is an end, not a loop", async () => {
    const server = await startServer(() => ({
      json: { hasMore: true, nextStartTime: "x", nextEndTime: "y", logs: [line(1)] },
    }));
    expect(await clientOf(server).listLogs(query)).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });

  test("no lines are an empty list", async () => {
    const server = await startServer(() => ({
      json: { hasMore: false, nextStartTime: "", nextEndTime: "", logs: null },
    }));
    expect(await clientOf(server).listLogs(query)).toEqual([]);
  });

  test("lists repeat their parameter", async () => {
    const server = await startServer(() => ({ json: { hasMore: false, logs: [] } }));
    await clientOf(server).listLogs({
      ...query,
      resource: ["srv-1", "srv-2"],
      type: ["app", "build"],
      startTime: new Date(0),
    });
    expect(server.requests[0]?.query.toString()).toBe(
      "ownerId=tea-1&type=app&type=build&startTime=1970-01-01T00%3A00%3A00.000Z&resource=srv-1&resource=srv-2&direction=forward&limit=100",
    );
  });
});

describe("metrics", () => {
  const query = { resource: "srv-1", startTime: "2026-11-24T20:00:00Z", endTime: "2026-11-24T21:00:00Z" };
  const series = [
    {
      labels: [{ field: "statusCode", value: "200" }],
      unit: "count",
      values: [{ timestamp: query.startTime, value: 0 }],
    },
  ];

  test("zeros are data", async () => {
    const server = await startServer(() => ({ json: series }));
    expect(await clientOf(server).httpRequests({ ...query, aggregateBy: "statusCode" })).toEqual({
      kind: "data",
      series,
    });
    expect(server.requests[0]?.query.toString()).toBe(
      "resource=srv-1&startTime=2026-11-24T20%3A00%3A00Z&endTime=2026-11-24T21%3A00%3A00Z&resolutionSeconds=60&aggregateBy=statusCode",
    );
  });

  test.each([
    ["no series", []],
    ["a series without points", [{ labels: [], unit: "ms", values: [] }]],
    ["a series whose points are null", [{ labels: null, unit: "ms", values: null }]],
  ])("%s is no data, which is not zero", async (_, json) => {
    const server = await startServer(() => ({ json }));
    expect(await clientOf(server).httpLatency({ ...query, quantile: 0.95 })).toEqual({ kind: "no-data" });
    expect(server.requests[0]?.query.getAll("quantile")).toEqual(["0.95"]);
  });

  test.each([
    ["names the plan", '{"message":"http-latency requires a Pro plan"}', "http-latency requires a Pro plan"],
    ["says it in words that nobody has seen", '{"message":"xyzzy"}', "xyzzy"],
    ["says nothing", "", "HTTP 400 without a reason"],
    ["is no JSON", "<h1>Bad request</h1>", "HTTP 400 without a reason"],
  ])("a 400 that %s is a refusal with its reason, never no data", async (_, text, reason) => {
    const server = await startServer(() => ({ status: 400, text }));
    const expected = { kind: "not-available", reason };
    expect(await clientOf(server).httpLatency({ ...query, quantile: 0.95 })).toEqual(expected);
    expect(await clientOf(server).httpRequests(query)).toEqual(expected);
  });

  test.each([401, 403, 404, 500])("HTTP %s is an error, not an answer", async (status) => {
    const server = await startServer(() => ({ status, json: { message: "needs a Pro plan" } }));
    expect(await errorOf(clientOf(server).httpRequests(query))).toMatchObject({
      code: "RENDER_REFUSED",
      status,
    });
  });

  test("a resolution below Render's least is raised to it", async () => {
    const server = await startServer(() => ({ json: [] }));
    await clientOf(server).httpRequests({ ...query, resolutionSeconds: 5 });
    expect(server.requests[0]?.query.get("resolutionSeconds")).toBe("30");
  });
});
