import { closest, distance } from "fastest-levenshtein";

import { STEERING } from "../plain-text";
import { looksSecret } from "../secrets";

/** The first sign of a text that cannot be seen: what would be taken out of a text from outside. A file's line ends are none. */
export function findHiddenSign(text: string): string | undefined {
  return text.replaceAll("\r", "").match(STEERING)?.[0];
}

/** A text with such signs as `\\u202e`: a message about them must not have them. */
export function showHiddenSigns(text: string): string {
  return text.replaceAll(
    STEERING,
    (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

/** What stands somewhere in config, in words that complete "found …". Whatever looks like a secret is not shown. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") return describeText(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return Object.keys(value).length === 0 ? "an empty map" : "a map";
}

/** The name that was probably meant, if one is near enough. */
export function nearest(found: unknown, names: readonly string[]): string | undefined {
  if (typeof found !== "string" || found === "" || names.length === 0) return undefined;
  const sameLetters = names.find((name) => name.toLowerCase() === found.toLowerCase());
  if (sameLetters !== undefined) return sameLetters;
  const begun = names.filter((name) => found.length >= 4 && name.startsWith(found));
  if (begun[0] !== undefined && begun.length === 1) return begun[0];
  const candidate = closest(found, names);
  const allowedEdits = Math.max(1, Math.floor(Math.min(found.length, candidate.length) / 3));
  return distance(found, candidate) <= allowedEdits ? candidate : undefined;
}

/** Names for "allowed: …". */
export function listNames(names: readonly string[], none: string): string {
  return names.length === 0 ? none : names.join(", ");
}

function describeText(text: string): string {
  if (text === "") return "an empty text";
  if (looksSecret(text)) return "a text that looks like a secret (not shown)";
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
