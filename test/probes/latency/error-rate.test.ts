import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  defaultErrorThresholds,
  judgeErrorRate,
  showPercent,
  upperBound,
} from "../../../components/probes/latency/error-rate";
import { failureLimit } from "../../../components/probes/latency/failure-limit";

const judged = (failures: number, requests: number, purpose: "verify" | "advance" = "advance") => {
  const { verdict, severity } = judgeErrorRate({ requests, failures }, defaultErrorThresholds, purpose);
  return [verdict, severity];
};

describe("the runbook's error rates", () => {
  it("let an advance through below 1 %, and not at 1 %", () => {
    expect(judged(9, 1000)).toEqual(["pass", "none"]);
    expect(judged(10, 1000)).toEqual(["fail", "hold"]);
  });

  it("ask for an investigation above 2 %, and not at 2 %", () => {
    expect(judged(20, 1000)).toEqual(["fail", "hold"]);
    expect(judged(21, 1000)).toEqual(["fail", "investigate"]);
  });

  it("are immediate above 5 %, and not at 5 %", () => {
    expect(judged(50, 1000)).toEqual(["fail", "investigate"]);
    expect(judged(51, 1000)).toEqual(["fail", "immediate"]);
  });

  it("only warn a verification from 1 % to 5 %, and fail it above", () => {
    expect(judged(9, 1000, "verify")).toEqual(["pass", "none"]);
    expect(judged(10, 1000, "verify")).toEqual(["warn", "hold"]);
    expect(judged(21, 1000, "verify")).toEqual(["warn", "investigate"]);
    expect(judged(50, 1000, "verify")).toEqual(["warn", "investigate"]);
    expect(judged(51, 1000, "verify")).toEqual(["fail", "immediate"]);
  });

  it("never pass without a request", () => {
    expect(judged(0, 0)).toEqual(["no-data", "none"]);
  });

  it("say inconclusive with 99 requests and judge with 100", () => {
    expect(judged(0, 99)).toEqual(["inconclusive", "none"]);
    expect(judged(0, 100)).toEqual(["pass", "none"]);
    expect(judgeErrorRate({ requests: 40, failures: 0 }, defaultErrorThresholds, "advance").summary).toBe(
      "0 of 40 requests failed (0 %); so few can show no more than a rate below 6.33 %, 100 are needed.",
    );
  });

  it("do not call one or two blips in a few requests a breakage, and three in seventeen one", () => {
    expect(judged(1, 5)).toEqual(["inconclusive", "none"]);
    expect(judged(2, 10)).toEqual(["inconclusive", "none"]);
    expect(judged(3, 17)).toEqual(["fail", "immediate"]);
    expect(judged(3, 18)).toEqual(["inconclusive", "none"]);
  });
});

describe("the failure limit", () => {
  it("is 3 up to 17 requests, 4 up to 53, 5 up to 89", () => {
    expect([1, 17, 18, 53, 54, 89, 90].map((requests) => failureLimit(requests))).toEqual([
      3, 3, 4, 4, 5, 5, 6,
    ]);
  });

  it("never sinks, and stays above what a healthy system has on average", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (requests) => {
        expect(failureLimit(requests + 1)).toBeGreaterThanOrEqual(failureLimit(requests));
        expect(failureLimit(requests)).toBeGreaterThan(0.01 * requests);
      }),
    );
  });
});

it("the upper bound is above the share and at most 1", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (requests, part) => {
        const failures = Math.round(requests * part);
        expect(upperBound(failures, requests)).toBeGreaterThanOrEqual(failures / requests - 1e-12);
        expect(upperBound(failures, requests)).toBeLessThanOrEqual(1);
      },
    ),
  );
});

it("the upper bound is Wilson's", () => {
  expect(upperBound(3, 100)).toBeCloseTo(0.07271, 5);
  expect(upperBound(20, 400)).toBeCloseTo(0.07114, 5);
});

it("a percentage is never rounded up to a threshold", () => {
  expect([0.999, 1, 0.25, 4.9999, 29].map(showPercent)).toEqual([
    "0.99 %",
    "1 %",
    "0.25 %",
    "4.99 %",
    "29 %",
  ]);
});
