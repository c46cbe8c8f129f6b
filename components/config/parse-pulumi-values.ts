import { parseStackConfig, type ParsedConfig } from "./parse-stack-config";
import { toProblem, type Problem } from "./problem";
import { restoreDates } from "./restore-dates";
import { configSchema, type ConfigKey } from "./schema/config-schema";
import { parseKey } from "./sources/keys";
import { openSource, type ConfigSource, type OpenSource } from "./sources/open-source";
import { isSecretName } from "./sources/secret-problems";
import { z } from "zod";

/**
 * Parses the values that Pulumi gives to a program: texts, with JSON text for maps and lists.
 * Pulumi sorts the keys of every map, so the order of migrations comes from the files; where they are not those that the
 * values came from, that is a problem and not a guess.
 * @param values by full key (`namespace:name`), as in `pulumi.runtime.allConfig()`; other namespaces and secrets are ignored.
 */
export function parsePulumiValues(
  values: Readonly<Record<string, string>>,
  sources: readonly ConfigSource[],
  { project, stack }: { project: string; stack: string },
): ParsedConfig {
  const own = Object.entries(values).flatMap(([key, text]): [string, unknown][] => {
    const { namespace, name } = parseKey(key, project);
    return namespace !== project || isSecretName(name) ? [] : [[name, fromText(name, text)]];
  });
  const open = sources.map((source) => openSource(source, project));
  const input = { project, stack, values: restoreDates(Object.fromEntries(own), open), sources };
  const parsed = parseStackConfig(input);
  const problems = parsed.ok ? orderProblems(input.values, open) : [];
  return problems.length > 0 ? { ok: false, problems } : parsed;
}

/** JSON is expected only where the schema wants a map or a list; everything else stays the text that it is. */
function fromText(name: string, text: string): unknown {
  const schema = Object.hasOwn(configSchema.shape, name) ? configSchema.shape[name as ConfigKey] : undefined;
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  if (inner === undefined || inner instanceof z.ZodString || inner instanceof z.ZodEnum) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function orderProblems(values: Record<string, unknown>, sources: readonly OpenSource[]): Problem[] {
  const ids = Object.keys(values["migrations"] ?? {}).sort();
  if (ids.length < 2) return [];
  const owner = sources.find(({ entries }) => entries.get("migrations")?.value !== undefined);
  const entry = owner?.entries.get("migrations");
  // The files may hold anything meanwhile: nothing at all, too.
  const written = (entry?.value as { toJSON(): unknown } | undefined)?.toJSON() ?? {};
  if (JSON.stringify(Object.keys(written).sort()) === JSON.stringify(ids)) return [];
  const found = "migrations in an order that Pulumi does not keep";
  const allowed = "the same migrations in Pulumi.yaml or in the stack's own file, Pulumi.<stack>.yaml";
  return [toProblem({ code: "unknown-order", path: ["migrations"], found, allowed })];
}
