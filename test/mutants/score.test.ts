import { describe, expect, it } from "vitest";

import { scoreOf, type MutationReport } from "./score";

const report = (...statuses: string[]): MutationReport => ({
  files: { "a.ts": { mutants: statuses.map((status) => ({ status })) } },
});

describe("the score of mutants", () => {
  it("counts what was killed or never ended as noticed, and what survived or no test reached as not", () => {
    expect(scoreOf([report("Killed", "Timeout", "Survived"), report("NoCoverage")])).toEqual({
      mutants: 4,
      killed: 2,
      score: 0.5,
    });
  });

  it("leaves out what does not compile or is ignored", () => {
    expect(scoreOf([report("Killed", "CompileError", "RuntimeError", "Ignored")])).toEqual({
      mutants: 1,
      killed: 1,
      score: 1,
    });
  });

  it("is never rounded up", () => {
    expect(scoreOf([report(...Array<string>(6).fill("Killed"), "Survived")]).score).toBe(0.85);
  });

  it("is 0 where nothing was tried", () => {
    expect(scoreOf([])).toEqual({ mutants: 0, killed: 0, score: 0 });
  });
});
