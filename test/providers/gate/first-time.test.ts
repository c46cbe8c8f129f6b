import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { joinBaselines } from "../../../components/providers/gate/baseline";
import { gateVerbs, type GateOutputs } from "../../../components/providers/gate/gate";
import { takenBaseline, type GateInputs } from "../../../components/providers/gate/inputs";
import type { Baseline } from "../../../components/probes/latency/judge-endpoints";
import type { FakeWorld } from "../../support/fake-context";
import { closedGate, measuredWorld, openedGate, openGate, preparation } from "../../support/gate-world";

const override = {
  text: "2026-11-24 by Ada, error-rate: the orders need migration 001, which is next",
  date: "2026-11-24",
  by: "Ada",
  checks: ["error-rate"],
  reason: "the orders need migration 001, which is next",
};

interface Old {
  world: FakeWorld;
  cure(): void;
  first: GateInputs;
  migrations: GateInputs;
}

/** A system of which some answer is an error until the migration is there; its flags are off. */
function ill({ parts }: { parts: boolean }): Old {
  const measured = measuredWorld({ ms: 40, fails: () => true });
  if (parts)
    measured.world.answers.set("/api/parts", () => ({
      answered: true,
      status: 200,
      body: "[]",
      ms: 30 + (measured.world.clock.ms % 7),
    }));
  measured.world.answers.set("/flags", () => ({
    answered: true,
    status: 200,
    body: '{"ENABLE_X":false}',
    ms: 2,
  }));
  const services = preparation.services.map((each) => ({
    ...each,
    flags: { ENABLE_X: "false" },
    endpoints: parts ? ["/api/orders", "/api/parts"] : ["/api/orders"],
  }));
  return {
    world: measured.world,
    cure: () => {
      measured.times.fails = () => false;
    },
    first: { ...preparation, services, override },
    migrations: { ...openGate, phase: "migrations", services },
  };
}

function verdicts({ checks }: GateOutputs): Record<string, string> {
  return Object.fromEntries(checks.map(({ check, verdict }) => [check, verdict]));
}

describe("the gate after a preparation that was ill, when its cure is there and no flag is on", () => {
  it("takes the whole baseline where there was none at all, passes, and says that nothing was compared", async () => {
    const { world, cure, first, migrations } = ill({ parts: false });
    const taken = await openedGate(world, first);
    expect(taken.baseline).toBe("none");
    cure();
    const outs = await openedGate(world, { ...migrations, baseline: "none" });
    expect(verdicts(outs)).toMatchObject({ "error-rate": "pass", baseline: "warn" });
    const summary = outs.checks.find(({ check }) => check === "baseline")?.summary;
    expect(summary).toContain("the baseline of backend /api/orders is taken by this gate");
    expect((outs.completes as Baseline).endpoints["backend /api/orders"]?.n).toBe(200);
  });

  it("takes that of the cured endpoint, and compares the others", async () => {
    const { world, cure, first, migrations } = ill({ parts: true });
    const { baseline } = await openedGate(world, first);
    cure();
    const outs = await openedGate(world, { ...migrations, baseline: baseline! });
    expect(verdicts(outs)).toMatchObject({
      "error-rate": "pass",
      "api-latency": "pass",
      baseline: "warn",
    });
    const joined = takenBaseline({ baseline: joinBaselines([baseline, outs.completes]) });
    expect(Object.keys(joined?.endpoints ?? {}).sort()).toEqual([
      "backend /api/orders",
      "backend /api/parts",
      "backend /health",
    ]);
  });

  it("hands it on: the first gate with a flag on compares every endpoint", async () => {
    const { world, cure, first, migrations } = ill({ parts: true });
    const { baseline } = await openedGate(world, first);
    cure();
    const { completes } = await openedGate(world, { ...migrations, baseline: baseline! });
    world.answers.set("/flags", () => ({ answered: true, status: 200, body: '{"ENABLE_X":true}', ms: 2 }));
    const services = migrations.services.map((each) => ({ ...each, flags: { ENABLE_X: "true" } }));
    const outs = await openedGate(world, {
      ...openGate,
      services,
      baseline: joinBaselines([baseline, completes]),
    });
    const latency = outs.checks.find(({ check }) => check === "api-latency");
    expect(latency?.verdict).toBe("pass");
    expect(latency?.summary).not.toContain("Not compared");
  });

  it("is red as long as the cure does not help, and takes no baseline of what is ill", async () => {
    const { world, first, migrations } = ill({ parts: false });
    await openedGate(world, first);
    await expect(openedGate(world, { ...migrations, baseline: "none" })).rejects.toMatchObject({
      properties: { status: "failed", completes: "none" },
    });
  });

  it("keeps what it took when it verifies again, and compares with it", async () => {
    const { world, cure, migrations } = ill({ parts: false });
    cure();
    const inputs = { ...migrations, baseline: "none" as const };
    const outs = await openedGate(world, inputs);
    const again = { ...inputs, deploys: { backend: "dep-2" } };
    const { outs: later } = await gateVerbs(world.context).update("id", outs, again);
    expect(later!.completes).toEqual(outs.completes);
    expect(verdicts(later!)).toMatchObject({ "api-latency": "pass" });
  });

  it("keeps what it took when it closes, and shows no change afterwards", async () => {
    const { world, cure, migrations } = ill({ parts: false });
    cure();
    const verbs = gateVerbs(world.context);
    const outs = await openedGate(world, { ...migrations, soakSeconds: 0, baseline: "none" });
    const shut = closedGate({ ...migrations, soakSeconds: 0 });
    const { outs: closed } = await verbs.update("id", outs, shut);
    expect(closed!.completes).toEqual(outs.completes);
    expect(await verbs.diff("id", closed!, shut)).toEqual({ changes: false });
  });
});

describe("a gate with a flag on", () => {
  it("takes no baseline for what has none: that is the system which is to be judged", async () => {
    const { world, cure, migrations } = ill({ parts: false });
    cure();
    world.answers.set("/flags", () => ({ answered: true, status: 200, body: '{"ENABLE_X":true}', ms: 2 }));
    const services = migrations.services.map((each) => ({ ...each, flags: { ENABLE_X: "true" } }));
    const inputs = { ...openGate, services, baseline: "none" as const };
    await expect(openedGate(world, inputs)).rejects.toMatchObject({ properties: { completes: "none" } });
  });
});

describe("a closed gate of an earlier version's state", () => {
  it("is written anew once, without a look at anything, and shows no change from then on", async () => {
    const { world } = ill({ parts: false });
    const verbs = gateVerbs(world.context);
    const closed = closedGate();
    const { completes: _completes, ...of } = (await verbs.create({ ...closed, adopted: true })).outs!;
    expect(await verbs.diff("id", of, closed)).toEqual({ changes: true });
    const { outs } = await verbs.update("id", of, closed);
    expect(outs).toMatchObject({ status: "succeeded", completes: "none" });
    expect(await verbs.diff("id", outs!, closed)).toEqual({ changes: false });
  });
});

describe("baselines of several gates", () => {
  it("join to one that has every endpoint once, of the newest that has it", () => {
    const endpoint = fc.constantFrom("a", "b", "c");
    const part = fc.record({
      takenAt: fc.integer({ min: 0, max: 9 }).map((minute) => `2026-11-24T21:0${minute}:00Z`),
      endpoints: fc.dictionary(endpoint, fc.integer(), { noNullPrototype: true }),
    });
    fc.assert(
      fc.property(fc.array(fc.option(part, { nil: "none" as const }), { maxLength: 5 }), (parts) => {
        const joined = joinBaselines(parts as never) as unknown;
        const taken = parts.flatMap((each) => (each === "none" ? [] : [each]));
        if (taken.length === 0) {
          expect(joined).toBe("none");
          return;
        }
        const expected: Record<string, number> = {};
        for (const { endpoints } of taken.sort((a, b) => a.takenAt.localeCompare(b.takenAt)))
          Object.assign(expected, endpoints);
        expect((joined as (typeof taken)[number]).endpoints).toEqual(expected);
      }),
    );
  });
});
