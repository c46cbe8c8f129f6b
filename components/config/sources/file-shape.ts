import { isMap, isScalar, isSeq, type Pair } from "yaml";
import { nearest, listNames } from "../found";
import { toProblem, type Finding, type Problem } from "../problem";
import { CATALOGUE_KEYS, configSchema, STACK_ONLY_KEYS } from "../schema/config-schema";
import { parseKey } from "./keys";
import { keyOf, type OpenSource } from "./open-source";
import { findSecretProblems } from "./secret-problems";

/** Namespaces that mean something to Pulumi or to a provider that the program uses. */
const FOREIGN_NAMESPACES = ["pulumi", "command"];

/** What Pulumi itself reads in a stack file. */
const STACK_FILE_KEYS = ["config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment"];

/** What is wrong with a file before anyone looks at values: its own keys, namespaces, secrets, values in the wrong file. */
export function findShapeProblems(source: OpenSource, project: string): Problem[] {
  const { document, kind } = source;
  const at = (node: unknown, finding: Finding) => toProblem(finding, source.positionOf(node));
  const root = document.contents;
  if (root === null) return kind === "project" ? [at(root, noMap("nothing"))] : [];
  if (!isMap(root)) return [at(root, noMap(isSeq(root) ? "a list" : "a single text"))];
  const config = root.items.find((pair) => keyOf(pair) === "config");
  const problems = kind === "stack" ? unknownFileKeys(root.items, at) : [];
  if (config !== undefined && !isMap(config.value) && !isNothing(config.value)) {
    problems.push(
      at(config.value, {
        ...noMap(isSeq(config.value) ? "a list" : "a single text"),
        path: ["config"],
      }),
    );
  }
  for (const pair of source.config?.items ?? []) problems.push(...keyProblems(pair, source, project, at));
  return [...problems, ...findSecretProblems(source)];
}

type At = (node: unknown, finding: Finding) => Problem;

function noMap(found: string): Finding {
  return { code: "no-map", path: [], found, allowed: 'a map: "config:" and keys below it' };
}

function unknownFileKeys(pairs: readonly Pair[], at: At): Problem[] {
  const unknown = pairs.filter((pair) => !STACK_FILE_KEYS.includes(keyOf(pair)));
  return unknown.map((pair) => {
    const key = keyOf(pair);
    const parsed = parseKey(key, "");
    const misplaced = key.includes(":") || key in configSchema.shape;
    const allowed = misplaced
      ? `the same below "config:", further to the right`
      : listNames(STACK_FILE_KEYS, "");
    const guess = misplaced ? undefined : nearest(parsed.name, STACK_FILE_KEYS);
    return at(pair, {
      code: "unknown-file-key",
      path: [],
      found: `the unknown key "${key}"`,
      allowed,
      nearest: guess,
    });
  });
}

function keyProblems(pair: Pair, source: OpenSource, project: string, at: At): Problem[] {
  const written = keyOf(pair);
  const { namespace, name } = parseKey(written, project);
  if (namespace !== project) {
    if (FOREIGN_NAMESPACES.includes(namespace)) return [];
    const allowed = `${project}:… (and ${FOREIGN_NAMESPACES.map((each) => `${each}:…`).join(", ")})`;
    const guess = nearest(namespace, [project, ...FOREIGN_NAMESPACES]);
    const meant = guess === undefined ? undefined : `${guess}:${name}`;
    return [
      at(pair, { code: "wrong-namespace", path: [], found: `the key "${written}"`, allowed, nearest: meant }),
    ];
  }
  if (source.entries.get(name)?.pair !== pair) {
    const found = `"${name}" a second time below, in another way of writing it`;
    return [at(pair, { code: "duplicate-key", path: [name], found, allowed: "each key once" })];
  }
  return source.kind === "project" ? projectKeyProblems(pair, name, project, at) : [];
}

function projectKeyProblems(pair: Pair, name: string, project: string, at: At): Problem[] {
  if (STACK_ONLY_KEYS.includes(name)) {
    const allowed = `${project}:${name} in the stack's own file, Pulumi.<stack>.yaml`;
    return [at(pair, { code: "stack-only-key", path: [name], found: `"${name}" for all stacks`, allowed })];
  }
  const { value } = pair;
  const declares = isMap(value) && value.items.some((item) => PROJECT_VALUE_KEYS.includes(keyOf(item)));
  if (!isMap(value) || declares || !CATALOGUE_KEYS.includes(name)) return [];
  return [
    at(value, { code: "no-value", path: [name], found: "a map", allowed: 'the same map below "value:"' }),
  ];
}

const PROJECT_VALUE_KEYS = ["value", "default", "type", "description", "items", "secret"];

function isNothing(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null);
}
