import { describe, expect, it } from "vitest";

import { DEFAULT_THRESHOLDS } from "../../../components/config/defaults";
import { judgeResponseLimits } from "../../../components/providers/gate/judge-limits";
import { judgeUsage } from "../../../components/providers/gate/soak-usage";
import type { MetricAnswer } from "../../../components/render/client";
import { AT, fakeWorld, steadySeries, type FakeWorld } from "../../support/fake-context";

const told = { probe: "GET /", at: "2026-11-24T21:00:00Z" };
const figures = (p50: number, p95: number, p99: number, n = 100) => ({ n, p50, p95, p99, errorRate: 0 });
const limits = (p50: number, p95: number, p99: number, n?: number) =>
  judgeResponseLimits({ "backend /api": figures(p50, p95, p99, n) }, DEFAULT_THRESHOLDS, told);

describe("response times against the plan's limits", () => {
  it.each([
    ["within all", [100, 900, 1900], "pass", "within the plan's limits"],
    ["a median above 500 ms", [600, 900, 1900], "warn", "backend /api p50 600 ms (limit 500 ms)"],
    ["a p95 above 1 s", [100, 1100, 1900], "warn", "slower than aimed at: backend /api p95 1100 ms"],
    ["a p99 above 2 s", [100, 900, 2100], "warn", "p99 2100 ms (limit 2000 ms)"],
    ["a p95 above 2 s", [100, 2100, 2200], "warn", "look into it"],
    ["a p95 above 3 s", [100, 3100, 3200], "fail", "go back at once"],
  ] as const)("%s", (_what, [p50, p95, p99], verdict, words) => {
    const check = limits(p50, p95, p99);
    expect(check).toMatchObject({ verdict, about: "times" });
    expect(check?.summary).toContain(words);
  });

  it("say nothing of a few answers", () => {
    expect(limits(100, 5000, 5000, 10)).toBeUndefined();
    expect(limits(100, 5000, 5000, 19)).toBeUndefined();
    expect(limits(100, 5000, 5000, 20)).toMatchObject({ verdict: "fail", samples: 20 });
  });

  it("that are met exactly are within them", () => {
    expect(limits(500, 1000, 2000)).toMatchObject({ verdict: "pass" });
    expect(limits(500, 2000, 2000)?.summary).toContain("slower than aimed at");
    expect(limits(500, 3000, 3000)?.summary).toContain("look into it");
  });

  it("are judged over all endpoints with enough right answers: their samples together, the worst of them", () => {
    const several = {
      a: figures(100, 900, 950, 30),
      b: figures(100, 700, 950, 50),
      few: figures(100, 9000, 9000, 5),
      none: { n: 40, p50: null, p95: null, p99: null, errorRate: 1 },
    };
    expect(judgeResponseLimits(several, DEFAULT_THRESHOLDS, told)).toMatchObject({
      ...{ verdict: "pass", samples: 80, observed: "worst p95 900 ms", ...told },
    });
    expect(judgeResponseLimits({ none: several.none }, DEFAULT_THRESHOLDS, told)).toBeUndefined();
  });
});

describe("what a soak's window holds beside errors and times", () => {
  const window = { from: new Date(AT - 3_600_000), to: new Date(AT), resolutionSeconds: 60 };

  async function verdicts(world: FakeWorld): Promise<Record<string, string>> {
    const { service } = world.services.get("srv-backend")!;
    const checks = await judgeUsage(world.context, service, DEFAULT_THRESHOLDS, window);
    return Object.fromEntries(checks.map(({ check, verdict }) => [check, verdict]));
  }

  const usual = {
    "soak-memory backend": "pass",
    "soak-cpu backend": "pass",
    "soak-error-lines backend": "pass",
    "soak-client-errors backend": "pass",
  };

  it("passes where all is usual", async () => {
    expect(await verdicts(fakeWorld())).toEqual(usual);
  });

  it.each([
    [80, "warn"],
    [91, "fail"],
  ])("memory at %i %% is %s", async (percent, verdict) => {
    const world = fakeWorld();
    world.metrics.usage = (metric, query) =>
      steadySeries(query, {}, "bytes", metric === "memory" ? percent : 100);
    expect(await verdicts(world)).toEqual({
      ...usual,
      "soak-memory backend": verdict,
      "soak-cpu backend": "warn",
    });
  });

  it.each([
    [100, "warn"],
    [499, "pass"],
    [700, "fail"],
  ])("%i lines of errors in an hour", async (lines, _verdict) => {
    const world = fakeWorld();
    world.logs = ({ text, limit = 100 }) =>
      text === undefined
        ? []
        : Array.from({ length: Math.min(lines, limit) }, (_, index) => ({
            id: `l${index}`,
            message: "ERROR Failed to notify admin chat",
            timestamp: new Date(AT - index).toISOString(),
            labels: [],
          }));
    const rate = Math.min(lines, 500) / 60;
    expect((await verdicts(world))["soak-error-lines backend"]).toBe(
      rate > 10 ? "fail" : rate > 1 ? "warn" : "pass",
    );
  });

  it("sees that a request which users make is refused now", async () => {
    const world = fakeWorld();
    world.metrics.requests = (query) => {
      const later = new Date(query.startTime).getTime() >= window.from.getTime();
      const good = steadySeries(query, { statusCode: "200" }, "unitless", 10) as MetricAnswer & {
        kind: "data";
      };
      const bad = steadySeries(query, { statusCode: "400" }, "unitless", later ? 5 : 0) as typeof good;
      return { kind: "data", series: [...good.series, ...bad.series] };
    };
    expect((await verdicts(world))["soak-client-errors backend"]).toBe("fail");
  });

  it("warns, and stops nothing, where Render does not offer it, has none, or breaks", async () => {
    for (const answer of [
      { kind: "not-available", reason: "not in your plan" },
      { kind: "no-data" },
    ] as const) {
      const world = fakeWorld();
      world.metrics = { requests: () => answer, latency: () => answer, usage: () => answer };
      expect(new Set(Object.values(await verdicts(world)))).toEqual(new Set(["warn", "pass"]));
    }
    const broken = fakeWorld();
    broken.faults.before = () => {
      throw new Error("HTTP 500");
    };
    expect(new Set(Object.values(await verdicts(broken)))).toEqual(new Set(["warn"]));
  });
});
