import { formatPath, type Finding, type Position, type Problem, sortProblems, toProblem } from "./problem";
import type { Draft } from "./draft";
import { findHiddenSigns } from "./hidden-signs";
import { resolveConfig } from "./resolve";
import { checkRules } from "./rules/check-rules";
import { checkSchema } from "./schema-problems";
import { findShapeProblems } from "./sources/file-shape";
import { CATALOGUE_KEYS } from "./schema/config-schema";
import { findPair, keysOf, openSource, type ConfigSource, type OpenSource } from "./sources/open-source";
import { holdsEncryption, isSecretName } from "./sources/secret-problems";
import type { StackConfig } from "./types";

export interface ConfigInput {
  project: string;
  stack: string;
  /** By key without the namespace: values of the stack, where it has none those of the project. Secrets are ignored. */
  values: Record<string, unknown>;
  /** The files that the values come from, for positions and for the order of maps. The stack's comes first. */
  sources: readonly ConfigSource[];
}

export type ParsedConfig = { ok: true; config: StackConfig } | { ok: false; problems: Problem[] };

/** Turns what config says into what the program works with, or says everything that is wrong, at once and where. */
export function parseStackConfig({ project, stack, values, sources }: ConfigInput): ParsedConfig {
  const open = sources.map((source) => openSource(source, project));
  const troubles = open.flatMap((source) => source.troubles);
  if (troubles.length > 0) return failed(troubles, sources);

  const readable = Object.entries(values).filter(([key]) => !isSecretName(key) && !isEncrypted(open, key));
  const names = readNames(values, open);
  const { findings, draft } = checkSchema(Object.fromEntries(readable), names);
  const shape = open.flatMap((source) => findShapeProblems(source, project));
  const hidden = findHiddenSigns(Object.fromEntries(readable), findings);
  const news = withoutEchoes([...findings, ...hidden, ...checkRules(draft)], shape, open);
  const problems = [...shape, ...news.map((finding) => toProblem(finding, locate(finding, open)))];
  if (problems.length > 0) return failed(problems, sources);
  return {
    ok: true,
    config: resolveConfig(draft.values as Required<Draft["values"]>, names, { project, stack }),
  };
}

/** The source whose value for a key counts. */
export function ownerOf(sources: readonly OpenSource[], key: string): OpenSource | undefined {
  return sources.find(({ entries }) => entries.get(key)?.value !== undefined);
}

function failed(problems: Problem[], sources: readonly ConfigSource[]): ParsedConfig {
  const files = sources.map(({ file }) => file);
  return { ok: false, problems: sortProblems(problems, files) };
}

function isEncrypted(sources: readonly OpenSource[], key: string): boolean {
  const entry = ownerOf(sources, key)?.entries.get(key);
  return entry !== undefined && holdsEncryption(entry);
}

/** Names of the catalogue in the order in which a person wrote them; values alone may have been sorted on their way. */
function readNames(values: Record<string, unknown>, sources: readonly OpenSource[]): Draft["names"] {
  const namesOf = (key: string): string[] => {
    const value = values[key];
    const given =
      typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
    const entry = ownerOf(sources, key)?.entries.get(key);
    const written = (entry === undefined ? undefined : keysOf(entry)) ?? [];
    return [
      ...written.filter((name) => given.includes(name)),
      ...given.filter((name) => !written.includes(name)),
    ];
  };
  return { services: namesOf("services"), flags: namesOf("flags"), migrations: namesOf("migrations") };
}

/** Where a finding's value stands, or, for what is missing, the nearest thing above it that is there. */
function locate({ path, at }: Finding, sources: readonly OpenSource[]): Position | undefined {
  const key = String(path[0]);
  const owner = ownerOf(sources, key) ?? sources.find(({ entries }) => entries.has(key));
  const entry = owner?.entries.get(key);
  if (owner === undefined || entry === undefined) {
    const home = homeOf(key, sources);
    return home?.positionOf(home.configPair);
  }
  const { pair, node, complete } = findPair(entry, path.slice(1));
  if (at === "key" || !complete) return owner.positionOf(pair ?? node);
  const empty = node === null || (node as { range?: readonly number[] }).range === undefined;
  return owner.positionOf(empty ? pair : node);
}

/** Leaves out what is only missing because it stands there under a mistaken name. */
function withoutEchoes(
  findings: readonly Finding[],
  shape: readonly Problem[],
  sources: readonly OpenSource[],
): Finding[] {
  const meant = findings.flatMap(({ code, path, nearest }) =>
    code === "unknown-key" && nearest !== undefined ? [formatPath([...path.slice(0, -1), nearest])] : [],
  );
  const told = new Set([...meant, ...shape.map(({ nearest, path }) => nearest?.split(":")[1] ?? path)]);
  const unread = new Set(
    sources.filter(({ config, file }) => config === undefined && shape.some((each) => each.file === file)),
  );
  return findings.filter(({ code, path }) => {
    if (code !== "missing") return true;
    const home = homeOf(String(path[0]), sources);
    return !told.has(formatPath(path)) && !(home !== undefined && unread.has(home));
  });
}

/** What is not written at all is missing in the file that it belongs to, at its `config`. */
function homeOf(key: string, sources: readonly OpenSource[]): OpenSource | undefined {
  const kind = CATALOGUE_KEYS.includes(key) ? "project" : "stack";
  return sources.find((source) => source.kind === kind) ?? sources[0];
}
