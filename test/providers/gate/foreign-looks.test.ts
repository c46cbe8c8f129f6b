import { describe, expect, it } from "vitest";

import { checkForeign } from "../../../components/providers/gate/check-foreign";
import type { GateInputs } from "../../../components/providers/gate/inputs";
import type { Deploy } from "../../../components/render/client";
import { AT, fakeWorld, liveDeploy } from "../../support/fake-context";
import { openGate } from "../../support/gate-world";

const { endpoints: _endpoints, ...quiet } = openGate.services[0]!;
const deploy = (id: string, second: number, status = "deactivated", more: Partial<Deploy> = {}) =>
  liveDeploy(id, AT + second * 1000, { status, trigger: "manual", ...more });

async function found(
  deploys: Deploy[],
  {
    ours = "dep-1",
    flags = {},
    tookMs = 10_000,
  }: { ours?: string; flags?: Record<string, string>; tookMs?: number } = {},
  values: Record<string, string> = {},
) {
  const world = fakeWorld();
  const backend = world.services.get("srv-backend")!;
  backend.deploys = deploys;
  for (const [key, value] of Object.entries(values)) backend.envVars.set(key, value);
  const inputs: GateInputs = { ...openGate, services: [{ ...quiet, flags }], deploys: { backend: ours } };
  const began = { elapsedMs: world.context.elapsed() - tookMs, at: new Date(AT) };
  return checkForeign(world.context, inputs, began);
}

describe("deploys that are not ours", () => {
  const ours = deploy("dep-1", -60, "live");

  it("are named five at the most, and counted beyond, with their evidence", async () => {
    const theirs = Array.from({ length: 7 }, (_, index) => deploy(`dep-t${index}`, -50 + index));
    const [check] = await found([...theirs, ours]);
    expect(check?.observed).toBe("dep-t0, dep-t1, dep-t2, dep-t3, dep-t4");
    expect(check?.summary).toContain(", and 2 more. What was verified");
    expect(check?.summary).not.toContain("dep-t5");
    const evidence = check?.evidence as object[];
    expect(evidence).toHaveLength(5);
    expect(evidence[0]).toEqual({
      ...{ id: "dep-t0", status: "deactivated", trigger: "manual", commit: "c0ffee" },
      ...{ createdAt: "2026-11-24T20:59:10.000Z", finishedAt: "2026-11-24T20:59:10.000Z" },
    });
    const [five] = await found([...theirs.slice(0, 5), ours]);
    expect(five?.summary).not.toContain("more.");
  });

  it("are only those that came after ours, or are live instead of it", async () => {
    expect(await found([deploy("dep-0", -90), ours, deploy("dep-same", -60)])).toEqual([]);
    expect((await found([deploy("dep-0", -90, "live"), deploy("dep-1", -60)]))[0]?.observed).toBe("dep-0");
  });

  it("are what is live or coming alone, where ours is not listed any more", async () => {
    const listed = [
      deploy("dep-9", 5, "build_in_progress"),
      deploy("dep-8", -10, "live"),
      deploy("dep-7", -20),
      deploy("dep-6", -30, "build_failed"),
    ];
    expect((await found(listed, { ours: "dep-gone" }))[0]?.observed).toBe("dep-9, dep-8");
  });

  it("are not looked for where none of ours is known", async () => {
    expect(await found([deploy("dep-9", 5, "live")], { ours: "" })).toEqual([]);
  });

  it("are told apart: live before, live meanwhile, replaced since", async () => {
    const [check] = await found([deploy("dep-3", 5, "live"), deploy("dep-2", 1), deploy("dep-b", 0), ours]);
    expect(check?.summary).toMatch(/dep-3 \(manual, [^)]+\) went live while this gate verified;/);
    expect(check?.summary).toMatch(
      /dep-2 \(manual, [^)]+\) went live while this gate verified and was replaced since;/,
    );
    expect(check?.summary).toMatch(
      /dep-b \(manual, [^)]+\) went live before this gate verified and was replaced since\./,
    );
  });

  it("are read again where a look is older than two seconds, and not where it was made just now", async () => {
    const reads = async (tookMs: number) => {
      const world = fakeWorld();
      const inputs: GateInputs = {
        ...openGate,
        services: [{ ...quiet, flags: { A: "true" } }],
        deploys: { backend: "x" },
      };
      world.services.get("srv-backend")!.envVars.set("A", "true");
      await world.context.observed.deploys("srv-backend");
      await world.context.observed.envVars("srv-backend");
      const calls: string[] = [];
      world.faults.before = (call) => calls.push(call);
      await checkForeign(world.context, inputs, {
        elapsedMs: world.context.elapsed() - tookMs,
        at: new Date(AT),
      });
      return calls.filter((call) => /deploys|env-vars/.test(call));
    };
    expect(await reads(2_000)).toEqual([]);
    expect(await reads(2_001)).toEqual(["GET deploys", "GET env-vars"]);
  });
});

describe("values that are not ours", () => {
  const ours = deploy("dep-1", -60, "live");

  it("are named with what is there, and never with a text that is no flag's", async () => {
    const flags = { A: "true", B: "false", C: "true", D: "false", E: "true" };
    const [check] = await found([ours], { flags }, { A: "false", B: "true", C: "s3cret", E: "true" });
    expect(check).toMatchObject({ check: "foreign-value backend", verdict: "warn", observed: "A, B, C" });
    expect(check?.summary).toMatch(
      /^A is "false" on Render, declared "true"; B is "true" on Render, declared "false"; C is something else on Render, declared "true": /,
    );
  });

  it("are none of a service without flags: it is not even asked", async () => {
    expect(await found([ours], {}, { A: "true" })).toEqual([]);
  });
});
