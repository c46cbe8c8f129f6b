import { describe, expect, it } from "vitest";

import type { StackConfig } from "../../../components/config";
import { planRollout } from "../../../components/plan/plan-rollout";
import { gateInputs } from "../../../components/providers/gate/gate-inputs";
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
