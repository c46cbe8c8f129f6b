import { readFileSync } from "node:fs";
import path from "node:path";

import { parse, stringify } from "yaml";

import { formatProblems, parseSources } from "../../components/config";
import stackFileSchema from "../../components/config/stack-file.schema.json";
import { ROOT } from "./pages";

const NAMESPACE = "felix-hub-rollout:";

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
}

const CONFIG = stackFileSchema.properties.config as Schema;

export const CONFIG_KEYS = Object.keys(CONFIG.properties ?? {}).map((key) => key.slice(NAMESPACE.length));

/** What the schema says of a key by its path: `thresholds.advance.errorRatePercent`, `smoke.<name>.status`. */
export function findSchema(dotted: string): Schema | undefined {
  const [first = "", ...rest] = dotted.split(".");
  return rest.reduce<Schema | undefined>(
    (schema, step) => below(schema, step),
    CONFIG.properties?.[`${NAMESPACE}${first}`],
  );
}

function below(schema: Schema | undefined, step: string): Schema | undefined {
  const inner = schema?.items ?? schema;
  const named = inner?.properties?.[step];
  if (named !== undefined) return named;
  return typeof inner?.additionalProperties === "object" ? inner.additionalProperties : undefined;
}

/** Paths of every value that can be set below a key; names that people choose are `<name>`. */
export function leavesOf(dotted: string): string[] {
  const schema = findSchema(dotted);
  const inner = schema?.items ?? schema;
  if (inner?.properties !== undefined)
    return Object.keys(inner.properties).flatMap((key) => leavesOf(`${dotted}.${key}`));
  const more = inner?.additionalProperties;
  if (typeof more === "object" && more.properties !== undefined) return leavesOf(`${dotted}.<name>`);
  return [dotted];
}

/**
 * What config has against an example: keys of a stack file are laid over a small one, keys of Pulumi.yaml over the
 * shipped catalogue, so that an example is checked as if it stood in its place.
 */
export function problemsOf(example: string): string {
  const read = parse(example) as { config?: Record<string, unknown> } & Record<string, unknown>;
  const values = read.config ?? read;
  const forStack = Object.keys(values).every((key) => key.startsWith(NAMESPACE));
  const catalogue = parse(readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8")) as { config: object };
  const sources = [
    {
      kind: "stack" as const,
      file: "the example",
      text: stringify({ config: { [`${NAMESPACE}phase`]: "preparation", ...(forStack ? values : {}) } }),
    },
    {
      kind: "project" as const,
      file: forStack ? "Pulumi.yaml" : "the example",
      text: stringify({ ...catalogue, config: { ...catalogue.config, ...(forStack ? {} : values) } }),
    },
  ];
  const parsed = parseSources(sources, { stack: "example" });
  return parsed.ok ? "" : formatProblems(parsed.problems);
}

/** Whether a block is config at all, and no workflow or the like. */
export function isConfig(text: string): boolean {
  return /^(config:|felix-hub-rollout:)/m.test(text);
}
