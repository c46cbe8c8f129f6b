import { describe, expect, it } from "vitest";
import { rankTest, upperTail } from "../../../components/probes/latency/rank-test";
import { pValuesThatDecide } from "../../../components/probes/latency/looks";

describe("the rank test", () => {
  it("agrees with a textbook case worked by hand, without ties", () => {
    // Ranks of 4 5 6 among 1..6 are 15; mean 10.5, variance 3·3·7/12 = 5.25.
    const { z, pSlower, pFaster } = rankTest([{ reference: [1, 2, 3], candidate: [4, 5, 6] }]);
    expect(z).toBeCloseTo(4.5 / Math.sqrt(5.25), 10);
    expect(pSlower).toBeCloseTo(0.024767, 5);
    expect(pSlower + pFaster).toBeCloseTo(1, 10);
  });

  it("takes ties into the variance", () => {
    // Pooled 1 2 2 2 3 3: ranks of 2 3 3 are 3 + 5.5 + 5.5 = 14; tie term (24 + 6) / 30 = 1; variance 9/12 · (7 − 1) = 4.5.
    const { z } = rankTest([{ reference: [1, 2, 2], candidate: [2, 3, 3] }]);
    expect(z).toBeCloseTo(3.5 / Math.sqrt(4.5), 10);
  });

  it("of one stratum twice is sharper by the square root of two", () => {
    const stratum = { reference: [1, 2, 3], candidate: [2.5, 5, 6] };
    expect(rankTest([stratum, stratum]).z).toBeCloseTo(rankTest([stratum]).z * Math.SQRT2, 10);
  });

  it("weighs a stratum of N times with 1 / (N + 1)", () => {
    const six = { reference: [1, 2, 3], candidate: [4, 5, 6] };
    // Rank 2 of 1..2: mean 1.5, variance 1·1·3/12 = 0.25.
    const two = { reference: [1], candidate: [2] };
    expect(rankTest([six, two]).z).toBeCloseTo((4.5 / 7 + 0.5 / 3) / Math.sqrt(5.25 / 49 + 0.25 / 9), 10);
  });

  it("never compares one stratum's times with another's", () => {
    const slow = { reference: [100, 200, 300], candidate: [100, 200, 300] };
    const fast = { reference: [1, 2, 3], candidate: [1, 2, 3] };
    expect(rankTest([slow, fast]).z).toBe(0);
  });

  it("has no evidence where nothing differs or a side is empty", () => {
    expect(rankTest([{ reference: [5, 5], candidate: [5, 5] }])).toEqual({ z: 0, pSlower: 1, pFaster: 1 });
    expect(rankTest([{ reference: [], candidate: [5] }])).toEqual({ z: 0, pSlower: 1, pFaster: 1 });
    expect(rankTest([{ reference: [5], candidate: [] }])).toEqual({ z: 0, pSlower: 1, pFaster: 1 });
  });

  it.each([
    [0, 0.5],
    [1.644854, 0.05],
    [3.090232, 0.001],
    [-1.644854, 0.95],
  ])("knows the normal tail at %f beyond what a printed table holds", (z, tail) => {
    expect(upperTail(z)).toBeCloseTo(tail, 6);
  });
});

describe("the p-values that decide", () => {
  it("add up to what the confidence leaves over, however many looks there are", () => {
    for (const confidence of [0.9, 0.95, 0.98, 0.999]) {
      for (let looks = 1; looks <= 10; looks++) {
        const parts = pValuesThatDecide(confidence, looks);
        expect(parts).toHaveLength(looks);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1 - confidence, 12);
        expect(Math.min(...parts)).toBeGreaterThan(0);
      }
    }
  });

  it("keep most of it for the last look", () => {
    expect(pValuesThatDecide(0.98, 4).map((p) => Number(p.toFixed(6)))).toEqual([0.001, 0.001, 0.001, 0.017]);
  });
});
