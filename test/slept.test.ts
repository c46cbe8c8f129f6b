import { describe, expect, it } from "vitest";

import { createSleepSense } from "../components/slept";
import { sampleEndpoints } from "../components/probes/latency/sample-endpoints";
import { createObserved } from "../components/providers/observed";
import { watchHealth } from "../components/providers/deploy/zero-downtime";
import { waitForDeploy } from "../components/providers/deploy/wait";
import type { RenderClient } from "../components/render/client";
import { judgeClosing } from "../components/providers/gate/closing";
import { fakeWorld, liveDeploy } from "./support/fake-context";
import { closedGate, measuredWorld, openedGate, openGate } from "./support/gate-world";

/** A machine's two clocks: asleep, only one of them goes on. */
function machine() {
  const at = { elapsed: 0, wall: 1_000_000 };
  const pass = (ms: number) => {
    at.elapsed += ms;
    at.wall += ms;
  };
  const clocks = { elapsed: () => at.elapsed, wall: () => at.wall };
  return { at, clocks, pass, sleep: (ms: number) => (at.wall += ms), sense: createSleepSense(clocks) };
}

const refused = () => Object.assign(new Error("connect"), { code: "ECONNREFUSED" });

describe("a machine that slept", () => {
  it("is noticed by what was under way, and by what comes while it still looks for its network", () => {
    const { sense, pass, sleep } = machine();
    pass(10_000);
    expect(sense.disturbed(9_000)).toBe(false);
    sleep(3_600_000);
    expect(sense.disturbed(9_000)).toBe(true);
    pass(20_000);
    expect(sense.disturbed(29_000)).toBe(true);
    pass(40_000);
    expect(sense.disturbed(69_000)).toBe(false);
  });

  it("makes no failure of a service out of a request that it slept through, and measures on", async () => {
    const { sense, pass, sleep, clocks } = machine();
    let asked = 0;
    const { samples } = await sampleEndpoints({
      endpoints: [{ id: "a", method: "GET", url: "http://a.example/" }],
      ...{ samples: 5, warmUp: 0, spreadMs: 0, timeoutMs: 5_000 },
      clock: { monotonicMs: clocks.elapsed },
      sleep: async (ms) => {
        pass(ms);
      },
      disturbed: (since) => sense.disturbed(since),
      fetch: async () => {
        asked += 1;
        pass(100);
        if (asked === 2) sleep(3_600_000);
        if (asked === 2 || asked === 3) throw refused();
        if (asked === 4) pass(60_000);
        if (asked === 5) throw refused();
        return { status: 200, text: async () => "" };
      },
    });
    expect(samples.map(({ ok, measured }) => [ok, measured])).toEqual([
      [true, true],
      [false, false],
      [false, false],
      [true, true],
      // Long after it has woken a refusal is the service's again.
      [false, true],
    ]);
    expect(samples[1]?.error).toContain("while this machine slept");
  });

  it("is no downtime of a deploy", async () => {
    const world = fakeWorld();
    const { sense, sleep, at } = machine();
    let probes = 0;
    world.context.asleep = sense;
    world.context.elapsed = () => at.elapsed;
    world.context.probe = async () => {
      probes += 1;
      if (probes !== 2) return { answered: true, status: 200, body: "{}", ms: 1 };
      sleep(3_600_000);
      return { answered: false, error: "connection reset", ms: 1 };
    };
    world.context.sleep = () => new Promise((resolve) => setImmediate(resolve));
    const watch = watchHealth(world.context, "https://backend.example/health");
    while (probes < 4) await new Promise((resolve) => setImmediate(resolve));
    expect(await watch.stop()).toMatchObject({ failed: 0, failures: [] });
  });

  it("trusts nothing that it saw before, however little time has passed on the clock that stood still", async () => {
    const { clocks, sleep } = machine();
    let reads = 0;
    const render = {
      listDeploys: async () => {
        reads += 1;
        return [];
      },
    };
    const observed = createObserved(render as unknown as RenderClient, { clocks });
    await observed.deploys("srv-a");
    await observed.deploys("srv-a");
    expect(reads).toBe(1);
    sleep(3_600_000);
    await observed.deploys("srv-a");
    expect(reads).toBe(2);
  });

  it("has not used up the time that a deploy has, and looks before it gives up", async () => {
    const world = fakeWorld();
    const backend = world.services.get("srv-backend")!;
    backend.deploys.unshift(liveDeploy("dep-9", world.clock.ms, { status: "build_in_progress" }));
    // Awake again, far behind the limit of a clock that goes on in sleep, as Windows' does.
    world.context.sleep = async () => {
      world.clock.ms += 3_600_000;
      backend.deploys[0]!.status = "live";
    };
    const ended = await waitForDeploy(world.context, {
      service: { id: "srv-backend", name: "backend" },
      ...{ deployId: "dep-9", budgetMs: 60_000, justStarted: { usualMs: undefined } },
    });
    expect(ended.status).toBe("live");
  });
});

describe("a soak", () => {
  const { endpoints: _endpoints, ...unmeasured } = openGate.services[0]!;
  const inputs = { ...openGate, services: [unmeasured] };

  it.each([
    ["an hour ahead", 3_600_000],
    ["an hour behind", -3_600_000],
  ])("is over when it is over by Render's clock, with this machine's %s", async (_how, offMs) => {
    const { world } = measuredWorld({ ms: 20 });
    world.context.machineNow = () => new Date(world.clock.ms + offMs);
    const outs = await openedGate(world, inputs);
    const refusals = async () => (await judgeClosing(world.context, outs, closedGate(inputs))).refusals;
    world.clock.ms += 840_000;
    expect(await refusals()).toEqual([expect.stringContaining("api: soak")]);
    world.clock.ms += 61_000;
    expect(await refusals()).toEqual([]);
  });
});
