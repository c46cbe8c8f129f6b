import { describe, expect, it } from "vitest";

import { scoreOf, type Result } from "./score";

const results = (...statuses: Result["status"][]): Pick<Result, "status">[] =>
  statuses.map((status) => ({ status }));

describe("the score of mutants", () => {
  it("counts what was killed or never ended as noticed, and what survived or no test reached as not", () => {
    expect(scoreOf(results("Killed", "Timeout", "Survived", "NoCoverage"))).toEqual({
      mutants: 4,
      killed: 2,
      score: 0.5,
    });
  });

  it("is never rounded up", () => {
    expect(scoreOf(results(...Array<"Killed">(6).fill("Killed"), "Survived")).score).toBe(0.85);
  });

  it("is 0 where nothing was tried", () => {
    expect(scoreOf([])).toEqual({ mutants: 0, killed: 0, score: 0 });
  });
});
