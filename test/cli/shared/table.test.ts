import { stripVTControlCharacters } from "node:util";

import fc from "fast-check";
import stringWidth from "string-width";
import { expect, it } from "vitest";

import { table } from "../../../cli/shared/table";

const HEAD = ["check", "asked", "found"];

/** What stands in one column, put together again. */
function column(drawn: string, index: number): string {
  return stripVTControlCharacters(drawn)
    .split("\n")
    .filter((line) => line.startsWith("│"))
    .slice(1)
    .map((line) => line.split("│")[index + 1]?.trim() ?? "")
    .join("");
}

it("is as wide as its words where the terminal has room", () => {
  expect(stripVTControlCharacters(table(HEAD, [["health", "GET /", "well"]], 80)).split("\n")[0]).toBe(
    "┌────────┬───────┬───────┐",
  );
});

it("wraps the widest column where the others leave nothing for the last one, and cuts nothing off", () => {
  const asked = "GET https://a-service-with-a-long-name.example.com/api/orders?status=open&page=1";
  const drawn = table(HEAD, [["health", asked, "answers in time, as it always did before"]], 80);
  expect(Math.max(...drawn.split("\n").map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
  expect(column(drawn, 1).replaceAll(" ", "")).toBe(asked.replaceAll(" ", ""));
  expect(drawn).not.toContain("…");
});

it("never is wider than the terminal, and loses no word, whatever stands in it", () => {
  const text = fc.stringMatching(/^[a-z0-9./_-]{1,70}( [a-z0-9./_-]{1,70}){0,3}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 4 }), (rows) => {
      const drawn = table(HEAD, rows, 80);
      for (const line of drawn.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(80);
      for (const index of [0, 1, 2])
        expect(column(drawn, index).replaceAll(" ", "")).toBe(
          rows.map((row) => row[index]?.replaceAll(" ", "")).join(""),
        );
    }),
    { numRuns: 100 },
  );
});
