import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

import { allCases } from "./all-cases";
import { stopDatabase } from "./database-cases";
import { isSurvived, runCases, summarize, type CaseResult, type FaultCase } from "./fault-case";
import { drawTable } from "./table";

/** Each kind of fault once, but for whole updates, at a step that is another one from kind to kind; `npm run -s faults` tries all. */
function oneOfEachKind(cases: readonly FaultCase[]): FaultCase[] {
  const kinds = new Map<string, FaultCase[]>();
  for (const each of cases) kinds.set(each.fault, [...(kinds.get(each.fault) ?? []), each]);
  return [...kinds.values()].map((same, index) => same[index % same.length]!);
}

afterAll(() => stopDatabase());

describe("the matrix of faults", () => {
  it("has at least 400 cases, each of its own name, and its page lists them as they are", async () => {
    const cases = await allCases();
    expect(cases.length).toBeGreaterThanOrEqual(400);
    const names = cases.map(({ area, step, fault }) => `${area}: ${step}: ${fault}`);
    expect(new Set(names).size).toBe(names.length);
    const page = readFileSync(join(__dirname, "..", "..", "docs", "faults.md"), "utf8");
    expect(page, "run `npm run -s faults -- --write`").toBe(drawTable(cases));
  });

  it("is survived, in one case of each kind of fault, at nearly every step", async () => {
    const short = (await allCases()).filter(({ limitMs }) => limitMs === undefined);
    const cases = oneOfEachKind(short);
    const stepsOf = (some: readonly FaultCase[]) => new Set(some.map(({ area, step }) => `${area}: ${step}`));
    expect(stepsOf(cases).size).toBeGreaterThan(stepsOf(short).size * 0.9);
    const results = await runCases(cases, { atOnce: 4 });
    const failed = results
      .filter((result) => !isSurvived(result))
      .map(({ faultCase: { area, step, fault }, findings, hung }) => ({ area, step, fault, findings, hung }));
    expect(failed).toEqual([]);
  }, 240_000);

  it("counts what was found, and calls nothing survived that hung", () => {
    const faultCase = { area: "a", step: "b", fault: "c", run: () => Promise.reject(new Error()) };
    const none = { lost: [], doubled: [], leaked: [], orphans: [], wrong: [] };
    const results: CaseResult[] = [
      { faultCase, findings: none, hung: false },
      { faultCase, findings: { ...none, lost: ["x", "y"] }, hung: false },
      { faultCase, findings: { ...none, doubled: ["x"], leaked: ["x"], orphans: ["x"] }, hung: false },
      { faultCase, findings: { ...none, wrong: ["x"] }, hung: false },
      { faultCase, findings: none, hung: true },
    ];
    expect(summarize(results)).toEqual({
      cases: 5,
      survived: 1,
      lost: 1,
      doubled: 1,
      leaked: 1,
      orphans: 1,
      hung: 1,
    });
  });

  it("takes a case that fails by itself for one that was not survived", async () => {
    const faultCase = { area: "a", step: "b", fault: "c", run: () => Promise.reject(new Error("no server")) };
    const [result] = await runCases([faultCase], { atOnce: 1 });
    expect(isSurvived(result!)).toBe(false);
    expect(result!.findings.wrong.join()).toContain("no server");
  });
});
