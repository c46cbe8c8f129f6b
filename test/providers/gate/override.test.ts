import { describe, expect, it } from "vitest";

import { GATE_CHECKS } from "../../../components/config/gate-checks";
import { takenBaseline } from "../../../components/providers/gate/inputs";
import {
  applyOverride,
  overrideSentence,
  type GateOverride,
} from "../../../components/providers/gate/override";
import type { CheckResult } from "../../../components/probes/verdict";
import { AT, type FakeWorld } from "../../support/fake-context";
import { measuredWorld, openedGate, openGate, preparation, refusalOf } from "../../support/gate-world";

const moment = { now: new Date(AT), timeZone: "Europe/Berlin" };
const fails = (check: string): CheckResult => ({
  check,
  verdict: "fail",
  summary: "it does",
  threshold: "",
  probe: "",
  at: "",
});
const override: GateOverride = {
  text: "2026-11-24 by Ada, error-rate: the orders need migration 001, which is next",
  date: "2026-11-24",
  by: "Ada",
  checks: ["error-rate"],
  reason: "the orders need migration 001, which is next",
};

describe("an override", () => {
  it("takes out the check it names, and nothing else", () => {
    const found = applyOverride([fails("error-rate"), fails("health backend")], override, moment);
    expect(found.overridden.map(({ check }) => check)).toEqual(["error-rate"]);
    expect(found.stoppedBy.map(({ check }) => check)).toEqual(["health backend"]);
  });

  it.each([
    ["the day before", "2026-11-25", "is of a later day"],
    ["two days later", "2026-11-22", "ended 2026-11-23 12:00: it is for a day"],
  ])("%s does nothing, and says so", (_title, date, words) => {
    const found = applyOverride([fails("error-rate")], { ...override, date }, moment);
    expect(found.overridden).toEqual([]);
    expect(found.remarks.join()).toContain(words);
  });

  it("that names what does not fail says that it does nothing", () => {
    const found = applyOverride([fails("error")], override, moment);
    expect(found).toMatchObject({ overridden: [] });
    expect(found.remarks.join()).toContain("names error-rate, and no check of that name stops this gate");
  });
});

describe("how long an override counts", () => {
  const ill = [fails("error-rate"), fails("health backend")];
  const at = (iso: string, more: Partial<GateOverride> = {}) => {
    const { stoppedBy, overridden } = applyOverride(
      ill,
      { ...override, ...more },
      { now: new Date(iso), timeZone: "Europe/Berlin" },
    );
    expect([...stoppedBy, ...overridden]).toHaveLength(2);
    return overridden.length === 1;
  };

  it("is its date in the stack's zone, and until noon of the next day", () => {
    expect(at("2026-11-23T22:59:59Z")).toBe(false);
    expect(at("2026-11-23T23:00:00Z")).toBe(true);
    expect(at("2026-11-25T10:59:59Z")).toBe(true);
    expect(at("2026-11-25T11:00:00Z")).toBe(false);
  });

  it("is a day from its time, where it has one", () => {
    const time = "22:00";
    expect(at("2026-11-24T20:59:59Z", { time })).toBe(false);
    expect(at("2026-11-24T21:00:00Z", { time })).toBe(true);
    expect(at("2026-11-25T20:59:59Z", { time })).toBe(true);
    expect(at("2026-11-25T21:00:00Z", { time })).toBe(false);
  });

  it("is none where nobody gave one, and then there is nothing to remark", () => {
    expect(applyOverride(ill, undefined, moment)).toEqual({ stoppedBy: ill, overridden: [], remarks: [] });
  });

  it("leaves a remark for each name that does nothing, and none for one that does", () => {
    const two = { ...override, checks: ["health", "smoke"] };
    expect(applyOverride(ill, two, moment).remarks).toEqual([
      "the override names smoke, and no check of that name stops this gate",
    ]);
  });

  it("stands with its words wherever the check is shown", () => {
    expect(overrideSentence("api", fails("health"), override)).toBe(
      `gate api: OVERRIDDEN, health: fail: it does ("${override.text}")`,
    );
    expect(overrideSentence("api", fails("health"), undefined)).toContain('it does ("")');
  });
});

/** An old database: what needs the new column answers 500, everything else is well. */
function oldDatabase(): { world: FakeWorld; cure(): void; inputs: typeof preparation } {
  const measured = measuredWorld({ ms: 40, fails: () => true });
  const { world } = measured;
  world.answers.set("/api/parts", () => ({
    answered: true,
    status: 200,
    body: "[]",
    ms: 30 + (world.clock.ms % 7),
  }));
  const services = preparation.services.map((each) => ({
    ...each,
    endpoints: ["/api/orders", "/api/parts"],
  }));
  return {
    world,
    cure: () => {
      measured.times.fails = () => false;
    },
    inputs: { ...preparation, services },
  };
}

describe("a first gate that is red because its cure comes next", () => {
  it("is red without an override, and keeps no baseline", async () => {
    const { world, inputs } = oldDatabase();
    const { properties } = await refusalOf(openedGate(world, inputs));
    expect(takenBaseline(properties)).toBeUndefined();
  });

  it("overridden takes the baseline of what is well, and says of what there is none and what to do", async () => {
    const { world, inputs } = oldDatabase();
    const outs = await openedGate(world, { ...inputs, override });
    expect(Object.keys(takenBaseline(outs)?.endpoints ?? {})).toContain("backend /api/parts");
    expect(Object.keys(takenBaseline(outs)?.endpoints ?? {})).not.toContain("backend /api/orders");
    expect(takenBaseline(outs)?.endpoints["backend /api/parts"]?.n).toBe(200);
    const missing = outs.checks.find(({ check }) => check === "baseline");
    expect(missing).toMatchObject({ verdict: "warn" });
    expect(missing?.summary).toContain("no baseline of backend /api/orders");
    expect(missing?.summary).toContain("rebaseline");
    expect(outs.overridden).toEqual(["error-rate"]);
  });

  it("may be overridden as soon as the stack's day has begun, whatever the day of UTC is", async () => {
    const { world, inputs } = oldDatabase();
    world.clock.ms = Date.parse("2026-11-24T23:30:00Z");
    const outs = await openedGate(world, { ...inputs, override: { ...override, date: "2026-11-25" } });
    expect(outs.overridden).toEqual(["error-rate"]);
  });

  it("lets the next gate pass once the cure is there: it compares what was well, and has no word for the rest", async () => {
    const { world, inputs, cure } = oldDatabase();
    const { baseline } = await openedGate(world, { ...inputs, override });
    cure();
    const next = { ...openGate, phase: "migrations", services: inputs.services, baseline: baseline! };
    const outs = await openedGate(world, next);
    const verdicts = Object.fromEntries(outs.checks.map(({ check, verdict }) => [check, verdict]));
    expect(verdicts).toMatchObject({ "error-rate": "pass", "api-latency": "pass" });
  });

  it("makes no check that an override could not name", async () => {
    const { world, inputs } = oldDatabase();
    const { checks } = await openedGate(world, { ...inputs, override });
    expect(
      checks.map(({ check }) => check.split(" ")[0]).filter((word) => !GATE_CHECKS.includes(word as never)),
    ).toEqual([]);
  });

  it("is told as overridden wherever the gate is shown, not as failed", async () => {
    const { world, inputs } = oldDatabase();
    const outs = await openedGate(world, { ...inputs, override });
    expect(outs.checks.find(({ check }) => check === "error-rate")).toMatchObject({ verdict: "fail" });
    expect(world.told.join("\n")).toContain("OVERRIDDEN, error-rate: fail");
  });
});
