import { describe, expect, it, vi } from "vitest";

import { gateVerbs, type GateInputs, type GateOutputs } from "../../../components/providers/gate/gate";
import { takenBaseline } from "../../../components/providers/gate/inputs";
import type { CheckResult } from "../../../components/probes/verdict";
import {
  closedGate,
  every,
  measuredWorld,
  openedGate,
  openGate,
  preparation,
  refusalOf,
} from "../../support/gate-world";

const OLD_SERVICE_MS = 40;

function checkOf(outs: GateOutputs | undefined, id: string): CheckResult {
  const found = outs?.checks.find(({ check }) => check === id);
  if (found === undefined)
    throw new Error(`no check ${id} among ${outs?.checks.map(({ check }) => check).join(", ") ?? ""}`);
  return found;
}

async function withBaseline(): Promise<ReturnType<typeof measuredWorld> & { inputs: GateInputs }> {
  const measured = measuredWorld({ ms: OLD_SERVICE_MS });
  const { baseline } = await openedGate(measured.world, preparation);
  return { ...measured, inputs: { ...openGate, baseline: baseline! } };
}

describe("the preparation gate", () => {
  it("takes the baseline: samples, percentiles, error rate and a distribution for each endpoint", async () => {
    const { world } = measuredWorld({ ms: OLD_SERVICE_MS });
    const outs = await openedGate(world, preparation);
    const summary = takenBaseline(outs)?.endpoints["backend /api/orders"];
    expect(summary).toMatchObject({ n: 200, errorRate: 0 });
    expect(summary!.p50).toBeGreaterThan(35);
    expect(summary!.p95).toBeGreaterThan(summary!.p50!);
    expect(summary!.p99).toBeGreaterThanOrEqual(summary!.p95!);
    expect(outs.baselineTakenAt).toBe(takenBaseline(outs)?.takenAt);
    expect(outs.measured?.["backend /api/orders"]).toMatchObject({ n: 200, errorRate: 0 });
    expect(checkOf(outs, "error-rate").verdict).toBe("pass");
  });

  it("says so where there is nothing to measure: an output that is absent would be unknown in each preview", async () => {
    const [service] = preparation.services;
    const unmeasured = { ...preparation, services: [{ ...service!, endpoints: [] }] };
    const outs = await openedGate(measuredWorld({ ms: OLD_SERVICE_MS }).world, unmeasured);
    expect(outs.baseline).toBe("none");
  });

  it("keeps the baseline when it verifies again, and compares with it", async () => {
    const { world } = measuredWorld({ ms: OLD_SERVICE_MS });
    const verbs = gateVerbs(world.context);
    const outs = await openedGate(world, preparation);
    const again = (await verbs.update("id", outs, { ...preparation, deploys: { backend: "dep-2" } })).outs!;
    expect(again.baseline).toEqual(outs.baseline);
    expect(checkOf(again, "api-latency").verdict).toBe("pass");
  });

  it("keeps it for a service that has another name on Render than config knows, being named by its id", async () => {
    const { world } = measuredWorld({ ms: OLD_SERVICE_MS });
    world.services.get("srv-backend")!.service.name = "backend-of-another-name";
    const services = preparation.services.map((service) => ({ ...service, serviceId: "srv-backend" }));
    const byId = { ...preparation, services };
    const outs = await openedGate(world, byId);
    expect(Object.keys(takenBaseline(outs)?.endpoints ?? {})).toContain("backend /api/orders");
    const again = await gateVerbs(world.context).update("id", outs, {
      ...byId,
      deploys: { backend: "dep-2" },
    });
    expect(again.outs!.baseline).toEqual(outs.baseline);
    expect(again.outs!.checks.map(({ check }) => check)).toContain("api-latency");
  });

  it("takes it again for a new date of rebaseline, also when it is closed long since, and once", async () => {
    const { world, times } = measuredWorld({ ms: OLD_SERVICE_MS });
    const verbs = gateVerbs(world.context);
    const outs = await openedGate(world, preparation);
    const shut = (await verbs.update("id", outs, closedGate(preparation))).outs!;
    times.ms = 80;
    const asked = { ...closedGate(preparation), rebaseline: "2026-11-25" };
    const { inputs } = await verbs.check(shut, asked);
    expect(await verbs.diff("id", shut, inputs!)).toEqual({ changes: true });
    const after = (await verbs.update("id", shut, inputs!)).outs!;
    expect(after).toMatchObject({
      state: "closed",
      status: "succeeded",
      closedAt: shut.closedAt,
      rebaseline: "2026-11-25",
    });
    expect(takenBaseline(after)!.endpoints["backend /api/orders"]!.p50).toBeGreaterThan(70);
    expect(await verbs.diff("id", after, inputs!)).toEqual({ changes: false });
  });

  it("takes it again before the gate closes, where both are asked for at once", async () => {
    const { world, times } = measuredWorld({ ms: OLD_SERVICE_MS });
    const outs = await openedGate(world, preparation);
    times.ms = 80;
    world.clock.ms += 60_000;
    const both = { ...closedGate(preparation), rebaseline: "2026-11-25" };
    const after = (await gateVerbs(world.context).update("id", outs, both)).outs!;
    expect(after).toMatchObject({ state: "closed", status: "succeeded", rebaseline: "2026-11-25" });
    expect(takenBaseline(after)!.endpoints["backend /api/orders"]!.p50).toBeGreaterThan(70);
  });

  it("keeps the old baseline, and goes on, when the system is ill at the new one: nothing must stand in a rollback's way", async () => {
    const { world, times } = measuredWorld({ ms: OLD_SERVICE_MS });
    const verbs = gateVerbs(world.context);
    const outs = await openedGate(world, preparation);
    const shut = (await verbs.update("id", outs, closedGate(preparation))).outs!;
    times.fails = every(2);
    const after = (await verbs.update("id", shut, { ...closedGate(preparation), rebaseline: "2026-11-25" }))
      .outs!;
    expect(after.baseline).toEqual(shut.baseline);
    expect(world.log.join("\n")).toContain("no baseline was taken");
  });

  it("takes the baseline of a system that is taken over part-way", async () => {
    const { world } = measuredWorld({ ms: OLD_SERVICE_MS });
    const outs = await openedGate(world, { ...closedGate(preparation), adopted: true });
    expect(outs.state).toBe("closed");
    expect(takenBaseline(outs)?.endpoints["backend /api/orders"]?.n).toBe(200);
  });
});

describe("a later gate", () => {
  it("passes a service that answers as quickly as before, and keeps no distribution of its own", async () => {
    const { world, inputs } = await withBaseline();
    const outs = await openedGate(world, inputs);
    expect(checkOf(outs, "api-latency")).toMatchObject({
      verdict: "pass",
      threshold: "< +10 % vs baseline, confidence 0.98",
    });
    expect(outs).not.toHaveProperty("baseline");
    expect(outs.baselineTakenAt).toBe(takenBaseline(inputs)?.takenAt);
  });

  it("fails one that is a third slower, within the limit of samples, and says by how much", async () => {
    const { world, times, inputs, asked } = await withBaseline();
    times.ms = OLD_SERVICE_MS * 1.3;
    const before = asked();
    const { properties } = await refusalOf(openedGate(world, inputs));
    const latency = checkOf(properties, "api-latency");
    expect(latency.verdict).toBe("fail");
    expect(latency.observed).toMatch(/^\+[23]\d(\.\d)? %$/);
    expect(asked() - before).toBeLessThanOrEqual(4 * 60 + 5);
  });

  it("is inconclusive about one near the limit: that stops an advance, and never a rollback", async () => {
    const { world, times, inputs } = await withBaseline();
    const verbs = gateVerbs(world.context);
    const good = await openedGate(world, inputs);
    times.ms = OLD_SERVICE_MS * 1.1;
    const next = { ...inputs, deploys: { backend: "dep-2" } };
    const { properties } = await refusalOf(verbs.update("id", good, next));
    expect(checkOf(properties, "api-latency").verdict).toBe("inconclusive");
    const shut = { ...good, state: "closed" as const };
    // Fewer requests are made then, so what is unclear to them lies elsewhere.
    times.ms = OLD_SERVICE_MS * 1.16;
    const back = (await verbs.update("id", shut, next)).outs!;
    expect(back).toMatchObject({ status: "succeeded", direction: "rollback" });
    expect(checkOf(back, "api-latency").verdict).toBe("inconclusive");
  });

  it.each([
    ["with a baseline", true],
    ["without one", false],
  ])(
    "ends soon after a way back, %s: a hundred requests at once, judged by their errors",
    async (_title, has) => {
      const { world, times, inputs, asked } = await withBaseline();
      const patient = { ...inputs, sampling: { ...inputs.sampling!, spreadSeconds: 60 } };
      const shut = { ...patient, state: "closed" as const } as GateOutputs;
      const news = {
        ...patient,
        baseline: has ? inputs.baseline! : ("none" as const),
        deploys: { backend: "dep-2" },
      };
      const [before, began] = [asked(), world.clock.ms];
      const back = (await gateVerbs(world.context).update("id", shut, news)).outs!;
      expect(back).toMatchObject({ status: "succeeded", direction: "rollback" });
      expect(asked() - before).toBeLessThanOrEqual(101);
      expect(world.clock.ms - began).toBeLessThan(15_000);
      expect(checkOf(back, "error-rate").verdict).toBe("pass");
      times.fails = every(3);
      const { message } = await refusalOf(gateVerbs(world.context).update("id", shut, news));
      expect(message).toContain("error-rate: fail");
    },
  );

  it("has nothing to compare with where no baseline was taken, and says what to do", async () => {
    const { world } = measuredWorld({ ms: OLD_SERVICE_MS });
    const { message } = await refusalOf(openedGate(world, openGate));
    expect(message).toContain("api-latency: no-data");
    expect(message).toContain("Set rebaseline");
    const relaxed = { ...openGate, rules: { ...openGate.rules, noData: "warn" as const } };
    expect(await openedGate(world, relaxed)).toMatchObject({ status: "succeeded" });
  });

  it("stops after a few samples when requests break, and does not wait for the rest", async () => {
    const { world, times, inputs, asked } = await withBaseline();
    const before = asked();
    times.fails = every(8);
    const { message, properties } = await refusalOf(openedGate(world, inputs));
    expect(message).toContain("error-rate: fail");
    expect(message).toContain("stop and roll back");
    expect(asked() - before).toBeLessThan(60);
    expect(checkOf(properties, "error-rate").evidence).toMatchObject({ severity: "immediate" });
  });

  it.each([
    [0.9, every(112), "pass"],
    [1.6, every(62), "warn"],
    [2.6, every(38), "warn"],
  ])("takes %s %% of errors after a change for %s", async (_percent, fails, verdict) => {
    const { world, times, inputs } = await withBaseline();
    times.fails = fails;
    const outs = await openedGate(world, { ...inputs, sampling: { ...inputs.sampling!, batchSamples: 250 } });
    expect(checkOf(outs, "error-rate").verdict).toBe(verdict);
  });

  it.each([
    [1_900, "pass"],
    [2_500, "warn"],
  ])("with a p95 of about %s ms: %s, investigate from 2 s on", async (p95, verdict) => {
    const measured = measuredWorld({ ms: p95 / 1.64 });
    const { baseline } = await openedGate(measured.world, preparation);
    const outs = await openedGate(measured.world, { ...openGate, baseline: baseline! });
    expect(checkOf(outs, "error-rate").verdict).toBe(verdict);
  });

  it("does not sample a service that is down: its health has said enough", async () => {
    const { world, inputs, asked } = await withBaseline();
    world.answers.set("/health", () => ({ answered: false, error: "connection refused", ms: 1 }));
    const before = asked();
    const { message } = await refusalOf(openedGate(world, inputs));
    expect(message).toContain("health backend: fail");
    expect(asked()).toBe(before);
  });

  it("could not measure what cannot be reached from here, and config decides what that means", async () => {
    const { world, inputs } = await withBaseline();
    world.answers.set("/api/orders", () => ({ answered: false, error: "no name", ms: 1, measured: false }));
    const { message } = await refusalOf(openedGate(world, inputs));
    expect(message).toContain("error-rate: could-not-measure");
    const rules = {
      ...inputs.rules,
      couldNotMeasure: "warn" as const,
      noData: "warn" as const,
      inconclusive: "warn" as const,
    };
    expect(await openedGate(world, { ...inputs, rules })).toMatchObject({ status: "succeeded" });
  });

  it("spreads its requests over as many seconds as config says", async () => {
    const { world } = measuredWorld({ ms: OLD_SERVICE_MS });
    const began = world.clock.ms;
    await openedGate(world, { ...preparation, sampling: { ...preparation.sampling!, spreadSeconds: 600 } });
    const tookSeconds = (world.clock.ms - began) / 1000;
    expect(tookSeconds).toBeGreaterThan(500);
    expect(tookSeconds).toBeLessThan(700);
  });

  it("gives each request as many seconds as config says", async () => {
    const timers = vi.spyOn(globalThis, "setTimeout");
    await openedGate(measuredWorld({ ms: OLD_SERVICE_MS }).world, preparation);
    const deadlines = timers.mock.calls.map(([, ms]) => ms).filter((ms) => ms !== undefined && ms > 0);
    timers.mockRestore();
    expect(new Set(deadlines)).toEqual(new Set([1000 * preparation.sampling!.timeoutSeconds]));
  });

  it("asks no more than its plan allows", async () => {
    const { world, times, inputs, asked } = await withBaseline();
    times.ms = OLD_SERVICE_MS * 1.1;
    const before = asked();
    await refusalOf(openedGate(world, inputs));
    expect(asked() - before).toBe(4 * 60 + 5);
  });

  it("stays below 20 kB of evidence with ten endpoints, and so does the baseline's gate", async () => {
    const endpoints = Array.from(
      { length: 10 },
      (_, index) => `/api/orders?with-a-rather-long-name=${index}`,
    );
    const services = [{ ...openGate.services[0]!, endpoints }];
    const { world } = measuredWorld({ ms: OLD_SERVICE_MS });
    const first = await openedGate(world, { ...preparation, services });
    const later = await openedGate(world, { ...openGate, services, baseline: first.baseline! });
    for (const outs of [first, later]) expect(JSON.stringify(outs).length).toBeLessThan(20_000);
  });
});

describe("an open gate in a preview", () => {
  it("is unchanged when only what the closing asks for has changed", async () => {
    const { world, inputs } = await withBaseline();
    const outs = await openedGate(world, inputs);
    const signed = {
      ...inputs,
      acknowledged: { team: "2026-11-24 by Ada" },
      soakSeconds: 60,
      criticalLogs: ["PANIC"],
    };
    expect(await gateVerbs(world.context).diff("id", outs, signed)).toEqual({ changes: false });
  });

  it("verifies again when the baseline or a smoke test has changed", async () => {
    const { world, inputs } = await withBaseline();
    const outs = await openedGate(world, inputs);
    const verbs = gateVerbs(world.context);
    const newer = { ...takenBaseline(inputs)!, takenAt: "2026-11-25T21:00:00.000Z" };
    expect(await verbs.diff("id", outs, { ...inputs, baseline: newer })).toEqual({ changes: true });
    const smoke = [
      {
        id: "x",
        phase: "api" as const,
        renderName: "backend",
        method: "GET",
        path: "/",
        status: 200,
        json: {},
        needs: [],
      },
    ];
    expect(await verbs.diff("id", outs, { ...inputs, smoke })).toEqual({ changes: true });
  });
});
