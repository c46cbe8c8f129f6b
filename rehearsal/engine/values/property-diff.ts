import { isInternalKey, isMap, type PropertyMap, type PropertyValue } from "./property-value";

/** What differs between two sets of properties, by top-level name. */
export interface MapDiff {
  adds: string[];
  deletes: string[];
  updates: string[];
}

/** Compares two sets of properties, leaving out Pulumi's internal keys.
 *  @returns undefined when nothing differs. */
export function diffMaps(before: PropertyMap, after: PropertyMap): MapDiff | undefined {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !isInternalKey(key))
    .sort();
  const diff: MapDiff = { adds: [], deletes: [], updates: [] };
  for (const key of keys) {
    const [old, now] = [before[key], after[key]];
    if (isAbsent(old) && isAbsent(now)) continue;
    if (isAbsent(old)) diff.adds.push(key);
    else if (isAbsent(now)) diff.deletes.push(key);
    else if (!isEqual(old, now)) diff.updates.push(key);
  }
  return diff.adds.length + diff.deletes.length + diff.updates.length === 0 ? undefined : diff;
}

/** Whether two values are the same, whatever the order of their keys; null counts as absent in objects. */
export function isEqual(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  if (left === right || (isAbsent(left) && isAbsent(right))) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((value, index) => isEqual(value, right[index]));
  }
  if (isMap(left) && isMap(right)) {
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
      isEqual(left[key], right[key]),
    );
  }
  return false;
}

export function isAbsent(value: PropertyValue | undefined): value is null | undefined {
  return value === null || value === undefined;
}
