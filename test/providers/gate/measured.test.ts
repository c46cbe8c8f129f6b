import { describe, expect, it } from "vitest";

import { gateVerbs } from "../../../components/providers/gate/gate";
import { declared, closingInputs, type GateInputs } from "../../../components/providers/gate/inputs";
import {
  configuredPlan,
  inspectorOf,
  measureAgainst,
  measureBaseline,
  measureFirstTime,
} from "../../../components/providers/gate/measure";
import type { FakeWorld } from "../../support/fake-context";
import { measuredWorld, openedGate, openGate, preparation } from "../../support/gate-world";

const [service] = openGate.services;
/** Two endpoints, of which the second answers as `parts` says. */
const two: GateInputs = {
  ...openGate,
  services: [{ ...service!, endpoints: ["/api/orders", "/api/parts"] }],
};
const answer =
  (status: number, ms = 30) =>
  () => ({ answered: true as const, status, body: "[]", ms });

function twoEndpoints(status = 200, ms = 30): FakeWorld {
  const { world } = measuredWorld({ ms: 40 });
  world.answers.set("/api/parts", answer(status, ms));
  return world;
}

describe("how samples are taken", () => {
  it.each([
    [undefined, 1, { baselineSamples: 1000, batch: 150, looks: 4, warmUp: 20 }],
    [undefined, 3, { baselineSamples: 400, batch: 100, looks: 4, warmUp: 20 }],
    [
      { baselineSamples: 60, batchSamples: 5, batches: 2, warmUp: 0 },
      2,
      { baselineSamples: 60, batch: 5, looks: 2, warmUp: 0 },
    ],
    // A rate of one per cent needs a hundred requests, however few of each endpoint config asks for.
    [{ baselineSamples: 10 }, 3, { baselineSamples: 34, batch: 100, looks: 4, warmUp: 20 }],
    [{ baselineSamples: 10 }, 0, { baselineSamples: 100, batch: 150, looks: 4, warmUp: 20 }],
  ])("%o of %i endpoints: %o", (sampling, endpoints, plan) => {
    expect(configuredPlan(sampling as never, endpoints)).toEqual(plan);
  });

  it("is told before it begins and while it goes on: what, how many at the most, how far", async () => {
    const world = twoEndpoints(200, 400);
    await measureBaseline(world.context, two);
    const names = "backend /api/orders, backend /api/parts, backend /health";
    expect(world.log[0]).toBe(`gate api: takes the baseline, 200 samples of ${names}`);
    // Five to warm up and two hundred, of three.
    expect(world.log[1]).toMatch(/^gate api: \d+ of 615 requests, 0 failed; at the most \d+ s more$/);
    world.log.length = 0;
    const { baseline } = (await measureBaseline(world.context, two))!;
    world.log.length = 0;
    await measureAgainst(world.context, two, { ...baseline!, endpoints: {} });
    expect(world.log[0]).toBe(`gate api: measures ${names}, 240 samples of each at the most`);
    expect(world.log[1]).toMatch(/^gate api: look 1 of 4 at the most, \d+ of 735 requests,/);
  });

  it("keeps each sample with its moment on Render's clock, its phase and its stack", async () => {
    const world = twoEndpoints();
    const kept: { stack: string | undefined; at: string; phase: string }[] = [];
    world.context.keepSample = (stack, { at, phase }) => kept.push({ stack, at, phase });
    const began = world.clock.ms;
    await measureBaseline(world.context, two);
    expect(kept).toHaveLength(615);
    expect(kept[0]).toMatchObject({ stack: "prod", phase: "api" });
    expect(Date.parse(kept[0]!.at)).toBeGreaterThan(began);
    expect(Date.parse(kept.at(-1)!.at)).toBe(Math.floor(world.clock.ms));
  });

  it("takes no answer for the service's failure while this machine slept", async () => {
    const errors = async (disturbed: boolean) => {
      const world = twoEndpoints();
      world.answers.set("/api/parts", () => ({ answered: false, error: "cut off", ms: 5 }));
      world.context.asleep = { disturbed: () => disturbed };
      return (await measureBaseline(world.context, two))!.checks[0]!.verdict;
    };
    expect(await errors(false)).toBe("fail");
    expect(await errors(true)).not.toBe("fail");
  });

  it("looks at health answers as the health check does", () => {
    const look = inspectorOf({ ...service!, healthExpect: { status: "well" } });
    expect(look('{"status":"well"}')).toBeUndefined();
    expect(look('{"status":"ill"}')).toContain("status");
    expect(inspectorOf(service!)('{"database":"down"}')).toContain("database");
  });
});

describe("what is measured", () => {
  it("is held against the plan's limits for users' endpoints, not for the health check", async () => {
    const world = twoEndpoints();
    world.answers.set("/health", () => ({ answered: true, status: 200, body: "{}", ms: 4_000 }));
    const { checks } = (await measureBaseline(world.context, two))!;
    expect(checks.map(({ check }) => check)).toEqual(["error-rate", "response-limits"]);
    expect(checks[1]).toMatchObject({
      verdict: "pass",
      samples: 400,
      probe: checks[0]!.probe,
      at: checks[0]!.at,
    });
    const slow = (await measureBaseline(twoEndpoints(200, 3_500).context, two))!;
    expect(slow.checks[1]).toMatchObject({ verdict: "fail" });
    expect(slow.checks[1]!.summary).toContain("backend /api/parts");
  });

  it("is in figures for each endpoint, with 21 quantiles of its right answers", async () => {
    const { measured } = (await measureBaseline(twoEndpoints().context, two))!;
    expect(Object.keys(measured).sort()).toEqual([
      "backend /api/orders",
      "backend /api/parts",
      "backend /health",
    ]);
    expect(measured["backend /api/parts"]).toMatchObject({
      n: 200,
      p50: 30,
      errorRate: 0,
      quantilesMs: Array(21).fill(30),
    });
  });

  it("is nothing where no endpoint is named, or none can be reached", async () => {
    const world = twoEndpoints();
    const { endpoints: _none, ...quiet } = service!;
    expect(await measureBaseline(world.context, { ...openGate, services: [quiet] })).toBeUndefined();
    world.services.get("srv-backend")!.service.serviceDetails = {};
    expect(await measureAgainst(world.context, two, undefined)).toBeUndefined();
  });

  it("says how to get a baseline where there is none to compare with, and says it of nothing else", async () => {
    const hint = "Set rebaseline in the stack file to a new date, while the system is as it should be.";
    const without = (await measureAgainst(twoEndpoints().context, two, undefined))!.checks;
    expect(without.find(({ check }) => check === "api-latency")?.summary).toContain(hint);
    expect(without.filter(({ summary }) => summary.includes(hint))).toHaveLength(1);
    const world = twoEndpoints();
    const { baseline } = (await measureBaseline(world.context, two))!;
    const compared = (await measureAgainst(world.context, two, baseline))!.checks;
    expect(JSON.stringify(compared)).not.toContain(hint);
  });
});

describe("a baseline of what is well", () => {
  const override = {
    ...{ text: "2026-11-24 by Ada, error-rate: its cure comes next", date: "2026-11-24", by: "Ada" },
    ...{ checks: ["error-rate"], reason: "its cure comes next" },
  };

  it("is none of an ill system where nobody says that it may be", async () => {
    const measurement = (await measureBaseline(twoEndpoints(500).context, two))!;
    expect(measurement).not.toHaveProperty("baseline");
    expect(measurement.checks[0]).toMatchObject({ check: "error-rate", verdict: "fail" });
  });

  it("is none where nothing could be measured", async () => {
    const { world } = measuredWorld({ ms: 40 });
    for (const path of ["/api/orders", "/health"])
      world.answers.set(path, () => ({ answered: false, measured: false, error: "no name", ms: 1 }));
    const measurement = (await measureBaseline(world.context, openGate))!;
    expect(measurement).not.toHaveProperty("baseline");
    expect(measurement.checks[0]).toMatchObject({ verdict: "could-not-measure" });
  });

  it("is, by a person's word, that of the endpoints that answer well, and names the others", async () => {
    const { baseline, checks, measured } = (await measureBaseline(twoEndpoints(500).context, {
      ...two,
      override,
    }))!;
    expect(Object.keys(baseline!.endpoints).sort()).toEqual(["backend /api/orders", "backend /health"]);
    expect(checks.at(-1)).toMatchObject({ check: "baseline", verdict: "warn", observed: "2 of 3 endpoints" });
    expect(checks.at(-1)!.summary).toMatch(/^there is no baseline of backend \/api\/parts: /);
    expect(measured["backend /api/orders"]?.n).toBe(200);
    expect(measured["backend /api/parts"]?.errorRate).toBe(1);
  });
});

describe("endpoints that answer for the first time", () => {
  const missing = [{ ...service!, endpoints: ["/api/parts"] }];

  it("get their baseline here, beside the comparison of the others", async () => {
    const world = twoEndpoints();
    const { baseline } = (await measureBaseline(world.context, openGate))!;
    const first = (await measureFirstTime(world.context, two, baseline, missing))!;
    expect(Object.keys(first.baseline!.endpoints).sort()).toEqual(["backend /api/parts", "backend /health"]);
    expect(first.checks.map(({ check }) => check)).toEqual([
      "error-rate",
      "api-latency",
      "response-limits",
      "baseline",
    ]);
    expect(first.checks.at(-1)).toMatchObject({ verdict: "warn", observed: "1 of this gate's own" });
    expect(first.checks.at(-1)!.summary).toContain(
      "the baseline of backend /api/parts is taken by this gate",
    );
    expect(Object.keys(first.measured).sort()).toEqual([
      "backend /api/orders",
      "backend /api/parts",
      "backend /health",
    ]);
  });

  it("get all of it where there is none at all", async () => {
    const all = [{ ...service!, endpoints: ["/api/orders", "/api/parts"] }];
    const first = (await measureFirstTime(twoEndpoints().context, two, undefined, all))!;
    expect(Object.keys(first.baseline!.endpoints)).toHaveLength(3);
    expect(first.checks.map(({ check }) => check)).toEqual(["error-rate", "response-limits", "baseline"]);
  });

  it("get none where the comparison of the others shows that the system is ill", async () => {
    const world = twoEndpoints();
    const { baseline } = (await measureBaseline(world.context, openGate))!;
    world.answers.set("/api/orders", answer(500));
    const first = (await measureFirstTime(world.context, two, baseline, missing))!;
    expect(first).not.toHaveProperty("baseline");
    expect(first.checks[0]).toMatchObject({ check: "error-rate", verdict: "fail" });
  });
});

describe("what a gate keeps", () => {
  it("of a refresh is what was declared: without what it found, and the first one without its baseline", async () => {
    const { world } = measuredWorld({ ms: 40 });
    const first = await openedGate(world, preparation);
    expect(declared(first)).toEqual(preparation);
    const later = { ...openGate, baseline: first.baseline! };
    const outs = await openedGate(world, later);
    const { baseline: _kept, ...asked } = later;
    expect(declared(outs)).toEqual(asked);
    expect(declared({ ...outs, baseline: first.baseline! })).toEqual(later);
  });

  it("when it closes is what it verified, but for what the closing asks for", () => {
    const { acknowledged: _a, ...olds } = { ...openGate, services: [], items: [{ id: "old", purpose: "" }] };
    const { items: _i, ...news } = {
      ...openGate,
      state: "closed" as const,
      acknowledged: { a: "2026-11-24 by Ada" },
    };
    const closing = closingInputs(olds, news);
    expect(closing).toMatchObject({
      state: "closed",
      services: [],
      acknowledged: { a: "2026-11-24 by Ada" },
    });
    expect(closing).not.toHaveProperty("items");
    const again = { ...news, phase: "preparation", rebaseline: "2026-11-25" };
    expect(closingInputs({ ...olds, phase: "preparation" }, again).services).toEqual(news.services);
    expect(
      closingInputs({ ...olds, phase: "preparation", rebaseline: "2026-11-25" }, again).services,
    ).toEqual([]);
    expect(closingInputs({ ...olds, phase: "api" }, { ...news, rebaseline: "2026-11-25" }).services).toEqual(
      [],
    );
  });

  it("tells the team that the rollout begins once: when the first gate is made", async () => {
    const { world } = measuredWorld({ ms: 40 });
    const begins = () => world.told.filter((text) => text.includes("the rollout begins")).length;
    const first = await openedGate(world, preparation);
    expect(begins()).toBe(1);
    await gateVerbs(world.context).update("gate preparation", first, preparation);
    await openedGate(world, { ...openGate, baseline: first.baseline! });
    expect(begins()).toBe(1);
  });
});
