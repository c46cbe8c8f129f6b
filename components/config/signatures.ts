import { DateTime } from "luxon";
import type { Signature } from "./types";

/** The form of a signature, for schemas: date, optional time, giver. A date in this form need not exist. */
export const SIGNATURE_FORM =
  /^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?\s+by\s+\S.{0,199}$/;

/** What a signature looks like, in words. */
export const SIGNATURE_IN_WORDS = 'a date and a name: "2026-11-24 by Ada" or "2026-11-24T22:10+01:00 by Ada"';

/** Reads "2026-11-24 by Ada". Undefined for another form and for a date or time that no calendar has. */
export function parseSignature(written: string): Signature | undefined {
  if (!SIGNATURE_FORM.test(written)) return undefined;
  const text = written.trim().replaceAll(/\s+/g, " ");
  const [moment = "", , ...names] = text.split(" ");
  const [date = "", time] = moment.split("T");
  if (!DateTime.fromISO(moment).isValid) return undefined;
  return { date, ...(time === undefined ? {} : { time }), by: names.join(" "), text };
}
