import { describe, expect, it } from "vitest";
import { compareLatency, MINIMUM_TIMES } from "../../../components/probes/latency/compare-latency";
import { compactDistribution } from "../../../components/probes/latency/distribution";
import { seededRandom, serviceTimes } from "./seeded-random";

/** The same 600 times on both sides, so that only the factor differs. */
const times = serviceTimes(600, seededRandom(7));
const baseline = { orders: compactDistribution(times) };
const slowedBy = (factor: number, list = times) => list.map((ms) => ms * factor);

describe("the latency comparison", () => {
  it("passes what is clearly below +10 %, with the estimate in the evidence", () => {
    const result = compareLatency(baseline, { orders: slowedBy(1.02) });
    expect(result.verdict).toBe("pass");
    expect(result.endpoints["orders"]?.shift.percent).toBeCloseTo(2, 0);
    expect(result.summary).toContain("below the allowed +10 %");
  });

  it("fails what is clearly above +10 %", () => {
    const result = compareLatency(baseline, { orders: slowedBy(1.18) });
    expect(result.verdict).toBe("fail");
    expect(result.endpoints["orders"]?.shift.percent).toBeCloseTo(18, 0);
    expect(result.overall?.pWithinLimit).toBeLessThan(0.02);
  });

  it.each([1.09, 1.1, 1.11])(
    "is inconclusive when %d times as slow, as 600 samples cannot tell",
    (factor) => {
      expect(compareLatency(baseline, { orders: slowedBy(factor) }).verdict).toBe("inconclusive");
    },
  );

  it.each([
    { allowedIncreasePercent: 30, verdict: "pass" },
    { allowedIncreasePercent: 16, verdict: "inconclusive" },
    { allowedIncreasePercent: 5, verdict: "fail" },
  ])(
    "answers 15 % more with $verdict where $allowedIncreasePercent % are allowed",
    ({ allowedIncreasePercent, verdict }) => {
      const rule = { allowedIncreasePercent, confidence: 0.98 };
      expect(compareLatency(baseline, { orders: slowedBy(1.15) }, rule).verdict).toBe(verdict);
    },
  );

  it("fails when one endpoint of four is 30 % slower, although all together are not", () => {
    const four = Object.fromEntries(["orders", "parts", "cars", "jobs"].map((id) => [id, baseline.orders]));
    const candidate = { orders: times, parts: times, cars: times, jobs: slowedBy(1.3) };
    const result = compareLatency(four, candidate);
    expect(result.overall?.shiftPercent).toBeLessThan(10);
    expect(result.verdict).toBe("fail");
    expect(result.summary).toContain("slow: jobs +30");
  });

  it.each([
    [1, 1.164, "fail"],
    [4, 1.164, "inconclusive"],
    [4, 1.17, "fail"],
  ])(
    "shares its chance of a mistake over the endpoints: of %i, one that is %d times as slow: %s",
    (count, factor, verdict) => {
      const others = ["orders", "parts", "cars"].slice(0, count - 1);
      const before = Object.fromEntries([...others, "jobs"].map((id) => [id, baseline.orders]));
      const after = { ...Object.fromEntries(others.map((id) => [id, times])), jobs: slowedBy(factor) };
      expect(compareLatency(before, after).verdict).toBe(verdict);
    },
  );

  it.each([
    [1.138, "inconclusive"],
    [1.14, "fail"],
  ])("shares it with all endpoints together: both %d times as slow: %s", (factor, verdict) => {
    const two = { orders: baseline.orders, parts: baseline.orders };
    const after = { orders: slowedBy(factor), parts: slowedBy(factor) };
    expect(compareLatency(two, after).verdict).toBe(verdict);
  });

  it("does not pass an endpoint whose own estimate is beyond the limit", () => {
    const two = { orders: baseline.orders, parts: baseline.orders };
    const result = compareLatency(two, { orders: slowedBy(0.9), parts: slowedBy(1.12).slice(0, 200) });
    expect(result.overall?.pBeyondLimit).toBeLessThan(0.02);
    expect(result.verdict).toBe("inconclusive");
  });

  it("calls an improvement a pass, with a negative shift", () => {
    const result = compareLatency(baseline, { orders: slowedBy(0.8) });
    expect(result.verdict).toBe("pass");
    expect(result.endpoints["orders"]?.shift).toMatchObject({ percent: -20 });
    expect(result.endpoints["orders"]?.shift.cliffsDelta).toBeLessThan(-0.2);
  });

  it("sees a slow tail that the ranks do not", () => {
    const sorted = times.toSorted((a, b) => a - b);
    const tail = sorted.map((ms, index) => (index >= 0.9 * sorted.length ? ms * 10 : ms));
    expect(compareLatency(baseline, { orders: times }).tail).toMatchObject({ slower: false });
    expect(compareLatency(baseline, { orders: tail })).toMatchObject({
      verdict: "pass",
      tail: { slower: true },
    });
  });

  it("without a baseline or without new times is no-data, never a pass", () => {
    expect(compareLatency({}, { orders: times })).toMatchObject({ verdict: "no-data", overall: null });
    expect(compareLatency(baseline, {})).toMatchObject({ verdict: "no-data", overall: null });
    expect(compareLatency(baseline, { orders: [] })).toMatchObject({ verdict: "no-data" });
    expect(compareLatency({}, {})).toMatchObject({ verdict: "no-data" });
  });

  it("with one time too few is inconclusive, and compares from twenty on", () => {
    const few = slowedBy(3).slice(0, MINIMUM_TIMES - 1);
    expect(compareLatency(baseline, { orders: few })).toMatchObject({
      verdict: "inconclusive",
      overall: null,
    });
    expect(compareLatency(baseline, { orders: slowedBy(3).slice(0, MINIMUM_TIMES) }).verdict).toBe("fail");
  });

  it("with one time too few in the baseline compares nothing, and names the endpoint", () => {
    const of = (count: number) => ({ orders: compactDistribution(times.slice(0, count)) });
    expect(compareLatency(of(MINIMUM_TIMES - 1), { orders: slowedBy(3) })).toMatchObject({
      verdict: "inconclusive",
      summary: "Fewer than 20 times on one side of every endpoint: nothing to compare yet.",
      notCompared: ["orders"],
    });
    expect(compareLatency(of(MINIMUM_TIMES), { orders: slowedBy(3) }).verdict).toBe("fail");
  });

  it("says which side has nothing", () => {
    const nothing = { orders: compactDistribution([]) };
    expect(compareLatency(nothing, { orders: times })).toMatchObject({
      verdict: "no-data",
      summary: "There is no baseline to compare with.",
    });
    expect(compareLatency(baseline, { orders: [] }).summary).toBe(
      "No new times to compare with the baseline.",
    );
    const few = { orders: times.slice(0, 3), parts: [] };
    expect(compareLatency({ ...nothing, parts: baseline.orders }, few).verdict).toBe("inconclusive");
  });

  it("leaves out what is not a number", () => {
    const broken = [...slowedBy(1.02), Number.NaN, Number.POSITIVE_INFINITY];
    const result = compareLatency(baseline, { orders: broken });
    expect(result).toMatchObject({ verdict: "pass", endpoints: { orders: { n: { candidate: 600 } } } });
  });

  it("shows the percentiles of both sides, in whatever order the new times came", () => {
    const hundred = Array.from({ length: 101 }, (_, index) => (index * 37) % 101);
    const before = { orders: compactDistribution(hundred.map((ms) => ms + 1)) };
    expect(
      compareLatency(before, { orders: hundred.map((ms) => 2 * ms + 2) }).endpoints["orders"],
    ).toMatchObject({
      n: { baseline: 101, candidate: 101 },
      baselineMs: { p50: 51, p95: 96, p99: 100 },
      candidateMs: { p50: 102, p95: 192, p99: 200 },
    });
  });

  it("is told in one sentence, which names what is slow where that decides or is in doubt", () => {
    const summaryOf = (candidate: Record<string, number[]>) =>
      compareLatency({ orders: baseline.orders, parts: baseline.orders }, candidate).summary;
    expect(summaryOf({ orders: times, parts: times })).toBe(
      "Latency changed by +0 %, below the allowed +10 % (confidence 0.98, 1200 samples).",
    );
    expect(summaryOf({ orders: slowedBy(0.8), parts: slowedBy(0.8) })).toBe(
      "Latency changed by −20 %, below the allowed +10 % (confidence 0.98, 1200 samples).",
    );
    // Each endpoint counts with its share of the new times: (600 · 0 + 200 · 30) / 800.
    expect(summaryOf({ orders: times, parts: slowedBy(1.3).filter((_, index) => index % 3 === 0) })).toMatch(
      /^Latency changed by \+[678]\.?\d? %, above the allowed \+10 % \(confidence 0\.98, 800 samples\); slow: parts \+\d+\.?\d* %\.$/,
    );
    expect(summaryOf({ orders: slowedBy(0.9), parts: slowedBy(1.12).slice(0, 200) })).toMatch(
      /, not clearly on either side of the allowed \+10 % .+; slow: parts \+/,
    );
    expect(summaryOf({ orders: slowedBy(1.16), parts: slowedBy(1.16) })).not.toContain("slow: orders, ");
  });

  it.each([
    [{ look: 1, looks: 4 }, 0.001],
    [{ look: 3, looks: 4 }, 0.001],
    [{ look: 4, looks: 4 }, 0.017],
    [{ look: 1, looks: 1 }, 0.02],
  ])("at %o passes by the chance of a mistake that this look has", (looks, p) => {
    const rule = { allowedIncreasePercent: 10, confidence: 0.98 };
    expect(compareLatency(baseline, { orders: times }, rule, looks).overall?.pThatDecides).toBeCloseTo(p, 6);
  });

  it("names endpoints that are in one of the two only, and judges by the others", () => {
    const result = compareLatency(
      { orders: baseline.orders, gone: baseline.orders },
      { orders: times, added: times },
    );
    expect(result).toMatchObject({ verdict: "pass", notCompared: ["gone", "added"] });
  });

  it("gives bounds that hold the true shift about as often as it says", () => {
    let held = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const random = seededRandom(seed);
      const before = { orders: compactDistribution(serviceTimes(200, random)) };
      const { endpoints } = compareLatency(before, {
        orders: serviceTimes(200, random, { medianMs: 9 * 1.2 }),
      });
      const shift = endpoints["orders"]?.shift;
      if (shift && shift.from <= 20 && shift.to >= 20) held++;
    }
    // Two bounds of 98 % each: 96 % together.
    expect(held).toBeGreaterThanOrEqual(90);
  });

  it("stays below 500 bytes of evidence for an endpoint", () => {
    const { endpoints } = compareLatency(baseline, { orders: times });
    expect(JSON.stringify(endpoints).length).toBeLessThan(500);
  });
});
