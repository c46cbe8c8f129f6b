import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { judgeClientErrors } from "../../../components/probes/latency/client-errors";

const limits = { lookAbovePercent: 2, stopAbovePercent: 10 };
const judge = (before: [number, number], after: [number, number]) =>
  judgeClientErrors(
    { requests: before[0], clientErrors: before[1] },
    { requests: after[0], clientErrors: after[1] },
    limits,
  );

describe("a shift of 4xx", () => {
  it.each<[string, [number, number], [number, number], string]>([
    ["none on both sides", [1000, 0], [1000, 0], "pass"],
    ["many on both sides", [1000, 300], [1000, 310], "pass"],
    ["fewer than before", [1000, 300], [1000, 10], "pass"],
    ["a little more", [1000, 10], [1000, 45], "warn"],
    ["a request that users make is refused", [1000, 10], [1000, 200], "fail"],
    ["more, but by chance", [40, 0], [40, 3], "pass"],
    ["too few to compare", [10, 0], [1000, 500], "warn"],
    ["one too few to compare", [1000, 0], [29, 29], "warn"],
    ["just enough to compare", [30, 0], [30, 30], "fail"],
    ["nine of forty where none was, which chance makes in one of a thousand", [40, 0], [40, 9], "pass"],
    ["ten of forty where none was", [40, 0], [40, 10], "fail"],
    ["one fewer than what chance does not make", [100, 10], [100, 27], "pass"],
    ["as many as chance does not make", [100, 10], [100, 28], "fail"],
    ["many on both sides, and more by chance", [1000, 300], [1000, 330], "pass"],
    ["surely more, and within what nobody has to look at", [100_000, 1000], [100_000, 1500], "pass"],
    ["surely more, and just what nobody has to look at", [10_000, 0], [10_000, 200], "pass"],
    ["surely more, and just what need not go back", [10_000, 0], [10_000, 1000], "warn"],
  ])("%s", (_what, before, after, verdict) => {
    expect(judge(before, after).verdict).toBe(verdict);
  });

  it("is said with its counts", () => {
    expect(judge([1000, 10], [1000, 200])).toMatchObject({
      summary: "the share of 4xx grew by 19 points (200 of 1000 requests, before 10 of 1000)",
      observed: "+19 points",
    });
    expect(judge([1000, 300], [1000, 10])).toMatchObject({
      summary: "the share of 4xx did not grow beyond the limit (10 of 1000 requests, before 300 of 1000)",
      observed: "-29 points",
      samples: 1000,
    });
    expect(judge([1000, 0], [1000, 0]).observed).toBe("+0 points");
    expect(judge([10, 0], [1000, 500])).toEqual({
      verdict: "warn",
      summary: "too few requests to compare the share of 4xx (500 of 1000 requests, before 0 of 10)",
      samples: 1000,
    });
  });

  it("never fails where the share did not grow, and never passes twenty points of a thousand requests", () => {
    const requests = fc.integer({ min: 1000, max: 100_000 });
    fc.assert(
      fc.property(requests, requests, fc.nat(70), fc.nat(30), (before, after, share, growth) => {
        const was: [number, number] = [before, Math.round((before * share) / 100)];
        expect(judge(was, [after, Math.floor((after * Math.max(0, share - growth)) / 100)]).verdict).toBe(
          "pass",
        );
        const is: [number, number] = [after, Math.round((after * (share + 20)) / 100)];
        expect(judge(was, is).verdict).toBe("fail");
      }),
    );
  });
});
