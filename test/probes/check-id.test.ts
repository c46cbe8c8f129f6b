import fc from "fast-check";
import { expect, it } from "vitest";

import { GATE_CHECKS } from "../../components/config/gate-checks";
import { checkId, checkOf, kindOfCheck } from "../../components/probes/check-id";

it.each([
  ["flags backend", "flags"],
  ["left-flags backend", "left-flags"],
  ["flags of backend set as declared", "flags"],
  ["smoke 03-orders", "smoke"],
  ["telegram", "telegram"],
  ["", ""],
])("%j is about %j", (id, kind) => {
  expect(kindOfCheck(id)).toBe(kind);
});

it("reads the kind of every id that it writes, whosever the check is", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...GATE_CHECKS),
      fc.option(fc.string(), { nil: undefined }),
      (kind, whose) => {
        expect(kindOfCheck(checkId(kind, whose))).toBe(kind);
      },
    ),
  );
});

it("is its kind alone, or its kind and whose it is", () => {
  expect(checkId("smoke")).toBe("smoke");
  expect(checkId("smoke", "03-orders")).toBe("smoke 03-orders");
});

it("names a check's owner behind its kind, and changes nothing else of it", () => {
  const check = { check: checkId("soak-logs"), verdict: "pass", summary: "s", probe: "p", at: "t" } as const;
  expect(checkOf(check, "shop")).toEqual({ ...check, check: "soak-logs shop" });
});
