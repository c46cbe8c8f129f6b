import type { Finding } from "../problem";
import type { Draft } from "../schema-problems";

/** Looks at what is valid by itself, and finds what does not fit together. Pure; silent about what is missing or broken. */
export type Rule = (draft: Draft) => Finding[];
