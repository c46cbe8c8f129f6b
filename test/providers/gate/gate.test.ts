import { describe, expect, it } from "vitest";

import { DEFAULT_THRESHOLDS } from "../../../components/config/defaults";
import { gateVerbs, type GateInputs, type GateOutputs } from "../../../components/providers/gate/gate";
import { AT, CANARY, fakeWorld, liveDeploy, type FakeWorld } from "../../support/fake-context";

const open: GateInputs = {
  phase: "api",
  state: "open",
  adopted: false,
  soakSeconds: 900,
  timeZone: "Europe/Berlin",
  services: [
    {
      renderName: "backend",
      healthPath: "/health",
      reports: { path: "/api/feature-flags" },
      flags: { ENABLE_X: "true" },
    },
  ],
  migrations: [{ ids: ["001_a"], target: ["001_a"] }],
  runner: {
    where: "local",
    commands: { apply: ["runner", "apply"], rollback: ["runner", "rollback"] },
    timeoutSeconds: 60,
  },
  rules: { noData: "fail", couldNotMeasure: "fail", inconclusive: "fail" },
  deploys: { backend: "dep-1" },
  schema: { migrations: "r1" },
};
const closed: GateInputs = { ...open, state: "closed" };
delete closed.deploys;
delete closed.schema;

const ready = { id: "ready", phase: "api" as const, renderName: "backend", method: "GET", path: "/ready" };

function goodWorld(): FakeWorld {
  const world = fakeWorld();
  world.answers.set("/api/feature-flags", () => ({
    answered: true,
    status: 200,
    body: '{"ENABLE_X":true}',
    ms: 3,
  }));
  world.database.readings.set("001_a", { state: "applied" });
  const backend = world.services.get("srv-backend")!;
  backend.deploys = [liveDeploy("dep-1", AT - 86_400_000, { trigger: "api" })];
  backend.envVars.set("ENABLE_X", "true");
  return world;
}

async function passed(world: FakeWorld): Promise<GateOutputs> {
  return (await gateVerbs(world.context).create(open)).outs!;
}

async function refusalOf(
  promise: Promise<unknown>,
): Promise<Error & { properties?: GateOutputs; reasons?: string[] }> {
  return promise.then(
    () => {
      throw new Error("it should have been refused");
    },
    (error: unknown) => error as Error,
  );
}

describe("an open gate", () => {
  it("passes when services are healthy, run their flags as declared and the schema is there, and keeps the evidence", async () => {
    const outs = await passed(goodWorld());
    expect(outs).toMatchObject({ status: "succeeded", state: "open", version: 1 });
    expect(outs.checks.map(({ check, verdict }) => `${check}: ${verdict}`)).toEqual([
      "health backend: pass",
      "flags backend: pass",
      "migrations: pass",
    ]);
    expect(outs.passedAt).toBe(outs.verifiedAt);
  });

  it.each([
    [
      "the service is down",
      (world: FakeWorld) =>
        world.answers.set("/health", () => ({ answered: false, error: "ECONNREFUSED", ms: 1 })),
      "health backend: fail",
    ],
    [
      "the service answers 503",
      (world: FakeWorld) =>
        world.answers.set("/health", () => ({ answered: true, status: 503, body: "db down", ms: 1 })),
      "health backend: fail",
    ],
    [
      "a flag runs otherwise",
      (world: FakeWorld) =>
        world.answers.set("/api/feature-flags", () => ({
          answered: true,
          status: 200,
          body: '{"ENABLE_X":false}',
          ms: 1,
        })),
      "flags backend: fail",
    ],
    [
      "the flags cannot be read",
      (world: FakeWorld) =>
        world.answers.set("/api/feature-flags", () => ({ answered: true, status: 404, body: "", ms: 1 })),
      "flags backend: could-not-measure",
    ],
    [
      "a migration is pending",
      (world: FakeWorld) => world.database.readings.delete("001_a"),
      "migrations: fail: 001_a is not applied",
    ],
    [
      "a migration is only partly there",
      (world: FakeWorld) =>
        world.database.readings.set("001_a", {
          state: "partly",
          present: ["column a"],
          missing: ["index i"],
        }),
      "migrations: fail: 001_a is only partly there: missing index i",
    ],
    [
      "the database does not answer",
      (world: FakeWorld) => (world.database.silent = "it is down"),
      "migrations: could-not-measure",
    ],
  ])("fails when %s, and says what to do next", async (_case, spoil, reason) => {
    const world = goodWorld();
    spoil(world);
    const refused = await refusalOf(gateVerbs(world.context).create(open));
    expect(refused.message).toContain("gate api did not pass:");
    expect(refused.message).toContain(reason);
    expect(refused.message).toContain("go back to the prior config");
    expect(refused.reasons).toEqual([refused.message]);
    expect(refused.properties).toMatchObject({ status: "failed", state: "open" });
    expect(refused.properties?.passedAt).toBeUndefined();
  });

  it("lets a check that could not measure pass with a warning where config says so", async () => {
    const world = goodWorld();
    world.answers.set("/api/feature-flags", () => ({ answered: false, error: "no answer", ms: 1 }));
    const { outs } = await gateVerbs(world.context).create({
      ...open,
      rules: { ...open.rules, couldNotMeasure: "warn" },
    });
    expect(outs?.status).toBe("succeeded");
    expect(world.log.join("\n")).toContain("gate api: warning, flags backend");
  });

  it("survives one bad answer just after a deploy", async () => {
    const world = goodWorld();
    let asked = 0;
    world.answers.set("/health", () => ({
      answered: true,
      status: (asked += 1) === 1 ? 502 : 200,
      body: "",
      ms: 1,
    }));
    expect(await passed(world)).toMatchObject({ status: "succeeded" });
  });

  it("is unchanged until a deploy or the schema changes; then it verifies again", async () => {
    const world = goodWorld();
    const verbs = gateVerbs(world.context);
    const outs = await passed(world);
    expect(await verbs.diff("id", outs, open)).toEqual({ changes: false });
    expect(await verbs.diff("id", outs, { ...open, deploys: { backend: "dep-2" } })).toEqual({
      changes: true,
    });
    expect(await verbs.diff("id", outs, { ...open, schema: { migrations: "r2" } })).toEqual({
      changes: true,
    });
  });

  it("stays failed across a refresh, and is tried again by the next update", async () => {
    const world = goodWorld();
    world.answers.set("/health", () => ({ answered: false, error: "down", ms: 1 }));
    const verbs = gateVerbs(world.context);
    const failed = (await refusalOf(verbs.create(open))).properties!;
    const read = await verbs.read("id", failed);
    expect(await verbs.diff("id", read.props!, open)).toEqual({ changes: true });
    world.answers.delete("/health");
    expect((await verbs.update("id", read.props!, open)).outs).toMatchObject({ status: "succeeded" });
  });
});

describe("closing a gate", () => {
  it("is refused while the soak has not passed, with what is missing, in diff and in update alike", async () => {
    const world = goodWorld();
    const outs = await passed(world);
    world.clock.ms = Date.parse(outs.passedAt!) + 372_000;
    const verbs = gateVerbs(world.context);
    for (const attempt of [verbs.diff("id", outs, closed), verbs.update("id", outs, closed)]) {
      expect((await refusalOf(attempt)).message).toBe(
        "api: soaked 6m12s of 15m00s; may end at 22:16 Europe/Berlin",
      );
    }
  });

  it("goes through when the soak has passed, and keeps the evidence", async () => {
    const world = goodWorld();
    const outs = await passed(world);
    world.clock.ms += 901_000;
    const verbs = gateVerbs(world.context);
    expect(await verbs.diff("id", outs, closed)).toEqual({ changes: true });
    const after = (await verbs.update("id", outs, closed)).outs!;
    expect(after).toMatchObject({
      state: "closed",
      status: "succeeded",
      passedAt: outs.passedAt,
      checks: outs.checks,
    });
    expect(after.closedAt).toBe(new Date(world.clock.ms).toISOString());
    expect(await verbs.diff("id", after, closed)).toEqual({ changes: false });
  });

  it("counts the soak from a later deploy made by hand", async () => {
    const world = goodWorld();
    const outs = await passed(world);
    world.services
      .get("srv-backend")!
      .deploys.unshift(liveDeploy("dep-hand", AT + 600_000, { trigger: "manual" }));
    world.clock.ms = AT + 901_000;
    expect((await refusalOf(gateVerbs(world.context).diff("id", outs, closed))).message).toContain(
      "soaked 5m01s of 15m00s",
    );
  });

  it("is refused while a deploy is running", async () => {
    const world = goodWorld();
    const outs = await passed(world);
    world.services
      .get("srv-backend")!
      .deploys.unshift(liveDeploy("dep-run", AT, { status: "build_in_progress" }));
    world.clock.ms += 901_000;
    expect((await refusalOf(gateVerbs(world.context).diff("id", outs, closed))).message).toContain(
      "deploy dep-run is running on backend",
    );
  });

  it("is refused for a gate that did not pass", async () => {
    const world = goodWorld();
    world.answers.set("/health", () => ({ answered: false, error: "down", ms: 1 }));
    const failed = (await refusalOf(gateVerbs(world.context).create(open))).properties!;
    world.clock.ms += 9_000_000;
    expect((await refusalOf(gateVerbs(world.context).diff("id", failed, closed))).message).toContain(
      "its gate has not passed",
    );
  });

  it("tells machines which phase it is and why, beside the words", async () => {
    const world = goodWorld();
    const refused = await refusalOf(gateVerbs(world.context).diff("id", await passed(world), closed));
    expect(refused).toMatchObject({ code: "GATE_REFUSED", data: { phase: "api", because: ["soak"] } });
  });

  it("is not possible for a gate that was never open: phases cannot be skipped", async () => {
    const { failures } = await gateVerbs(goodWorld().context).check({}, closed);
    expect(failures).toEqual([
      { property: "state", reason: expect.stringContaining("phases cannot be skipped") },
    ]);
  });

  it("is possible at once for a phase that was adopted", async () => {
    const verbs = gateVerbs(goodWorld().context);
    expect((await verbs.check({}, { ...closed, adopted: true })).failures).toEqual([]);
    expect((await verbs.create({ ...closed, adopted: true })).outs).toMatchObject({
      status: "succeeded",
      state: "closed",
      checks: [],
    });
  });
});

describe("a closed gate", () => {
  it("keeps the inputs that it verified: only its state differs in a preview", async () => {
    const world = goodWorld();
    const { inputs } = await gateVerbs(world.context).check(open, {
      ...closed,
      migrations: [],
      services: [],
    });
    expect(inputs).toEqual({ ...open, state: "closed" });
  });
});

describe("a gate on the way back", () => {
  it("is opened again without asking for soak, and verifies", async () => {
    const world = goodWorld();
    const verbs = gateVerbs(world.context);
    const outs = await passed(world);
    world.clock.ms += 901_000;
    const shut = (await verbs.update("id", outs, closed)).outs!;
    expect(await verbs.diff("id", shut, open)).toEqual({ changes: true });
    const reopened = (await verbs.update("id", shut, open)).outs!;
    expect(reopened).toMatchObject({ state: "open", status: "succeeded" });
    expect(reopened.closedAt).toBeUndefined();
    expect(Date.parse(reopened.passedAt!)).toBeGreaterThanOrEqual(AT + 901_000);
  });
});

describe("a closed gate whose end failed", () => {
  it("is done again after an end that failed, and otherwise left alone", async () => {
    const world = goodWorld();
    const { diff } = gateVerbs(world.context);
    const outs: GateOutputs = { ...(await passed(world)), state: "closed", completes: "none" };
    expect(await diff("gate api", outs, closed)).toEqual({ changes: false });
    expect(await diff("gate api", { ...outs, status: "failed" }, closed)).toEqual({ changes: true });
  });
});

describe("what an open gate has verified", () => {
  const override = {
    text: "2026-11-24 by Ada, health: known",
    date: "2026-11-24",
    by: "Ada",
    reason: "known",
  };
  const page = {
    id: "shop",
    renderName: "backend",
    path: "/",
    withinSeconds: 3,
    growthPercent: 50,
    ignore: [],
  };

  it.each<[string, Partial<GateInputs>]>([
    ["a service", { services: [{ ...open.services[0]!, healthPath: "/ready" }] }],
    ["the schema that is wanted", { migrations: [{ ids: ["001_a"], target: [] }] }],
    ["the way in which migrations are run", { runner: { ...open.runner!, timeoutSeconds: 90 } }],
    ["an override", { override: { ...override, checks: ["health"] } }],
    ["what is made of an answer that is missing", { rules: { ...open.rules, noData: "warn" } }],
    ["a limit", { thresholds: { ...DEFAULT_THRESHOLDS, telegramSeconds: 9 } }],
    ["a smoke test", { smoke: [{ ...ready, status: 200, json: { state: "ok" }, needs: [] }] }],
    ["a page", { pages: [{ ...page, expects: [] }] }],
    ["the operator's command", { commands: [{ id: "smoke-command", command: "./smoke.sh" }] }],
    ["a deploy", { deploys: { backend: "dep-2" } }],
    ["the schema's revision", { schema: { migrations: "r2" } }],
  ])("is verified again when %s changes", async (_what, changed) => {
    const world = goodWorld();
    const outs = await passed(world);
    const { diff } = gateVerbs(world.context);
    expect(await diff("gate api", outs, open)).toEqual({ changes: false });
    expect(await diff("gate api", outs, { ...open, ...changed })).toEqual({ changes: true });
  });

  it.each<[string, Partial<GateInputs>]>([
    ["what is signed off", { acknowledged: { team: "2026-11-24 by Ada" } }],
    ["the soak", { soakSeconds: 60 }],
    ["a word of the log that counts", { criticalLogs: ["PANIC"] }],
  ])("is left alone when %s changes: only the closing asks for it", async (_what, changed) => {
    const world = goodWorld();
    const outs = await passed(world);
    expect(await gateVerbs(world.context).diff("gate api", outs, { ...open, ...changed })).toEqual({
      changes: false,
    });
  });
});

describe("a gate's smoke test", () => {
  it("keeps no secret that the service puts into its answer", async () => {
    const world = goodWorld();
    const body = JSON.stringify({ state: `cannot reach ${CANARY}` });
    world.answers.set("/ready", () => ({ answered: true, status: 200, body, ms: 3 }));
    const ready = {
      id: "ready",
      phase: "api" as const,
      renderName: "backend",
      method: "GET",
      path: "/ready",
    };
    const smoke = [{ ...ready, status: 200, json: { state: "ok" }, needs: [] }];
    const failure = await refusalOf(gateVerbs(world.context).create({ ...open, smoke }));
    expect(failure.message).toContain('state is "cannot reach [secret]"');
    expect(JSON.stringify(failure.properties)).not.toContain(CANARY);
  });
});
