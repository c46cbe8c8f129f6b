import type { CheckResult } from "../../probes/verdict";

/** Size of a gate's checks as JSON, in bytes: with the rest, its outputs stay below 20 kB. */
const MOST_EVIDENCE = 12_000;
const LONGEST_TEXT = 600;
const MOST_CHECKS = 60;

/**
 * Checks as a gate keeps them: sentences of bounded length, and, where all together are too large, without the evidence
 * of the largest ones. What is left out is said.
 */
export function fitEvidence(checks: readonly CheckResult[], most = MOST_EVIDENCE): CheckResult[] {
  const kept = checks.slice(0, MOST_CHECKS).map((check) => ({
    ...check,
    summary: shorten(check.summary),
    probe: shorten(check.probe),
    ...(typeof check.observed === "string" ? { observed: shorten(check.observed) } : {}),
  }));
  while (sizeOf(kept) > most) {
    const largest = kept
      .filter(({ evidence }) => evidence !== undefined && evidence !== LEFT_OUT)
      .sort((a, b) => sizeOf(b.evidence) - sizeOf(a.evidence))[0];
    if (largest === undefined) break;
    largest.evidence = LEFT_OUT;
  }
  for (let length = LONGEST_TEXT / 2; sizeOf(kept) > most && length > 40; length /= 2) {
    for (const check of kept) {
      check.summary = shorten(check.summary, length);
      check.probe = shorten(check.probe, length);
    }
  }
  return kept;
}

const LEFT_OUT = "left out: too large";

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function shorten(text: string, length = LONGEST_TEXT): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
