import type { CheckKind } from "../config/gate-checks";

import type { CheckResult } from "./verdict";

/**
 * The id of a check: its kind, and where a gate makes several of a kind, a space and whose it is. Every id is written here and read by
 * `kindOfCheck`; overrides, reports and old state know them.
 */
export function checkId(kind: CheckKind, whose?: string): string {
  return whose === undefined ? kind : `${kind} ${whose}`;
}

/** What a check is about: `health shop` is about "health", `smoke 03-orders` about "smoke". */
export function kindOfCheck(id: string): string {
  const [kind = ""] = id.split(" ", 1);
  return kind;
}

/** Gives a check that was judged without a name its owner's. */
export function checkOf(check: CheckResult, whose: string): CheckResult {
  return { ...check, check: `${check.check} ${whose}` };
}
