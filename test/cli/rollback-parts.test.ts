import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";
import { parseDocument, type Document } from "yaml";

import type { StoredResource } from "../../cli/engine/port";
import { readUpdateMessage } from "../../cli/log/update-message";
import { checklistText, postRollbackChecklist } from "../../cli/rollback/checklist";
import { databaseCheck } from "../../cli/rollback/database-check";
import { planRollback } from "../../cli/rollback/plan-rollback";
import { rollback } from "../../cli/rollback/recipe";
import { schemaLine } from "../../cli/rollback/schema-line";
import type { Verified } from "../../cli/rollback/verified";
import { verifyRollback } from "../../cli/rollback/verify-rollback";
import { readWish, wishText, type RollbackOptions } from "../../cli/rollback/wish";
import { requireStack, type LoadedStack } from "../../cli/shared/load-stack";
import { readStanding } from "../../cli/shared/standing";
import type { Migration } from "../../components/config";
import { testCatalogue } from "./support/catalogue";
import { errorEvent, gate, info, outputs } from "./support/events";
import {
  failure,
  fakeDesk,
  said,
  STACK,
  stackFile,
  storedGate,
  storedMigrations,
  type FakeDesk,
  type Script,
} from "./support/fake-desk";
import { applied, CAR, PARTS, passedGates, reached, unreached } from "./support/rolled-out";

const BACKEND = "felix-hub-backend";
const FRONTEND = "felix-hub-mechanics-frontend";
/** A desk whose catalogue differs from the tests' own. */
function deskWith(options: Parameters<typeof fakeDesk>[0], change: (catalogue: Document) => void): FakeDesk {
  const desk = fakeDesk(options);
  const catalogue = parseDocument(testCatalogue());
  change(catalogue);
  writeFileSync(join(desk.directory, "Pulumi.yaml"), catalogue.toString());
  return desk;
}

const loaded = (text: string) => requireStack(fakeDesk({ text }).directory, STACK);
const known = new Map<string, LoadedStack>();
/** The same for whoever reads no file of it. */
function inPhase(phase: string): LoadedStack {
  const stack = known.get(phase) ?? loaded(stackFile(phase));
  known.set(phase, stack);
  return stack;
}

describe("the checklist after a rollback", () => {
  const checklist = (verified: Verified[], committed?: boolean) =>
    postRollbackChecklist(inPhase("preparation"), verified, committed);
  const line = (about: string, result: Verified["result"] = "yes"): Verified => ({
    ...{ about, what: about, result, found: "" },
  });
  const ticked = (verified: Verified[], committed?: boolean) =>
    checklistText(checklist(verified, committed))
      .split("\n")
      .filter((each) => each.startsWith("[x]"));
  const left = "[x] No flag is on that left the catalogue";

  it("says that no flag was left on only where the gate has looked at every service, and found none", () => {
    const looked = [line("flags"), line("gate")];
    expect(ticked(looked)).toContain(left);
    expect(ticked([line("flags", "open"), line("gate")])).toContain(left);
    expect(ticked([...looked, line("left-flags", "open")])).not.toContain(left);
    expect(ticked([...looked, line("service", "open")])).not.toContain(left);
    expect(ticked([line("values"), line("live"), line("schema"), line("gate", "no")])).not.toContain(left);
    expect(ticked([])).toEqual([]);
  });

  it("ticks what is good in every line about it, and nothing by one line of two", () => {
    const health = "[x] Health checks answer";
    expect(ticked([line("health"), line("health")])).toEqual([health]);
    expect(ticked([line("health"), line("health", "no")])).toEqual([]);
    expect(ticked([line("schema"), line("migrations", "open")])).toEqual([]);
    expect(ticked([line("migrations")])).toEqual(["[x] Migrations are as wanted, or kept"]);
  });

  it("knows of git what git tells, and nothing where it does not", () => {
    const file =
      "git has Pulumi.prod.yaml as it is now (commit it, or the next merge brings the old phase back)";
    const itemOf = (committed?: boolean) => checklist([], committed).find(({ text }) => text === file);
    expect(itemOf(true)).toEqual({ text: file, done: true });
    expect(itemOf(false)).toEqual({ text: file, done: false });
    expect(itemOf()).toEqual({ text: file });
  });
});

describe("what was verified after a rollback", () => {
  const off = { ENABLE_CAR_NUMBER: "false", ENABLE_PART_CATEGORIES: "false" };
  const telegram = { ENABLE_TG_ADMIN_NOTIFS: "false", ENABLE_TG_MECH_NOTIFS: "false" };
  const flag = (name: string, value: string, status = "succeeded"): StoredResource => ({
    ...{ kind: "FeatureFlag", name, inputs: {} },
    outputs: { renderName: BACKEND, value, status },
  });
  const deployed = (more: object = {}): StoredResource => ({
    ...{ kind: "Deploy", name: `deploy-${BACKEND}`, inputs: {} },
    outputs: {
      ...{ renderName: BACKEND, deployId: "dep-1", status: "succeeded", liveAt: "2026-11-24T20:00:00Z" },
      ...{ expects: { ...off, ...telegram }, ...more },
    },
  });
  const verified = (resources: StoredResource[], facts: { looked?: boolean; phase?: string } = {}) =>
    verifyRollback(inPhase(facts.phase ?? "preparation"), readStanding(resources), {
      ...{ looked: facts.looked ?? true, shown: { readings: {}, leftovers: [] } },
    });
  const of = (list: Verified[], what: string) => list.find((each) => each.what === what);
  const all = Object.keys({ ...off, ...telegram });

  it("is each service's flags as the update stored them: the value, and that its write came to its end", () => {
    const what = `flags of ${BACKEND} set as declared`;
    expect(of(verified(all.map((key) => flag(key, "false"))), what)).toMatchObject({
      ...{ about: "values", result: "yes", found: "4 of 4 off" },
    });
    const wrong = [flag(all[0]!, "true"), flag(all[1]!, "false", "failed"), flag(all[2]!, "false")];
    expect(of(verified(wrong), what)).toMatchObject({
      result: "no",
      found: "not as declared: ENABLE_CAR_NUMBER, ENABLE_PART_CATEGORIES, ENABLE_TG_MECH_NOTIFS",
    });
    const partial = [
      flag(all[0]!, "true"),
      flag(all[1]!, "true"),
      flag(all[2]!, "false"),
      flag(all[3]!, "false"),
    ];
    expect(of(verified(partial, { phase: "api" }), what)).toMatchObject({
      result: "yes",
      found: "2 of 4 off",
    });
  });

  it("is each service's deploy: with which values, since when by the stack's clock, and what its users met", () => {
    const live = (resources: StoredResource[]) => of(verified(resources), `${BACKEND} live`);
    expect(live([deployed()])).toEqual({
      ...{ about: "live", what: `${BACKEND} live`, result: "yes", found: "dep-1 live since 21:00:00" },
    });
    expect(live([deployed({ zeroDowntime: { probes: 9, failed: 2 } })])?.found).toBe(
      "dep-1 live since 21:00:00; 2 of 9 health probes failed meanwhile",
    );
    expect(live([deployed({ zeroDowntime: { probes: 0, failed: 0 } })])?.found).toBe(
      "dep-1 live since 21:00:00",
    );
    expect(live([deployed({ status: "failed", liveAt: "" })])).toMatchObject({
      result: "no",
      found: "dep-1",
    });
    expect(live([deployed({ expects: { ...off, ...telegram, ENABLE_CAR_NUMBER: "true" } })])).toMatchObject({
      result: "no",
      found: "last deployed with other values of ENABLE_CAR_NUMBER",
    });
    expect(live([])).toMatchObject({ result: "open", found: "no deploy known" });
  });

  it("is the gate's own word, where it has looked: open and passed", () => {
    const passed = (gateState: StoredResource[], looked = true) =>
      of(verified(gateState, { looked }), "gate preparation");
    expect(passed([storedGate("preparation", "succeeded")])).toMatchObject({
      result: "yes",
      found: "passed",
    });
    expect(passed([storedGate("preparation", "failed")])).toMatchObject({
      result: "no",
      found: "did not pass",
    });
    expect(passed([storedGate("preparation", "succeeded", "closed")])).toMatchObject({ result: "no" });
    expect(passed([storedGate("preparation", "succeeded")], false)).toMatchObject({
      ...{ result: "no", found: "it has not looked" },
    });
  });

  it("calls a check that could not be made open, neither good nor bad", () => {
    const looks = storedGate("preparation", "succeeded");
    Object.assign(looks.outputs, {
      checks: ["pass", "fail", "warn", "could-not-measure"].map((verdict) => ({
        ...{ check: `health ${verdict}`, verdict, summary: "s" },
      })),
    });
    const checks = verified([looks]).filter(({ about }) => about === "health");
    expect(checks.map(({ result }) => result)).toEqual(["yes", "no", "open", "open"]);
    expect(verified([looks], { looked: false }).filter(({ about }) => about === "health")).toEqual([]);
  });

  it("is nothing of the schema where there are no migrations", () => {
    const shown = { readings: {}, leftovers: [] };
    const line = schemaLine({ groups: [] } as never, { applied: [], rolledBack: [] } as never, shown, []);
    expect(line).toMatchObject({ result: "yes", found: "the database shows none of them" });
  });
});

describe("what to ask the database by hand", () => {
  const check = (...facts: NonNullable<Migration["shows"]>) =>
    databaseCheck([{ id: "001", source: { kind: "shows", facts } } as unknown as Migration]);

  it("finds what a migration leaves behind, with the schema where one is named", () => {
    expect(check({ table: "shop.parts" }, { index: "idx_parts" }, { column: "shop.orders.car" })).toEqual([
      "SELECT to_regclass('shop.parts') IS NULL AND to_regclass('idx_parts') IS NULL AND NOT EXISTS (SELECT FROM " +
        "information_schema.columns WHERE table_name = 'orders' AND column_name = 'car' AND table_schema = 'shop');   -- 001: must say t",
    ]);
  });

  it("asks for a name as it stands in the database: a capital that is folded away finds no table, and says t", () => {
    expect(check({ table: "Orders" })[0]).toContain(`to_regclass('"Orders"') IS NULL`);
    expect(check({ table: 'shop."odd.table"' })[0]).toContain(`to_regclass('"shop"."odd.table"') IS NULL`);
    expect(check({ index: "shop.idx_Parts" })[0]).toContain(`to_regclass('"shop"."idx_Parts"') IS NULL`);
    expect(check({ table: 'quo"te' })).toEqual([]);
  });

  it("asks nothing where nothing is named that it could ask for", () => {
    expect(check({ query: "SELECT 1" }, { foreignKey: "a.b", references: "c.d" })).toEqual([]);
    expect(check({ column: "orders" })).toEqual([]);
    const ledger = { id: "002", source: { kind: "ledger", tool: "alembic" } } as unknown as Migration;
    expect(databaseCheck([ledger])).toEqual([]);
  });
});

describe("where a rollback leads", () => {
  const planned = (text: string, options: Omit<RollbackOptions, "stack">, earlier?: string) =>
    planRollback(loaded(text), readWish({ stack: STACK, ...options }), earlier);

  it("is told where the file says it already, and only there", () => {
    expect(planned(stackFile("preparation"), { full: true }).notes).toEqual([
      "The stack file says preparation already; the update makes it so.",
    ]);
    expect(planned(stackFile("api"), { full: true }).notes).toEqual([]);
    expect(planned(stackFile("api"), { toCommit: "HEAD" })).toMatchObject({
      notes: [],
      to: { text: stackFile("api") },
    });
  });

  it("leaves an adoption that is not later", () => {
    const adopted = stackFile("notifications", "  felix-hub-rollout:adopt: api\n");
    expect(planned(adopted, { to: "api" }).to.text).toContain("adopt: api");
    expect(planned(adopted, { to: "ui" }).to.text).toContain("adopt: api");
    expect(planned(adopted, { to: "migrations" }).to.text).not.toContain("adopt");
  });

  it("says of each flag that is put on hold what that changes", () => {
    const held = stackFile("api", "  felix-hub-rollout:hold: [ENABLE_PART_CATEGORIES]\n");
    const partial = ["ENABLE_CAR_NUMBER", "ENABLE_PART_CATEGORIES", "ENABLE_TG_MECH_NOTIFS"];
    expect(planned(held, { partial }).notes).toEqual([
      "ENABLE_PART_CATEGORIES is on hold already.",
      "ENABLE_TG_MECH_NOTIFS is not on in api anyway; it is put on hold all the same.",
    ]);
  });

  it("of migrations alone is refused while any flag is on, also one that needs no schema", () => {
    expect(() => planned(stackFile("notifications"), { migrationsOnly: true })).toThrow(
      /ENABLE_CAR_NUMBER is on and needs 001_\w+\n.*VITE_ENABLE_MECH_I18N is on, and phase preparation would switch it off\n/s,
    );
  });

  it.each<[Omit<RollbackOptions, "stack">, string[]]>([
    [{ full: true }, ["--full"]],
    [{ partial: ["A", "B", "A"] }, ["--partial", "A,B"]],
    [{ migrationsOnly: true }, ["--migrations-only"]],
    [{ to: "api" }, ["--to", "api"]],
    [{ toCommit: "HEAD~1" }, ["--to-commit", "HEAD~1"]],
  ])("can be asked for again in the words of %o", (options, words) => {
    expect(wishText(readWish({ stack: STACK, ...options }))).toEqual(words);
  });

  it("has to name flags where it is about flags", () => {
    expect(() => readWish({ stack: STACK, partial: [] })).toThrow("--partial needs the flags");
  });
});

describe("consents", () => {
  it("are refused for a migration that nobody knows, and for one that is known to stay, by name", async () => {
    const refused = (acceptDataLoss: string[]) =>
      rollback(fakeDesk({ text: stackFile("api") }), { stack: STACK, to: "api", yes: true, acceptDataLoss });
    await expect(refused(["003_x"])).rejects.toThrow(
      `there is no migration "003_x"; the migrations are ${CAR}, ${PARTS}`,
    );
    await expect(refused([PARTS])).rejects.toThrow(
      `${PARTS} stays applied in phase api; only a phase before migrations lets it go`,
    );
  });

  it("are asked for what is applied, and told of nothing else", async () => {
    const state = [storedMigrations([CAR]), ...passedGates];
    const desk = fakeDesk({ text: stackFile("preparation"), state, interactive: true });
    desk.answers = [CAR, "y"];
    await rollback(desk, { stack: STACK, migrationsOnly: true }, reached);
    expect(said(desk)).not.toMatch(/(Kept|Data loss).*002_/);
    expect(desk.asked[0]).toContain(CAR);
    expect(desk.file()).toContain(`${CAR}: "2026-11-24 by Ada"`);
  });

  it("are no question where no migration is applied, and then nothing is counted", async () => {
    const state = [storedMigrations([]), ...passedGates];
    const desk = fakeDesk({ text: stackFile("preparation"), state, interactive: true });
    desk.answers = ["y"];
    expect(await rollback(desk, { stack: STACK, migrationsOnly: true }, reached)).toBe(0);
    expect(desk.calls).toEqual(["preview", "up"]);
    expect(desk.asked).toHaveLength(1);
  });

  it("of a stack that was never updated are about everything: nobody knows what is applied", async () => {
    const desk = fakeDesk({ text: stackFile("preparation") });
    await expect(rollback(desk, { stack: STACK, migrationsOnly: true, yes: true }, reached)).rejects.toThrow(
      `--accept-data-loss ${PARTS} ${CAR}`,
    );
  });

  it("are decided by rows that are counted, also where only migrations go and none is named", async () => {
    const counted = info(`rolling back ${PARTS} would lose rows: parts 1204`);
    const signals: unknown[] = [];
    const script: Script = ({ op, watch }) => {
      signals.push(watch.signal);
      return op === "previewRefresh" ? { events: [counted] } : {};
    };
    const desk = fakeDesk({ text: stackFile("preparation"), state: applied, script, interactive: true });
    desk.answers = [` ${PARTS} `, "", "y"];
    await rollback(desk, { stack: STACK, migrationsOnly: true }, reached);
    expect(desk.calls[0]).toBe("previewRefresh");
    expect(signals[0]).toBe(desk.interrupts.signal);
    expect(said(desk)).toMatch(/^Data loss: 002_.+; rows now: parts 1204$/m);
    expect(said(desk)).toMatch(/^Data loss: 001_.+ and its data$/m);
    expect(desk.file()).toContain(`${PARTS}: "2026-11-24 by Ada"`);
  });

  it("that were named are not asked for again", async () => {
    const desk = fakeDesk({ text: stackFile("preparation"), state: applied, interactive: true });
    desk.answers = ["", " untried ", "y"];
    await rollback(desk, { stack: STACK, migrationsOnly: true, acceptDataLoss: [PARTS] }, unreached);
    expect(desk.asked.map((question) => /Type (\S+)/.exec(question)?.[1] ?? "go")).toEqual([
      CAR,
      "untried",
      "go",
    ]);
    expect(desk.file()).toContain(`${PARTS}: "2026-11-24 by Ada, untried"`);
  });

  it("are asked about nothing with --yes, also at a terminal", async () => {
    const desk = fakeDesk({ text: stackFile("preparation"), state: applied, interactive: true });
    await rollback(desk, { stack: STACK, full: true, yes: true, acceptDataLoss: [PARTS] }, unreached);
    expect(desk.asked).toEqual([]);
    expect(said(desk)).toContain("with --untried it does");
  });

  it("get a time where the file has one of today already, spent or not", async () => {
    const before = stackFile(
      "preparation",
      `  felix-hub-rollout:acceptDataLoss:\n    ${PARTS}: "2026-11-24 by Ada"\n`,
    );
    const desk = fakeDesk({ text: before, state: applied });
    await rollback(desk, { stack: STACK, full: true, yes: true, acceptDataLoss: [PARTS, CAR] }, reached);
    expect(desk.file()).toContain(`${PARTS}: "2026-11-24T22:10:00+01:00 by Ada"`);
    expect(desk.file()).toContain(`${CAR}: "2026-11-24 by Ada"`);
  });
});

describe("the course of a rollback", () => {
  it("without --yes needs somebody to ask, and finds that out before it touches anything", async () => {
    const desk = fakeDesk({ text: stackFile("ui"), state: applied });
    await expect(rollback(desk, { stack: STACK, full: true })).rejects.toThrow(
      /--yes goes on without asking/,
    );
    expect(desk.calls).toEqual([]);
    expect(desk.file()).toBe(stackFile("ui"));
  });

  it("looks whether the phase can be reached at all, but where it goes at once", async () => {
    const state = [storedGate("preparation", "succeeded")];
    const slow = fakeDesk({ text: stackFile("ui"), state, interactive: true });
    await expect(rollback(slow, { stack: STACK, to: "api" })).rejects.toThrow(/phases cannot be skipped/);
    const named = fakeDesk({ text: stackFile("ui"), state });
    const accepted = { stack: STACK, to: "preparation", yes: true, acceptDataLoss: [PARTS] };
    await rollback(named, accepted, reached);
    const quick = fakeDesk({ text: stackFile("ui"), state });
    expect(await rollback(quick, { stack: STACK, to: "api", yes: true })).toBe(1);
    expect(quick.calls).toEqual(["up"]);
  });

  it("that goes at once asks neither state nor database before it has gone", async () => {
    const order: string[] = [];
    const desk = fakeDesk({ text: stackFile("ui"), state: applied });
    const open = desk.openEngine;
    desk.openEngine = async (stack) => {
      const engine = await open(stack);
      const state = async () => {
        order.push("state");
        return engine.state();
      };
      const up: typeof engine.up = async (watch) => {
        order.push("up");
        return engine.up(watch);
      };
      return { ...engine, state, up };
    };
    await rollback(desk, { stack: STACK, full: true, yes: true }, (engine) => {
      order.push("database");
      return unreached(engine);
    });
    expect(order).toEqual(["up", "state", "database"]);
  });

  it("that is interrupted while rows are counted has changed nothing", async () => {
    const desk = fakeDesk({
      text: stackFile("preparation"),
      state: applied,
      interactive: true,
      script: ({ op }) => {
        if (op === "previewRefresh") desk.interrupt();
        return {};
      },
    });
    expect(await rollback(desk, { stack: STACK, full: true, acceptDataLoss: [PARTS, CAR] }, reached)).toBe(1);
    expect(said(desk)).toContain("Nothing was changed, and Pulumi.prod.yaml is as before.");
    expect(desk.calls).toEqual(["previewRefresh"]);
    expect(desk.file()).toBe(stackFile("preparation"));
  });

  it("that is interrupted while it previews puts the file back, and asks nothing", async () => {
    const desk = fakeDesk({
      text: stackFile("ui"),
      state: applied,
      interactive: true,
      script: () => {
        desk.interrupt();
        return {};
      },
    });
    expect(await rollback(desk, { stack: STACK, full: true })).toBe(1);
    expect(desk.asked).toEqual([]);
    expect(desk.file()).toBe(stackFile("ui"));
    expect(said(desk)).not.toContain("What this will do");
  });

  it("says that its preview failed, and why, before it asks whether to go on", async () => {
    const desk = fakeDesk({
      text: stackFile("ui"),
      state: applied,
      interactive: true,
      script: ({ op }) => (op === "preview" ? failure([errorEvent("the disk is full")]) : {}),
    });
    desk.answers = ["y"];
    await rollback(desk, { stack: STACK, full: true });
    expect(said(desk)).toMatch(/the disk is full.*The preview failed; the update may still go through\./s);
  });

  it.each<[Omit<RollbackOptions, "stack">, string]>([
    [{ full: true }, "rollback --full"],
    [{ partial: ["ENABLE_CAR_NUMBER"] }, "rollback --partial ENABLE_CAR_NUMBER"],
    [{ to: "api" }, "rollback --to api"],
  ])("stands in the update's history as it was asked for: %o", async (options, title) => {
    const titles: (string | undefined)[] = [];
    const script: Script = ({ watch }) => {
      titles.push(readUpdateMessage(watch.message ?? "").title);
      return {};
    };
    const desk = fakeDesk({ text: stackFile("notifications"), state: applied, script });
    await rollback(desk, { stack: STACK, yes: true, ...options }, unreached);
    expect(titles).toEqual([title]);
  });

  it("that fails names the same command with every consent that was given to it", async () => {
    const script = () => failure([errorEvent("Render could not be reached: GET /services.")]);
    const fails = async (untried: boolean) => {
      const desk = fakeDesk({ text: stackFile("preparation"), state: applied, script });
      const options = { stack: STACK, full: true, yes: true, acceptDataLoss: [PARTS, CAR], untried };
      expect(await rollback(desk, options, reached)).toBe(1);
      return said(desk);
    };
    const command = `the same command goes on: npm run rollback -- --stack prod --full --accept-data-loss ${PARTS} ${CAR}`;
    expect(await fails(true)).toContain(`${command} --untried\n`);
    expect(await fails(false)).toContain(`${command}\n`);
  });

  it("that was stopped by hand says so, and not that it failed", async () => {
    const desk = fakeDesk({ text: stackFile("ui"), state: applied, script: () => failure([], "", true) });
    expect(await rollback(desk, { stack: STACK, full: true, yes: true }, unreached)).toBe(1);
    expect(said(desk)).toContain("Stopped behind the running steps; the rollback is not finished.");
    expect(said(desk)).not.toContain("did not come to its end");
  });

  it("claims nothing where state cannot be read afterwards", async () => {
    const desk = fakeDesk({ text: stackFile("ui"), state: applied });
    const open = desk.openEngine;
    desk.openEngine = async (stack) => ({
      ...(await open(stack)),
      state: () => Promise.reject(new Error("the backend is gone")),
    });
    expect(await rollback(desk, { stack: STACK, full: true, yes: true }, unreached)).toBe(0);
    expect(desk.data).toEqual([]);
  });

  it("does not take a gate that stayed as it was for one that looked", async () => {
    const done = { ...gate("preparation", "update", { old: "open", new: "open" }) };
    const shows = async (op: "same" | "update") => {
      const desk = fakeDesk({
        text: stackFile("ui"),
        state: applied,
        script: () => failure([outputs({ ...done, op }), errorEvent("something else broke")]),
      });
      await rollback(desk, { stack: STACK, full: true, yes: true }, unreached);
      return desk.data.join("\n");
    };
    expect(await shows("same")).toContain("it has not looked");
    expect(await shows("update")).not.toContain("it has not looked");
    expect(await shows("update")).toMatch(/verified +│ found/);
  });
});

describe("the steps by hand", () => {
  const urls = `  felix-hub-rollout:serviceUrls: {${BACKEND}: "https://hub.example.com", ${FRONTEND}: "https://shop.example.com"}\n`;
  const steps = async (
    options: Omit<RollbackOptions, "stack">,
    {
      phase = "notifications",
      more = "",
      change = () => {},
    }: {
      phase?: string;
      more?: string;
      change?: (catalogue: Document) => void;
    } = {},
  ) => {
    const desk = deskWith({ text: stackFile(phase, more) }, change);
    expect(await rollback(desk, { stack: STACK, instructions: true, ...options })).toBe(0);
    return desk.data.join("\n");
  };
  const both = { full: true, acceptDataLoss: [PARTS, CAR] };
  const runner = (fields: object) => (catalogue: Document) => {
    for (const [key, value] of Object.entries(fields))
      catalogue.setIn(["config", "runner", "value", key], catalogue.createNode(value));
  };

  it("name where it goes: a phase, the flags that are newly held, or that it is to be as it should", async () => {
    const held = "  felix-hub-rollout:hold: [ENABLE_CAR_NUMBER]\n";
    const partial = ["ENABLE_CAR_NUMBER", "ENABLE_TG_MECH_NOTIFS"];
    expect(await steps({ partial }, { more: held })).toContain(
      "from notifications to notifications without ENABLE_TG_MECH_NOTIFS\n",
    );
    expect(await steps({ partial: ["ENABLE_CAR_NUMBER"] }, { more: held })).toContain(
      "from notifications to notifications as it should be\n",
    );
  });

  it("call services as Render does, in every place", async () => {
    const names = `  felix-hub-rollout:serviceNames: {${BACKEND}: hub-live, ${FRONTEND}: shop-live}\n`;
    const text = await steps(both, { more: names, change: runner({ where: "ssh", checkout: false }) });
    expect(text).toContain('Open https://dashboard.render.com and the service "hub-live"');
    expect(text).toContain("(ADDRESS-OF-hub-live and ADDRESS-OF-shop-live: at the top");
    expect(text).toContain('Open "hub-live", then "Shell" on the left');
    expect(text).not.toContain("felix-hub-backend (");
  });

  it("name no address to look up where all are known, and no step of a service without flags", async () => {
    const text = await steps(both, {
      more: urls.replace("}", ', worker: "https://worker.example.com"}'),
      change: (catalogue) => {
        const worker = { kind: "web_service", healthPath: "/up", reports: "/flags" };
        catalogue.setIn(["config", "services", "value", "worker"], catalogue.createNode(worker));
      },
    });
    expect(text).not.toContain("at the top of the service's page");
    expect(text).not.toMatch(/^\d+\. worker/m);
    expect(text).toContain("   https://worker.example.com/up\n      must answer\n\n");
  });

  it("keep the schema where the runner has no way back", async () => {
    const text = await steps(both, {
      change: (catalogue) => {
        catalogue.deleteIn(["config", "runner", "value", "commands", "rollback"]);
      },
    });
    expect(text).toContain("Migrations: KEEP them. The runner has no command for a rollback.");
    expect(text).toContain(`   ${CAR} (risk: low): its rollback drops`);
  });

  it("roll nothing back with a command that takes back all, where one is kept", async () => {
    const all = runner({ commands: { apply: ["./run", "apply"], rollback: ["./run", "rollback"] } });
    const some = await steps({ full: true, acceptDataLoss: [PARTS] }, { change: all });
    expect(some).toContain(
      `   The rollback command takes back all migrations, and ${CAR} is kept: so roll back nothing.`,
    );
    expect(some).not.toContain("./run rollback");
    expect(await steps(both, { change: all })).toContain("     ./run rollback\n");
  });

  it("ask a runner whose status decides, before and after; no other", async () => {
    const status = (decides: boolean) => (catalogue: Document) => {
      runner({
        commands: {
          apply: ["./run", "apply", "{id}"],
          rollback: ["./run", "back", "{id}"],
          status: ["./run", "status"],
        },
      })(catalogue);
      if (decides)
        for (const id of [CAR, PARTS]) catalogue.deleteIn(["config", "migrations", "value", id, "shows"]);
    };
    const asked = await steps(both, { change: status(true) });
    expect(asked).toContain(
      `     ./run status\n     ./run back ${PARTS}\n     ./run back ${CAR}\n     ./run status\n   Afterwards`,
    );
    expect(asked).not.toContain("in psql");
    const shown = await steps(both, { change: status(false) });
    expect(shown).not.toContain("./run status");
    expect(shown).toContain("in psql");
  });

  it("make no backup that the catalogue does not know, and go into no folder that it does not name", async () => {
    const alone = { migrationsOnly: true, acceptDataLoss: [PARTS, CAR] };
    const text = await steps(alone, {
      phase: "preparation",
      change: (catalogue) => {
        catalogue.deleteIn(["config", "backup"]);
        catalogue.deleteIn(["config", "runner", "value", "workingDirectory"]);
      },
    });
    expect(text).toMatch(/and its data\n   On the machine that has the repository:\n     python3 /);
  });
});
