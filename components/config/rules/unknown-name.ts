import type { Draft } from "../draft";
import { describe, listNames, nearest } from "../found";
import type { Finding, Path } from "../problem";

type Kind = keyof Draft["names"];

const CODES: Readonly<Record<Kind, string>> = {
  services: "unknown-service",
  flags: "unknown-flag",
  migrations: "unknown-migration",
};

/**
 * A name that stands for nothing in the catalogue. Nothing is said of a service where the catalogue has none: that is a
 * problem of its own.
 * @param at "key" where the path ends with the name itself.
 */
export function unknownName(
  kind: Kind,
  path: Path,
  name: string,
  { names }: Draft,
  at: Finding["at"] = "value",
): Finding[] {
  const known = names[kind];
  if (known.includes(name) || (kind === "services" && known.length === 0)) return [];
  const allowed = listNames(known, `nothing, as there are no ${kind}`);
  return [{ code: CODES[kind], path, at, found: describe(name), allowed, nearest: nearest(name, known) }];
}
