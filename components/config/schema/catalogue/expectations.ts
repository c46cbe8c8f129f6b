import { z } from "zod";

const EXPECTATION =
  'a value ("ok", 3, true, null), or a map with type, atLeast or atMost (a number, or the length of a list)';

/** A place in an answer's JSON: dotted, or "" for the whole answer. */
const place = z
  .string({ error: 'a place in the answer: "orders.0.id", or "" for all of it' })
  .regex(/^[^\r\n]{0,500}$/, { error: 'a place in the answer: "orders.0.id", or "" for all of it' });

/** By place in an answer: what stands there. */
export const expectations = z.record(
  place,
  z.union(
    [
      z.string(),
      z.number(),
      z.boolean(),
      z.null(),
      z.strictObject({
        type: z.enum(["string", "number", "boolean", "array", "object", "null"]).optional(),
        atLeast: z.number({ error: "a number" }).optional(),
        atMost: z.number({ error: "a number" }).optional(),
      }),
    ],
    { error: EXPECTATION },
  ),
  { error: "a map of places in the answer (orders.0.id) and what is expected there" },
);
