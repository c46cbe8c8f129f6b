import { join } from "node:path";

import { stamp, upStatements, type Tool } from "../tool";
import { writeFiles } from "../write-files";
import { linkModules } from "./node";

/** The driver does not know the type of Postgres' own names, which the engine asks the catalogue for: text does as well. */
const NAMES_AS_TEXT = `const Result = require("pg/lib/result");
const { addFields } = Result.prototype;
Result.prototype.addFields = function (fields) {
  for (const field of fields) if (field.dataTypeID === 19) field.dataTypeID = 25;
  return addFields.call(this, fields);
};
`;

const CONFIG = `import { PrismaPg } from "@prisma/adapter-pg";
export default {
  schema: "schema.prisma",
  migrations: { path: "migrations" },
  experimental: { adapter: true },
  engine: "js",
  adapter: async () => new PrismaPg({ connectionString: process.env.DATABASE_URL }),
};
`;

/** Its engine as WebAssembly, which its package brings; the native one is downloaded from a server of Prisma's own. */
export const prisma: Tool = {
  tool: "prisma",
  install: "node",
  // What runs inside a transaction is for the engine to say, not for a migration.
  canGoWithout: false,
  id: (number) => `${stamp(number)}_step`,
  write(folder, specs, { node }) {
    const migrations = specs.map((spec) => [
      `migrations/${stamp(spec.number)}_step/migration.sql`,
      upStatements(spec)
        .map((sql) => `${sql};`)
        .join("\n"),
    ]);
    writeFiles(folder, {
      "schema.prisma": `datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n`,
      "prisma.config.mjs": CONFIG,
      "names-as-text.cjs": NAMES_AS_TEXT,
      "migrations/migration_lock.toml": `provider = "postgresql"\n`,
      ...(Object.fromEntries(migrations) as Record<string, string>),
    });
    linkModules(folder, node);
  },
  apply: ({ node }, url) => ({
    words: [join(node, "node_modules/.bin/prisma"), "migrate", "deploy"],
    env: {
      DATABASE_URL: url,
      NODE_OPTIONS: "--require ./names-as-text.cjs",
      // Named, so that they are not downloaded; neither is run.
      PRISMA_QUERY_ENGINE_LIBRARY: process.execPath,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      CHECKPOINT_DISABLE: "1",
    },
  }),
};
