import { describe, expect, it } from "vitest";

import { checkFlags, checkLeftFlags, checkServed } from "../../../components/providers/gate/check-flags";
import { checkPages, pageTimesIn } from "../../../components/providers/gate/check-pages";
import { checkZeroDowntime } from "../../../components/providers/gate/check-zero-downtime";
import { runChecks } from "../../../components/providers/gate/checks";
import type { GateInputs, GateService } from "../../../components/providers/gate/inputs";
import type { CheckResult } from "../../../components/probes/verdict";
import { AT, fakeWorld, liveDeploy, type FakeWorld } from "../../support/fake-context";
import { openGate } from "../../support/gate-world";

const { endpoints: _endpoints, ...quiet } = openGate.services[0]!;
const gate: GateInputs = { ...openGate, services: [{ ...quiet, flags: {} }] };
const answering = (world: FakeWorld, path: string, body: string, status = 200) =>
  world.answers.set(path, () => ({ answered: true, status, body, ms: 5 }));
const ids = (checks: readonly CheckResult[]) => checks.map(({ check }) => check);

describe("the checks that take one answer each", () => {
  it("prove the operators' channel on the way forwards, in the phases that need it, by the stack's name", async () => {
    const asked = async (phase: string, direction: "advance" | "rollback", stack?: string) => {
      const world = fakeWorld();
      const texts: string[] = [];
      world.context.team.check = async (text) => {
        texts.push(text);
        return [];
      };
      const { stack: _none, ...nameless } = gate;
      await runChecks(
        world.context,
        { ...nameless, phase, ...(stack === undefined ? {} : { stack }) },
        direction,
      );
      return texts;
    };
    const text = (phase: string) => [`prod: a test of this channel by the gate of phase ${phase}`];
    expect(await asked("notifications", "advance", "prod")).toEqual(text("notifications"));
    expect(await asked("smoke", "advance", "prod")).toEqual(text("smoke"));
    expect(await asked("api", "advance", "prod")).toEqual([]);
    expect(await asked("notifications", "rollback", "prod")).toEqual([]);
    expect(await asked("smoke", "advance")).toEqual([
      "rollout: a test of this channel by the gate of phase smoke",
    ]);
  });

  it("look for what would bite later: whole at the first gate, and at any where something is known to", async () => {
    const preflights = async (inputs: GateInputs, change: (world: FakeWorld) => void = () => undefined) => {
      const world = fakeWorld();
      Object.assign(world.context.observed, { blueprints: async () => [] });
      change(world);
      return ids(await runChecks(world.context, inputs)).filter((id) => id.startsWith("preflight"));
    };
    expect(await preflights({ ...gate, phase: "preparation" })).toEqual(["preflight backend"]);
    expect(await preflights({ ...gate, phase: "preparation", state: "closed" })).toEqual([]);
    expect(await preflights(gate)).toEqual([]);
    const suspended = (world: FakeWorld) => {
      world.services.get("srv-backend")!.service.suspended = "suspended";
    };
    expect(await preflights(gate, suspended)).toEqual(["preflight backend"]);
  });

  it("hold a health answer against what config expects of it", async () => {
    const world = fakeWorld();
    answering(world, "/health", '{"status":"healthy","queue":"full"}');
    const health = async (healthExpect?: GateService["healthExpect"]) => {
      const services = [{ ...quiet, flags: {}, ...(healthExpect === undefined ? {} : { healthExpect }) }];
      return (await runChecks(world.context, { ...gate, services })).find(
        ({ check }) => check === "health backend",
      );
    };
    expect((await health())?.verdict).toBe("pass");
    expect((await health({ status: "healthy" }))?.verdict).toBe("pass");
    expect((await health({ queue: "empty" }))?.verdict).toBe("fail");
  });

  it("could not measure a service that Render does not tell of, and one without an address", async () => {
    const world = fakeWorld();
    world.faults.before = (call) => {
      if (call.startsWith("GET service")) throw new Error("HTTP 404");
    };
    expect(await runChecks(world.context, gate)).toEqual([
      {
        ...{ check: "service backend", verdict: "could-not-measure", probe: "GET /services" },
        ...{ summary: "backend could not be looked up on Render: HTTP 404", at: "2026-11-24T21:00:00.000Z" },
      },
    ]);
    const unplaced = fakeWorld();
    unplaced.services.get("srv-backend")!.service.serviceDetails = {};
    const smoke = [smokeTest("orders")];
    const checks = await runChecks(unplaced.context, { ...gate, smoke });
    const summary = "backend has no public address; set serviceUrls for it in the stack's config";
    expect(checks.filter(({ verdict }) => verdict === "could-not-measure")).toMatchObject([
      { check: "health backend", summary },
      { check: "smoke orders", summary },
    ]);
  });

  it("ask each smoke test of its own service, with its secrets, and tell what could not be asked", async () => {
    const world = fakeWorld({ backend: "web_service", site: "static_site" });
    const asked: { url: string; headers: unknown }[] = [];
    const { probe } = world.context;
    world.context.probe = (request) => {
      asked.push({ url: request.url, headers: request.headers });
      return probe(request);
    };
    world.context.secrets.smoke = { token: "t0ken" };
    const site = { renderName: "site", healthPath: "/", flags: {}, reports: { none: "static" } };
    const smoke = [
      smokeTest("page", { renderName: "site", path: "/orders" }),
      smokeTest("mine", { path: "/mine", headers: { authorization: "Bearer {secret:token}" } }),
      smokeTest("lost", { renderName: "nowhere" }),
    ];
    const checks = await runChecks(world.context, { ...gate, services: [...gate.services, site], smoke });
    expect(asked.map(({ url }) => url)).toContain("https://site.example/orders");
    expect(asked.map(({ url }) => url)).toContain("https://backend.example/mine");
    expect(checks.find(({ check }) => check === "smoke lost")).toMatchObject({
      verdict: "could-not-measure",
    });
  });

  it("name the commands that ran before, in one line of 300 signs at the most", async () => {
    const commands = [{ id: "smoke-command", command: `run  it\n  ${"x".repeat(400)}` }];
    const found = (await runChecks(fakeWorld().context, { ...gate, commands })).find(
      ({ check }) => check === "smoke-command",
    );
    expect(found).toMatchObject({ verdict: "pass", probe: `sh: run it ${"x".repeat(293)}` });
  });

  it("only warn of a database that cannot be restored: the closing refuses", async () => {
    const check = async (recoveryStatus: string) => {
      const world = fakeWorld();
      Object.assign(world.context.render, { getRecovery: async () => ({ recoveryStatus }) });
      const databases = [{ id: "recovery", database: "dpg-1" }];
      return (await runChecks(world.context, { ...gate, databases })).find(
        ({ check: id }) => id === "prerequisite recovery",
      );
    };
    expect((await check("AVAILABLE"))?.verdict).toBe("pass");
    expect((await check("NOT_AVAILABLE"))?.verdict).toBe("warn");
  });

  it("tell how long a service took to wake, and nothing of one that was awake", async () => {
    const waking = async (silentFor: number) => {
      const world = fakeWorld();
      world.services.get("srv-backend")!.service.serviceDetails = {
        plan: "free",
        url: "https://backend.example",
      };
      let asked = 0;
      world.answers.set("/health", () => {
        asked += 1;
        if (asked > silentFor) return { answered: true, status: 200, body: "{}", ms: 5 };
        world.clock.ms += 5_000;
        return { answered: false, error: "no answer in time", ms: 5_000 };
      });
      Object.assign(world.context.observed, { blueprints: async () => [] });
      return (await runChecks(world.context, gate)).find(({ check }) => check === "woken backend");
    };
    expect(await waking(2)).toMatchObject({ verdict: "pass", threshold: "an answer within 90 s" });
    expect(await waking(0)).toBeUndefined();
  });
});

function smokeTest(id: string, more: object = {}) {
  return {
    ...{ id, renderName: "backend", phase: "api", needs: [], method: "GET", path: `/${id}` },
    ...{ status: 200, json: {}, withinSeconds: 2, ...more },
  } as unknown as NonNullable<GateInputs["smoke"]>[number];
}

describe("flags of a service that cannot report them", () => {
  const silent: GateService = { ...quiet, reports: { none: "it cannot" }, flags: { A: "true", B: "false" } };
  function judged(change: (world: FakeWorld, grouped: string[]) => void, target: GateService = silent) {
    const world = fakeWorld();
    const backend = world.services.get("srv-backend")!;
    backend.deploys = [liveDeploy("dep-1", AT, { trigger: "api" })];
    const grouped: string[] = [];
    world.context.observed.groupVars = async ({ id }) => {
      grouped.push(id);
      return new Map([["B", "true"]]);
    };
    change(world, grouped);
    return { result: checkFlags(world.context, gate, target, backend.service), grouped };
  }

  it("are judged by Render's word alone where all are set there: no group is asked", async () => {
    const { result, grouped } = judged((world) => {
      const { envVars } = world.services.get("srv-backend")!;
      for (const [key, value] of [
        ["A", "true"],
        ["B", "false"],
        ["OTHER", "x"],
      ] as const)
        envVars.set(key, value);
    });
    expect(await result).toMatchObject({
      check: "flags backend",
      verdict: "pass",
      evidence: { live: "dep-1" },
    });
    expect(grouped).toEqual([]);
  });

  it("may come from a group where one is not set on the service itself", async () => {
    const { result, grouped } = judged((world) => {
      world.services.get("srv-backend")!.envVars.set("A", "true");
    });
    expect((await result).verdict).toBe("fail");
    expect(grouped).toEqual(["srv-backend"]);
  });

  it("are what config says of an absent one, and nothing is live where nothing is", async () => {
    const absent = (unset?: GateService["unset"]) =>
      judged(
        (world) => {
          world.context.observed.groupVars = async () => new Map();
        },
        { ...silent, flags: { A: "true" }, ...(unset === undefined ? {} : { unset }) },
      ).result;
    expect((await absent({ A: "on" })).verdict).toBe("pass");
    expect((await absent()).verdict).toBe("fail");
    const { result } = judged((world) => {
      world.services.get("srv-backend")!.deploys = [];
    });
    expect(await result).toMatchObject({ verdict: "fail", evidence: { live: "none" } });
  });
});

describe("flags that left the catalogue", () => {
  const left = async (
    keys: string[] | undefined,
    change: (world: FakeWorld) => void,
    target: GateService = quiet,
  ) => {
    const world = fakeWorld();
    change(world);
    const inputs = { ...gate, ...(keys === undefined ? {} : { left: { backend: keys } }) };
    const { service } = world.services.get("srv-backend")!;
    return { found: await checkLeftFlags(world.context, inputs, target, service), world };
  };
  const setOn = (world: FakeWorld) => world.services.get("srv-backend")!.envVars.set("OLD", "true");

  it("are warned of while they are on, by name, and not where they are off or none left", async () => {
    expect((await left(["OLD", "GONE"], setOn)).found).toMatchObject([
      { check: "left-flags backend", verdict: "warn", observed: "OLD" },
    ]);
    expect((await left(["GONE"], setOn)).found).toEqual([]);
    expect((await left(undefined, setOn)).found).toEqual([]);
  });

  it("are asked of the service beside those that are declared: one that runs as on is told although Render has it not", async () => {
    const reported = (world: FakeWorld) => answering(world, "/flags", '{"ENABLE_X":true,"OLD":true}');
    const { found } = await left(["OLD"], reported);
    expect(found).toMatchObject([{ observed: "OLD" }]);
    expect(found[0]?.summary).toContain('absent on Render, runs as "true"');
    const unreported = { ...quiet, reports: { none: "it cannot" } };
    expect((await left(["OLD"], reported, unreported)).found).toEqual([]);
  });
});

describe("what was found while a phase was deployed", () => {
  const deployed = { ...gate, deploys: { site: "dep-2" }, deploysBefore: { site: "dep-1" } };
  const seen = { probe: "GET https://site/", flipped: ["VITE_X"], same: true, files: 3 };

  it("is a flip that changed nothing, as a warning; a deploy without a flip says nothing", async () => {
    const served = (more: object) =>
      checkServed(fakeWorld().context, { ...deployed, served: { site: { ...seen, ...more } } });
    expect(await served({})).toMatchObject([
      { check: "served-bytes site", verdict: "warn", observed: "the same" },
    ]);
    expect(await served({ same: false })).toMatchObject([{ verdict: "pass", observed: "changed" }]);
    expect(await served({ flipped: [] })).toEqual([]);
  });

  it("is each service's downtime: none, some with its first five failures, one probe alone", async () => {
    const failures = Array.from({ length: 7 }, (_, index) => ({ at: `${index}`, answer: "HTTP 502" }));
    const of = (more: object) =>
      checkZeroDowntime(fakeWorld().context, {
        ...deployed,
        zeroDowntime: { site: { probe: "GET /", probes: 12, failed: 0, failures: [], ...more } },
      });
    expect(await of({})).toMatchObject([
      {
        ...{ check: "zero-downtime site", verdict: "pass", samples: 12, observed: "0 failed" },
        summary: "site answered all 12 probes while deploy dep-2 went live",
      },
    ]);
    expect((await of({}))[0]).not.toHaveProperty("evidence");
    expect(await of({ failed: 7, failures })).toMatchObject([
      {
        ...{ verdict: "warn", observed: "7 failed", evidence: failures.slice(0, 5) },
        summary: "site failed 7 of 12 probes while deploy dep-2 went live",
      },
    ]);
    expect((await of({ probes: 1 }))[0]?.summary).toContain("site answered its one probe while");
    expect(await of({ probes: 0 })).toEqual([]);
  });

  it("is that nothing was deployed only where there was something to deploy, and all of it is older", async () => {
    const nothing = async (deploys: Record<string, string>, deploysBefore: Record<string, string>) =>
      ids(await checkZeroDowntime(fakeWorld().context, { ...gate, deploys, deploysBefore }));
    expect(await nothing({ a: "1", b: "2" }, { a: "1", b: "2" })).toEqual(["zero-downtime"]);
    expect(await nothing({ a: "1", b: "2" }, { a: "1", b: "0" })).toEqual([]);
    expect(await nothing({ a: "1" }, {})).toEqual([]);
    expect(await nothing({}, {})).toEqual([]);
  });
});

describe("pages without a browser", () => {
  it("are each site's front page where the operator has named a browser and the catalogue no page", async () => {
    const world = fakeWorld({ backend: "web_service", site: "static_site" });
    const services = [quiet, { ...quiet, renderName: "site", healthPath: "/home?x=1" }];
    const found = () => checkPages(world.context, { ...openGate, services });
    expect(await found()).toEqual([]);
    world.context.environment = (name) => (name === "ROLLOUT_BROWSER" ? "/opt/chromium" : undefined);
    expect(await found()).toMatchObject([
      { check: "page site", verdict: "could-not-measure", probe: "Chromium: GET /home" },
    ]);
  });

  it("are no browser's work where there are none", async () => {
    const world = fakeWorld();
    expect(await checkPages(world.context, { ...openGate, pages: [] })).toEqual([]);
  });

  it("have times of which the baseline keeps those that were measured", () => {
    const result = (check: string, evidence?: object) => ({ check, evidence }) as unknown as CheckResult;
    expect(
      pageTimesIn([
        result("page-times shop", { loadMs: 900, lcpMs: 400 }),
        result("page-times cart 2", { loadMs: 800, lcpMs: "none" }),
        result("page-times lost", { loadMs: "none" }),
        result("page-times odd", []),
        result("page-times none"),
        result("not-page-times shop", { loadMs: 1 }),
        result("page shop", { loadMs: 1 }),
      ]),
    ).toEqual({ shop: { loadMs: 900, lcpMs: 400 }, "cart 2": { loadMs: 800, lcpMs: null } });
    expect(pageTimesIn([result("page shop")])).toBeUndefined();
  });
});
