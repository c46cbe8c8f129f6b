import { describe, expect, it } from "vitest";

import { scheduleBlocker } from "../../../components/providers/gate/blocker";
import { judgeClosing } from "../../../components/providers/gate/closing";
import { gateVerbs } from "../../../components/providers/gate/gate";
import { findImpossible } from "../../../components/providers/gate/impossible";
import type { GateInputs, GateOutputs } from "../../../components/providers/gate/inputs";
import { checkDatabases, signOff } from "../../../components/providers/gate/prerequisites";
import { AT, fakeWorld, liveDeploy, type FakeWorld } from "../../support/fake-context";
import {
  closedGate,
  measuredWorld,
  openedGate,
  openGate,
  preparation,
  refusalOf,
} from "../../support/gate-world";

const [service] = openGate.services;
const { endpoints: _endpoints, ...unmeasured } = service!;
const quick: GateInputs = { ...openGate, services: [unmeasured] };
const names = ({ checks }: Pick<GateOutputs, "checks">) => checks.map(({ check }) => check);
const sampled = (world: FakeWorld) =>
  world.log.filter((line) => /takes the baseline|measures/.test(line)).length;

describe("an override of one check", () => {
  const override = {
    ...{ text: "2026-11-24 by Ada, health: known", date: "2026-11-24", by: "Ada" },
    ...{ checks: ["health"], reason: "known" },
  };
  const ill = (path: string) => {
    const { world } = measuredWorld({ ms: 20 });
    world.answers.set(path, () => ({ answered: true, status: 500, body: "", ms: 2 }));
    return world;
  };

  it("lets a gate pass that nothing else stops, and none that something else does", async () => {
    const passed = await openedGate(ill("/health"), { ...quick, override });
    expect(passed).toMatchObject({ status: "succeeded", overridden: ["health backend"] });
    const smoke = [
      {
        id: "up",
        renderName: "backend",
        phase: "api",
        needs: [],
        method: "GET",
        path: "/health",
        status: 200,
        json: {},
      },
    ] as never;
    const refused = await refusalOf(openedGate(ill("/health"), { ...quick, override, smoke }));
    expect(refused.message).toMatch(/did not pass:\n {2}smoke up: fail: .*\nNext: go back/);
    expect(refused.message).toContain('override: { api: "<date> by <name>, smoke up: <reason>" }');
    expect(refused.properties).toMatchObject({ status: "failed", overridden: ["health backend"] });
  });
});

describe("the first gate", () => {
  it("measures anew only what it has no baseline of: nothing, an endpoint that came since, or all where it is asked to", async () => {
    const { world } = measuredWorld({ ms: 40 });
    const verbs = gateVerbs(world.context);
    const first = await openedGate(world, preparation);
    const again = async (news: GateInputs, olds = first) => {
      world.log.length = 0;
      const { outs } = await verbs.update("gate preparation", olds, news);
      return { took: world.log.some((line) => line.includes("takes the baseline")), outs: outs! };
    };
    expect((await again(preparation)).took).toBe(false);
    const more = { ...preparation, services: [{ ...service!, endpoints: ["/api/orders", "/api/parts"] }] };
    const taken = await again(more);
    expect(taken.took).toBe(true);
    expect(taken.outs.baseline).toMatchObject({ endpoints: { "backend /api/parts": {} } });
    expect((await again({ ...preparation, rebaseline: "2026-11-25" })).took).toBe(true);
    const { baseline: _none, ...without } = first;
    expect((await again(preparation, { ...without, baseline: "none" })).took).toBe(true);
  });

  it("is unchanged in a preview once it has passed, although its baseline is no input", async () => {
    const { world } = measuredWorld({ ms: 40 });
    const first = await openedGate(world, preparation);
    expect(await gateVerbs(world.context).diff("gate preparation", first, preparation)).toEqual({
      changes: false,
    });
  });

  it("that takes the baseline again when it is closed keeps its other checks, and none twice", async () => {
    const { world } = measuredWorld({ ms: 40 });
    const verbs = gateVerbs(world.context);
    const first = await openedGate(world, preparation);
    const closed = {
      ...first,
      ...closedGate(preparation),
      status: "succeeded" as const,
      closedAt: "2026-11-24T20:00:00.000Z",
    };
    const news = { ...closedGate(preparation), rebaseline: "2026-11-25" };
    const { outs } = await verbs.update("gate preparation", closed, news);
    expect(names(outs!).toSorted()).toEqual(
      names(first)
        .filter((name) => name !== "api-latency")
        .toSorted(),
    );
    expect(outs!.baselineTakenAt).not.toBe(first.baselineTakenAt);
  });
});

describe("a gate that is taken over or written down anew", () => {
  const adopted = (phase: string): GateInputs => ({ ...closedGate({ ...openGate, phase }), adopted: true });

  it("measures at the first phase alone, and verifies nothing", async () => {
    const { world } = measuredWorld({ ms: 40 });
    const api = (await gateVerbs(world.context).create(adopted("api"))).outs!;
    expect(sampled(world)).toBe(0);
    expect(api).toMatchObject({ status: "succeeded", checks: [], deploys: {}, completes: "none" });
    expect(api).not.toHaveProperty("baseline");
    const first = (await gateVerbs(world.context).create(adopted("preparation"))).outs!;
    expect(sampled(world)).toBe(1);
    expect(first.baseline).toMatchObject({ endpoints: { "backend /api/orders": {} } });
  });

  it("keeps the deploys that it was told, and goes on where nothing can be measured, which is said", async () => {
    const { world } = measuredWorld({ ms: 40 });
    world.faults.before = (call) => {
      if (call.startsWith("GET service")) throw new Error("HTTP 500");
    };
    const inputs = { ...adopted("preparation"), deploys: { backend: "dep-1" } };
    const { outs } = await gateVerbs(world.context).create(inputs);
    expect(outs).toMatchObject({ status: "succeeded", baseline: "none", deploys: { backend: "dep-1" } });
    expect(world.log.join("\n")).toContain("gate preparation: no baseline was taken: HTTP 500");
  });

  it("keeps the time at which it was closed", async () => {
    const { world } = measuredWorld({ ms: 40 });
    const closedAt = "2026-11-24T20:00:00.000Z";
    const olds = {
      ...adopted("api"),
      version: 1,
      status: "succeeded",
      verifiedAt: closedAt,
      checks: [],
      closedAt,
    } as GateOutputs;
    const { outs } = await gateVerbs(world.context).update("gate api", olds, adopted("api"));
    expect(outs).toMatchObject({ closedAt, completes: "none" });
    const { closedAt: _none, ...unknown } = olds;
    const now = await gateVerbs(world.context).update("gate api", unknown, adopted("api"));
    expect(now.outs?.closedAt).toBe("2026-11-24T21:00:00.000Z");
  });

  it("takes what is declared while it is open, and keeps what it verified where it closes", async () => {
    const verbs = gateVerbs(fakeWorld().context);
    const olds = { ...openGate, services: [] };
    expect((await verbs.check(olds as unknown as GateOutputs, openGate)).inputs).toEqual(openGate);
    expect((await verbs.check(olds as unknown as GateOutputs, closedGate())).inputs).toMatchObject({
      state: "closed",
      services: [],
    });
  });
});

describe("a way back", () => {
  it("is judged by a hundred requests, shared by all endpoints, and by none of them twice", async () => {
    const { world } = measuredWorld({ ms: 40 });
    const flags = { ENABLE_X: "true" };
    const services = [{ ...service!, flags, endpoints: ["/api/orders", "/api/parts", "/api/cars"] }];
    const found = { version: 1, status: "succeeded", verifiedAt: "2026-11-24T20:00:00Z", checks: [] };
    const olds = { ...openGate, services, state: "closed", ...found } as GateOutputs;
    world.log.length = 0;
    await gateVerbs(world.context)
      .update("gate api", olds, { ...openGate, services })
      .catch(() => undefined);
    expect(world.log.find((line) => line.includes("measures"))).toContain("34 samples of each at the most");
  });
});

describe("what can never work", () => {
  const impossible = async (where: string, change: (world: FakeWorld) => void, kind = "web_service") => {
    const world = fakeWorld();
    change(world);
    const runner = {
      where,
      renderName: "backend",
      commands: { apply: ["x"] },
      timeoutSeconds: 1,
    } as GateInputs["runner"];
    const services = [{ ...unmeasured, kind }];
    const migrations = [{ ids: ["001"], target: [] }];
    return findImpossible(world.context, { ...quick, services, migrations, runner: runner! });
  };
  const details = (plan: string) => (world: FakeWorld) => {
    world.services.get("srv-backend")!.service.serviceDetails = { plan };
  };

  it("is a job or a shell on a free plan, each in its own words", async () => {
    expect((await impossible("ssh", details("free")))[0]?.reason).toContain("which has no shell and no SSH:");
    expect((await impossible("render-job", details("free")))[0]?.reason).toContain(
      "which has no one-off jobs:",
    );
    expect(await impossible("ssh", details("starter"))).toEqual([]);
    expect(await impossible("local", details("free"))).toEqual([]);
  });

  it("is a runner on a static site, and a kind that is not Render's", async () => {
    const site = (world: FakeWorld) => {
      world.services.get("srv-backend")!.service.type = "static_site";
    };
    const found = await impossible("render-job", site);
    expect(found.map(({ property }) => property)).toEqual(["services", "runner"]);
    expect(found[0]?.reason).toContain(
      "the catalogue says kind: web_service, and on Render srv-backend is a static_site",
    );
    expect(found[1]?.reason).toContain("backend is a static site, which runs nothing. Name a web service.");
    expect(await impossible("local", site, "static_site")).toEqual([]);
  });
});

describe("what has to be there before a phase is left", () => {
  const recovery = async (database: string, answer: object, asked: unknown[] = []) => {
    const world = fakeWorld();
    Object.assign(world.context.render, {
      listPostgres: async (filter: unknown) => {
        asked.push(filter);
        return [
          { id: "dpg-other", name: "other" },
          { id: "dpg-1", name: "shop-db" },
        ];
      },
      getRecovery: async (id: string) => {
        asked.push(id);
        return answer;
      },
    });
    return (await checkDatabases(world.context, { ...quick, databases: [{ id: "recovery", database }] }))[0]!;
  };

  it("is a database that can be restored to ten minutes ago, by Render's word", async () => {
    const since = (minutes: number) => ({
      ...{ recoveryStatus: "AVAILABLE", startsAt: new Date(AT - minutes * 60_000).toISOString() },
    });
    expect(await recovery("shop-db", since(10))).toMatchObject({
      ...{
        verdict: "pass",
        summary: "shop-db can be restored to any moment from 2026-11-24T20:50:00.000Z on",
      },
    });
    expect(await recovery("shop-db", since(9.99))).toMatchObject({ verdict: "fail" });
    expect(await recovery("shop-db", { recoveryStatus: "AVAILABLE" })).toMatchObject({
      ...{ verdict: "pass", summary: "shop-db can be restored to any moment" },
    });
    expect(await recovery("shop-db", { recoveryStatus: "BACKUP_NOT_READY" })).toMatchObject({
      ...{ verdict: "fail", observed: "BACKUP_NOT_READY" },
    });
  });

  it("is looked up by its name among the workspace's own, and not at all where its id is given", async () => {
    const [byName, byId]: [unknown[], unknown[]] = [[], []];
    await recovery("shop-db", { recoveryStatus: "AVAILABLE" }, byName);
    expect(byName).toEqual([{ name: "shop-db", ownerId: "tea-1" }, "dpg-1"]);
    await recovery("dpg-7", { recoveryStatus: "AVAILABLE" }, byId);
    expect(byId).toEqual(["dpg-7"]);
    expect(await recovery("shop", {})).toMatchObject({ verdict: "could-not-measure" });
  });

  it("is a signature of each item, in a file that is named where it is known", () => {
    const olds = { passedAt: "2026-11-24T20:00:00Z" } as GateOutputs;
    const sign = (more: Partial<GateInputs>) =>
      signOff(olds, { ...quick, items: [{ id: "seen", purpose: "It was seen" }], ...more }, new Date(AT));
    expect(sign({}).missing).toEqual([
      "api: not signed off: seen (It was seen); add to acknowledged in Pulumi.prod.yaml: seen: 2026-11-24 by <name>",
    ]);
    const { stack: _none, ...nameless } = quick;
    const items = [{ id: "seen", purpose: "" }];
    expect(signOff(olds, { ...nameless, items }, new Date(AT)).missing[0]).toContain(
      "in the stack file: seen:",
    );
    const signed = sign({ acknowledged: { seen: "2026-11-24 by Ada" } }).signed;
    expect(signed).toMatchObject([
      { verdict: "pass", observed: "2026-11-24 by Ada", summary: "It was seen" },
    ]);
    expect(sign({ acknowledged: { seen: "yes" } }).missing).toHaveLength(1);
  });
});

describe("a gate that may not close", () => {
  it("tells until when a shut schedule is shut, where that is known", () => {
    const shut = { open: false as const, sentence: "It is shut.", reasons: [] };
    const known = scheduleBlocker("api", { ...shut, nextOpening: "2026-11-24T22:00:00Z" });
    expect(known).toMatchObject({ kind: "schedule", until: "2026-11-24T22:00:00Z" });
    expect(scheduleBlocker("api", shut as never)).not.toHaveProperty("until");
  });

  async function refusals(change: (world: FakeWorld) => void, olds: Partial<GateOutputs> = {}) {
    const { world } = measuredWorld({ ms: 20 });
    const outs = await openedGate(world, quick);
    world.clock.ms += 3_600_000;
    change(world);
    return judgeClosing(world.context, { ...outs, ...olds }, closedGate(quick));
  }

  it("says how an answer is had where there was none, and nothing of it where the answer is bad", async () => {
    const said = async (change: (world: FakeWorld) => void) => (await refusals(change)).refusals[0] ?? "";
    const none = await said((world) => (world.metrics.requests = () => ({ kind: "no-data" })));
    expect(none).toMatch(/ Traffic brings an answer: .*, or set gates\.noData: warn\.$/);
    const few = await said((world) => {
      const usual = world.metrics.requests;
      world.metrics.requests = (query) => {
        const answer = usual(query);
        if (answer.kind === "data")
          for (const { values } of answer.series)
            values.forEach((each, index) => (each.value = index === 0 ? 3 : 0));
        return answer;
      };
    });
    expect(few).toMatch(/inconclusive.* or set gates\.inconclusive: warn\.$/);
    const bad = await said((world) => {
      world.logs = () => [
        { id: "1", message: "CRITICAL x", timestamp: new Date(AT).toISOString(), labels: [] },
      ];
    });
    expect(bad).toContain("fail:");
    expect(bad).not.toContain("Traffic brings");
  });

  it("is one that has not passed, whatever it says of when it once did", async () => {
    const failed = await refusals(() => undefined, { status: "failed" });
    expect(failed.blockers).toMatchObject([{ kind: "gate" }]);
    expect(failed.evidence).toEqual([]);
  });

  it("soaks from the latest of its services' live deploys, in whatever order they are listed", async () => {
    const world = fakeWorld({ backend: "web_service", site: "static_site", other: "static_site" });
    world.answers.set("/flags", () => ({ answered: true, status: 200, body: '{"ENABLE_X":true}', ms: 2 }));
    const minutesAgo = { backend: 60, site: 5, other: 30 };
    for (const [name, minutes] of Object.entries(minutesAgo))
      world.services.get(`srv-${name}`)!.deploys = [liveDeploy("dep-1", AT - minutes * 60_000)];
    const services = Object.keys(minutesAgo).map((renderName) => ({ ...unmeasured, renderName }));
    const olds = {
      ...quick,
      status: "succeeded",
      passedAt: new Date(AT - 7_200_000).toISOString(),
      verifiedAt: "",
      checks: [],
      version: 1,
    };
    const { blockers } = await judgeClosing(
      world.context,
      olds as GateOutputs,
      closedGate({ ...quick, services }),
    );
    expect(blockers).toMatchObject([{ kind: "soak", until: "2026-11-24T21:10:00.000Z" }]);
  });
});
