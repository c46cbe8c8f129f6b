export { connectTo, type Connect } from "./reader/connection";
export { createDirectReader } from "./reader/direct-reader";
export { parseFact } from "./facts/parse-fact";
export { readMigrations } from "./read-migrations";
export * from "./types";
