import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

const root = join(__dirname, "..");

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

it("the product names no customer: only the schemas made from the shipped catalogue do", () => {
  const named = ["components", "cli"]
    .flatMap(filesIn)
    .filter((file) => !file.endsWith(".schema.json"))
    .filter((file) => /felix/i.test(file.slice(root.length)) || /felix/i.test(readFileSync(file, "utf8")));
  expect(named).toEqual([]);
});
