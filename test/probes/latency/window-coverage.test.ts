import { describe, expect, it } from "vitest";

import { coverageOf, showCoverage } from "../../../components/probes/latency/window-coverage";

const minute = (index: number) => new Date(Date.UTC(2026, 10, 24, 21, index));
const at = (...minutes: number[]) => ({ points: minutes.map((index) => ({ at: minute(index), value: 1 })) });
const tenMinutes = { from: minute(0), to: minute(10) };

describe("how much of a window its points speak for", () => {
  it("is counted once for each time, whatever order several series have them in", () => {
    expect(coverageOf(tenMinutes, [at(1, 5, 3), at(2, 4, 5)])).toEqual({
      share: 0.5,
      stepSeconds: 60,
      points: 5,
      windowSeconds: 600,
    });
  });

  it("goes by the usual step, which a hole does not make longer", () => {
    expect(coverageOf(tenMinutes, [at(0, 2, 8)])).toMatchObject({ stepSeconds: 240, share: 1 });
    expect(coverageOf(tenMinutes, [at(0, 1, 2, 9)])).toMatchObject({ stepSeconds: 60, share: 0.4 });
  });

  it("takes one point for a minute, and says that it knows no step", () => {
    expect(coverageOf(tenMinutes, [at(4)])).toMatchObject({ share: 0.1, stepSeconds: null, points: 1 });
  });

  it("is nothing of a window without length, also where a point stands in it", () => {
    expect(coverageOf({ from: minute(4), to: minute(4) }, [at(4)])).toMatchObject({
      share: 0,
      windowSeconds: 0,
    });
    expect(coverageOf({ from: minute(5), to: minute(4) }, [at(4)])).toMatchObject({
      share: 0,
      windowSeconds: 0,
    });
  });

  it.each([
    [0.95, "The whole window is covered."],
    [0.94, "Only 9.4 of 10 minutes are covered."],
    [0, "Only 0 of 10 minutes are covered."],
  ])("of %f is told: %s", (share, words) => {
    expect(showCoverage({ share, stepSeconds: 60, points: 1, windowSeconds: 600 })).toBe(words);
  });
});
