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
  // A preview does not know what an update will yield; that alone is not told as a change.
  const isGuess = (key: string): boolean =>
    preview && before?.[key] !== undefined && after[key] === unknownValue;
  const told = (map: PropertyMap): PropertyMap =>
    mask.map(Object.fromEntries(Object.entries(map).filter(([key]) => !isGuess(key))));
  const old = before === undefined ? undefined : told(before);
  return propertyLines(old, told(after), { indent: 1, onlyChanges: preview });
}
