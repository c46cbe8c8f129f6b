import { describe, expect, it } from "vitest";

import { readFlagReport, type FlagReport } from "../../components/probes/flag-report";
import { runningValue } from "../../components/probes/flag-value";
import { findFailure } from "../../components/probes/report-failure";

const read = (answer: unknown, keys: readonly string[], report: Partial<FlagReport> = {}) => {
  const body = typeof answer === "string" ? answer : JSON.stringify(answer);
  const found = readFlagReport(body, { path: "/flags", ...report }, keys);
  return found.known ? found.flags : found.reason;
};

describe("an answer that says of itself that it failed", () => {
  const named = (answer: unknown, place = "", keys: string[] = []) => findFailure(answer, place, keys)?.named;

  it.each<[unknown, string | undefined]>([
    [{ error: "boom" }, "error"],
    [{ errors: ["x"] }, "errors"],
    [{ exception: { at: 1 } }, "exception"],
    [{ error: true }, "error"],
    [{ error: 7 }, "error"],
    ...[false, "", 0, null, [], {}].map((error): [unknown, undefined] => [{ error }, undefined]),
    [{ success: false }, "success"],
    [{ ok: "no" }, "ok"],
    [{ ok: 0 }, "ok"],
    [{ ok: "maybe" }, undefined],
    [{ status: 400 }, "status"],
    [{ statusCode: 599 }, "statusCode"],
    [{ status: 399 }, undefined],
    [{ status: 600 }, undefined],
    ...["error", "FAIL", "failed", "failure", "unavailable", "Forbidden", "503", "404"].map(
      (status): [unknown, string] => [{ status }, "status"],
    ),
    ...[
      "terror",
      "errors",
      "failing",
      "my failure",
      "5033",
      "1404",
      "50x",
      "x503",
      "200",
      "unauthorized users",
    ].map((status): [unknown, undefined] => [{ status }, undefined]),
    [["error"], undefined],
    ["error", undefined],
  ])("%j: %s", (answer, key) => {
    expect(named(answer)).toBe(key);
  });

  it("is believed on the way to the flags and where they stand, and nowhere else", () => {
    const answer = { data: { error: "boom", flags: { ok: false } }, aside: { error: "boom" } };
    expect(named(answer)).toBeUndefined();
    expect(named(answer, "data.flags")).toBe("error");
    expect(named({ data: { flags: { ok: false } } }, "data.flags")).toBe("ok");
    expect(named({ "data.flags": { ok: false }, data: { error: "boom" } }, "data.flags")).toBe("ok");
    expect(named({ data: { error: "boom" } }, "aside")).toBeUndefined();
  });

  it("is no failure by a flag of ours that is called so", () => {
    expect(named({ ok: false, status: "error" }, "", ["ok", "status"])).toBeUndefined();
    expect(named({ error: "x" }, "", ["error"])).toBeUndefined();
  });
});

describe("a flag's value", () => {
  it.each<[unknown, string[] | undefined, string]>([
    [" On ", undefined, "true"],
    [false, undefined, "false"],
    [0, undefined, "false"],
    ["", undefined, "false"],
    ["maybe", undefined, "other"],
    [null, undefined, "other"],
    [["true"], undefined, "other"],
    ["beta", [" Beta "], "true"],
    [true, ["beta"], "true"],
    ["true", ["beta"], "other"],
    // A service that tells what it leaves out: there yes is off, and no is on.
    ["yes", ["false"], "false"],
    ["false", ["false"], "true"],
    ["maybe", ["false"], "other"],
    ["yes", ["on"], "other"],
  ])("%j with %j for on: %s", (value, on, expected) => {
    expect(runningValue(value, on)).toBe(expected);
  });

  it.each<[object, string]>([
    [{ enabled: true }, "true"],
    [{ enabled: true, value: "yes" }, "true"],
    [{ enabled: true, value: false }, "other"],
    [{ enabled: true, status: "live" }, "true"],
    [{ status: "live", enabled: true }, "true"],
    [{ on: "live", value: true }, "other"],
    [{ enabled: true, percentage: 100 }, "true"],
    [{ enabled: true, percentage: 99 }, "other"],
    [{ enabled: true, rollout: 150 }, "true"],
    [{ enabled: false, percentage: 10 }, "false"],
    [{ enabled: true, percent: "10" }, "true"],
    [{ owner: "Ada" }, "other"],
  ])("in a map, %j: %s", (value, expected) => {
    expect(runningValue(value, undefined)).toBe(expected);
  });
});

describe("what an answer has instead of our flags", () => {
  it("is told by its names, eight at the most, short, and never one that looks like a secret", () => {
    const names = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, 1]));
    expect(read(names(8), ["X"])).toContain("it has n0, n1, n2, n3, n4, n5, n6, n7; looked for X");
    expect(read(names(10), ["X"])).toContain("n6, n7 and 2 more; looked");
    expect(read({ ["y".repeat(60)]: 1 }, ["X"])).toContain(`it has ${"y".repeat(60)};`);
    expect(read({ ["y".repeat(61)]: 1 }, ["X"])).toContain(`it has ${"y".repeat(59)}…;`);
    expect(read({ "postgres://ada:hunter2@db/shop": 1 }, ["X"])).toContain("it has (not shown);");
  });

  it.each<[unknown, string]>([
    ["  ", "the answer is empty"],
    ["no json", "the answer is not JSON"],
    ["null", "the answer is null, and neither a map nor a list of flags"],
    ["3", "the answer is a number, and neither a map nor a list of flags"],
    [[1, 2], "the answer is a list, and neither a map nor a list of flags"],
  ])("%j: %s", (answer, reason) => {
    expect(read(answer, ["X"])).toBe(reason);
  });

  it("is named by its place where config gives one, and found by its kind", () => {
    expect(read({ flags: 3 }, ["X"], { at: "flags" })).toBe(
      'the answer at "flags" is a number, and neither a map nor a list of flags',
    );
    expect(read({ flags: [{ a: 1 }] }, ["X"], { at: "flags" })).toContain("is a list, and neither");
    expect(read({ other: { a: {} } }, ["X"], { at: "flags" })).toBe(
      'nothing stands at "flags"; the answer has other',
    );
  });

  it("may be the same flags in another spelling: three of them are offered, by the same words or nearly so", () => {
    const spelt = { carNumber: true, partCategories: true, uiRefresh: true, langs: true };
    const keys = ["ENABLE_CAR_NUMBER", "ENABLE_PART_CATEGORIES", "ENABLE_UI_REFRESH", "ENABLE_LANGS"];
    expect(read(spelt, keys)).toMatch(
      /; did you mean names: \{ENABLE_CAR_NUMBER: carNumber, ENABLE_PART_CATEGORIES: partCategories, ENABLE_UI_REFRESH: uiRefresh\}\?$/,
    );
    // One letter in five may be another; in a short name none.
    expect(read({ basked: true }, ["ENABLE_BASKET"])).toContain(
      "did you mean names: {ENABLE_BASKET: basked}?",
    );
    expect(read({ carts: true }, ["ENABLE_CARDS"])).toContain("{ENABLE_CARDS: carts}");
    expect(read({ carz: true }, ["ENABLE_CART"])).not.toContain("did you mean");
    expect(read({ baskxx: true }, ["ENABLE_BASKET"])).not.toContain("did you mean");
    // A name of nothing but usual words is like no other.
    expect(read({ feature_flag: true }, ["ENABLE"])).not.toContain("did you mean");
  });

  it("may hold them deeper, three levels at the most, and not where they were looked for", () => {
    const flags = { ENABLE_CART: true };
    expect(read({ a: { b: { c: flags } } }, ["ENABLE_CART"])).toMatch(/; did you mean at: a\.b\.c\?$/);
    expect(read({ a: { b: { c: { d: flags } } } }, ["ENABLE_CART"])).not.toContain("did you mean");
    expect(read({ x: { odd: 1 }, y: flags }, ["ENABLE_CART"], { at: "x" })).toMatch(
      /; did you mean at: y\?$/,
    );
  });

  it("is nothing where two entries of one name say two things, and the value where they agree", () => {
    const list = (first: boolean, second: unknown) => [
      { name: "A", enabled: first },
      { name: "A", enabled: second },
    ];
    expect(read(list(true, false), ["A"])).toEqual({ A: "other" });
    expect(read(list(true, "yes"), ["A"])).toEqual({ A: "true" });
    expect(read([{ name: "A", enabled: true }], ["A"])).toEqual({ A: "true" });
  });

  it("is a report of nothing where nothing is asked for", () => {
    expect(read({ other: 1 }, [])).toEqual({});
  });
});
