import { isMap, isScalar } from "yaml";
import { listNames, nearest } from "./found";
import { ownerOf, parseStackConfig, type ParsedConfig } from "./parse-stack-config";
import { toProblem, type Problem } from "./problem";
import { openSource, type ConfigSource, type OpenSource } from "./sources/open-source";
import { readConfigSources, shortName, stackFileName, stacksWithFile } from "./sources/read-sources";

/**
 * Reads and parses a stack's config from its files alone, as Pulumi would: the stack's value replaces the project's as a
 * whole. Needs neither Pulumi nor a passphrase; secrets stay closed.
 */
export function loadStackConfig({
  dir,
  stack,
  stackFile,
}: {
  dir: string;
  stack: string;
  stackFile?: string;
}): ParsedConfig {
  const file = stackFile ?? stackFileName(stack);
  const sources = readConfigSources(dir, stack, { stackFile: file });
  const missing = findMissing(sources, file, dir, stack);
  if (missing.length > 0) return { ok: false, problems: missing };
  return parseSources(sources, { stack: shortName(stack) });
}

/** Parses a stack's config from files that are read already; the project's name comes from Pulumi.yaml. */
export function parseSources(sources: readonly ConfigSource[], { stack }: { stack: string }): ParsedConfig {
  const project = readProjectName(sources);
  const open = sources.map((source) => openSource(source, project));
  // What is no YAML has no values; the parser says so.
  if (open.some(({ troubles }) => troubles.length > 0))
    return parseStackConfig({ project, stack, values: {}, sources });
  if (project === "") return { ok: false, problems: [nameless(open)] };
  const keys = new Set(open.flatMap(({ entries }) => [...entries.keys()]));
  const values = [...keys].flatMap((key) => {
    const owner = ownerOf(open, key);
    return owner === undefined ? [] : [[key, plainValue(owner, key)] as const];
  });
  return parseStackConfig({ project, stack, values: Object.fromEntries(values), sources });
}

function findMissing(sources: readonly ConfigSource[], file: string, dir: string, stack: string): Problem[] {
  const problems: Problem[] = [];
  if (!sources.some(({ kind }) => kind === "stack")) {
    const stacks = stacksWithFile(dir);
    const allowed = `a stack with a file (${listNames(stacks, "there is none")})`;
    const found = `no file ${file}`;
    problems.push(
      toProblem({
        code: "no-stack-file",
        path: [],
        found,
        allowed,
        nearest: nearest(shortName(stack), stacks),
      }),
    );
  }
  if (!sources.some(({ kind }) => kind === "project")) {
    problems.push(
      toProblem({
        code: "no-project-file",
        path: [],
        found: "no file Pulumi.yaml",
        allowed: "the project's directory",
      }),
    );
  }
  return problems;
}

/** Without a name there is no namespace, and nothing in a stack file could be read. */
function nameless(sources: readonly OpenSource[]): Problem {
  const finding = { code: "missing", path: ["name"], found: "nothing", allowed: "the project's name" };
  return toProblem(finding, sources.find(({ kind }) => kind === "project")?.positionOf(undefined));
}

function readProjectName(sources: readonly ConfigSource[]): string {
  const project = sources.find(({ kind }) => kind === "project");
  const name = project === undefined ? undefined : openSource(project, "").document.get("name");
  return typeof name === "string" ? name : "";
}

/** A key's value as the program would get it: Pulumi hands over a single number or truth value as a text. */
function plainValue({ document, entries }: OpenSource, key: string): unknown {
  const value = entries.get(key)?.value;
  if (isMap(value) && value.items.length === 0) return {};
  if (value === null || isScalar(value)) return plainText(value?.value);
  return (value as { toJS: (document: unknown) => unknown }).toJS(document);
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
