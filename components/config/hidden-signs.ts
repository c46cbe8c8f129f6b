import { findHiddenSign } from "./found";
import { isSecretName } from "./sources/secret-problems";
import type { Finding, Path } from "./problem";

/**
 * Texts and names that hold what no reviewer sees: they reach terminals, a pull request, the runner's log and the team's chat, and
 * there a text may look like another one, or be a command. Found wherever they stand, whatever the schema says of the place.
 * @param known findings of the schema's: a place that it refuses already is not told twice.
 */
export function findHiddenSigns(values: Record<string, unknown>, known: readonly Finding[]): Finding[] {
  const place = ({ path, at = "value" }: Finding) => JSON.stringify([at, ...path]);
  const told = new Set(known.map(place));
  return signsIn(values, []).filter((each) => !told.has(place(each)));
}

function signsIn(value: unknown, path: Path): Finding[] {
  if (typeof value === "string") return finding(value, { code: "wrong-value", path });
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const step = Array.isArray(value) ? Number(key) : key;
    if (path.length === 0 && isSecretName(key)) return [];
    const own = [...path, step];
    return [...finding(key, { code: "wrong-key", path: own, at: "key" }), ...signsIn(below, own)];
  });
}

function finding(text: string, where: Pick<Finding, "code" | "path" | "at">): Finding[] {
  const sign = findHiddenSign(text);
  if (sign === undefined) return [];
  const code = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const found = `a text with a sign that cannot be seen (U+${code})`;
  return [{ ...where, found, allowed: "signs that can be seen, tabs and line breaks" }];
}
