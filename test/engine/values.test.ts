import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffMaps, isEqual } from "../../rehearsal/engine/values/property-diff";
import { covers, parsePropertyPath, withValueAt } from "../../rehearsal/engine/values/property-path";
import {
  asSecret,
  containsSecret,
  markedLike,
  revealed,
  type PropertyMap,
  type PropertyValue,
} from "../../rehearsal/engine/values/property-value";

const values = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<PropertyValue>;
const maps = fc.dictionary(fc.string({ minLength: 1 }), values) as fc.Arbitrary<PropertyMap>;

describe("diffMaps", () => {
  it("finds nothing between a map and itself, in whatever order", () => {
    fc.assert(
      fc.property(maps, (map) => {
        const turned = Object.fromEntries(Object.entries(map).reverse());
        expect(diffMaps(map, turned)).toBeUndefined();
      }),
    );
  });

  it("tells what was added, dropped and changed, and leaves out internal keys", () => {
    expect(diffMaps({ a: 1, b: 1, c: [1], __p: 1 }, { b: 2, c: [1], d: 1, __p: 2 })).toEqual({
      adds: ["d"],
      deletes: ["a"],
      updates: ["b"],
    });
  });

  it("takes null for absent", () => {
    expect(diffMaps({ a: null }, {})).toBeUndefined();
    expect(isEqual({ a: { b: null } }, { a: {} })).toBe(true);
  });
});

describe("property paths", () => {
  it.each([
    ["a.b", ["a", "b"]],
    ["a[0].b", ["a", 0, "b"]],
    ['["a.b"][*].c', ["a.b", "*", "c"]],
    ["triggers[*]", ["triggers", "*"]],
  ])("reads %s", (text, path) => {
    expect(parsePropertyPath(text)).toEqual(path);
  });

  it("a star covers any step", () => {
    expect(covers(parsePropertyPath("a[*]"), ["a", 3, "b"])).toBe(true);
    expect(covers(parsePropertyPath("a[*]"), ["b"])).toBe(false);
  });

  it("puts old values back at the path and nowhere else", () => {
    const now = { a: { b: 2, c: 2 }, d: 2 };
    expect(withValueAt(now, { a: { b: 1 }, d: 1 }, ["a", "b"])).toEqual({ a: { b: 1, c: 2 }, d: 2 });
    expect(withValueAt(now, {}, ["a", "b"])).toEqual({ a: { c: 2 }, d: 2 });
  });
});

describe("secret marks", () => {
  it("come back where the value of the same name was secret", () => {
    fc.assert(
      fc.property(maps, (map) => {
        const sent = Object.fromEntries(Object.entries(map).map(([key, value]) => [key, asSecret(value)]));
        const marked = markedLike(revealed(sent) as PropertyMap, sent);
        expect(marked).toEqual(sent);
      }),
    );
  });

  it("are gone once revealed, however deep they were", () => {
    expect(containsSecret(revealed({ a: [asSecret({ b: asSecret("x") })] }))).toBe(false);
  });
});
