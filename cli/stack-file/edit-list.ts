import { isScalar, isSeq, type Node, type YAMLSeq } from "yaml";

import { insertBehindPhase, putInConfig } from "./edit-map";
import { indentAt, insertLines, lastOffset, rangeOf, splice, type OpenStackFile } from "./open-stack-file";

/** Puts an item behind the others of one of our lists, unless it is there. */
export function addToList(file: OpenStackFile, key: string, item: string): string {
  const { text } = file;
  const pair = file.pair(key);
  if (pair === undefined) return insertBehindPhase(file, key, `[${item}]`);
  const list = pair.value;
  if (!isSeq<Node>(list)) return putInConfig(file, key, [...(asTexts(file, key) ?? []), item]);
  if (indexIn(list, item) >= 0) return text;
  const last = list.items.at(-1);
  if (list.flow === true) {
    const at = last === undefined ? rangeOf(list).start + 1 : rangeOf(last).end;
    return splice(text, at, at, last === undefined ? item : `, ${item}`);
  }
  return insertLines(file, lastOffset(last), [`${indentAt(text, rangeOf(list).start)}- ${item}`]);
}

function indexIn(list: YAMLSeq<Node>, item: string): number {
  return list.items.findIndex((node) => isScalar(node) && String(node.value) === item);
}

/** What a list says that stands elsewhere (an alias); undefined where there is none yet. */
function asTexts(file: OpenStackFile, key: string): string[] | undefined {
  const value = file.values()[key];
  return Array.isArray(value) ? value.map(String) : undefined;
}
