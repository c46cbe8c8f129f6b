import { describe, expect, it } from "vitest";

import type { Expectation } from "../../components/config";
import { jsonDifferences } from "../../components/probes/json-expectation";

const body = JSON.stringify({
  status: "ok",
  count: 3,
  none: null,
  orders: [{ id: 7 }, { id: 8 }],
  nested: { on: true },
});

describe("what an answer's JSON has to hold", () => {
  it.each<[string, Record<string, Expectation>]>([
    ["a value", { status: "ok", count: 3, "nested.on": true, none: null }],
    ["a value in a list", { "orders.0.id": 7 }],
    ["a type", { orders: { type: "array" }, nested: { type: "object" }, none: { type: "null" } }],
    ["a number's bounds, both included", { count: { atLeast: 3, atMost: 3 } }],
    ["a list's length", { orders: { atLeast: 2, atMost: 2 } }],
    ["the whole answer", { "": { type: "object" } }],
  ])("is fulfilled by %s", (_case, expected) => {
    expect(jsonDifferences(body, expected)).toEqual([]);
  });

  it.each<[Record<string, Expectation>, string]>([
    [{ status: "degraded" }, 'status is "ok", expected "degraded"'],
    [{ count: { atLeast: 4 } }, "count is 3, expected at least 4"],
    [{ count: { atMost: 2 } }, "count is 3, expected at most 2"],
    [{ orders: { atLeast: 3 } }, "orders has 2 entries, expected at least 3"],
    [{ orders: { type: "object" } }, "orders is an array, expected an object"],
    [{ "orders.5.id": 1 }, "orders.5.id is missing"],
    [{ constructor: { type: "object" as const } }, "constructor is missing"],
    [{ status: { atLeast: 1 } }, "status is a string, expected a number or a list"],
    [{ status: null }, 'status is "ok", expected null'],
    [{ count: { type: "null" } }, "count is a number, expected null"],
    [{ none: { type: "boolean" } }, "none is null, expected a boolean"],
    [{ none: 0 }, "none is null, expected 0"],
    [{ "none.x": 1 }, "none.x is missing"],
    [{ nested: "on" }, 'nested is an object, expected "on"'],
    [{ orders: 2 }, "orders is an array, expected 2"],
    [{ "": "ok" }, 'the answer is an object, expected "ok"'],
    [{ status: "x".repeat(38) }, `status is "ok", expected "${"x".repeat(38)}"`],
    [{ status: "x".repeat(39) }, `status is "ok", expected "${"x".repeat(38)}…`],
  ])("differs from %j in words", (expected, words) => {
    expect(jsonDifferences(body, expected)).toEqual([words]);
  });

  it("says that an answer is not JSON, and asks nothing of one of which nothing is expected", () => {
    expect(jsonDifferences("<html>", { a: 1 })).toEqual(["the answer is not JSON"]);
    expect(jsonDifferences("<html>", {})).toEqual([]);
  });
});
