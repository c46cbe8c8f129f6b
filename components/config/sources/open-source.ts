import {
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
  type Pair,
  type YAMLMap,
} from "yaml";
import { toProblem, type Finding, type Path, type Position, type Problem } from "../problem";
import { parseKey } from "./keys";
import { findTroubles } from "./yaml-troubles";

/** The text of a file that config comes from. */
export interface ConfigSource {
  kind: "stack" | "project";
  /** The file's name as problems show it: `Pulumi.prod.yaml`. */
  file: string;
  text: string;
}

/** A value of our namespace, where it stands. */
export interface SourceEntry {
  key: string;
  /** The pair under `config`. */
  pair: Pair;
  /** The value that counts: for Pulumi.yaml what stands under `value` or `default`; absent where there is neither. */
  value: unknown;
}

export interface OpenSource {
  kind: ConfigSource["kind"];
  file: string;
  document: Document.Parsed;
  /** The pair `config`, where there is one. */
  configPair: Pair | undefined;
  /** The map under it. */
  config: YAMLMap | undefined;
  /** Our namespace only, by key; the last one where a key is written in two ways. */
  entries: ReadonlyMap<string, SourceEntry>;
  /** What YAML itself has against the file; nothing else is worth saying then. */
  troubles: Problem[];
  positionOf: (node: unknown) => Position;
}

/** By source, and in it by project: a long catalogue takes a second, and several ask. */
const opened = new WeakMap<ConfigSource, Map<string, OpenSource>>();

/** A file's YAML with its positions, parsed once; never throws. */
export function openSource(source: ConfigSource, project: string): OpenSource {
  const before = opened.get(source)?.get(project);
  if (before !== undefined) return before;
  const found = parseSource(source, project);
  opened.set(source, new Map([...(opened.get(source) ?? []), [project, found]]));
  return found;
}

function parseSource({ kind, file, text }: ConfigSource, project: string): OpenSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const troubles = findTroubles(document, text).map(({ offset, ...rest }) => {
    const finding: Finding = { ...rest, path: [] };
    return toProblem(finding, at(offset));
  });
  const root = isMap(document.contents) ? document.contents : undefined;
  const configPair = root?.items.find((pair) => keyOf(pair) === "config");
  const config = isMap(configPair?.value) ? configPair.value : undefined;
  const own = (config?.items ?? []).flatMap((pair) => {
    const parsed = parseKey(keyOf(pair), project);
    return parsed.namespace === project ? [{ key: parsed.name, pair, value: valueOf(pair, kind) }] : [];
  });
  const entries = new Map(own.map((entry) => [entry.key, entry]));
  return {
    kind,
    file,
    document,
    configPair,
    config,
    entries,
    troubles,
    positionOf: (node) => at(offsetOf(node)),
  };
}

/** The pair at a path below an entry, or the nearest one above it that exists. */
export function findPair(
  entry: SourceEntry,
  path: Path,
): { pair: Pair | undefined; node: unknown; complete: boolean } {
  let pair: Pair | undefined = entry.pair;
  let node = entry.value;
  for (const step of path) {
    const next = stepInto(node, step);
    if (next === undefined) return { pair, node, complete: false };
    pair = isPair(next) ? next : undefined;
    node = isPair(next) ? next.value : next;
  }
  return { pair, node, complete: true };
}

/** Keys of the map at an entry, in the order of the file; undefined where it is no map. */
export function keysOf(entry: SourceEntry): string[] | undefined {
  return isMap(entry.value) ? entry.value.items.map(keyOf) : undefined;
}

export function keyOf({ key }: Pair): string {
  return isScalar(key)
    ? typeof key.value === "string"
      ? key.value
      : (key.source ?? String(key.value))
    : String(key);
}

/** Pulumi.yaml declares values: they stand under `value`, or under `default`; texts, numbers and lists also directly. */
function valueOf({ value }: Pair, kind: ConfigSource["kind"]): unknown {
  if (kind === "stack" || !isMap(value)) return value;
  return value.get("value", true) ?? value.get("default", true);
}

function stepInto(node: unknown, step: string | number): unknown {
  if (isMap(node)) return node.items.find((pair) => keyOf(pair) === step);
  const items = (node as { items?: unknown[] } | null | undefined)?.items;
  return typeof step === "number" ? items?.[step] : undefined;
}

/** Where a node begins; a pair begins with its key, and an empty value stands where it would have begun. */
function offsetOf(node: unknown): number {
  const place = isPair(node) ? node.key : node;
  const range = (place as { range?: readonly number[] | null } | null | undefined)?.range;
  return range?.[0] ?? 0;
}
