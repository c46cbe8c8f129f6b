import { z } from "zod";
import { describe, listNames, nearest } from "./found";
import type { Finding, Path } from "./problem";
import type { Draft } from "./draft";
import { configSchema } from "./schema/config-schema";

/** Holds values against the schema. What is wrong is found and taken out, so that cross-field rules can look at the rest. */
export function checkSchema(
  values: Record<string, unknown>,
  names: Draft["names"],
): { findings: Finding[]; draft: Draft } {
  const result = configSchema.safeParse(values);
  const issues = result.success ? [] : result.error.issues;
  const kept = structuredClone(values);
  for (const { path, code, ...issue } of issues) {
    const keys =
      code === "unrecognized_keys"
        ? (issue as z.core.$ZodIssueUnrecognizedKeys).keys.map((key) => [...path, key])
        : [path];
    for (const each of keys) takeOut(kept, each.filter(isStep));
  }
  const draft = {
    values: kept as Draft["values"],
    names,
    has: (key: string, ...below: string[]) =>
      Object.hasOwn(values, key) && (below.length === 0 || valueAt(values, [key, ...below]) !== undefined),
  };
  return { findings: issues.flatMap((issue) => toFindings(issue, values)), draft };
}

function toFindings(issue: z.core.$ZodIssue, values: unknown): Finding[] {
  const path = issue.path.filter(isStep);
  const value = valueAt(values, path);
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = keysAllowedAt(path);
      return issue.keys.map((key) => ({
        code: "unknown-key",
        path: [...path, key],
        at: "key",
        found: `the unknown key ${describe(key)}`,
        allowed: listNames(known, "no keys"),
        nearest: nearest(key, known),
      }));
    }
    case "invalid_key": {
      const options = keysAllowedAt(path.slice(0, -1));
      const key = path.at(-1);
      const allowed =
        options.length > 0 ? listNames(options, "") : (issue.issues[0]?.message ?? issue.message);
      return [
        {
          code: "wrong-key",
          path,
          at: "key",
          found: `the key ${describe(key)}`,
          allowed,
          nearest: nearest(key, options),
        },
      ];
    }
    case "invalid_value": {
      const options = issue.values.map(String);
      const code = value === undefined ? "missing" : "wrong-value";
      return [
        {
          code,
          path,
          found: describe(value),
          allowed: listNames(options, ""),
          nearest: nearest(value, options),
        },
      ];
    }
    case "invalid_union": {
      // Of several forms the one that was begun is the one that was meant: a map's own problems say more than "another value".
      const begun = isMap(value)
        ? issue.errors.find(
            (own) =>
              own.length > 0 &&
              own.every((each) => each.path.length > 0 || each.code === "unrecognized_keys"),
          )
        : undefined;
      if (begun !== undefined)
        return begun.flatMap((each) => toFindings({ ...each, path: [...path, ...each.path] }, values));
      return [{ code: "wrong-value", path, found: describe(value), allowed: wordsFor(issue, path) }];
    }
    default: {
      const code = value === undefined ? "missing" : "wrong-value";
      return [{ code, path, found: describe(value), allowed: wordsFor(issue, path) }];
    }
  }
}

/** The schema's own words; for a map without words, its keys. */
function wordsFor(issue: z.core.$ZodIssue, path: Path): string {
  if (!issue.message.startsWith("Invalid input")) return issue.message;
  const keys = keysAllowedAt(path);
  return keys.length > 0 ? `a map with ${listNames(keys, "")}` : "another value";
}

/** Where an entry of a map or a list is wrong, only the entry goes; elsewhere the whole key does. */
function takeOut(values: Record<string, unknown>, path: Path): void {
  const [key, entry] = path;
  if (typeof key !== "string") return;
  const parent = values[key];
  if (entry === undefined || !holdsEntries(key) || typeof parent !== "object" || parent === null) {
    Reflect.deleteProperty(values, key);
    // An index stays what it is: later problems of the same list count on it, and so do positions.
  } else Reflect.deleteProperty(parent, entry);
}

function holdsEntries(key: string): boolean {
  const schema = unwrap(stepInto(configSchema, key));
  return schema instanceof z.ZodRecord || schema instanceof z.ZodArray;
}

function keysAllowedAt(path: Path): string[] {
  let schema: z.core.$ZodType | undefined = configSchema;
  for (const step of path) schema = stepInto(unwrap(schema), step);
  const at = unwrap(schema);
  if (at instanceof z.ZodObject) return Object.keys(at.shape);
  if (at instanceof z.ZodRecord && at.keyType instanceof z.ZodEnum) return at.keyType.options.map(String);
  return [];
}

function stepInto(schema: z.core.$ZodType | undefined, step: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<string, z.core.$ZodType>)[step];
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : undefined;
}

/** The schema behind what is optional; a union stands for the map in it, as its other forms have nothing inside. */
function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodUnion) return schema.options.find((option) => option instanceof z.ZodObject);
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function valueAt(values: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    return (value as Record<string | number, unknown>)[step];
  }, values);
}

function isStep(step: PropertyKey): step is string | number {
  return typeof step !== "symbol";
}
