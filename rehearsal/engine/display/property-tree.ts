import { diffMaps, isAbsent, isEqual } from "../values/property-diff";
import {
  isInternalKey,
  isMap,
  isSecret,
  unknownValue,
  type PropertyMap,
  type PropertyValue,
} from "../values/property-value";

type Mark = " " | "+" | "-" | "~";

/** A set of properties as the CLI prints it, one property a line, with the change of each.
 *  @param before undefined: print the values as they are, without marks.
 *  @param options.onlyChanges leaves out what is the same; inside of what changed it is shown. */
export function propertyLines(
  before: PropertyMap | undefined,
  after: PropertyMap,
  options: { indent: number; onlyChanges?: boolean },
): string[] {
  const keys = visibleKeys(before ?? {}, after);
  const changed = before === undefined ? undefined : diffMaps(before, after);
  const shown = keys.filter((key) => {
    if (before === undefined || !isEqual(before[key], after[key])) return true;
    return options.onlyChanges !== true && !isEmpty(after[key]);
  });
  // The CLI counts even the keys that it hides: of a set without a past, the internal ones too.
  const width = Math.max(0, ...(before === undefined ? Object.keys(after) : keys).map((key) => key.length));
  return shown.flatMap((key) => {
    const title = key.padEnd(width);
    const [old, now] = [before?.[key], after[key]];
    if (changed?.adds.includes(key) === true) return valueLines(title, now ?? null, "+", options.indent);
    if (changed?.deletes.includes(key) === true) return valueLines(title, old ?? null, "-", options.indent);
    if (changed?.updates.includes(key) === true)
      return changeLines(title, old ?? null, now ?? null, options.indent);
    return valueLines(title, now ?? null, " ", options.indent);
  });
}

function isEmpty(value: PropertyValue | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === "" || (isMap(value) && Object.keys(value).length === 0);
}

function visibleKeys(before: PropertyMap, after: PropertyMap): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !isInternalKey(key) && !(isAbsent(before[key]) && isAbsent(after[key])))
    .sort();
}

/** @param markIndent where the mark stands; in lists it stays with the list. */
function valueLines(
  title: string,
  value: PropertyValue,
  mark: Mark,
  indent: number,
  markIndent = indent,
): string[] {
  if (isMap(value) && !isSecret(value) && visibleKeys({}, value).length > 0) {
    const keys = visibleKeys({}, value);
    const width = Math.max(...keys.map((key) => key.length));
    return [
      line(mark, indent, `${title}: {`, markIndent),
      ...keys.flatMap((key) => valueLines(key.padEnd(width), value[key] ?? null, mark, indent + 1)),
      line(" ", indent, "}"),
    ];
  }
  if (Array.isArray(value) && value.length > 0) {
    return [
      line(mark, indent, `${title}: [`, markIndent),
      ...value.flatMap((inner, index) =>
        valueLines(`[${String(index)}]`, inner, mark, indent + 1, markIndent),
      ),
      line(" ", indent, "]"),
    ];
  }
  return [line(mark, indent, `${title}: ${scalarText(value)}`, markIndent)];
}

function changeLines(title: string, old: PropertyValue, now: PropertyValue, indent: number): string[] {
  if (isMap(old) && isMap(now) && !isSecret(old) && !isSecret(now)) {
    return [
      line("~", indent, `${title}: {`),
      ...propertyLines(old, now, { indent: indent + 1 }),
      line(" ", indent, "}"),
    ];
  }
  if (Array.isArray(old) && Array.isArray(now)) {
    return [
      line("~", indent, `${title}: [`),
      ...propertyLines({ ...indexed(old) }, { ...indexed(now) }, { indent: indent + 1 }),
      line(" ", indent, "]"),
    ];
  }
  if (isSecret(old) || isSecret(now) || typeof old !== "object" || typeof now !== "object") {
    return [line("~", indent, `${title}: ${flatText(old)} => ${flatText(now)}`)];
  }
  return [...valueLines(title, old, "-", indent), ...valueLines(title, now, "+", indent)];
}

function indexed(list: readonly PropertyValue[]): PropertyMap {
  return Object.fromEntries(list.map((value, index) => [`[${String(index)}]`, value]));
}

function line(mark: Mark, indent: number, text: string, markIndent = indent): string {
  if (mark === " ") return "    ".repeat(indent) + text;
  return `${"    ".repeat(markIndent).slice(0, -2)}${mark} ${"    ".repeat(indent - markIndent)}${text}`;
}

function flatText(value: PropertyValue): string {
  return typeof value === "object" && value !== null && !isSecret(value)
    ? JSON.stringify(value)
    : scalarText(value);
}

/** A single value in one line; texts in quotes. */
function scalarText(value: PropertyValue): string {
  if (isSecret(value)) return "[secret]";
  if (value === unknownValue) return "[unknown]";
  if (value === null) return "<null>";
  if (Array.isArray(value)) return "[]";
  if (isMap(value)) return "{}";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
