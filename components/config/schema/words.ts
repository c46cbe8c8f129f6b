import { z } from "zod";
import { MIGRATION_ID } from "../migration-id";
import { DURATION_FORM, DURATION_IN_WORDS } from "../durations";
import { PHASES } from "../phases";
import {
  MOMENT_FORM,
  MOMENT_IN_WORDS,
  OVERRIDE_FORM,
  OVERRIDE_IN_WORDS,
  REASONED_FORM,
  REASONED_IN_WORDS,
  SIGNATURE_FORM,
  SIGNATURE_IN_WORDS,
} from "../signatures";

/**
 * The kinds of text in our config. Each schema's error says what is allowed, in words that complete "allowed: …";
 * cross-field rules and defaults are elsewhere, so that the schema describes exactly what a person types.
 */
export const phase = z.enum(PHASES);

export const duration = form(DURATION_FORM, DURATION_IN_WORDS);

export const signature = form(SIGNATURE_FORM, SIGNATURE_IN_WORDS);

/** Reaches command lines: a plain word, that no program takes for an option; `orders/0001` and `App\Migrations\V1` are some. */
export const migrationId = form(
  MIGRATION_ID,
  'a migration\'s id: letters, digits, "_", ".", "-", "/", "\\", "+" and ":", 200 at most, the first a letter or digit',
);

export const migrationFile = form(
  MIGRATION_ID,
  'a file: letters, digits, "_", ".", "-", "/", "\\", "+" and ":", the first a letter or digit',
);

export const flagKey = form(
  /^[A-Z][A-Z0-9_]{0,99}$/,
  'a flag\'s key: capitals, digits and "_", the first a capital',
);

export const serviceName = form(
  /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/,
  'a service\'s name: letters, digits, "_", "." and "-", 100 at most, the first a letter or digit',
);

export const serviceId = form(
  /^srv-[A-Za-z0-9]{4,40}$/,
  'a service id of Render: "srv-" and letters and digits',
);

export const urlPath = form(/^\/[^\s?#]*$/, 'a path: "/" and no spaces, "?" or "#"');

export const httpUrl = form(/^https?:\/\/[^\s]+$/, 'an address: "https://…"');

/** One line that is not empty. */
export const line = form(/^(?=.*\S)[^\r\n]{1,500}$/, "a text, on one line and not empty");

/** A query, of one statement and on any number of lines. */
export const query = form(/^[^\0;]*\S[^\0;]*;?\s*$/, "one query, without ; inside");

export const commandWord = form(
  /^[^\0\r\n]{1,2000}$/,
  "a word of a command: a text, on one line and not empty",
);

export const percent = z.number({ error: PERCENT() }).gt(0, PERCENT()).max(100, PERCENT());

/** A share can only fall by 100 %, but a time can grow to any multiple. */
export const growthPercent = z
  .number({ error: POSITIVE("percent") })
  .gt(0, POSITIVE("percent"))
  .max(1000, POSITIVE("percent"));

export const smokeRequests = z
  .int({ error: "a number of requests, 5 to 500" })
  .min(5, "a number of requests, 5 to 500")
  .max(500, "a number of requests, 5 to 500");

export const seconds = z
  .number({ error: POSITIVE("seconds") })
  .gt(0, POSITIVE("seconds"))
  .max(1000, POSITIVE("seconds"));

/** A number of lines in a minute. */
export const rate = z.number({ error: RATE() }).gt(0, RATE()).max(10_000, RATE());

/** Names smoke tests and items that are signed off. */
export const itemId = form(
  /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/,
  'a name: letters, digits, "_", "." and "-", 100 at most, the first a letter or digit',
);

export const requestPath = form(
  /^\/[^\s#]*$/,
  'a path: "/" and no spaces or "#"; a query may follow after "?"',
);

/** Path of a page in a browser: a query and a part behind "#" may follow. */
export const pagePath = form(/^\/\S*$/, 'a path: "/" and no spaces; "?" and "#" may follow');

export const headerName = form(/^[A-Za-z0-9!#$%&'*+.^_|~-]{1,100}$/, 'a header\'s name: "Authorization"');

/** Names a value that one request of a smoke test takes for the next. */
export const takenName = form(
  /^[A-Za-z][A-Za-z0-9_]{0,49}$/,
  'a name: letters, digits and "_", 50 at most, the first a letter',
);

/** Secrets that smoke tests may send. */
export const smokeSecret = z.enum(["smokeToken", "smokePassword"]);

export const httpStatus = z
  .int({ error: "an HTTP status: 200" })
  .min(100, "an HTTP status: 200")
  .max(599, "an HTTP status: 200");

export const shellLine = z
  .string({ error: "a command line, not empty" })
  .regex(/\S/, { error: "a command line, not empty" });

/** Asked in a read-only transaction; one statement. */
export const sqlQuery = form(
  /^\s*([sS][eE][lL][eE][cC][tT]|[wW][iI][tT][hH])\b[^;]{1,5000}$/,
  "a SELECT without a semicolon",
);

export const clockTime = form(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'a time in quotes: "22:00"');

export const date = form(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, 'a date in quotes: "2026-12-24"');

export const moment = form(MOMENT_FORM, MOMENT_IN_WORDS);

export const reasonedSignature = form(REASONED_FORM, REASONED_IN_WORDS);

export const override = form(OVERRIDE_FORM, OVERRIDE_IN_WORDS);

export const chatId = form(
  /^(-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,40})$/,
  'a chat\'s id in quotes: "-1001234567890", or "@channel"',
);

/** A whole number between two others. */
export function count(least: number, most: number) {
  const inWords = `a whole number from ${least} to ${most}`;
  return z.int({ error: inWords }).min(least, inWords).max(most, inWords);
}

function form(pattern: RegExp, inWords: string): z.ZodString {
  return z.string({ error: inWords }).regex(pattern, { error: inWords });
}

function PERCENT(): string {
  return "a number of percent above 0, 100 at most, without a sign";
}

function RATE(): string {
  return "a number a minute above 0, 10000 at most";
}

function POSITIVE(unit: string): string {
  return `a number of ${unit} above 0, 1000 at most, without a unit`;
}
