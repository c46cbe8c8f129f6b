import { describe, expect, it } from "vitest";

import { latencyShift } from "../../../components/probes/latency/latency-shift";

describe("the shift between two distributions", () => {
  it("is the median of all ratios, bounded by what was seen, with the chance to be slower by pairs", () => {
    // Ratios 0.5 1 1.5 2 3 4; of the six pairs four are slower and one is equal.
    expect(latencyShift({ n: 2, sortedMs: [10, 20] }, { n: 3, sortedMs: [10, 30, 40] }, 0.98)).toEqual({
      percent: 75,
      from: -50,
      to: 300,
      slowerChance: 0.75,
      cliffsDelta: 0.5,
    });
  });

  it("lies within bounds that follow from the true numbers of samples", () => {
    const upTo101 = { n: 100, sortedMs: Array.from({ length: 101 }, (_, index) => index + 1) };
    // Its 95 % reach √((100 + 50 + 1) / (12 · 100 · 50)) · 1.64485 of all ratios to each side of the middle, to three digits.
    const reach = 1.644854 * Math.sqrt(151 / 60_000);
    const { percent, from, to } = latencyShift({ n: 50, sortedMs: [1] }, upTo101, 0.95);
    expect(percent).toBe(5000);
    expect(Math.abs(from - (5000 - 10_000 * reach))).toBeLessThan(2);
    expect(Math.abs(to - (5000 + 10_000 * reach))).toBeLessThan(2);
  });

  it("of a system that became faster is below nothing, with digits that mean something", () => {
    const { percent, slowerChance, cliffsDelta } = latencyShift(
      { n: 3, sortedMs: [3, 6, 9] },
      { n: 2, sortedMs: [1, 7] },
      0.98,
    );
    expect([percent, slowerChance, cliffsDelta]).toEqual([-44.4, 0.333, -0.333]);
  });
});
