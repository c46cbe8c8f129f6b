import { describe, expect, it } from "vitest";
import { createErrorJudge, type ErrorJudgement } from "../../../components/probes/latency/judge-errors";
import type { Sample } from "../../../components/probes/latency/sample-endpoints";
import { seededRandom } from "./seeded-random";

const good: Sample = { endpoint: "orders", ms: 9, status: 200, ok: true, measured: true };
const bad: Sample = { ...good, status: 500, ok: false, error: "status 500" };
const broke: Sample = { ...good, status: 0, ok: false, measured: false, error: "name not found (ENOTFOUND)" };
const healthy: Sample = { ...good, endpoint: "health", health: true };
const down: Sample = { ...healthy, status: 503, ok: false, error: "status 503" };
const times = (count: number, sample: Sample) => Array.from({ length: count }, () => sample);

/** Samples one after the other, until the judge stops. */
function judgeErrors(samples: readonly Sample[], purpose: "advance" | "verify"): ErrorJudgement {
  const judge = createErrorJudge(purpose);
  for (const sample of samples) if (judge.add(sample) === "stop") break;
  return judge.judgement();
}

/** Each request fails with this chance. */
function breaking(rate: number, seed: number, count = 1600): Sample[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => (random() < rate ? bad : good));
}

describe("the error judge", () => {
  it("passes a system without failures", () => {
    expect(judgeErrors(times(200, good), "advance")).toMatchObject({
      verdict: "pass",
      severity: "none",
      requests: 200,
      failures: 0,
      errorRatePercent: 0,
      reasons: [],
    });
  });

  it("stops a service that is down after three requests", () => {
    expect(judgeErrors(times(400, bad), "verify")).toMatchObject({
      verdict: "fail",
      severity: "immediate",
      stoppedAfterSamples: 3,
      reasons: ["orders: status 500 (3×)"],
    });
  });

  it("stops a 6 % breakage early: nine times in ten, after about 90 requests of 400", () => {
    const stops = Array.from({ length: 200 }, (_, seed) => judgeErrors(breaking(0.06, seed, 400), "advance"))
      .map(({ stoppedAfterSamples }) => stoppedAfterSamples)
      .filter((after) => after !== undefined);
    expect(stops.length).toBeGreaterThanOrEqual(180);
    expect(stops.reduce((sum, after) => sum + after, 0) / stops.length).toBeLessThan(110);
  });

  it("stops a healthy system by mistake in at most 1 % of runs, of 1600 requests each", () => {
    const stopped = (rate: number) =>
      Array.from({ length: 300 }, (_, seed) => judgeErrors(breaking(rate, seed + 1), "advance")).filter(
        ({ stoppedAfterSamples }) => stoppedAfterSamples !== undefined,
      ).length;
    expect(stopped(0.01)).toBeLessThanOrEqual(3);
    expect(stopped(0.002)).toBe(0);
  });

  it("is not stopped by a single blip, wherever it is", () => {
    for (const place of [0, 1, 50, 199]) {
      const samples = times(200, good).with(place, bad);
      expect(judgeErrors(samples, "advance")).toMatchObject({ verdict: "pass", failures: 1 });
    }
  });

  it("investigates a p95 above 2 s, and not at 2 s", () => {
    const slow = (ms: number) => judgeErrors(times(200, { ...good, ms }), "advance");
    expect(slow(2000)).toMatchObject({ verdict: "pass", p95Ms: 2000 });
    expect(slow(2001)).toMatchObject({ verdict: "warn", severity: "investigate", p95Ms: 2001 });
  });

  it("without samples is no-data, never a pass", () => {
    expect(judgeErrors([], "advance")).toMatchObject({
      verdict: "no-data",
      errorRatePercent: null,
      p95Ms: null,
    });
  });

  it("ignores the warm-up, bad answers included", () => {
    const warming = times(20, { ...bad, warmUp: true });
    expect(judgeErrors([...warming, ...times(100, good)], "advance")).toMatchObject({
      verdict: "pass",
      requests: 100,
    });
  });
});

describe("errors of the measurement", () => {
  it("stop it at five in a row, as could-not-measure and not as a failure", () => {
    const samples = [...times(100, good), ...times(5, broke), ...times(100, good)];
    expect(judgeErrors(samples, "advance")).toMatchObject({
      verdict: "could-not-measure",
      stoppedAfterSamples: 105,
      failures: 0,
      errors: 5,
    });
  });

  it("do not stop it at four in a row, and are no part of the error rate", () => {
    const samples = [...times(100, good), ...times(4, broke), ...times(100, good)];
    expect(judgeErrors(samples, "advance")).toMatchObject({
      verdict: "pass",
      requests: 200,
      errors: 4,
      errorRatePercent: 0,
    });
  });

  it("are counted apart from failures: neither breaks the other's row", () => {
    const samples = [...times(100, good), ...times(4, broke), bad, ...times(4, broke), ...times(100, good)];
    expect(judgeErrors(samples, "advance")).toMatchObject({ verdict: "pass", failures: 1, errors: 8 });
  });

  it("make half of the measurements too little, and just below half enough", () => {
    const mixed = (broken: number, worked: number) => [
      ...Array.from({ length: broken }, () => [broke, good]).flat(),
      ...times(worked - broken, good),
    ];
    expect(judgeErrors(mixed(150, 150), "advance").verdict).toBe("could-not-measure");
    expect(judgeErrors(mixed(149, 150), "advance").verdict).toBe("pass");
  });

  it("alone, and too few for a row, are still could-not-measure", () => {
    expect(judgeErrors(times(3, broke), "advance").verdict).toBe("could-not-measure");
  });
});

describe("the health check", () => {
  it("failing three times in a row is the service being down, whatever the API answers", () => {
    const samples = [...times(10, good), down, good, down, good, down, good];
    expect(judgeErrors(samples, "verify")).toMatchObject({
      verdict: "fail",
      severity: "immediate",
      stoppedAfterSamples: 15,
      summary: "health failed 3 times in a row (status 503): the service is down.",
    });
  });

  it("failing twice in a row and then not is a warning", () => {
    const samples = [down, down, ...times(100, healthy), ...times(200, good)];
    expect(judgeErrors(samples, "advance")).toMatchObject({
      verdict: "warn",
      severity: "investigate",
      healthFailures: 2,
      failures: 0,
    });
  });

  it("failing every other time stops, although never three times in a row", () => {
    const samples = Array.from({ length: 50 }, () => [healthy, good, down, good]).flat();
    expect(judgeErrors(samples, "verify")).toMatchObject({ verdict: "fail", stoppedAfterSamples: 11 });
  });

  it("is not counted among the API's requests, unless there is nothing else", () => {
    expect(judgeErrors([...times(300, healthy), ...times(100, good)], "advance").requests).toBe(100);
    expect(judgeErrors(times(300, healthy), "advance")).toMatchObject({ verdict: "pass", requests: 300 });
  });
});

it("a judge that said stop goes on saying it", () => {
  const judge = createErrorJudge("advance");
  expect([bad, bad, bad, good].map((sample) => judge.add(sample))).toEqual([
    undefined,
    undefined,
    "stop",
    "stop",
  ]);
  expect(judge.judgement()).toMatchObject({ requests: 3, stoppedAfterSamples: 3 });
});
