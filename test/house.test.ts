import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { expect, it } from "vitest";

const root = join(__dirname, "..");

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const product = ["components", "cli"].flatMap(filesIn);
const all = [...product, ...filesIn("rehearsal")];

it("the product names no customer: only the schemas made from the shipped catalogue do", () => {
  const named = product
    .filter((file) => !file.endsWith(".schema.json"))
    .filter((file) => /felix/i.test(relative(root, file)) || /felix/i.test(readFileSync(file, "utf8")));
  expect(named).toEqual([]);
});

it("no file imports itself by way of others, not even a type", () => {
  const imports = new Map(all.filter((file) => file.endsWith(".ts")).map((file) => [file, importsOf(file)]));
  const circles = [...imports.keys()].flatMap((file) => {
    const way = wayBack(file, imports);
    return way === undefined ? [] : [way.map((each) => relative(root, each)).join(" → ")];
  });
  expect(circles).toEqual([]);
});

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^(?:import|export)\b[^;]*? from "(\.[^"]+)";/gm)].flatMap(([, path = ""]) => {
    const place = join(dirname(file), path);
    return [`${place}.ts`, join(place, "index.ts")].filter((candidate) => existsSync(candidate)).slice(0, 1);
  });
}

/** The shortest way from a file back to itself; undefined where there is none. */
function wayBack(file: string, imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const from = new Map<string, string>();
  const ahead = [file];
  for (const at of ahead) {
    for (const next of imports.get(at) ?? []) {
      if (next === file) return [...trace(at, from), file];
      if (from.has(next)) continue;
      from.set(next, at);
      ahead.push(next);
    }
  }
  return undefined;
}

function trace(at: string, from: ReadonlyMap<string, string>): string[] {
  const before = from.get(at);
  return before === undefined ? [at] : [...trace(before, from), at];
}
