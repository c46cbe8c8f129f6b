import { describe, expect, it } from "vitest";

import { fitEvidence } from "../../../components/providers/gate/evidence";
import type { CheckResult } from "../../../components/probes/verdict";
import { measuredWorld, openedGate, openGate, preparation, refusalOf } from "../../support/gate-world";

const check = (id: string, more: Partial<CheckResult> = {}): CheckResult => ({
  ...{ check: id, verdict: "pass", summary: `${id} is well`, probe: "GET /", at: "2026-11-24T21:00:00Z" },
  ...more,
});
const sizeOf = (checks: readonly CheckResult[]) => JSON.stringify(checks).length;

describe("checks as a gate keeps them", () => {
  it("stay as they are where they fit", () => {
    const checks = [
      check("health a", { evidence: ["seen"], observed: 3 }),
      check("flags a", { observed: "x" }),
    ];
    expect(fitEvidence(checks)).toEqual(checks);
    expect(fitEvidence(checks, sizeOf(checks))).toEqual(checks);
  });

  it("have texts of 600 signs at most, and say by an ellipsis that there was more", () => {
    const long = "x".repeat(601);
    const [kept] = fitEvidence([check("smoke a", { summary: long, probe: long, observed: long })]);
    const cut = `${"x".repeat(599)}…`;
    expect(kept).toMatchObject({ summary: cut, probe: cut, observed: cut });
    const whole = "x".repeat(600);
    expect(fitEvidence([check("smoke a", { summary: whole })])[0]?.summary).toBe(whole);
  });

  it("lose the largest evidence first, one by one until the rest fits, and say that it is left out", () => {
    const checks = [
      check("a", { evidence: "x".repeat(300) }),
      check("b", { evidence: "x".repeat(900) }),
      check("c"),
      check("d", { evidence: "x".repeat(600) }),
    ];
    const evidenceOf = (most: number) => fitEvidence(checks, most).map(({ evidence }) => evidence);
    const [small, large, none, middle] = checks.map(({ evidence }) => evidence);
    const gone = "left out: too large";
    const all = sizeOf(checks);
    expect(evidenceOf(all)).toEqual([small, large, none, middle]);
    expect(evidenceOf(all - 1)).toEqual([small, gone, none, middle]);
    expect(evidenceOf(all - 900)).toEqual([small, gone, none, gone]);
    expect(evidenceOf(all - 1500)).toEqual([gone, gone, none, gone]);
  });

  it("have shorter sentences where even that does not suffice, and never none", () => {
    const long = Array.from({ length: 10 }, (_, index) =>
      check(`c${index}`, { summary: "s".repeat(600), probe: "p".repeat(600) }),
    );
    const lengths = (most: number) =>
      fitEvidence(long, most).map(({ summary, probe }) => [summary.length, probe.length]);
    const rest = sizeOf(long) - 10 * 1200;
    expect(lengths(rest + 10 * 1200)[0]).toEqual([600, 600]);
    // An ellipsis takes three bytes.
    expect(lengths(rest + 10 * 604)).toEqual(Array(10).fill([300, 300]));
    expect(lengths(rest + 10 * 603)).toEqual(Array(10).fill([150, 150]));
    expect(lengths(1)).toEqual(Array(10).fill([75, 75]));
  });

  it("are counted in bytes, not in signs", () => {
    const checks = [check("a", { evidence: "ü".repeat(100) })];
    expect(fitEvidence(checks, sizeOf(checks))[0]?.evidence).toBe("left out: too large");
    expect(fitEvidence(checks, sizeOf(checks) + 100)).toEqual(checks);
  });

  it("are sixty at the most: what did not pass stays, and how many passed beside them is told", () => {
    const sixty = Array.from({ length: 60 }, (_, index) => check(`smoke ${index}`));
    expect(fitEvidence(sixty, 1e6)).toEqual(sixty);
    const more = [
      ...sixty,
      check("smoke 60"),
      check("error-rate", { verdict: "fail" }),
      check("flags", { verdict: "warn" }),
    ];
    const kept = fitEvidence(more, 1e6);
    expect(kept).toHaveLength(60);
    expect(kept.slice(0, 57)).toEqual(sixty.slice(0, 57));
    expect(kept.slice(57).map(({ check: id }) => id)).toEqual(["error-rate", "flags", "left-out"]);
    expect(kept.at(-1)).toMatchObject({
      verdict: "pass",
      summary: "4 more checks passed: smoke 57, smoke 58, smoke 59, smoke 60",
      observed: "4 checks",
    });
  });

  it("tell of what did not pass and has no room either as a warning", () => {
    const ill = Array.from({ length: 62 }, (_, index) => check(`smoke ${index}`, { verdict: "fail" }));
    const kept = fitEvidence([check("health a"), ...ill], 1e6);
    expect(kept.slice(0, 59)).toEqual(ill.slice(0, 59));
    expect(kept.at(-1)).toMatchObject({
      check: "left-out",
      verdict: "warn",
      summary: "3 more checks did not pass: smoke 59, smoke 60, smoke 61; 1 more passed: health a",
    });
  });
});

it("a gate with more checks than it keeps is judged by all of them: what is measured comes last, and stops it", async () => {
  const { world, times } = measuredWorld({ ms: 40 });
  const { baseline } = await openedGate(world, preparation);
  const smoke = Array.from({ length: 70 }, (_, index) => ({
    ...{ id: `s${index}`, renderName: "backend", phase: "api", needs: [], method: "GET", path: "/up" },
    ...{ status: 200, json: {}, withinSeconds: 2 },
  })) as unknown as NonNullable<typeof openGate.smoke>;
  times.fails = (request) => request % 3 === 0;
  const refused = await refusalOf(openedGate(world, { ...openGate, smoke, baseline: baseline! }));
  expect(refused.message).toContain("error-rate: fail:");
  expect(refused.properties?.checks.find(({ check: id }) => id === "error-rate")).toMatchObject({
    verdict: "fail",
  });
  expect(refused.properties?.checks).toHaveLength(60);
});
