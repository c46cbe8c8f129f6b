import { z } from "zod";

import { parseTime } from "../clock";
import { ApiError } from "./refusal";

/** A parameter given once. */
export const text = z.string();

/** A parameter that may be repeated. */
export const repeated = z.union([z.string().transform((value) => [value]), z.array(z.string())]);

/** A list in one parameter, joined by commas. */
export const commaList = z.string().transform((value) => value.split(","));

/** RFC 3339, or seconds since 1970; microseconds since 1970 when parsed. */
export const time = z.string().transform((value, context) => {
  const micros = parseTime(value);
  if (micros !== undefined) return micros;
  context.addIssue({ code: "custom", message: `"${value}" is no RFC 3339 time` });
  return z.NEVER;
});

export const paging = {
  cursor: text.optional(),
  limit: z
    .string()
    .regex(/^\d+$/, "must be a number")
    .transform(Number)
    .refine((value) => value >= 1 && value <= 100, "must be between 1 and 100")
    .default(20),
};

/** @returns optional parameters `createdBefore`, `createdAfter`, … for each of the names. */
export function timeWindows(...names: readonly string[]) {
  return Object.fromEntries(
    names.flatMap((name) => [`${name}Before`, `${name}After`]).map((name) => [name, time.optional()]),
  );
}

/** Whether the times lie in the windows that the query asks for. A row without that time is in none. */
export function inWindows(
  query: Readonly<Record<string, unknown>>,
  times: Readonly<Record<string, number | undefined>>,
): boolean {
  return Object.entries(times).every(([name, at]) => {
    const before = query[`${name}Before`];
    const after = query[`${name}After`];
    if (typeof before === "number" && !(at !== undefined && at < before)) return false;
    return !(typeof after === "number" && !(at !== undefined && at > after));
  });
}

/** A page as Render wraps it: `[{cursor, <name>: …}]`.
 *  @throws ApiError 400 when the cursor belongs to no row (any more). */
export function page<Row extends { cursor: string }>(
  rows: readonly Row[],
  query: { cursor?: string | undefined; limit: number },
  name: string,
  json: (row: Row) => unknown,
): Record<string, unknown>[] {
  const { cursor } = query;
  const at = cursor === undefined ? -1 : rows.findIndex((row) => row.cursor === cursor);
  if (cursor !== undefined && at < 0) throw new ApiError(400, "invalid cursor");
  return rows.slice(at + 1, at + 1 + query.limit).map((row) => ({ cursor: row.cursor, [name]: json(row) }));
}
