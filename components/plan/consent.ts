import { DateTime } from "luxon";
import { parseSignature, SIGNATURE_IN_WORDS } from "../config/signatures";
import type { Signature } from "../config/types";

export type ConsentVerdict = { counts: true } | { counts: false; reason: string };

export interface ConsentFacts {
  /** ISO time of the migration's last application, where it is known. */
  appliedAt?: string | undefined;
  /** Texts of consents that earlier rollbacks of this migration have used up. */
  usedConsents: readonly string[];
  /** IANA name: the calendar in which a consent's date is meant. */
  timeZone: string;
}

/**
 * Whether a consent to data loss still counts, so that one left in the file cannot drop tables twice: it counts once, and
 * not when the migration was applied after it was given. A date alone is compared by the calendar of the stack's time zone;
 * with a time, to the instant. The reason completes "…, and".
 */
export function consentCounts(consent: Signature | string, facts: ConsentFacts): ConsentVerdict {
  const signature = typeof consent === "string" ? parseSignature(consent) : consent;
  if (signature === undefined) return no(`its consent is not ${SIGNATURE_IN_WORDS}`);
  const { text } = signature;
  if (facts.usedConsents.some((used) => sameText(used, text))) {
    return no(`the consent "${text}" was used up by an earlier rollback; give a new one with a new date`);
  }
  if (facts.appliedAt === undefined) return { counts: true };
  const applied = DateTime.fromISO(facts.appliedAt, { zone: facts.timeZone });
  if (!applied.isValid) return no(`it is not known when it was applied ("${facts.appliedAt}" is no time)`);
  if (!isOlder(signature, applied, facts.timeZone)) return { counts: true };
  const when = applied.toFormat("yyyy-MM-dd HH:mm");
  return no(
    `the consent "${text}" is older than its last application (${when} ${facts.timeZone}); give a new one`,
  );
}

function isOlder({ date, time }: Signature, applied: DateTime, zone: string): boolean {
  if (time === undefined) return date < applied.toFormat("yyyy-MM-dd");
  return DateTime.fromISO(`${date}T${time}`, { zone }).toMillis() < applied.toMillis();
}

/** Spacing is not what makes a consent a new one. */
export function sameText(left: string, right: string): boolean {
  const normal = (text: string) => text.trim().replaceAll(/\s+/g, " ");
  return normal(left) === normal(right);
}

function no(reason: string): ConsentVerdict {
  return { counts: false, reason };
}
