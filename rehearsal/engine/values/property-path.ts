import { isMap, type PropertyMap, type PropertyValue } from "./property-value";

/** A step of a path: a key, an index, or `*` for all. */
export type PathStep = string | number;

/** Reads Pulumi's notation of a property's place: `root.list[0]["a key"].*`.
 *  @throws Error when the text is not such a path.
 *  @source sdk/go/common/resource/property_path.go */
export function parsePropertyPath(text: string): PathStep[] {
  const steps: PathStep[] = [];
  const pattern = /\.?([^.[\]"]+)|\[(\d+)\]|\[\*\]|\["((?:[^"\\]|\\.)*)"\]/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) throw new Error(`invalid property path "${text}"`);
    const [whole, name, index, quoted] = match;
    if (whole === "[*]") steps.push("*");
    else if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? (JSON.parse(`"${quoted ?? ""}"`) as string));
  }
  return steps;
}

/** Whether `pattern`, which may hold `*`, covers `path` or something above it. */
export function covers(pattern: readonly PathStep[], path: readonly PathStep[]): boolean {
  return (
    pattern.length <= path.length && pattern.every((step, index) => step === "*" || step === path[index])
  );
}

/** Puts the values of `from` at the given path into a copy of `into`; where `from` has none, it is removed. */
export function withValueAt(into: PropertyMap, from: PropertyMap, path: readonly PathStep[]): PropertyMap {
  return copyAt(into, from, path) as PropertyMap;
}

function copyAt(
  into: PropertyValue | undefined,
  from: PropertyValue | undefined,
  path: readonly PathStep[],
): PropertyValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return from;
  if (Array.isArray(into)) return copyInArray(into, from, step, rest);
  if (!isMap(into)) return into;
  const keys =
    step === "*"
      ? [...new Set([...Object.keys(into), ...(isMap(from) ? Object.keys(from) : [])])]
      : [String(step)];
  const copy: PropertyMap = { ...into };
  for (const key of keys) {
    const value = copyAt(copy[key], isMap(from) ? from[key] : undefined, rest);
    if (value === undefined) Reflect.deleteProperty(copy, key);
    else copy[key] = value;
  }
  return copy;
}

function copyInArray(
  into: PropertyValue[],
  from: PropertyValue | undefined,
  step: PathStep,
  rest: readonly PathStep[],
): PropertyValue[] {
  const old = Array.isArray(from) ? from : [];
  return into.map((value, index) =>
    step === "*" || step === index ? (copyAt(value, old[index], rest) ?? value) : value,
  );
}
