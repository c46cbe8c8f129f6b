import { describe, expect, it, vi } from "vitest";

import { RolloutError } from "../../components/errors";
import { openDatabase, type AskedDatabase } from "../../cli/shared/shown-migrations";
import { AT, liveDeploy, steadySeries } from "../support/fake-context";
import { fakeDesk, stackFile } from "./support/fake-desk";
import {
  after,
  BACKEND,
  FRONTEND,
  gateOf,
  PASSED_AT,
  run,
  show,
  statusWorld,
  tell,
} from "./support/status-world";

const MINUTE = 60_000;
const at = (minutes: number) => new Date(AT + minutes * MINUTE).toISOString();
const thursdays = `  felix-hub-rollout:schedule: {windows: [{days: [thursday], from: "22:00", to: "23:00"}]}\n`;
const signed = `  felix-hub-rollout:acknowledged: {interface-looks-right: "2026-11-24 by Ada"}\n`;

describe("what blocks the next phase, and for how long", () => {
  it("names the soak that is left, and the clock time at which it is over; that is no error", async () => {
    const { code, facts } = await tell(after(6.2, "api"));
    expect(facts.next).toMatchObject({
      phase: "ui",
      step: "advance",
      mayStart: false,
      earliest: at(15),
      blockers: [
        {
          kind: "soak",
          sentence: "api: soaked 6m12s of 15m00s; may end at 22:15 Europe/Berlin",
          until: at(15),
          remainingSeconds: 528,
        },
      ],
    });
    expect({ code, act: facts.act }).toEqual({ code: 0, act: [] });
    const text = await show(after(6.2, "api"));
    expect(text).toContain("│ soak       │ 8m48s, until 22:15 │ soaked 6m12s of 15m00s; may end at 22:15");
    expect(text).toContain("blocked; may start at 22:15 Europe/Berlin, if all stays well");
  });

  it("says that the next phase may start when nothing blocks it, what it brings and what that rests on", async () => {
    const world = after(16, "api");
    const { code, facts, words } = await tell(world);
    expect(facts.next).toMatchObject({
      mayStart: true,
      blockers: [],
      brings: {
        flagsOn: ["VITE_ENABLE_MECH_I18N", "VITE_ENABLE_UI_REFRESH"],
        flagsOff: [],
        migrations: [],
        deploys: [FRONTEND],
      },
    });
    expect(facts.next!.judged.map(({ check, verdict }) => `${check}: ${verdict}`)).toEqual([
      "soak: pass",
      "schedule: pass",
      `soak-error-rate ${BACKEND}: pass`,
      `soak-latency ${BACKEND}: pass`,
      `soak-logs ${BACKEND}: pass`,
      `soak-memory ${BACKEND}: pass`,
      `soak-cpu ${BACKEND}: pass`,
      `soak-error-lines ${BACKEND}: pass`,
      `soak-client-errors ${BACKEND}: pass`,
      // The catalogue's query needs the database, which is not asked here: that is said, and blocks nothing.
      "notification-failures: warn",
    ]);
    expect(code).toBe(0);
    expect(words).toContain("Next: npm run advance -- --stack prod begins ui.");
    expect(await show(after(16, "api"))).toContain(
      "Asked for it: GET /metrics/http-requests, GET /metrics/http-latency, GET /logs",
    );
  });

  it("does not count migrations that were kept among what the next phase brings", async () => {
    const world = after(1, "preparation");
    world.state.push({
      kind: "Migrations",
      name: "kept",
      inputs: {},
      outputs: { applied: ["001_add_car_number_column"] },
    });
    const { facts } = await tell(world);
    expect(facts.next).toMatchObject({
      phase: "migrations",
      brings: { migrations: ["002_create_categories_parts_tables"] },
    });
  });

  it("writes nothing, runs nothing and tells nobody while it judges", async () => {
    const world = after(16, "api");
    await run(world, {});
    expect([world.writes, world.told, world.processes, world.desk.calls]).toEqual([[], [], [], []]);
  });

  it("names each sign-off that is missing, with the line to add", async () => {
    const { code, facts } = await tell(after(16, "ui"));
    expect(facts.next!.blockers).toEqual([
      {
        kind: "sign-off",
        sentence:
          "ui: not signed off: interface-looks-right (Languages and the new look were tried in a browser); " +
          "add to acknowledged in Pulumi.prod.yaml: interface-looks-right: 2026-11-24 by <name>",
        until: null,
        remainingSeconds: null,
      },
    ]);
    expect(facts.signOffs).toMatchObject([{ id: "interface-looks-right", signature: null, counts: false }]);
    expect(code).toBe(0);
  });

  it("does not count a signature from before the phase was live", async () => {
    const early = signed.replace("2026-11-24", "2026-11-23");
    expect((await tell(after(16, "ui", early))).facts.signOffs).toMatchObject([
      { signature: "2026-11-23 by Ada", counts: false },
    ]);
    const { facts } = await tell(after(16, "ui", signed));
    expect(facts.signOffs).toMatchObject([{ signature: "2026-11-24 by Ada", counts: true }]);
    expect(facts.next!.mayStart).toBe(true);
  });

  it("names the next opening of a schedule that is shut", async () => {
    const { code, facts } = await tell(after(16, "api", thursdays));
    expect(facts.next!.blockers).toMatchObject([
      { kind: "schedule", until: "2026-11-26T21:00:00.000Z", remainingSeconds: 2 * 86_400 - 16 * 60 },
    ]);
    expect(facts.next!.earliest).toBe("2026-11-26T21:00:00.000Z");
    expect(code).toBe(0);
    expect(await show(after(16, "api", thursdays))).toContain("│ 2d0h, until 2026-11-26 22:00 │");
  });

  it("looks beyond the end of tonight's window where the soak does", async () => {
    const world = after(0, "api");
    const late = new Date(AT + 235 * MINUTE).toISOString();
    Object.assign(gateOf(world, "api").outputs, { passedAt: late });
    world.clock.ms = AT + 236 * MINUTE;
    const { facts } = await tell(world);
    expect(facts.next!.blockers).toMatchObject([{ kind: "soak", until: at(250) }]);
    expect(facts.next!.earliest).toBe("2026-11-25T21:00:00.000Z");
  });

  it("names a deploy that runs, which is somebody else's", async () => {
    const world = after(16, "api");
    world.services
      .get(`srv-${BACKEND}`)!
      .deploys.unshift(
        liveDeploy("dep-9", AT + 10 * MINUTE, { status: "build_in_progress", trigger: "manual" }),
      );
    const { code, facts } = await tell(world);
    expect(facts.next!.blockers).toMatchObject([
      {
        kind: "deploy",
        sentence: `api: deploy dep-9 is running on ${BACKEND}; the soak starts again when it is live`,
      },
    ]);
    expect(facts.deploys![0]).toMatchObject({ id: "dep-9", status: "build_in_progress", ours: false });
    expect(code).toBe(0);
  });

  it("names metrics outside the thresholds, and what it asked", async () => {
    const world = after(16, "api");
    world.metrics.requests = (query) => {
      const [good, bad] = ["200", "500"].map((statusCode) =>
        steadySeries(query, { statusCode }, "unitless", 50),
      );
      return {
        kind: "data",
        series: [good, bad].flatMap((answer) => (answer?.kind === "data" ? answer.series : [])),
      };
    };
    const { code, facts } = await tell(world);
    expect(facts.next).toMatchObject({ mayStart: false, blockers: [{ kind: "check", until: null }] });
    expect(facts.next!.blockers[0]!.sentence).toContain(`api: soak-error-rate ${BACKEND}: fail: `);
    const probe = facts.next!.judged.find(({ check }) => check.startsWith("soak-error-rate"))!.probe;
    expect(probe).toContain(`GET /metrics/http-requests (resource=srv-${BACKEND}, ${PASSED_AT} to ${at(16)}`);
    expect(code).toBe(0);
  });

  it("shows critical lines of a log without the secrets in them", async () => {
    vi.stubEnv("DATABASE_URL", "canary-of-the-database");
    const world = after(16, "api");
    world.logs = () => [
      { id: "l", message: "CRITICAL canary-of-the-database is gone", timestamp: at(2), labels: [] },
    ];
    const text = await show(world);
    vi.unstubAllEnvs();
    expect(text).toContain("CRITICAL [secret] is gone");
    expect(text).not.toContain("canary-of-the-database");
  });
});

describe("a gate that has not passed", () => {
  it("is the operator's to act on: exit code 1, with what stopped it, since when, and both ways on", async () => {
    const world = after(6, "api");
    const checks = [
      { check: "health b", verdict: "fail", summary: "b is not healthy" },
      { check: "migrations", verdict: "pass", summary: "all 2 applied" },
    ];
    Object.assign(gateOf(world, "api").outputs, { status: "failed", passedAt: undefined, checks });
    const { code, facts, words } = await tell(world);
    expect(facts.phase).toMatchObject({
      gate: "failed",
      since: PASSED_AT,
      stoppedBy: [{ check: "health b", verdict: "fail", summary: "b is not healthy" }],
    });
    expect(facts.next!.blockers).toMatchObject([{ kind: "gate" }]);
    expect({ code, act: facts.act }).toEqual({ code: 1, act: ["the gate of api has not passed"] });
    expect(words).toContain(
      "npm run advance -- --stack prod verifies again; npm run rollback -- --stack prod --to migrations goes back.",
    );
  });
});

describe("an update that is due", () => {
  it("is said where the file is ahead of state; what closes is the gate in state", async () => {
    const world = statusWorld(stackFile("ui"), stackFile("api"));
    world.clock.ms += 6 * MINUTE;
    const { code, facts, words } = await tell(world);
    expect(facts.phase).toMatchObject({ declared: "ui", inState: "api", gate: "passed" });
    expect(words).toContain("`pulumi up --stack prod` is refused while something blocks it.");
    expect(facts.act).toEqual(["an update is due: Pulumi.prod.yaml says ui, state has api"]);
    expect(facts.next).toMatchObject({ phase: "ui", step: "advance", blockers: [{ kind: "soak" }] });
    expect(facts.next!.brings.flagsOn).toEqual(["VITE_ENABLE_MECH_I18N", "VITE_ENABLE_UI_REFRESH"]);
    expect(code).toBe(1);
  });

  it("is said where the file is behind state; nothing refuses the way back, not even a shut schedule", async () => {
    const world = statusWorld(stackFile("migrations", thursdays), stackFile("api", thursdays));
    const { code, facts, words } = await tell(world);
    expect(words).toContain("`pulumi up --stack prod` runs it.");
    expect(facts.next).toMatchObject({
      phase: "migrations",
      step: "back",
      mayStart: true,
      brings: { flagsOff: ["ENABLE_CAR_NUMBER", "ENABLE_PART_CATEGORIES"], deploys: [BACKEND] },
    });
    expect(code).toBe(1);
  });

  it("goes on where one was stopped behind the closed gate; then only the schedule is asked", async () => {
    const stopped = (more: string) => {
      const world = statusWorld(stackFile("ui", more), stackFile("api", more));
      Object.assign(gateOf(world, "api").outputs, { state: "closed", closedAt: PASSED_AT });
      return world;
    };
    const { code, facts } = await tell(stopped(""));
    expect(facts.next).toMatchObject({ phase: "ui", step: "resume", mayStart: true, blockers: [] });
    expect(facts.act).toEqual([
      "an update is due: Pulumi.prod.yaml says ui, state has only the closed gate of api",
    ]);
    expect(code).toBe(1);
    expect((await tell(stopped(thursdays))).facts.next).toMatchObject({
      mayStart: false,
      blockers: [{ kind: "schedule" }],
    });
  });

  it("opens a closed gate again where the file came back to its phase", async () => {
    const world = statusWorld(stackFile("api"));
    Object.assign(gateOf(world, "api").outputs, { state: "closed", closedAt: PASSED_AT });
    const { facts } = await tell(world);
    expect(facts.phase).toMatchObject({ inState: "api", gate: "closed", since: PASSED_AT });
    expect(facts.next).toMatchObject({ phase: "api", step: "back", mayStart: true });
    expect(facts.act).toEqual([
      "an update is due: Pulumi.prod.yaml says api, state has only the closed gate of api",
    ]);
  });

  it("is said for a hold that was not applied yet, and comes before the next phase", async () => {
    const hold = "  felix-hub-rollout:hold: [ENABLE_CAR_NUMBER]\n";
    const world = statusWorld(stackFile("api", hold), stackFile("api"));
    world.clock.ms += 16 * MINUTE;
    const { code, facts } = await tell(world);
    expect(facts.flags[0]).toMatchObject({ declared: "held", inState: "on", onRender: "on" });
    expect(facts.act).toEqual([
      'an update is due: ENABLE_CAR_NUMBER is declared "false" and was last set to "true"',
    ]);
    expect(facts.next!.blockers).toMatchObject([{ kind: "update" }]);
    expect(code).toBe(1);
  });

  it("is said for a deploy that did not come to its end, and for a migration that is missing", async () => {
    const world = after(16, "api");
    Object.assign(world.state.find(({ kind }) => kind === "Deploy")!.outputs, { status: "failed" });
    Object.assign(world.state.find(({ kind }) => kind === "Migrations")!.outputs, {
      applied: ["001_add_car_number_column"],
    });
    expect((await tell(world)).facts.phase.updateDue).toEqual([
      "002_create_categories_parts_tables is declared and was not applied",
      `the last deploy of ${BACKEND} did not come to its end`,
    ]);
  });

  it("is said for a flag whose last write nobody knows the end of", async () => {
    const world = after(16, "api");
    const flag = world.state.find(({ name }) => name === "ENABLE_CAR_NUMBER")!;
    flag.outputs = { ...flag.outputs, status: "failed" };
    const { facts } = await tell(world);
    expect(facts.phase.updateDue).toEqual([
      "whether the last write of ENABLE_CAR_NUMBER reached Render is not known",
    ]);
  });

  it("is said where the gate is declared otherwise than it was verified", async () => {
    const world = statusWorld(stackFile("api", "  felix-hub-rollout:smoke: {}\n"), stackFile("api"));
    expect((await tell(world)).facts.phase.updateDue).toEqual([
      "the gate of api is declared otherwise than it was verified",
    ]);
  });

  it("is none for what only the closing asks for", async () => {
    const world = statusWorld(stackFile("ui", signed), stackFile("ui"));
    expect((await tell(world)).facts.phase.updateDue).toEqual([]);
  });
});

describe("drift", () => {
  it("names a flag that somebody flipped: exit code 1, and which command says the ways out", async () => {
    const world = after(6, "api");
    world.services.get(`srv-${BACKEND}`)!.envVars.set("ENABLE_CAR_NUMBER", "false");
    const { code, facts, words } = await tell(world);
    expect(facts.drift).toEqual([
      {
        kind: "flag",
        name: "ENABLE_CAR_NUMBER",
        found: `"false" on Render (${BACKEND}), last set to "true"`,
      },
    ]);
    expect({ code, act: facts.act }).toEqual({
      code: 1,
      act: ["one thing is not as the last update left it"],
    });
    expect(words).toContain("npm run drift -- --stack prod says the ways out");
  });

  it("takes an absent variable for off, and does not show a value that is neither on nor off", async () => {
    const world = after(6, "api");
    const { envVars } = world.services.get(`srv-${BACKEND}`)!;
    envVars.delete("ENABLE_TG_ADMIN_NOTIFS");
    envVars.set("ENABLE_CAR_NUMBER", "canary");
    const { facts } = await tell(world);
    expect(facts.drift).toMatchObject([
      { found: expect.stringMatching(/^neither "true" nor "false" on Render/) },
    ]);
    expect(facts.flags[0]!.onRender).toBe("other");
    expect(world.desk.data.join("")).not.toContain("canary");
  });

  it("names a deploy made by hand, and tells it from ours in the list", async () => {
    const world = after(16, "api");
    const service = world.services.get(`srv-${BACKEND}`)!;
    service.deploys[0]!.status = "deactivated";
    service.deploys.push(liveDeploy("dep-old", AT - 2 * 86_400_000, { status: "deactivated" }));
    service.deploys.unshift(liveDeploy("dep-9", AT + 5 * MINUTE, { trigger: "manual" }));
    const { code, facts } = await tell(world);
    expect(facts.drift).toMatchObject([{ kind: "deploy", name: BACKEND }]);
    expect(code).toBe(1);
    const own = facts.deploys!.filter(({ service: name }) => name === BACKEND);
    expect(own.map(({ id, status, trigger, ours }) => ({ id, status, trigger, ours }))).toEqual([
      { id: "dep-9", status: "live", trigger: "manual", ours: false },
      { id: "dep-first", status: "deactivated", trigger: "new_commit", ours: true },
      { id: "dep-old", status: "deactivated", trigger: "new_commit", ours: null },
    ]);
    expect(facts.next!.blockers).toMatchObject([{ kind: "soak", until: at(20) }]);
  });
});

describe("what could not be looked at", () => {
  it("is said, and is the operator's to act on; what files and state know is told all the same", async () => {
    const world = after(16, "ui");
    world.faults.before = () => {
      throw new RolloutError("RENDER_UNREACHABLE", "Render could not be reached: no route.");
    };
    const { code, facts } = await tell(world);
    expect(facts).toMatchObject({
      clock: "this machine",
      drift: null,
      deploys: null,
      notLookedAt: ["Render could not be asked: Render could not be reached: no route."],
    });
    expect(facts.phase).toMatchObject({ inState: "ui", gate: "passed" });
    expect(facts.flags[0]).toMatchObject({ declared: "on", inState: "on", onRender: null });
    expect(facts.next!.blockers.map(({ kind }) => kind)).toEqual(["sign-off"]);
    expect(code).toBe(1);
  });

  it("leaves open whether the next phase may start where nothing known blocks it", async () => {
    const world = after(16, "api");
    world.openRender = () => Promise.reject(new RolloutError("NO_RENDER_KEY", "there is no key."));
    const { facts } = await tell(world);
    expect(facts.next).toMatchObject({ mayStart: null, blockers: [] });
  });

  it("is nothing where there is no Pulumi: one sentence, and the line that helps", async () => {
    const world = after(16, "api");
    world.desk.openEngine = () =>
      Promise.reject(
        new RolloutError("NO_PULUMI", "there is no Pulumi. Next: get it. To roll back without it: `x`.", {
          missing: "there is no Pulumi. Next: get it.",
        }),
      );
    await expect(run(world, {})).rejects.toThrow(
      /^there is no Pulumi\. Next: get it\. Without it: `npm run status -- --stack prod --offline` tells what the stack's files alone say\.$/,
    );
  });

  it("ends at once when it is interrupted", async () => {
    const world = after(16, "api");
    world.openRender = () => {
      world.desk.interrupt();
      return new Promise(() => undefined);
    };
    await expect(run(world, {})).rejects.toThrow("nothing was changed");
  });
});

describe("the two ends", () => {
  it("an empty state: nothing is deployed yet, and what to do first", async () => {
    const world = statusWorld(stackFile("preparation"));
    world.state.splice(0);
    const { code, facts, words } = await tell(world);
    expect(facts).toMatchObject({
      phase: { inState: null, gate: null },
      gates: [],
      next: { phase: "preparation", step: "first", mayStart: true },
      act: ["nothing is deployed yet; the file says preparation"],
    });
    expect(code).toBe(1);
    expect(words).toContain("`pulumi preview --stack prod` shows what is adopted");
    world.desk.data.splice(0);
    expect(await show(world)).toMatch(/^prod: phase preparation; nothing is deployed yet/);
  });

  it("a complete rollout: nothing comes next, and nothing is wrong", async () => {
    const { code, facts } = await tell(after(16, "complete"));
    expect({ code, next: facts.next, act: facts.act }).toEqual({ code: 0, next: null, act: [] });
    expect(facts.gates!.map(({ phase, state }) => `${phase} ${state}`)).toEqual([
      ..."preparation migrations api ui notifications smoke monitoring"
        .split(" ")
        .map((phase) => `${phase} closed`),
      "complete open",
    ]);
    expect(await show(after(16, "complete"))).toContain("The rollout is complete.");
  });
});

describe("what is impossible", () => {
  it("is refused with its position: a phase that does not exist, and one that was skipped", async () => {
    const wrong = after(0, "api");
    wrong.desk = fakeDesk({ text: stackFile("apii") });
    await expect(run(wrong, {})).rejects.toThrow(`Pulumi.prod.yaml:3:28: phase: found "apii"`);
    const skipped = statusWorld(stackFile("notifications"), stackFile("api"));
    await expect(run(skipped, {})).rejects.toThrow(`Pulumi.prod.yaml:3:28: phase: found "notifications"`);
  });

  it("is refused by name: a stack without a file", async () => {
    await expect(run(after(0, "api"), { stack: "prd" })).rejects.toThrow(
      'found no file Pulumi.prd.yaml; allowed: a stack with a file (prod); did you mean "prod"?',
    );
  });
});

it("fits 80 columns, whatever blocks", async () => {
  const tty = { isTTY: process.stdout.isTTY, columns: process.stdout.columns };
  Object.assign(process.stdout, { isTTY: true, columns: 80 });
  const world = after(6, "ui", thursdays);
  world.services.get(`srv-${BACKEND}`)!.envVars.set("ENABLE_CAR_NUMBER", "false");
  const text = await show(world);
  Object.assign(process.stdout, tty);
  expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

describe("migrations, as the database shows them", () => {
  const [CAR, CATEGORIES] = ["001_add_car_number_column", "002_create_categories_parts_tables"] as const;
  /** One in which nothing stands. */
  const empty: AskedDatabase = {
    read: async (queries) => ({ asked: true, answers: queries.map(() => ({ rows: [] })) }),
  };
  const silent: AskedDatabase = { read: async () => ({ asked: false, because: "connection refused" }) };

  it("are not called applied where nobody was asked: the last update's word is told as such", async () => {
    const world = after(1, "api");
    const { code, facts } = await tell(world);
    expect(facts.migrations).toMatchObject([
      { id: CAR, inState: true, inDatabase: { state: "unknown", because: "DATABASE_URL is not set here" } },
      { id: CATEGORIES, inState: true },
    ]);
    expect(code).toBe(0);
    const text = await show(after(1, "api"));
    expect(text).toMatch(/│ there +│ not known +│/);
    expect(text).toContain("Not known: DATABASE_URL is not set here.");
    expect(text).not.toMatch(/applied/);
  });

  it("that are missing although the last update left them there are a reason to act, and what the next update brings", async () => {
    const { code, facts } = await tell(Object.assign(after(1, "api"), { asked: empty }));
    expect(facts.migrations).toMatchObject([
      { id: CAR, inState: true, inDatabase: { state: "pending" } },
      { id: CATEGORIES, inState: true, inDatabase: { state: "pending" } },
    ]);
    expect(facts.act).toContain(
      `${CAR} is not in the database, where the last update left it; the next update applies it`,
    );
    expect(code).toBe(1);
    expect(await show(Object.assign(after(1, "api"), { asked: empty }))).toContain("not there");
  });

  it("of which the database does not tell are not known, and that is a reason to act", async () => {
    const { code, facts } = await tell(Object.assign(after(1, "api"), { asked: silent }));
    expect(facts.act).toEqual([`the database did not tell of ${CAR}, ${CATEGORIES}: connection refused`]);
    expect(code).toBe(1);
  });

  it("are asked of the database at the stack's own address before the environment's", async () => {
    const engine = {
      secret: async (name: string) => (name === "databaseUrl" ? "nonsense of the stack" : undefined),
    };
    vi.stubEnv("DATABASE_URL", "postgres://localhost/environment");
    const database = await openDatabase(engine);
    vi.unstubAllEnvs();
    expect(database).toEqual({ because: expect.stringContaining("URL") });
  });
});
