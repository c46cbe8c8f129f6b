import { z } from "zod";

/** By key and value; an entry's own problems are reported at the entry. */
export function mapOf<T extends z.ZodType>(key: z.ZodString, value: T, inWords: string) {
  return z.record(key, value, { error: inWords });
}

export function listOf<T extends z.ZodType>(item: T, inWords: string) {
  return z.array(item, { error: inWords });
}
