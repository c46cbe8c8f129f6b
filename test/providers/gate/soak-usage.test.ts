import { describe, expect, it } from "vitest";

import { DEFAULT_THRESHOLDS } from "../../../components/config/defaults";
import { judgeUsage } from "../../../components/providers/gate/soak-usage";
import type { LogLine, MetricAnswer } from "../../../components/render/client";
import type { LogQuery } from "../../../components/render/logs";
import { fakeWorld, type FakeWorld } from "../../support/fake-context";

const to = new Date("2026-11-24T21:00:00Z");
const from = new Date("2026-11-24T20:50:00Z");
const thresholds = {
  ...DEFAULT_THRESHOLDS,
  investigate: {
    ...DEFAULT_THRESHOLDS.investigate,
    ...{ memoryPercent: 75, cpuPercent: 80, errorLinesPerMinute: 1, clientErrorIncreasePercent: 2 },
  },
  immediate: {
    ...DEFAULT_THRESHOLDS.immediate,
    ...{ memoryPercent: 90, errorLinesPerMinute: 10, clientErrorIncreasePercent: 10 },
  },
};
const values = (...list: number[]): MetricAnswer => ({
  kind: "data",
  series: [
    { labels: [], unit: "bytes", values: list.map((value) => ({ timestamp: from.toISOString(), value })) },
  ],
});

async function judged(change: (world: FakeWorld) => void) {
  const world = fakeWorld();
  change(world);
  const service = world.services.get("srv-backend")!.service;
  const checks = await judgeUsage(world.context, service, thresholds, { from, to, resolutionSeconds: 60 });
  return (kind: string) => checks.find(({ check }) => check === `${kind} backend`)!;
}

describe("memory and CPU of a soak", () => {
  const using = (most: number, allowed: MetricAnswer = values(1000, 1000), metric = "memory") =>
    judged((world) => {
      const usual = world.metrics.usage;
      world.metrics.usage = (asked, query) =>
        asked === metric
          ? values(100, most, 100)
          : asked === `${metric}-limit`
            ? allowed
            : usual(asked, query);
    });

  it.each([
    [750, "pass", "memory stayed at or below 75 % of what the instance may use"],
    [751, "warn", "memory reached 75.1 % of what the instance may use"],
    [900, "warn", "memory reached 90 % of what the instance may use"],
    [901, "fail", "memory reached 90.1 % of what the instance may use"],
  ])("of which %d of 1000 were used at the highest: %s", async (most, verdict, summary) => {
    const check = (await using(most))("soak-memory");
    expect(check).toMatchObject({ verdict, summary, observed: `${most / 10} %` });
    expect(check.threshold).toBe("look above 75 %, at once above 90 %");
  });

  it("stops nothing by CPU, however much of it was used", async () => {
    expect((await using(1000, undefined, "cpu"))("soak-cpu")).toMatchObject({
      ...{ verdict: "warn", threshold: "look above 80 %", observed: "100 %" },
    });
    expect((await using(800, undefined, "cpu"))("soak-cpu").verdict).toBe("pass");
  });

  it("say why they could not be measured: refused, or no data, of what was used or of what may be", async () => {
    const refused: MetricAnswer = { kind: "not-available", reason: "not in your plan" };
    const why = async (used: MetricAnswer, limit: MetricAnswer) => {
      const check = await judged((world) => {
        world.metrics.usage = (metric) => (metric.endsWith("-limit") ? limit : used);
      });
      expect(check("soak-memory").verdict).toBe("warn");
      return check("soak-memory").summary;
    };
    const page = "Look at the service's Metrics on Render.";
    const byRefusal = `memory could not be measured: Render refuses it ("not in your plan"). ${page}`;
    const byNothing = `memory could not be measured: Render has no data of it. ${page}`;
    expect(await why(refused, values(1000))).toBe(byRefusal);
    expect(await why(values(500), refused)).toBe(byRefusal);
    expect(await why({ kind: "no-data" }, refused)).toBe(byNothing);
    expect(await why(values(500), { kind: "no-data" })).toBe(byNothing);
    expect(await why(values(), values(1000))).toBe(byNothing);
    expect(await why(values(500), values(0))).toBe(byNothing);
  });

  it("stop nothing where Render cannot be asked", async () => {
    const check = await judged((world) => {
      world.metrics.usage = () => {
        throw new Error("Render v1.2 answered HTTP 500.");
      };
    });
    expect(check("soak-memory")).toMatchObject({
      ...{ verdict: "warn", summary: "memory could not be looked at: Render v1.2 answered HTTP 500" },
    });
  });
});

describe("lines of errors in a soak's log", () => {
  const line = (id: number, message = `ERROR ${id}`, timestamp = from.toISOString()): LogLine => ({
    ...{ id: `log-${id}`, message, timestamp, labels: [] },
  });
  const lines = (count: number) => Array.from({ length: count }, (_, index) => line(index));
  const logging = (answer: (query: LogQuery) => LogLine[]) =>
    judged((world) => {
      world.logs = answer;
    });

  it.each([
    [0, "pass", "0 a minute"],
    // In ten minutes: one is less than a tenth of a minute's worth no more.
    [1, "pass", "0.1 a minute"],
    [10, "pass", "1.0 a minute"],
    [11, "warn", "1.1 a minute"],
    [100, "warn", "10.0 a minute"],
    [101, "fail", "10.1 a minute"],
  ])("of which there were %i in ten minutes: %s", async (count, verdict, observed) => {
    const check = (await logging(() => lines(count)))("soak-error-lines");
    expect(check).toMatchObject({ verdict, observed, samples: count });
    expect(check.summary).toBe(
      `${count} lines of errors in the log of the window, ${observed}${count === 0 ? "" : ", the first: ERROR 0"}`,
    );
  });

  it("are called less than a tenth where that is so", async () => {
    const world = fakeWorld();
    world.logs = () => lines(1);
    const window = { from: new Date("2026-11-24T20:00:00Z"), to, resolutionSeconds: 60 };
    const service = world.services.get("srv-backend")!.service;
    const checks = await judgeUsage(world.context, service, thresholds, window);
    expect(checks.find(({ check }) => check === "soak-error-lines backend")?.observed).toBe(
      "less than 0.1 a minute",
    );
  });

  it("are asked for by level and by word, of the application in this window, and counted once", async () => {
    const asked: LogQuery[] = [];
    const check = (
      await logging((query) => {
        asked.push(query);
        return query.level === undefined ? lines(3) : lines(2);
      })
    )("soak-error-lines");
    expect(check.samples).toBe(3);
    const query = {
      ownerId: "tea-1",
      resource: "srv-backend",
      type: ["app"],
      startTime: from,
      endTime: to,
      limit: 500,
    };
    expect(asked).toEqual([
      { ...query, level: ["error", "critical"] },
      { ...query, text: [String.raw`/\b(ERROR|Error:|Exception|Traceback)\b/`] },
    ]);
  });

  it("without an id are told apart by time and text, and the earliest is shown", async () => {
    const bare = (message: string, second: number): LogLine => {
      const { id: _none, ...rest } = line(0, message, new Date(from.getTime() + second * 1000).toISOString());
      return rest;
    };
    const check = (await logging(() => [bare("b", 9), bare("a", 3), bare("a", 9), bare("b", 9)]))(
      "soak-error-lines",
    );
    expect(check.samples).toBe(3);
    expect(check.summary).toMatch(/the first: a$/);
  });

  it("are at least so many where there was no room for more, in either answer", async () => {
    const many = (count: number, byLevel: boolean) =>
      logging((query) => ((query.level !== undefined) === byLevel ? lines(count) : []));
    expect((await many(500, true))("soak-error-lines").summary).toMatch(/^at least 500 lines/);
    expect((await many(500, false))("soak-error-lines").summary).toMatch(/^at least 500 lines/);
    expect((await many(499, true))("soak-error-lines").summary).toMatch(/^499 lines/);
  });
});

describe("the share of 4xx in a soak", () => {
  const series = (counts: Record<string, number>): MetricAnswer => ({
    kind: "data",
    series: Object.entries(counts).map(([value, count]) => ({
      labels: [
        { field: "id", value: "1404" },
        { field: "id2", value: "404-1" },
        { field: "statusCode", value },
      ],
      ...{ unit: "unitless", values: [{ timestamp: from.toISOString(), value: count }] },
    })),
  });
  const shares = (earlier: MetricAnswer, later: MetricAnswer) =>
    judged((world) => {
      world.metrics.requests = ({ startTime }) =>
        new Date(startTime).getTime() < from.getTime() ? earlier : later;
    });

  it("is held against the time before the window, which is as long", async () => {
    const before = series({ 200: 990, 404: 10 });
    expect(
      (await shares(before, series({ 200: 500, 302: 290, 400: 200, 503: 10 })))("soak-client-errors"),
    ).toMatchObject({
      ...{
        verdict: "fail",
        summary: "the share of 4xx grew by 19 points (200 of 1000 requests, before 10 of 1000)",
      },
      probe:
        "GET /metrics/http-requests (resource=srv-backend, 2026-11-24T20:40:00.000Z to 2026-11-24T21:00:00.000Z, by status)",
    });
    expect((await shares(before, before))("soak-client-errors").verdict).toBe("pass");
  });

  it("is not known where either time is refused, and nothing where nobody came", async () => {
    const refused: MetricAnswer = { kind: "not-available", reason: "no" };
    const some = series({ 200: 100 });
    const summary =
      'the share of 4xx could not be measured: Render refuses it ("no"). Look at the service\'s Metrics on Render.';
    expect((await shares(refused, some))("soak-client-errors")).toMatchObject({ verdict: "warn", summary });
    expect((await shares(some, refused))("soak-client-errors")).toMatchObject({ verdict: "warn", summary });
    expect((await shares({ kind: "no-data" }, some))("soak-client-errors").summary).toContain(
      "(0 of 100 requests, before 0 of 0)",
    );
  });
});
