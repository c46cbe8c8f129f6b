import { DateTime } from "luxon";
import type { Override, Signature } from "./types";

/** The form of a signature, for schemas: date, optional time, giver. A date in this form need not exist. */
export const SIGNATURE_FORM =
  /^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?\s+by\s+\S.{0,199}$/;

/** What a signature looks like, in words. */
export const SIGNATURE_IN_WORDS = 'a date and a name: "2026-11-24 by Ada" or "2026-11-24T22:10+01:00 by Ada"';

/** The form of a decision with its reason. */
export const REASONED_FORM =
  /^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s+by\s+[^\s:][^:\r\n]{0,199}:\s*\S[^\r\n]{0,299}$/;

export const REASONED_IN_WORDS =
  'a date, a name and a reason: "2026-11-24 by Ada: the parts list must go live"';

/** The form of an override: date, person, the checks by name, the reason. */
export const OVERRIDE_FORM =
  /^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?\s+by\s+[^\s,:][^,:\r\n]{0,199}(,\s*[^\s,:][^,:\r\n]{0,199})+:\s*\S[^\r\n]{0,299}$/;

export const OVERRIDE_IN_WORDS =
  'a date, a name, the checks and a reason: "2026-11-24 by Ada, error-rate: the orders need migration 001, which is next"';

/** A date, or a date and a time of the stack's time zone. */
export const MOMENT_FORM = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$/;

export const MOMENT_IN_WORDS = 'a date, with a time or without: "2026-11-24", "2026-11-24T22:10"';

/** Reads "2026-11-24 by Ada: why". Undefined for another form and for a date that no calendar has. */
export function parseReasoned(written: string): { date: string; by: string; reason: string } | undefined {
  if (!REASONED_FORM.test(written)) return undefined;
  const colon = written.indexOf(":");
  const signature = parseSignature(written.slice(0, colon));
  if (signature === undefined) return undefined;
  return { date: signature.date, by: signature.by, reason: written.slice(colon + 1).trim() };
}

/** Reads "2026-11-24 by Ada". Undefined for another form and for a date or time that no calendar has. */
export function parseSignature(written: string): Signature | undefined {
  if (!SIGNATURE_FORM.test(written)) return undefined;
  const text = written.trim().replaceAll(/\s+/g, " ");
  const [moment = "", , ...names] = text.split(" ");
  const [date = "", time] = moment.split("T");
  if (!DateTime.fromISO(moment).isValid) return undefined;
  return { date, ...(time === undefined ? {} : { time }), by: names.join(" "), text };
}

/** Reads "2026-11-24 by Ada, error-rate, smoke orders: why". Undefined for another form and for a date that no calendar has. */
export function parseOverride(written: string): Override | undefined {
  if (!OVERRIDE_FORM.test(written)) return undefined;
  // A time holds colons too: the reason begins at the first one behind the giver.
  const comma = written.indexOf(",");
  const colon = written.indexOf(":", comma);
  const signature = parseSignature(written.slice(0, comma));
  if (signature === undefined) return undefined;
  const names = written.slice(comma + 1, colon).split(",");
  const checks = names.map((name) => name.trim().replaceAll(/\s+/g, " "));
  return {
    ...signature,
    text: written.trim().replaceAll(/\s+/g, " "),
    checks,
    reason: written.slice(colon + 1).trim(),
  };
}
