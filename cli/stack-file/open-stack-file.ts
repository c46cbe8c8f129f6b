import {
  isMap,
  isNode,
  isPair,
  isScalar,
  parseDocument,
  stringify,
  type LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";

import { RolloutError } from "../../components/errors";

/** A stack file with the places of its values, for edits of the text itself. */
export interface OpenStackFile {
  text: string;
  project: string;
  /** The map below `config`. */
  config: YAMLMap;
  /** The pair of one of our keys, whichever way its key is written. */
  pair(key: string): Pair | undefined;
  /** How one of our keys is written in this file: with the namespace where the file does so. */
  writtenKey(key: string): string;
  /** All of our values, by key without the namespace. */
  values(): Record<string, unknown>;
  lineEnd: "\n" | "\r\n";
}

/** @throws RolloutError STACK_FILE_EDIT for a file without a readable `config`. */
export function openStackFile(text: string, project: string, lineCounter?: LineCounter): OpenStackFile {
  const document = parseDocument(text, lineCounter === undefined ? {} : { lineCounter });
  const root = document.contents;
  const config = isMap(root) ? root.get("config", true) : undefined;
  if (document.errors.length > 0 || !isMap(config)) {
    throw new RolloutError(
      "STACK_FILE_EDIT",
      "the stack file has no readable map `config:`. Next: mend it by hand.",
    );
  }
  const own = config.items.flatMap((pair) => {
    const written = isScalar(pair.key) ? String(pair.key.value) : "";
    const key = nameOf(written, project);
    return key === undefined ? [] : [{ key, written, pair }];
  });
  const prefix = own.find(({ key }) => key === "phase")?.written.replace(/phase$/, "") ?? `${project}:`;
  return {
    text,
    project,
    config,
    pair: (key) => own.find((entry) => entry.key === key)?.pair,
    writtenKey: (key) => `${prefix}${key}`,
    values: () =>
      Object.fromEntries(
        own.map(({ key, pair }) => [
          key,
          isNode(pair.value) ? (pair.value.toJS(document) as unknown) : pair.value,
        ]),
      ),
    lineEnd: text.includes("\r\n") ? "\r\n" : "\n",
  };
}

/** `ns:key`, the older `ns:config:key` and a bare `key` are the same to Pulumi. */
function nameOf(written: string, project: string): string | undefined {
  if (!written.includes(":")) return written;
  return written.startsWith(`${project}:`)
    ? written.slice(project.length + 1).replace(/^config:/, "")
    : undefined;
}

/** A value on one line, quoted where YAML needs it. Dates are quoted: they are texts. */
export function inline(value: unknown): string {
  if (typeof value === "string" && /^\d{4}-\d/.test(value)) return JSON.stringify(value);
  const text = stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false });
  return text.trimEnd();
}

export function splice(text: string, start: number, end: number, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** Start and end of a value's own text, without comments around it. */
export function rangeOf(node: unknown): { start: number; end: number } {
  const range = isNode(node) ? node.range : undefined;
  return { start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
}

export function isEmpty(node: unknown): boolean {
  return (
    node === null ||
    node === undefined ||
    (isScalar(node) && node.value === null && rangeOf(node).start === rangeOf(node).end)
  );
}

/** Where the last text of a value ends, however deep it stands. */
export function lastOffset(node: Node | Pair | null | undefined): number {
  if (isPair(node)) return isEmpty(node.value) ? afterColon(node) : lastOffset(node.value as Node);
  const collection = node as { flow?: boolean; items?: (Node | Pair)[] } | null | undefined;
  if (collection?.items !== undefined && collection.flow !== true) return lastOffset(collection.items.at(-1));
  return rangeOf(node).end;
}

/** Just behind a key; its colon follows, perhaps after spaces. */
function afterColon({ key }: Pair): number {
  return rangeOf(key).end + 1;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** The offset behind the line's end, which is the text's end for the last line. */
function nextLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end + 1;
}

/** Takes whole lines out, from the one that holds `start` to the one that holds `end`. */
export function removeLines(text: string, start: number, end: number): string {
  const from = lineStart(text, start);
  const to = nextLine(text, end);
  // A last line without an end takes the end of the line before with it.
  const last = to === text.length && !text.endsWith("\n");
  return splice(text, last ? text.slice(0, from).replace(/\r?\n$/, "").length : from, to, "");
}

/** Puts lines behind the line that holds an offset. */
export function insertLines(
  { text, lineEnd }: OpenStackFile,
  offset: number,
  lines: readonly string[],
): string {
  const at = nextLine(text, offset);
  const isWhole = text[at - 1] === "\n";
  const block = isWhole
    ? lines.map((line) => `${line}${lineEnd}`).join("")
    : lines.map((line) => `${lineEnd}${line}`).join("");
  return splice(text, at, at, block);
}

/** The spaces in front of what stands at an offset; what precedes it on its line is not repeated. */
export function indentAt(text: string, offset: number): string {
  return " ".repeat(offset - lineStart(text, offset));
}
