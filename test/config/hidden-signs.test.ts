import { describe, expect, it } from "vitest";
import { z } from "zod";

import { parseStackConfig } from "../../components/config/parse-stack-config";
import { formatPath } from "../../components/config/problem";
import { configSchema } from "../../components/config/schema/config-schema";

type Path = (string | number)[];

/** Every place of the schema where a person may write a text, by its path; keys of maps that a person chooses end in `*`. */
function textsOf(schema: unknown, path: Path = []): { path: Path; isKey: boolean }[] {
  // JSON of any depth: its own beginning is a text, too.
  if (schema instanceof z.ZodString || schema instanceof z.ZodLazy) return [{ path, isKey: false }];
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, below]) => textsOf(below, [...path, key]));
  if (schema instanceof z.ZodRecord)
    return [{ path, isKey: true }, ...textsOf(schema.valueType, [...path, "chosen"])];
  if (schema instanceof z.ZodArray) return textsOf(schema.element, [...path, 0]);
  if (schema instanceof z.ZodTuple)
    return schema.def.items.flatMap((item, index) => textsOf(item, [...path, index]));
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => textsOf(option, path));
  if (schema instanceof z.ZodPipe) return textsOf(schema.in, path);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return textsOf(schema.unwrap(), path);
  const leaves = [z.ZodNumber, z.ZodBoolean, z.ZodEnum, z.ZodLiteral, z.ZodNull];
  if (leaves.some((leaf) => schema instanceof leaf)) return [];
  throw new Error(`${formatPath(path)}: what is a ${(schema as z.ZodType).constructor.name}?`);
}

function at(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>(
    (below, step) => (typeof step === "number" ? [below] : { [step]: below }),
    value,
  );
}

const SIGNS = [
  "\u001b[31m",
  "\u009b2J",
  "\u0007",
  "\u202e",
  "\u2066",
  "\u200b",
  "\ufeff",
  "\u0000",
  "\u2028",
];

describe("a sign that cannot be seen", () => {
  const places = textsOf(configSchema);

  it("has many places where it could be written", () => {
    expect(places.length).toBeGreaterThan(60);
  });

  it.each(
    places.map(({ path, isKey }) => ({ name: `${formatPath(path)}${isKey ? ".*" : ""}`, path, isKey })),
  )("is refused at $name, and not repeated", ({ path, isKey }) => {
    for (const sign of SIGNS) {
      const text = `2026-11-24 by A${sign}da: why`;
      const values = at(path, isKey ? { [text]: "x" } : text) as Record<string, unknown>;
      const parsed = parseStackConfig({ project: "p", stack: "s", values, sources: [] });
      if (parsed.ok) throw new Error("it was taken");
      const where = formatPath(path);
      const about = parsed.problems.filter((problem) => problem.path.startsWith(where));
      expect(about.length).toBeGreaterThan(0);
      expect(about.map(({ message }) => message).join("\n")).not.toContain(sign);
    }
  });

  it("is none where it is a tab or a line break of a query, or a letter of any language", () => {
    const values = {
      acknowledged: { team: "2026-11-24 by Zoë Ж 👩‍💻" },
      notifications: { query: "SELECT 1,\n\t2" },
    };
    const parsed = parseStackConfig({ project: "p", stack: "s", values, sources: [] });
    const problems = parsed.ok ? [] : parsed.problems.map(({ path }) => path);
    expect(problems.filter((path) => /acknowledged|notifications/.test(path))).toEqual([]);
  });
});
