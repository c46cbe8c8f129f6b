import { describe, expect, it } from "vitest";

import { buildToolOf, needsBuild } from "../../components/config/build-time";
import { describe as found, nearest } from "../../components/config/found";
import { fillText, namesIn, secretIn } from "../../components/config/placeholders";

describe("a variable that is built into the code", () => {
  it.each([
    ["VITE_X", "web_service", "Vite"],
    ["NEXT_PUBLIC_X", "static_site", "Next.js"],
    ["NUXT_PUBLIC_X", "static_site", "Nuxt"],
    ["NUXT_PUBLIC_X", "web_service", undefined],
    ["ENABLE_VITE_X", "web_service", undefined],
  ])("is known by its prefix: %s of a %s", (key, kind, tool) => {
    expect(buildToolOf(key, kind)).toBe(tool);
  });

  it.each([
    ["ENABLE_X", "static_site", undefined, true],
    ["ENABLE_X", "static_site", false, true],
    ["ENABLE_X", "web_service", undefined, false],
    ["ENABLE_X", "web_service", true, true],
    ["VITE_X", "web_service", undefined, true],
    ["VITE_X", "web_service", false, false],
  ])(
    "needs a build always on a static site, else by its prefix or as config says: %s, %s, %s",
    (key, kind, declared, needs) => {
      expect(needsBuild(key, kind, declared)).toBe(needs);
    },
  );
});

describe("names in a smoke test", () => {
  it.each<[unknown, string[]]>([
    ["/orders/{id}/{a_1}", ["id", "a_1"]],
    ["/orders/{}/{1a}", []],
    [{ a: "{x}", b: [{ c: "{y}" }, 7, null] }, ["x", "y"]],
    [{ secret: "token" }, ["token"]],
    [{ secret: "{x}", more: 1 }, ["x"]],
    [{ name: "token" }, []],
    [{ secret: { secret: "token" } }, ["token"]],
    [["secret", "token"], []],
    [{}, []],
    [undefined, []],
  ])("are those in braces, and of secrets: %j", (value, names) => {
    expect(namesIn(value)).toEqual(names);
  });

  it.each<[unknown, string | undefined]>([
    [{ secret: "token" }, "token"],
    [{ secret: 7 }, undefined],
    [{ secret: "token", more: 1 }, undefined],
    [{ name: "token" }, undefined],
    [["token"], undefined],
    [{}, undefined],
    ["secret", undefined],
    [null, undefined],
  ])("of a secret stand in a map of their own: %j", (value, name) => {
    expect(secretIn(value)).toBe(name);
  });

  it("are filled in once, and stay where they stand for nothing", () => {
    expect(fillText("{a}{b}{c}", (name) => ({ a: "{b}", b: "" })[name])).toBe("{b}{c}");
  });
});

describe("the name that was probably meant", () => {
  it.each<[unknown, string[], string | undefined]>([
    ["API", ["ui", "api"], "api"],
    ["moni", ["monitoring", "smoke"], "monitoring"],
    ["moni", ["monitoring", "monitors"], undefined],
    ["mon", ["monitoring", "ui"], undefined],
    ["monitorin", ["monitoring", "monitoringX"], "monitoring"],
    ["apj", ["api"], "api"],
    ["ab", ["api-services"], undefined],
    ["xyz", ["api"], undefined],
    ["", ["a"], undefined],
    ["a", [], undefined],
    [7, ["7"], undefined],
  ])("%j of %j", (written, names, meant) => {
    expect(nearest(written, names)).toBe(meant);
  });
});

it.each<[unknown, string]>([
  [undefined, "nothing"],
  [null, "nothing"],
  ["", "an empty text"],
  [7, "7"],
  [false, "false"],
  [[], "an empty list"],
  [[1], "a list"],
  [{}, "an empty map"],
  [{ a: 1 }, "a map"],
])("what stands in config reads as it is: %j", (value, words) => {
  expect(found(value)).toBe(words);
});
