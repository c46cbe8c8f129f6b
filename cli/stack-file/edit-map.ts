import { isMap, isScalar, type Pair } from "yaml";

import {
  indentAt,
  inline,
  insertLines,
  isEmpty,
  lastOffset,
  rangeOf,
  removeLines,
  splice,
  type OpenStackFile,
} from "./open-stack-file";

/** Sets one of our keys; a new one comes behind `phase`. */
export function putInConfig(file: OpenStackFile, key: string, value: unknown): string {
  const pair = file.pair(key);
  return pair === undefined ? insertBehindPhase(file, key, inline(value)) : replaceValue(file, pair, value);
}

/** Removes one of our keys with its lines. */
export function removeFromConfig(file: OpenStackFile, key: string): string {
  const { text, config } = file;
  const pair = file.pair(key);
  if (pair === undefined) return text;
  const { start } = rangeOf(pair.key);
  const end = lastOffset(pair);
  if (config.flow !== true) return removeLines(text, start, endOfText(text, end));
  const index = config.items.indexOf(pair);
  const next = config.items[index + 1];
  if (next !== undefined) return splice(text, start, rangeOf(next.key).start, "");
  const before = config.items[index - 1];
  return splice(text, before === undefined ? start : lastOffset(before), end, "");
}

/** Sets an entry of one of our maps; makes the map where there is none. */
export function putInMap(file: OpenStackFile, key: string, entry: string, value: string): string {
  const { text } = file;
  const pair = file.pair(key);
  const line = `${inline(entry)}: ${JSON.stringify(value)}`;
  if (pair === undefined && file.config.flow === true) return insertBehindPhase(file, key, `{${line}}`);
  if (pair === undefined) return insertBehindPhase(file, key, undefined, line);
  const map = pair.value;
  if (isEmpty(map)) return splice(text, ...valuePlace(file, pair), ` {${line}}`);
  if (!isMap(map)) return replaceValue(file, pair, { [entry]: value });
  const present = map.items.find((item) => isScalar(item.key) && String(item.key.value) === entry);
  if (present !== undefined) {
    const place = isEmpty(present.value) ? valuePlace(file, present) : places(file, present.value);
    return splice(
      text,
      ...place,
      isEmpty(present.value) ? ` ${JSON.stringify(value)}` : JSON.stringify(value),
    );
  }
  const last = map.items.at(-1);
  if (map.flow === true) {
    const { start } = rangeOf(map);
    return last === undefined
      ? splice(text, start + 1, start + 1, line)
      : splice(text, lastOffset(last), lastOffset(last), `, ${line}`);
  }
  return insertLines(file, lastOffset(last), [`${indentAt(text, rangeOf(map.items[0]?.key).start)}${line}`]);
}

/** @param below a line of a block below the key, for values that get lines of their own. */
export function insertBehindPhase(
  file: OpenStackFile,
  key: string,
  value: string | undefined,
  below?: string,
): string {
  const { text, config } = file;
  const behind = file.pair("phase") ?? config.items.at(-1);
  const written = file.writtenKey(key);
  if (config.flow === true) {
    const pair = `${written}: ${value ?? ""}`;
    const at = behind === undefined ? rangeOf(config).start + 1 : lastOffset(behind);
    return splice(text, at, at, behind === undefined ? pair : `, ${pair}`);
  }
  const indent = indentAt(text, rangeOf(behind?.key).start);
  const lines =
    value === undefined
      ? [`${indent}${written}:`, `${indent}  ${below ?? ""}`]
      : [`${indent}${written}: ${value}`];
  return insertLines(file, lastOffset(behind), lines);
}

function replaceValue(file: OpenStackFile, pair: Pair, value: unknown): string {
  const { text } = file;
  if (isEmpty(pair.value)) return splice(text, ...valuePlace(file, pair), ` ${inline(value)}`);
  const node = pair.value;
  const block =
    (node as { flow?: boolean; items?: unknown[] }).items !== undefined &&
    (node as { flow?: boolean }).flow !== true;
  if (block) {
    // A block's lines give way to one line behind its key.
    const [start] = valuePlace(file, pair);
    return splice(text, start, endOfText(text, lastOffset(pair)), ` ${inline(value)}`);
  }
  return splice(text, ...places(file, node), likeBefore(node, value));
}

/** Keeps the quotes that a text had. */
function likeBefore(node: unknown, value: unknown): string {
  if (isScalar(node) && typeof value === "string") {
    if (node.type === "QUOTE_DOUBLE") return JSON.stringify(value);
    if (node.type === "QUOTE_SINGLE") return `'${value.replaceAll("'", "''")}'`;
  }
  return inline(value);
}

function places({ text }: OpenStackFile, node: unknown): [number, number] {
  const { start, end } = rangeOf(node);
  return [start, endOfText(text, end)];
}

/** Where a missing value would stand: just behind its key's colon. */
function valuePlace({ text }: OpenStackFile, { key }: Pair): [number, number] {
  const colon = text.indexOf(":", rangeOf(key).end);
  return [colon + 1, colon + 1];
}

/** A block text's range ends behind its line; the line itself is what counts. */
function endOfText(text: string, end: number): number {
  return text[end - 1] === "\n" ? end - 1 : end;
}
