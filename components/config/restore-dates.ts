import { isMap, isScalar, isSeq } from "yaml";
import { keyOf, type OpenSource } from "./sources/open-source";

/**
 * Puts dates back as a person wrote them. Pulumi takes an unquoted date for a moment: `2026-11-24` reaches a program as
 * "2026-11-24 00:00:00 +0000 UTC", and inside of a map as "2026-11-24T00:00:00Z".
 * @source CLI 3.255, tried.
 */
export function restoreDates(
  values: Record<string, unknown>,
  sources: readonly OpenSource[],
): Record<string, unknown> {
  const restored = Object.entries(values).map(([key, value]) => {
    const owner = sources.find(({ entries }) => entries.get(key)?.value !== undefined);
    return [key, restore(value, owner?.entries.get(key)?.value)] as const;
  });
  return Object.fromEntries(restored);
}

function restore(value: unknown, node: unknown): unknown {
  if (typeof value === "string") return isWrittenDate(node) && MOMENT.test(value) ? node.source : value;
  if (Array.isArray(value) && isSeq(node))
    return value.map((item, index) => restore(item, node.items[index]));
  if (typeof value !== "object" || value === null || !isMap(node)) return value;
  const nodes = new Map(node.items.map((pair) => [keyOf(pair), pair.value]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restore(item, nodes.get(key))]));
}

/** How a moment leaves Pulumi. */
const MOMENT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}/;

function isWrittenDate(node: unknown): node is { source: string } {
  return isScalar(node) && node.type === "PLAIN" && /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}/.test(node.source ?? "");
}
