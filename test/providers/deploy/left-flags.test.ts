import { describe, expect, it } from "vitest";

import {
  isLeftLine,
  leftFlags,
  leftSentence,
  rememberFlags,
} from "../../../components/providers/deploy/left-flags";

const NEXT =
  "; nothing switches it off. Put it back into the catalogue (with hold, to switch it off), or change the variable on Render and deploy";

describe("flags that left the catalogue", () => {
  const facts = (value: string | undefined, runs?: "true" | "false" | "other" | "unknown") => ({
    managed: { A: "true", B: "true" },
    expects: { B: "true" },
    values: new Map([["B", "true"], ...(value === undefined ? [] : [["A", value] as const])]),
    ...(runs === undefined ? {} : { running: { A: runs } }),
  });

  it.each<[string | undefined, "true" | "false" | "other" | "unknown" | undefined, string | undefined]>([
    ...["true", "1", " YES ", "on", "y", "T"].map(
      (value) => [value, undefined, "true"] as [string, undefined, string],
    ),
    ...["false", "0", "No", "off ", "n", "f", ""].map(
      (value) => [value, undefined, undefined] as [string, undefined, undefined],
    ),
    ["beta", undefined, "other"],
    [undefined, undefined, undefined],
    [undefined, "true", "absent"],
    ["false", "true", "false"],
    ["false", "other", undefined],
    ["false", "false", undefined],
  ])(
    "are told while they are on, or nothing says that they are off: %j, runs %s",
    (value, runs, onRender) => {
      expect(leftFlags(facts(value, runs))).toEqual(
        onRender === undefined ? [] : [{ key: "A", onRender, runs: runs ?? "unknown" }],
      );
    },
  );

  it.each([
    [{ onRender: "true", runs: "unknown" }, '"true" on Render'],
    [{ onRender: "false", runs: "true" }, '"false" on Render, runs as "true"'],
    [{ onRender: "true", runs: "false" }, '"true" on Render, runs as "false"'],
    [{ onRender: "absent", runs: "other" }, "absent on Render"],
    [{ onRender: "other", runs: "unknown" }, "neither true nor false on Render"],
  ] as const)("are told in these words: %o", (flag, words) => {
    expect(leftSentence({ key: "A", ...flag })).toBe(`A left the catalogue and is still on: ${words}${NEXT}`);
  });

  it.each([
    ["shop: A left the catalogue and is still on: x", true],
    ["my shop: A left the catalogue and is still on: x", false],
    ["A left the catalogue and is still on: x", false],
    ["shop:  left the catalogue and is still on: x", false],
    ["shop: A-B left the catalogue and is still on: x", false],
    ["shop: the flag A left the catalogue and is still on: x", false],
    ["shop: A", false],
  ])("have lines of their own: %s", (begin, isOne) => {
    expect(isLeftLine(`${begin}${NEXT}`)).toBe(isOne);
    expect(isLeftLine(`${begin}${NEXT} today`)).toBe(false);
  });

  it("are remembered with the value that was declared last", () => {
    expect(rememberFlags({ A: "true", B: "true" }, { B: "false", C: "true" })).toEqual({
      A: "true",
      B: "false",
      C: "true",
    });
    expect(rememberFlags(undefined, { A: "true" })).toEqual({ A: "true" });
  });
});
