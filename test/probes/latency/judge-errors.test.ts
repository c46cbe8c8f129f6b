import { describe, expect, it } from "vitest";
import { defaultErrorThresholds } from "../../../components/probes/latency/error-rate";
import {
  createErrorJudge,
  defaultErrorLimits,
  type ErrorJudgement,
} from "../../../components/probes/latency/judge-errors";
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

describe("what the error judge tells", () => {
  it("is the rate with its bound, and the p95 of right answers in whatever order they came", () => {
    const slow = Array.from({ length: 101 }, (_, index) => ({ ...good, ms: (index * 37) % 101 }));
    const wrong = { ...bad, ms: 5000 };
    expect(judgeErrors([...slow, ...times(99, { ...good, ms: 100 }), wrong], "advance")).toMatchObject({
      requests: 201,
      failures: 1,
      healthFailures: 0,
      errorRatePercent: 0.4975,
      p95Ms: 100,
    });
    const judged = judgeErrors([...slow, ...times(20, wrong)], "verify");
    expect(judged.stoppedAfterSamples).toBe(107);
    expect(judgeErrors([bad, good, good, bad], "verify")).toMatchObject({
      errorRatePercent: 50,
      p95Ms: 9,
    });
    expect(judgeErrors([bad, good, good, bad], "verify")).not.toHaveProperty("stoppedAfterSamples");
  });

  it("bounds the rate from above, with 95 % confidence", () => {
    expect(judgeErrors([...times(10, good), ...times(3, bad)], "verify").atMostPercent).toBeCloseTo(46.1, 0);
    expect(judgeErrors([], "verify").atMostPercent).toBeNull();
  });

  it("is what went wrong, the most frequent first, and five of it at most", () => {
    const seen = ["a", "b", "c", "d", "e", "f"].flatMap((error, index) =>
      times(index + 1, { ...broke, error: `reason ${error}` }).flatMap((each) => [each, good]),
    );
    expect(judgeErrors(seen, "verify").reasons).toEqual([
      "orders: reason f (6×)",
      "orders: reason e (5×)",
      "orders: reason d (4×)",
      "orders: reason c (3×)",
      "orders: reason b (2×)",
    ]);
  });

  it("says so where the reason is not known, and never invents one", () => {
    const { error: _none, ...silent } = bad;
    expect(judgeErrors(times(3, silent), "verify").reasons).toEqual(["orders: unknown (3×)"]);
    const { error: _neither, ...silentBreak } = broke;
    expect(judgeErrors(times(5, silentBreak), "verify").summary).toBe(
      "5 measurements in a row broke (unknown); nothing is known about the service.",
    );
    expect(judgeErrors(times(5, broke), "verify").summary).toContain("broke (name not found (ENOTFOUND))");
    const { error: _nor, ...silentHealth } = down;
    expect(judgeErrors(times(3, silentHealth), "verify").summary).toBe(
      "health failed 3 times in a row (unknown): the service is down.",
    );
    expect(judgeErrors([broke, broke], "verify").summary).toBe(
      "2 of 2 measurements broke (orders: name not found (ENOTFOUND) (2×)); too little is known.",
    );
  });

  it("is both concerns together, where there are two", () => {
    const slow = { ...good, ms: 2500 };
    expect(judgeErrors([down, healthy, ...times(200, slow)], "advance").summary).toBe(
      "0 of 200 requests failed (0 %). But p95 is 2500 ms, above 2000 ms and the health check failed 1 time: investigate.",
    );
  });

  it("is the rate alone where that stops by itself, whatever the times are", () => {
    const judged = judgeErrors([down, ...times(297, { ...good, ms: 2500 }), bad, good, bad, bad], "advance");
    expect(judged.summary).toBe(
      "3 of 301 requests failed (0.99 %). But p95 is 2500 ms, above 2000 ms and the health check failed 1 time: investigate.",
    );
    const tooMany = judgeErrors([down, ...times(290, { ...good, ms: 2500 }), bad, good, bad, bad], "advance");
    expect(tooMany).toMatchObject({ verdict: "fail", severity: "hold" });
    expect(tooMany.summary).not.toContain("But");
  });

  it("goes by the limits that it is given, met exactly", () => {
    const limits = {
      ...defaultErrorLimits,
      thresholds: { ...defaultErrorThresholds, immediateAbovePercent: 30 },
    };
    const stopsAt = (samples: readonly Sample[]) => {
      const judge = createErrorJudge("advance", limits);
      return samples.findIndex((sample) => judge.add(sample) === "stop");
    };
    // Three of ten are the limit itself; three of nine are above it.
    expect(stopsAt([...times(7, good), ...times(3, bad)])).toBe(-1);
    expect(stopsAt([...times(6, good), ...times(3, bad)])).toBe(8);
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
