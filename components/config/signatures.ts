import { DateTime } from "luxon";
import type { Signature } from "./types";

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
