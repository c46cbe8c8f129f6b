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
  /** Where it is given, a consent of a later day does not count yet. */
  now?: Date;
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
  if (facts.usedConsents.some((used) => sameConsent(used, text, facts.timeZone))) {
    return no(`the consent "${text}" was used up by an earlier rollback; give a new one with a new date`);
  }
  if (facts.now !== undefined && isOfLaterDay(signature, facts.now, facts.timeZone))
    return no(`the consent "${text}" is of a later day; give it the date on which it is given`);
  if (facts.appliedAt === undefined) return { counts: true };
  const applied = DateTime.fromISO(facts.appliedAt, { zone: facts.timeZone });
  if (!applied.isValid) return no(`it is not known when it was applied ("${facts.appliedAt}" is no time)`);
  if (!isOlder(signature, applied, facts.timeZone)) return { counts: true };
  const when = applied.toFormat("yyyy-MM-dd HH:mm");
  return no(
    `the consent "${text}" is older than its last application (${when} ${facts.timeZone}); give a new one`,
  );
}

function isOlder(signature: Signature, applied: DateTime, zone: string): boolean {
  if (signature.time === undefined) return signature.date < applied.toFormat("yyyy-MM-dd");
  return instantOf(signature, zone) < applied.toMillis();
}

/** Somebody east of the stack's time zone may have tomorrow already. */
const EARLIEST_ZONE = "Pacific/Kiritimati";

function isOfLaterDay({ date }: Signature, now: Date, zone: string): boolean {
  const days = [zone, EARLIEST_ZONE].map((each) =>
    DateTime.fromJSDate(now, { zone: each }).toFormat("yyyy-MM-dd"),
  );
  return days.every((day) => date > day);
}

/** Neither spacing and capitals nor another way to write the same moment make a consent a new one. */
export function sameConsent(left: string, right: string, zone: string): boolean {
  if (plain(left) === plain(right)) return true;
  const [one, other] = [left, right].map((text) => parseSignature(plainSpaces(text)));
  if (one?.time === undefined || other?.time === undefined || plain(one.by) !== plain(other.by)) return false;
  return instantOf(one, zone) === instantOf(other, zone);
}

function plain(text: string): string {
  return plainSpaces(text)
    .toLowerCase()
    .replace(/[.,;]+$/, "");
}

/** Without what nobody sees, such as a byte order mark. */
function plainSpaces(text: string): string {
  return text
    .normalize("NFKC")
    .replaceAll(/\p{Cf}/gu, "")
    .trim()
    .replaceAll(/\s+/g, " ");
}

function instantOf({ date, time }: Signature, zone: string): number {
  return DateTime.fromISO(time === undefined ? date : `${date}T${time}`, { zone }).toMillis();
}

function no(reason: string): ConsentVerdict {
  return { counts: false, reason };
}
