import { describe, expect, it } from "vitest";

import type { StackConfig } from "../../../components/config";
import { planRollout } from "../../../components/plan/plan-rollout";
import {
  declaredMigration,
  flagSourceOf,
  gateInputs,
  lookedAt,
  pagesOf,
  probedAs,
  refOf,
  runnerInput,
} from "../../../components/providers/gate/gate-inputs";
import type { GateInputs } from "../../../components/providers/gate/inputs";
import { storyConfig } from "../../log/story";

type Phase = StackConfig["phase"];

/** What the gate of a phase is told while the rollout stands in `at`. */
function told(of: Phase, at: Phase, changes: Partial<StackConfig> = {}): GateInputs {
  const config = { ...storyConfig(changes), phase: at };
  const plan = planRollout(config);
  const gate = plan.gates.find(({ phase }) => phase === of);
  if (gate === undefined) throw new Error(`there is no gate ${of} in ${at}`);
  return gateInputs(config, plan, gate);
}

function smoke(id: string, phase: Phase, needs: string[] = []): StackConfig["smoke"][number] {
  const serviceKey = storyConfig().services[0]!.key;
  return { id, phase, serviceKey, needs, method: "GET", path: `/${id}`, status: 200, json: {} };
}

const signature = { date: "2026-11-24", by: "Ada", text: "2026-11-24 by Ada" };

describe("an open gate is told", () => {
  it("the smoke tests of its phase and of all before it", () => {
    const tests = [smoke("first", "preparation"), smoke("own", "api"), smoke("later", "ui")];
    expect(told("api", "api", { smoke: tests }).smoke?.map(({ id }) => id)).toEqual(["first", "own"]);
  });

  it("no smoke test that needs a flag which is off, be it by its phase or held back", () => {
    const tests = [
      smoke("always", "api"),
      smoke("cart", "api", ["ENABLE_CART"]),
      smoke("both", "api", ["ENABLE_CART", "VITE_NEW_LOOK"]),
    ];
    const ids = (at: Phase, hold: string[] = []) =>
      told(at, at, { smoke: tests, hold }).smoke?.map(({ id }) => id);
    expect(ids("api")).toEqual(["always", "cart"]);
    expect(ids("ui")).toEqual(["always", "cart", "both"]);
    expect(ids("ui", ["ENABLE_CART"])).toEqual(["always"]);
  });

  it("the operator's command from its phase on, and never where it is closed", () => {
    const smokeCommand = { phase: "api" as const, command: "./smoke.sh", timeoutSeconds: 60 };
    const ids = (of: Phase, at: Phase) => told(of, at, { smokeCommand }).commands?.map(({ id }) => id);
    expect(ids("migrations", "migrations")).toEqual([]);
    expect(ids("api", "api")).toEqual(["smoke-command"]);
    expect(ids("ui", "ui")).toEqual(["smoke-command"]);
    expect(ids("api", "ui")).toEqual([]);
  });

  it("what has to be signed off, and which databases must be restorable, in its own phase only", () => {
    const prerequisites = [
      { id: "team-informed", phase: "preparation" as const, purpose: "The team knows" },
      { id: "recovery", phase: "preparation" as const, purpose: "Restorable", postgresRecovery: "shop-db" },
      { id: "no-complaints", phase: "api" as const, purpose: "Nobody complains" },
    ];
    const acknowledged = { "team-informed": signature, "no-complaints": signature };
    const first = told("preparation", "preparation", { prerequisites, acknowledged });
    expect(first.items).toEqual([{ id: "team-informed", purpose: "The team knows" }]);
    expect(first.databases).toEqual([{ id: "recovery", database: "shop-db" }]);
    expect(first.acknowledged).toEqual({ "team-informed": "2026-11-24 by Ada" });
    const later = told("api", "api", { prerequisites, acknowledged });
    expect(later.items).toEqual([{ id: "no-complaints", purpose: "Nobody complains" }]);
    expect(later.databases).toEqual([]);
    expect(later.acknowledged).toEqual({ "no-complaints": "2026-11-24 by Ada" });
  });

  it("of a new baseline only where it is the gate that takes it", () => {
    const rebaseline = "2026-11-24";
    expect(told("preparation", "api", { rebaseline }).rebaseline).toBe(rebaseline);
    expect(told("migrations", "api", { rebaseline })).not.toHaveProperty("rebaseline");
    expect(told("api", "api", { rebaseline })).not.toHaveProperty("rebaseline");
  });

  it("of an override only where it is of this gate's phase", () => {
    const override = { api: { ...signature, checks: ["health"], reason: "known" } };
    expect(told("api", "api", { override }).override).toEqual(override.api);
    expect(told("preparation", "api", { override })).not.toHaveProperty("override");
  });
});

/** A service with everything that config can say of one, and one with nothing of it. */
const full: StackConfig["services"][number] = {
  ...{ key: "shop", renderName: "shop-live", id: "srv-1", kind: "web_service", url: "https://shop.example" },
  ...{ healthPath: "/up", healthExpect: { status: "well" }, endpoints: ["/orders", "/parts"] },
  reports: { path: "/flags", names: { A: "a", B: "b" } },
};
const bare: StackConfig["services"][number] = {
  ...{ key: "site", renderName: "site-live", kind: "static_site", healthPath: "/" },
};
const services = [full, bare];

describe("a service is told as config has it, and nothing that config does not say", () => {
  it("to whoever names it, and to whoever asks it", () => {
    expect(refOf(full)).toEqual({ renderName: "shop-live", serviceId: "srv-1" });
    expect(refOf(bare)).toEqual({ renderName: "site-live" });
    const { url, healthPath, healthExpect, reports } = full;
    expect(probedAs(full)).toEqual({ url, healthPath, healthExpect, reports });
    expect(probedAs(bare)).toEqual({ healthPath: "/" });
  });

  it("to its gate, with its own flags and what their absence means", () => {
    const flag = (key: string, serviceKey: string, unset?: "on") => ({
      ...{ key, serviceKey, phase: "api" as const, purpose: key, requires: [] },
      ...(unset === undefined ? {} : { unset }),
    });
    const flags = [flag("A", "shop", "on"), flag("B", "shop"), flag("C", "site", "on")];
    expect(told("api", "api", { services, flags, smoke: [] }).services).toEqual([
      {
        ...{ renderName: "shop-live", serviceId: "srv-1", serviceKey: "shop", kind: "web_service" },
        ...{
          ...probedAs(full),
          flags: { A: "true", B: "true" },
          unset: { A: "on" },
          endpoints: ["/orders", "/parts"],
        },
      },
      {
        ...{ renderName: "site-live", serviceKey: "site", kind: "static_site", healthPath: "/" },
        ...{ flags: { C: "true" }, unset: { C: "on" } },
      },
    ]);
    const [, without] = told("api", "api", { services, flags: [flag("B", "shop")], smoke: [] }).services;
    expect(without).toEqual({
      ...{ renderName: "site-live", serviceKey: "site", kind: "static_site", healthPath: "/", flags: {} },
    });
  });

  it("to a schema's rollback, with all that gates ask by GET, each path once", () => {
    const test = (id: string, serviceKey: string, more: object = {}) => ({
      ...smoke(id, "api"),
      serviceKey,
      ...more,
    });
    const tests = [
      test("orders", "shop"),
      test("basket", "shop"),
      test("order", "shop", { method: "POST" }),
      test("page", "site"),
    ];
    expect(lookedAt({ ...storyConfig(), services, smoke: tests })).toEqual([
      {
        ...{ renderName: "shop-live", serviceId: "srv-1", url: "https://shop.example" },
        paths: ["/up", "/orders", "/parts", "/basket"],
      },
      { renderName: "site-live", paths: ["/", "/page"] },
    ]);
  });

  it("to its flags, each with its own name in the report", () => {
    expect(flagSourceOf(full, { key: "A", unset: "on" })).toEqual({
      ...{ unset: "on", url: "https://shop.example", report: { path: "/flags", names: { A: "a" } } },
    });
    expect(flagSourceOf(full, { key: "C" })).toEqual({
      url: "https://shop.example",
      report: { path: "/flags" },
    });
    const { url: _none, ...unplaced } = full;
    expect(flagSourceOf(unplaced, { key: "C" })).toEqual({ report: { path: "/flags" } });
    const silent = { ...full, reports: { none: "it cannot" } };
    expect(flagSourceOf(silent, { key: "A" })).toEqual({});
    expect(flagSourceOf(bare, { key: "A" })).toEqual({});
  });

  it("to smoke tests and pages by its name on Render", () => {
    const tests = [
      { ...smoke("a", "api"), serviceKey: "shop" },
      { ...smoke("b", "api"), serviceKey: "site" },
    ];
    expect(
      told("api", "api", { services, flags: [], smoke: tests }).smoke?.map(({ renderName }) => renderName),
    ).toEqual(["shop-live", "site-live"]);
    const page = (id: string, serviceKey: string) => ({
      ...{
        id,
        serviceKey,
        phase: "api" as const,
        path: "/",
        withinSeconds: 3,
        growthPercent: 50,
        ignore: [],
      },
      ...{ whenOn: { A: { visible: ["#on"] } }, whenOff: {} },
    });
    const pages = [page("a", "shop"), page("b", "site")] as unknown as StackConfig["pages"];
    const config = { ...storyConfig(), services, pages };
    const on = { key: "A", on: true } as never;
    expect(pagesOf(config, { flags: [on] }, { phase: "api" }).pages).toMatchObject([
      { renderName: "shop-live", expects: [{ selector: "#on", visible: true, because: "A is on" }] },
      { renderName: "site-live" },
    ]);
    expect(pagesOf(config, { flags: [] }, { phase: "api" }).pages?.[0]?.expects).toEqual([]);
    const { pages: _none, ...pageless } = config;
    expect(pagesOf(pageless as StackConfig, { flags: [] }, { phase: "api" })).toEqual({});
  });
});

describe("a runner is told", () => {
  const runner: NonNullable<StackConfig["runner"]> = {
    ...{ where: "ssh", serviceKey: "site", checkout: true, workingDirectory: "backend", timeoutSeconds: 60 },
    commands: { apply: ["run"] },
  };

  it("with the service whose code it runs, the folder and whose checkout it is, where config says them", () => {
    expect(runnerInput({ ...storyConfig(), services, runner })).toEqual({
      ...{ where: "ssh", renderName: "site-live", checkout: true, directory: "backend", timeoutSeconds: 60 },
      commands: { apply: ["run"] },
    });
    const { serviceKey: _key, workingDirectory: _folder, ...least } = runner;
    expect(runnerInput({ ...storyConfig(), services, runner: { ...least, checkout: false } })).toEqual({
      ...{ where: "ssh", commands: { apply: ["run"] }, timeoutSeconds: 60 },
    });
  });

  it("to a gate only where there is one, as is how failed notifications are counted", () => {
    const { runner: _none, ...none } = storyConfig();
    const inputs = (config: StackConfig) => {
      const plan = planRollout(config);
      return gateInputs(config, plan, plan.gates.at(-1)!);
    };
    expect(inputs({ ...none, migrations: [] })).not.toHaveProperty("runner");
    expect(inputs({ ...none, migrations: [] })).not.toHaveProperty("notifications");
    expect(told("api", "api").runner).toMatchObject({ commands: storyConfig().runner!.commands });
    const notifications = { query: "SELECT 1" };
    expect(told("api", "api", { notifications }).notifications).toEqual(notifications);
    expect(told("preparation", "preparation")).not.toHaveProperty("rebaseline");
  });

  it("of a migration what config says, its file and what it shows where they are named", () => {
    const migration = {
      ...{
        id: "001",
        phase: "migrations" as const,
        purpose: "",
        rollbackRisk: "low" as const,
        rollbackLoses: "all",
      },
      source: { kind: "status" as const },
    };
    const declared = { id: "001", rollbackLoses: "all", source: { kind: "status" } };
    expect(declaredMigration(migration)).toEqual(declared);
    const shows = [{ table: "orders" }];
    expect(declaredMigration({ ...migration, file: "001.py", shows })).toEqual({
      ...declared,
      file: "001.py",
      shows,
    });
  });
});
