export { connectTo } from "./reader/connection";
export { createDirectReader } from "./reader/direct-reader";
export { readMigrations } from "./read-migrations";
export type * from "./types";
