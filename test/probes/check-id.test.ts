import { expect, it } from "vitest";

import { kindOfCheck } from "../../components/probes/check-id";

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
