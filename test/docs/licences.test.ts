import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { licencesPage, unknownLicences } from "../../cli/licences";

const ROOT = join(__dirname, "..", "..");
const lockFile = readFileSync(join(ROOT, "package-lock.json"), "utf8");

it("lists every installed package under its licence, as the lock file has it", () => {
  const page = readFileSync(join(ROOT, "docs", "licences.md"), "utf8");
  expect(page, "run `npm run licences`").toBe(licencesPage(lockFile));
});

it("knows every licence in the lock file", () => {
  expect(unknownLicences(lockFile)).toEqual([]);
});

it("takes a licence that nobody has looked at, and a package without one, for unknown", () => {
  const packages = { "": {}, "node_modules/a": { license: "SSPL-1.0" }, "node_modules/b": {} };
  expect(unknownLicences(JSON.stringify({ packages }))).toEqual([
    "node_modules/a: SSPL-1.0",
    "node_modules/b: none",
  ]);
});
