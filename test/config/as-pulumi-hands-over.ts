import { parse } from "yaml";

/**
 * The config that a program gets for two files: the stack's value for the project's, texts, JSON text for maps and lists,
 * and the keys of every map sorted. Checked by hand against `pulumi config --json` of CLI 3.255 for every wrong config.
 */
export function asPulumiHandsOver(stackYaml: string, projectYaml: string): Record<string, string> {
  const project = (parse(projectYaml, { merge: true, logLevel: "error" }) ?? {}) as {
    name?: string;
    config?: Record<string, unknown>;
  };
  const stack = (parse(stackYaml, { merge: true, logLevel: "error" }) ?? {}) as {
    config?: Record<string, unknown>;
  };
  const merged: Record<string, string> = {};
  for (const [key, declared] of Object.entries(project.config ?? {})) {
    const { value = declared } = isMap(declared) ? declared : {};
    merged[full(key, project.name)] = asText(value);
  }
  for (const [key, value] of Object.entries(stack.config ?? {}))
    merged[full(key, project.name)] = asText(value);
  return merged;
}

function full(key: string, project = ""): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") return JSON.stringify(sorted(value));
  return typeof value === "string" ? value : JSON.stringify(value);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
