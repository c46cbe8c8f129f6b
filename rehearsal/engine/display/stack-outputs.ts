import type { Mask } from "../secrets/mask";
import { unknownValue, type PropertyMap } from "../values/property-value";
import { propertyLines } from "./property-tree";

/** A stack's outputs: a preview tells only what changes, an update where the stack stands.
 *  @param before undefined for a new stack. */
export function stackOutputLines(
  before: PropertyMap | undefined,
  after: PropertyMap,
  options: { preview: boolean; mask: Mask },
): string[] {
  const { preview, mask } = options;
  const old = before === undefined ? undefined : mask.map(before);
  const now = mask.map(preview && before !== undefined ? withoutGuesses(before, after) : after);
  return propertyLines(old, now, { indent: 1, onlyChanges: preview });
}

/** A preview does not know what an update will yield; that alone is not told as a change. */
function withoutGuesses(before: PropertyMap, after: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(after).map(([key, value]) => [
      key,
      value === unknownValue ? (before[key] ?? value) : value,
    ]),
  );
}
