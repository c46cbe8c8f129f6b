import { checkId } from "../../probes/check-id";
import type { CheckResult } from "../../probes/verdict";

/** Size of a gate's checks as JSON, in bytes: with the rest, its outputs stay below 20 kB. */
const MOST_EVIDENCE = 12_000;
const LONGEST_TEXT = 600;
const MOST_CHECKS = 60;

/**
 * Checks as a gate keeps them: sixty at the most, sentences of bounded length, and, where all together are too large, without the
 * evidence of the largest ones. What is left out is said. A gate is judged by all of its checks, never by what is kept of them.
 */
export function fitEvidence(checks: readonly CheckResult[], most = MOST_EVIDENCE): CheckResult[] {
  const kept = mostTelling(checks).map((check) => ({
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

/** Where there is no room for all, what did not pass goes before what did; the order stays, and the last one tells of the others. */
function mostTelling(checks: readonly CheckResult[]): CheckResult[] {
  const [last] = checks.slice(-1);
  if (last === undefined || checks.length <= MOST_CHECKS) return [...checks];
  const [bad, good] = [checks.filter(isBad), checks.filter((check) => !isBad(check))];
  const kept = new Set([...bad, ...good].slice(0, MOST_CHECKS - 1));
  const [badLeft, goodLeft] = [bad, good].map((list) =>
    list.filter((check) => !kept.has(check)).map(({ check }) => check),
  ) as [string[], string[]];
  const told = [
    ...(badLeft.length === 0 ? [] : [`${badLeft.length} more checks did not pass: ${badLeft.join(", ")}`]),
    ...(goodLeft.length === 0
      ? []
      : [`${goodLeft.length} more ${badLeft.length === 0 ? "checks " : ""}passed: ${goodLeft.join(", ")}`]),
  ];
  return [
    ...checks.filter((check) => kept.has(check)),
    {
      check: checkId("left-out"),
      verdict: badLeft.length === 0 ? "pass" : "warn",
      summary: told.join("; "),
      observed: `${badLeft.length + goodLeft.length} checks`,
      probe: "none",
      at: last.at,
    },
  ];
}

function isBad({ verdict }: CheckResult): boolean {
  return verdict !== "pass";
}

const LEFT_OUT = "left out: too large";

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function shorten(text: string, length = LONGEST_TEXT): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
