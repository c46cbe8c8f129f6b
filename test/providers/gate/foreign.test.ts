import { describe, expect, it } from "vitest";

import { gateVerbs, type GateOutputs } from "../../../components/providers/gate/gate";
import type { CheckResult } from "../../../components/probes/verdict";
import { AT, liveDeploy, type FakeWorld } from "../../support/fake-context";
import { closedGate, measuredWorld, openedGate, openGate, preparation } from "../../support/gate-world";

/** A service that runs with our deploy and our value, and a baseline of it. */
async function ourWorld() {
  const { world } = measuredWorld({ ms: 40 });
  const backend = world.services.get("srv-backend")!;
  backend.deploys = [liveDeploy("dep-1", AT - 60_000, { trigger: "api" })];
  const { baseline } = await openedGate(world, preparation);
  return { world, backend, inputs: { ...openGate, baseline: baseline! } };
}

/** Somebody else's deploy goes live, at the n-th sample of the measuring. */
function deployedAtSample(world: FakeWorld, n: number, trigger: string): void {
  const answer = world.answers.get("/api/orders")!;
  let asked = 0;
  world.answers.set("/api/orders", (request) => {
    asked += 1;
    if (asked === n) goesLive(world, trigger);
    return answer(request);
  });
}

function goesLive(world: FakeWorld, trigger: string, id = "dep-theirs"): void {
  const backend = world.services.get("srv-backend")!;
  for (const deploy of backend.deploys) if (deploy.status === "live") deploy.status = "deactivated";
  backend.deploys.unshift(liveDeploy(id, world.clock.ms, { trigger }));
}

function foreignIn(outs: Pick<GateOutputs, "checks" | "closing">): CheckResult[] {
  return [...outs.checks, ...(outs.closing ?? [])].filter(({ check }) => check.startsWith("foreign-"));
}

describe("a gate beside somebody else", () => {
  it("says nothing of others where all is ours", async () => {
    const { world, inputs } = await ourWorld();
    expect(foreignIn(await openedGate(world, inputs))).toEqual([]);
  });

  it.each(["new_commit", "manual", "api"])(
    "names a deploy (%s) that goes live while it measures, as a warning with its evidence",
    async (trigger) => {
      const { world, inputs } = await ourWorld();
      deployedAtSample(world, 30, trigger);
      const outs = await openedGate(world, inputs);
      const [found, ...others] = foreignIn(outs);
      expect(others).toEqual([]);
      expect(found).toMatchObject({
        check: "foreign-deploy backend",
        verdict: "warn",
        observed: "dep-theirs",
      });
      expect(found!.summary).toMatch(
        new RegExp(
          `^not ours \\(dep-1\\): deploy dep-theirs \\(${trigger}.*went live while this gate verified`,
        ),
      );
      expect(found!.summary.includes("another state's that names this service")).toBe(trigger === "api");
      expect(JSON.stringify(found!.evidence)).toContain('"commit":"c0ffee"');
      expect(world.log.join("\n")).toContain("gate api: warning, foreign-deploy backend: not ours (dep-1)");
      expect(outs.status).toBe("succeeded");
    },
  );

  it("names one that was live before, one that is under way, and none that failed or is older than ours", async () => {
    const { world, backend, inputs } = await ourWorld();
    backend.deploys.push(liveDeploy("dep-0", AT - 120_000, { status: "deactivated" }));
    backend.deploys.unshift(
      liveDeploy("dep-3", AT - 10_000, { status: "build_in_progress" }),
      liveDeploy("dep-2", AT - 20_000, { status: "build_failed" }),
    );
    goesLive(world, "manual", "dep-4");
    backend.deploys[0]!.finishedAt = new Date(AT - 1_000).toISOString();
    world.clock.ms += 60_000;
    const [found] = foreignIn(await openedGate(world, inputs));
    expect(found!.summary).toContain("dep-4 (manual");
    expect(found!.summary).toContain("went live before this gate verified");
    expect(found!.summary).toContain(
      "deploy dep-3 (new_commit, 2026-11-24T20:59:50.000Z) is under way (build_in_progress)",
    );
    expect(found!.summary).not.toMatch(/dep-0|dep-2/);
  });

  it("names one that came and was replaced while it measured", async () => {
    const { world, inputs } = await ourWorld();
    deployedAtSample(world, 30, "manual");
    deployedAtSample(world, 60, "api");
    const [found] = foreignIn(await openedGate(world, inputs));
    expect(found!.summary).toContain("and was replaced since");
  });

  it("names a rollback of somebody's on Render, to a deploy that is older than ours", async () => {
    const { world, backend, inputs } = await ourWorld();
    backend.deploys[0]!.status = "deactivated";
    backend.deploys.push(liveDeploy("dep-0", AT - 120_000));
    const [found] = foreignIn(await openedGate(world, inputs));
    expect(found).toMatchObject({ observed: "dep-0", verdict: "warn" });
  });

  it.each([
    ["false", 'is "false" on Render'],
    ["s3cret", "is something else on Render"],
    [undefined, "is absent on Render"],
  ])("names a value (%s) that is written over ours while it measures", async (value, words) => {
    const { world, backend, inputs } = await ourWorld();
    const answer = world.answers.get("/api/orders")!;
    world.answers.set("/api/orders", (request) => {
      if (value === undefined) backend.envVars.delete("ENABLE_X");
      else backend.envVars.set("ENABLE_X", value);
      return answer(request);
    });
    const outs = await openedGate(world, inputs);
    expect(foreignIn(outs)).toMatchObject([
      { check: "foreign-value backend", verdict: "warn", observed: "ENABLE_X" },
    ]);
    expect(foreignIn(outs)[0]!.summary).toContain(`ENABLE_X ${words}, declared "true"`);
    expect(JSON.stringify(outs)).not.toContain("s3cret");
  });

  it("takes an absent variable for ours where config says what it means", async () => {
    const { world, backend, inputs } = await ourWorld();
    backend.envVars.delete("ENABLE_X");
    const [service] = inputs.services;
    const unset = { ...inputs, services: [{ ...service!, unset: { ENABLE_X: "on" as const } }] };
    expect(foreignIn(await openedGate(world, unset))).toEqual([]);
  });

  it("warns where Render cannot be asked at the end, and keeps what was measured", async () => {
    const { world, inputs } = await ourWorld();
    let sampled = false;
    const answer = world.answers.get("/api/orders")!;
    world.answers.set("/api/orders", (request) => {
      sampled = true;
      return answer(request);
    });
    world.faults.before = (call) => {
      if (sampled && call === "GET deploys") throw new Error("HTTP 503");
    };
    const outs = await openedGate(world, inputs);
    expect(foreignIn(outs)).toMatchObject([{ check: "foreign-deploy backend", verdict: "warn" }]);
    expect(foreignIn(outs)[0]!.summary).toContain("is not known: HTTP 503");
    expect(outs.status).toBe("succeeded");
  });

  it("names it in the closing's evidence where it came while the phase soaked, and soaks from then on", async () => {
    const { world, inputs } = await ourWorld();
    const verbs = gateVerbs(world.context);
    const outs = await openedGate(world, inputs);
    world.clock.ms += 14 * 60_000;
    goesLive(world, "new_commit");
    world.clock.ms += 2 * 60_000;
    await expect(verbs.diff("id", outs, closedGate(inputs))).rejects.toThrow(/soak/);
    world.clock.ms += 15 * 60_000;
    const closed = (await verbs.update("id", outs, closedGate(inputs))).outs!;
    expect(foreignIn(closed)).toMatchObject([{ check: "foreign-deploy backend", observed: "dep-theirs" }]);
  });

  it("reads nothing more than the deploy's own looks where nothing was measured", async () => {
    const { world, inputs } = await ourWorld();
    const [service] = inputs.services;
    await world.context.observed.deploys("srv-backend", 0);
    await world.context.observed.envVars("srv-backend");
    const calls: string[] = [];
    world.faults.before = (call) => calls.push(call);
    await openedGate(world, { ...inputs, services: [{ ...service!, endpoints: [] }] });
    expect(calls.filter((call) => call === "GET deploys" || call === "GET env-vars")).toEqual([]);
  });
});
