import { createHash } from "node:crypto";

import { cutName } from "../names";

/**
 * A name in a trial's keeping carries, as a comment, what it was called and what its comment was: the comment is set and
 * taken back in the same transaction as the name, so one is never there without the other.
 */
export const HIDDEN_COMMENT = "rollout-trial: ";

export interface KeptName {
  /** `aside`: made anew by somebody else while the real one was hidden. */
  kind: "hidden" | "aside";
  original: string;
  comment: string | null;
}

/** Recognisable, of at most 63 bytes, and another one for each thing. */
export function keptName(kind: KeptName["kind"], path: readonly string[]): string {
  const hash = createHash("sha256").update(path.join("\0")).digest("hex").slice(0, 8);
  return cutName(`rollout_${kind}_${hash}_${path.at(-1) ?? ""}`);
}

export function keptComment(kept: KeptName): string {
  return HIDDEN_COMMENT + JSON.stringify(kept);
}

export function parseKeptComment(comment: string | null): KeptName | undefined {
  if (comment?.startsWith(HIDDEN_COMMENT) !== true) return undefined;
  try {
    return JSON.parse(comment.slice(HIDDEN_COMMENT.length)) as KeptName;
  } catch {
    return undefined;
  }
}
