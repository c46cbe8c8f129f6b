import { describe, expect, it } from "vitest";

import { gateVerbs, type GateInputs } from "../../../components/providers/gate/gate";
import type { GateService } from "../../../components/providers/gate/inputs";
import { fakeWorld, liveDeploy, AT, type FakeWorld } from "../../support/fake-context";
import { measuredWorld, openedGate, openGate, refusalOf } from "../../support/gate-world";

const service: GateService = {
  renderName: "backend",
  healthPath: "/health",
  flags: { ENABLE_X: "true" },
  reports: { none: "it is built" },
};
const silent: GateInputs = { ...openGate, services: [service], deploys: { backend: "dep-1" } };

function silentWorld(value: string | undefined): FakeWorld {
  const world = fakeWorld();
  if (value !== undefined) world.services.get("srv-backend")!.envVars.set("ENABLE_X", value);
  world.services.get("srv-backend")!.deploys = [liveDeploy("dep-1", AT - 60_000, { trigger: "api" })];
  return world;
}

describe("a gate over a service that cannot report its flags", () => {
  it("passes by default rules on Render's word, and says that it rests on that", async () => {
    const { checks } = await openedGate(silentWorld("true"), silent);
    expect(checks.find(({ check }) => check === "flags backend")).toMatchObject({
      verdict: "pass",
      summary:
        "backend cannot report its flags (it is built), so this rests on Render alone: its values are as declared, " +
        "and the live deploy dep-1 is newer than the last write",
    });
  });

  it.each<[string, string | undefined, (world: FakeWorld) => void, string]>([
    ["the value is another", "false", () => undefined, 'ENABLE_X is "false" on Render, declared "true"'],
    ["it is absent", undefined, () => undefined, 'ENABLE_X is absent on Render, declared "true"'],
    [
      "it may be anything",
      "s3cret",
      () => undefined,
      'ENABLE_X is something else on Render, declared "true"',
    ],
    [
      "nothing is live",
      "true",
      (world) => {
        world.services.get("srv-backend")!.deploys = [];
      },
      "no deploy of it is live",
    ],
    [
      "a rollback is live",
      "true",
      (world) => {
        world.services.get("srv-backend")!.deploys.unshift(liveDeploy("dep-2", AT, { trigger: "rollback" }));
      },
      "the live deploy dep-2 is a rollback",
    ],
    [
      "an older deploy is live than the one that followed the last write",
      "true",
      (world) => {
        const [ours] = world.services.get("srv-backend")!.deploys;
        ours!.status = "deactivated";
        world.services.get("srv-backend")!.deploys.push(liveDeploy("dep-0", AT - 120_000));
      },
      "the live deploy dep-0 is older than the last write",
    ],
  ])("fails where %s", async (_what, value, spoil, words) => {
    const world = silentWorld(value);
    spoil(world);
    const { message } = await refusalOf(openedGate(world, silent));
    expect(message).toContain("flags backend: fail");
    expect(message).toContain(words);
    expect(message).not.toContain("s3cret");
  });

  it("could not measure where nothing says whether it reports, and passes where there is no flag to ask for", async () => {
    const { reports: _none, ...unsaid } = service;
    const { message } = await refusalOf(openedGate(silentWorld("true"), { ...silent, services: [unsaid] }));
    expect(message).toContain("flags backend: could-not-measure");
    expect(message).toContain(
      "say in the catalogue where it reports them (reports: /path), or why it cannot",
    );
    const { checks } = await openedGate(silentWorld("true"), {
      ...silent,
      services: [{ ...unsaid, flags: {} }],
    });
    expect(checks.find(({ check }) => check === "flags backend")).toMatchObject({ verdict: "pass" });
  });
});

describe("a gate's warnings about flags", () => {
  it("name a flag that left the catalogue while it is on", async () => {
    const world = silentWorld("true");
    world.services.get("srv-backend")!.envVars.set("ENABLE_OLD", "true");
    const { checks } = await openedGate(world, {
      ...silent,
      left: { backend: ["ENABLE_OLD", "ENABLE_GONE"] },
    });
    expect(checks.find(({ check }) => check === "left-flags backend")).toMatchObject({
      verdict: "warn",
      observed: "ENABLE_OLD",
    });
  });

  it("name a flip after which a site serves the same bytes", async () => {
    const served = { probe: "GET https://x/", flipped: ["VITE_X"], same: true, files: 2 };
    const { checks } = await openedGate(silentWorld("true"), { ...silent, served: { backend: served } });
    const check = checks.find((each) => each.check === "served-bytes backend");
    expect(check).toMatchObject({ verdict: "warn" });
    expect(check?.summary).toContain("this flag changes nothing that visitors get");
    const changed = { ...silent, served: { backend: { ...served, same: false } } };
    expect((await openedGate(silentWorld("true"), changed)).checks).toContainEqual(
      expect.objectContaining({ check: "served-bytes backend", verdict: "pass" }),
    );
  });
});

describe("a free instance that sleeps", () => {
  function sleepingWorld(wakesAfterMs: number, whileAsleep: "silent" | 502 = "silent"): FakeWorld {
    const { world } = measuredWorld({ ms: 50 });
    const free = world.services.get("srv-backend")!.service;
    free.serviceDetails = { ...free.serviceDetails, plan: "free" };
    const wakes = world.clock.ms + wakesAfterMs;
    const awake = world.context.probe;
    world.context.probe = async (request) => {
      if (world.clock.ms >= wakes) return awake(request);
      if (whileAsleep === 502) return { answered: true, status: 502, body: "", ms: 3 };
      world.clock.ms += Math.min(request.timeoutMs, wakes - world.clock.ms);
      return world.clock.ms >= wakes
        ? awake(request)
        : { answered: false, error: "no answer", ms: request.timeoutMs };
    };
    return world;
  }

  it.each(["silent", 502] as const)(
    "is woken before anything is judged, and that is told (while asleep: %s)",
    async (how) => {
      const world = sleepingWorld(41_000, how);
      const { checks } = await openedGate(world, {
        ...openGate,
        services: [{ ...openGate.services[0]!, endpoints: [] }],
      });
      expect(checks[0]).toMatchObject({ check: "woken backend", verdict: "pass" });
      expect(checks.find(({ check }) => check === "health backend")).toMatchObject({
        verdict: "pass",
        samples: 3,
      });
      expect(world.log.some((line) => /^backend was asleep: it answered after 4[0-3] s$/.test(line))).toBe(
        true,
      );
    },
  );

  it("that does not wake within a minute and a half is judged as it is", async () => {
    const world = sleepingWorld(3_600_000, 502);
    const began = world.clock.ms;
    const { message } = await refusalOf(openedGate(world, openGate));
    expect(message).toContain("health backend: fail");
    expect(world.clock.ms - began).toBeLessThan(110_000);
  });

  it("is not waited for on a paid plan", async () => {
    const world = sleepingWorld(3_600_000, 502);
    world.services.get("srv-backend")!.service.serviceDetails!.plan = "starter";
    await refusalOf(openedGate(world, openGate));
    expect(world.log.join("\n")).not.toContain("asleep");
  });
});

describe("what can never work", () => {
  const runner = {
    ...{ where: "render-job" as const, renderName: "backend", timeoutSeconds: 60 },
    commands: { status: ["s"], apply: ["a"], rollback: ["r"] },
  };
  const first: GateInputs = {
    ...silent,
    phase: "preparation",
    runner,
    migrations: [{ ids: ["001_a"], target: [] }],
  };

  function freeWorld(): FakeWorld {
    const world = fakeWorld();
    const { service: free } = world.services.get("srv-backend")!;
    free.serviceDetails = { ...free.serviceDetails, plan: "free" };
    return world;
  }

  it.each(["render-job", "ssh"] as const)(
    "is refused in the first preview: %s on a free plan",
    async (where) => {
      const { failures } = await gateVerbs(freeWorld().context).check(
        {},
        { ...first, runner: { ...runner, where } },
      );
      expect(failures).toHaveLength(1);
      expect(failures?.[0]?.reason).toContain(`where is ${where}, and backend is on Render's free plan`);
      expect(failures?.[0]?.reason).toContain("Set runner: where: local");
    },
  );

  it("is not refused on a paid plan, for a local runner, without migrations, nor of a gate that is there already", async () => {
    const verbs = gateVerbs(freeWorld().context);
    const paid = gateVerbs(fakeWorld().context);
    expect((await paid.check({}, first)).failures).toEqual([]);
    expect((await verbs.check({}, { ...first, runner: { ...runner, where: "local" } })).failures).toEqual([]);
    expect((await verbs.check({}, { ...first, migrations: [] })).failures).toEqual([]);
    expect((await verbs.check(first, first)).failures).toEqual([]);
  });

  it("is a kind that is not Render's: both are named, with what to write", async () => {
    const site = { ...first, services: [{ ...service, kind: "static_site" }], migrations: [] };
    const { failures } = await gateVerbs(fakeWorld().context).check({}, site);
    expect(failures).toEqual([
      {
        property: "services",
        reason:
          "backend: the catalogue says kind: static_site, and on Render srv-backend is a web_service. " +
          "Write kind: web_service, or name the service that is meant (serviceNames, serviceIds).",
      },
    ]);
  });
});

describe("response times after a rollback", () => {
  it("however slow, never fail it: they are a loud warning", async () => {
    const { world, times } = measuredWorld({ ms: 50 }, 4);
    const baseline = (await openedGate(world, { ...openGate, phase: "preparation", soakSeconds: 0 }))
      .baseline!;
    const olds = await openedGate(world, { ...openGate, baseline });
    times.ms = 400;
    const off = { ...openGate.services[0]!, flags: { ENABLE_X: "false" } };
    world.answers.set("/flags", () => ({ answered: true, status: 200, body: '{"ENABLE_X":false}', ms: 2 }));
    const late = {
      ...{ id: "orders", phase: "api" as const, renderName: "backend", method: "GET", path: "/api/orders" },
      ...{ status: 200, json: {}, withinSeconds: 0.1, needs: [] },
    };
    const back = { ...openGate, baseline, services: [off], deploys: { backend: "dep-2" }, smoke: [late] };
    const { outs } = await gateVerbs(world.context).update("id", olds, back);
    expect(outs).toMatchObject({ status: "succeeded", direction: "rollback" });
    const warned = outs!.checks.filter(({ summary }) => summary.startsWith("LOOK AT THE RESPONSE TIMES."));
    expect(warned.map(({ check, verdict }) => [check, verdict])).toEqual([
      ["smoke orders", "warn"],
      ["api-latency", "warn"],
    ]);
    expect(world.log.join("\n")).toContain("warning, api-latency: LOOK AT THE RESPONSE TIMES.");
  });

  it("are no excuse for a wrong answer", async () => {
    const { world } = measuredWorld({ ms: 50, fails: () => true }, 4);
    const olds = {
      ...openGate,
      version: 1 as const,
      status: "succeeded" as const,
      verifiedAt: "2026-11-24T21:00:00Z",
      checks: [],
    };
    const off = { ...openGate.services[0]!, flags: { ENABLE_X: "false" } };
    world.answers.set("/flags", () => ({ answered: true, status: 200, body: '{"ENABLE_X":false}', ms: 2 }));
    const back = { ...openGate, services: [off], deploys: { backend: "dep-2" } };
    expect((await refusalOf(gateVerbs(world.context).update("id", olds, back))).message).toContain(
      "error-rate: fail",
    );
  });
});
