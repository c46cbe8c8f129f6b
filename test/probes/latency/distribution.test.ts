import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compactDistribution,
  expandDistribution,
  KEPT,
} from "../../../components/probes/latency/distribution";
import { rankTest } from "../../../components/probes/latency/rank-test";
import { seededRandom, serviceTimes } from "./seeded-random";

describe("a compact distribution", () => {
  it("of few times keeps exactly them, sorted, and leaves out what is not a number", () => {
    expect(compactDistribution([3, 1, Number.NaN, 2])).toEqual({ n: 3, sortedMs: [1, 2, 3] });
  });

  it("of many times keeps 120 evenly spaced quantiles, the true n, and both extremes", () => {
    const times = Array.from({ length: 1191 }, (_, index) => index);
    const { n, sortedMs } = compactDistribution(times);
    expect(n).toBe(1191);
    expect(sortedMs).toEqual(Array.from({ length: KEPT }, (_, index) => index * 10));
  });

  it("of a thousand times is below 1 kB of JSON", () => {
    const compact = compactDistribution(serviceTimes(1000, seededRandom(1)));
    expect(JSON.stringify(compact).length).toBeLessThan(1000);
  });

  it("expands to n ascending times between its extremes", () => {
    const times = fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { maxLength: 400 });
    fc.assert(
      fc.property(times, (measured) => {
        const compact = compactDistribution(measured);
        const expanded = expandDistribution(compact);
        expect(expanded).toHaveLength(measured.length);
        expect(expanded).toEqual(expanded.toSorted((a, b) => a - b));
        if (measured.length <= KEPT) expect(expanded).toEqual(compact.sortedMs);
        if (measured.length > 0) {
          expect(expanded[0]).toBe(compact.sortedMs[0]);
          expect(expanded.at(-1)).toBe(compact.sortedMs.at(-1));
        }
      }),
    );
  });

  it("gives the rank test the same answer as the times themselves, to 1 % of its z", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = seededRandom(seed);
      const before = serviceTimes(1000, random);
      const candidate = serviceTimes(400, random, { medianMs: 9.9 });
      const exact = rankTest([{ reference: before, candidate }]);
      const compact = rankTest([{ reference: expandDistribution(compactDistribution(before)), candidate }]);
      expect(Math.abs(compact.z - exact.z)).toBeLessThan(0.01 * Math.max(1, Math.abs(exact.z)));
    }
  });
});
