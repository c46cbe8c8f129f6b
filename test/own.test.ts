import { expect, it } from "vitest";

import { own } from "../components/own";

it("an entry is only what a record says itself, whatever it is called", () => {
  expect(own({ a: 1 }, "a")).toBe(1);
  expect(own({ a: 1 }, "b")).toBeUndefined();
  expect(own({}, "constructor")).toBeUndefined();
  expect(own({ constructor: 2 }, "constructor")).toBe(2);
  expect(own(undefined, "a")).toBeUndefined();
});
