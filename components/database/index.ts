export { connectTo, type Connect } from "./reader/connection";
export { createDirectReader } from "./reader/direct-reader";
export { parseFact } from "./facts/parse-fact";
export { readMigrations } from "./read-migrations";
export * from "./types";
export { findLeftovers, restoreLeftovers, type Restored } from "./trial/restore-leftovers";
export { type Look } from "./trial/watch";
export { tryWithout, type TrialOptions, type TrialResult } from "./trial/try-without";
