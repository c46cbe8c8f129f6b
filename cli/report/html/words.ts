import type { CriterionVerdict } from "../model/criteria";
import type { RowVerdict } from "../model/comparison";
import type { Standing } from "../model/standing";

export interface Said {
  mark: string;
  text: string;
  tone: "good" | "warn" | "bad" | "calm";
}

/** Verdicts in words, with a mark: colour alone tells nothing to many. */
export const CRITERION_WORDS: Record<CriterionVerdict, Said> = {
  met: { mark: "✓", text: "met", tone: "good" },
  "met-so-far": { mark: "✓", text: "met so far", tone: "good" },
  "not-met": { mark: "✗", text: "not met", tone: "bad" },
  "not-yet": { mark: "…", text: "not yet", tone: "calm" },
  unknown: { mark: "?", text: "not known", tone: "warn" },
};

export const ROW_WORDS: Record<RowVerdict, Said> = {
  within: { mark: "✓", text: "within", tone: "good" },
  above: { mark: "✗", text: "outside", tone: "bad" },
  look: { mark: "!", text: "look into it", tone: "warn" },
  unknown: { mark: "?", text: "not known", tone: "warn" },
};

export const STANDING_WORDS: Record<Standing["state"], Said> = {
  "not-begun": { mark: "…", text: "not begun", tone: "calm" },
  "in-progress": { mark: "→", text: "in progress", tone: "calm" },
  failed: { mark: "✗", text: "stopped by a failure", tone: "bad" },
  "rolled-back": { mark: "↩", text: "rolled back", tone: "warn" },
  complete: { mark: "✓", text: "complete", tone: "good" },
};

export const PHASE_WORDS = {
  done: "gate closed",
  current: "here",
  failed: "gate not passed",
  ahead: "ahead",
} as const;

/** A check's verdict. */
export function checkWords(verdict: string): Said {
  if (verdict === "pass") return { mark: "✓", text: "well", tone: "good" };
  if (verdict === "fail") return { mark: "✗", text: "not well", tone: "bad" };
  if (verdict === "warn") return { mark: "!", text: "look into it", tone: "warn" };
  return { mark: "?", text: "not known", tone: "warn" };
}
