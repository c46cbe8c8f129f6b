import type { Finding } from "./problem";
import type { WrittenConfig } from "./schema/config-schema";

/** What is left of config when everything that is wrong by itself is taken out, and what was there before. */
export interface Draft {
  values: Partial<WrittenConfig>;
  /** Names in order of the files, whether or not their entries are valid. */
  names: Record<"services" | "flags" | "migrations", string[]>;
  /** Whether config says anything for a key, or at a place below it, valid or not. */
  has: (key: string, ...below: string[]) => boolean;
}

/** Looks at what is valid by itself, and finds what does not fit together. Pure; silent about what is missing or broken. */
export type Rule = (draft: Draft) => Finding[];

/** A map's entries; none where the map is missing or was not valid. */
export function entriesOf<T>(map: Readonly<Record<string, T>> | undefined): [string, T][] {
  return Object.entries(map ?? {});
}
