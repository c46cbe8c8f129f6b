import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import {
  downStatements,
  stamp,
  upStatements,
  type Installs,
  type MigrationSpec,
  type Run,
  type Tool,
} from "../tool";
import { writeFiles } from "../write-files";

const each = (statements: string[], call: string) =>
  statements.map((sql) => `await ${call}(${JSON.stringify(sql)});`).join("\n  ");
const bin = (name: string, { node }: Installs, url: string, ...words: string[]): Run => ({
  words: [join(node, "node_modules/.bin", name), ...words],
  env: { DATABASE_URL: url, NODE_PATH: join(node, "node_modules") },
});
const files = (
  folder: string,
  specs: readonly MigrationSpec[],
  name: (spec: MigrationSpec) => string,
  text: (spec: MigrationSpec) => string,
) => {
  writeFiles(folder, Object.fromEntries(specs.map((spec) => [name(spec), text(spec)])));
};

export const knex: Tool = {
  tool: "knex",
  install: "node",
  canGoWithout: true,
  id: (number) => `${stamp(number)}_step`,
  write(folder, specs) {
    writeFiles(folder, {
      "knexfile.js": `module.exports = { client: "pg", connection: process.env.DATABASE_URL, migrations: { directory: "./migrations" } };`,
    });
    files(
      folder,
      specs,
      ({ number }) => `migrations/${stamp(number)}_step.js`,
      (spec) => `exports.up = async (knex) => {
  ${each(upStatements(spec), "knex.raw")}
};
exports.down = async (knex) => {
  ${each(downStatements(spec), "knex.raw")}
};
${spec.noTransaction === true ? "exports.config = { transaction: false };" : ""}`,
    );
  },
  apply: (places, url) => bin("knex", places, url, "migrate:latest"),
  rollback: (places, url) => bin("knex", places, url, "migrate:down"),
};

export const sequelize: Tool = {
  tool: "sequelize",
  install: "node",
  canGoWithout: true,
  id: (number) => `${stamp(number)}-step`,
  write(folder, specs) {
    writeFiles(folder, {
      "config/config.json": JSON.stringify({
        development: { use_env_variable: "DATABASE_URL", dialect: "postgres" },
      }),
    });
    files(
      folder,
      specs,
      ({ number }) => `migrations/${stamp(number)}-step.js`,
      (spec) => `module.exports = {
  async up(q) {
    ${
      spec.noTransaction === true
        ? each(upStatements(spec), "q.sequelize.query")
        : `await q.sequelize.transaction(async (transaction) => {
      for (const sql of ${JSON.stringify(upStatements(spec))}) await q.sequelize.query(sql, { transaction });
    });`
    }
  },
  async down(q) {
    ${each(downStatements(spec), "q.sequelize.query")}
  },
};`,
    );
  },
  apply: (places, url) => bin("sequelize-cli", places, url, "db:migrate"),
  rollback: (places, url) => bin("sequelize-cli", places, url, "db:migrate:undo"),
};

export const umzug: Tool = {
  tool: "umzug",
  install: "node",
  canGoWithout: true,
  id: (number) => `${stamp(number)}-step.js`,
  write(folder, specs) {
    writeFiles(folder, {
      "migrate.js": `const { Sequelize } = require("sequelize");
const { Umzug, SequelizeStorage } = require("umzug");
const sequelize = new Sequelize(process.env.DATABASE_URL, { dialect: "postgres", logging: false });
new Umzug({ migrations: { glob: "migrations/*.js" }, context: sequelize, storage: new SequelizeStorage({ sequelize }), logger: undefined })
  .runAsCLI().then(async (ok) => { await sequelize.close(); process.exit(ok ? 0 : 1); });`,
    });
    files(
      folder,
      specs,
      ({ number }) => `migrations/${stamp(number)}-step.js`,
      (spec) => `exports.up = async ({ context }) => {
  ${
    spec.noTransaction === true
      ? each(upStatements(spec), "context.query")
      : `await context.transaction(async (transaction) => {
    for (const sql of ${JSON.stringify(upStatements(spec))}) await context.query(sql, { transaction });
  });`
  }
};
exports.down = async ({ context }) => {
  ${each(downStatements(spec), "context.query")}
};`,
    );
  },
  apply: ({ node }, url) => ({
    words: ["node", "migrate.js", "up"],
    env: { DATABASE_URL: url, NODE_PATH: join(node, "node_modules") },
  }),
  rollback: ({ node }, url) => ({
    words: ["node", "migrate.js", "down"],
    env: { DATABASE_URL: url, NODE_PATH: join(node, "node_modules") },
  }),
};

export const typeorm: Tool = {
  tool: "typeorm",
  install: "node",
  canGoWithout: true,
  id: (number) => `170000000000${number}-Step`,
  write(folder, specs) {
    writeFiles(folder, {
      "data-source.js": `const { DataSource } = require("typeorm");
module.exports = new DataSource({ type: "postgres", url: process.env.DATABASE_URL, migrations: ["migrations/*.js"] });`,
    });
    files(
      folder,
      specs,
      ({ number }) => `migrations/170000000000${number}-Step.js`,
      (spec) => `exports.Step170000000000${spec.number} = class {
  name = "Step170000000000${spec.number}";
  ${spec.noTransaction === true ? "transaction = false;" : ""}
  async up(q) {
    ${each(upStatements(spec), "q.query")}
  }
  async down(q) {
    ${each(downStatements(spec), "q.query")}
  }
};`,
    );
  },
  apply: (places, url) => bin("typeorm", places, url, "migration:run", "-d", "data-source.js", "-t", "each"),
  rollback: (places, url) => bin("typeorm", places, url, "migration:revert", "-d", "data-source.js"),
};

export const nodePgMigrate: Tool = {
  tool: "node-pg-migrate",
  install: "node",
  canGoWithout: true,
  id: (number) => `170000000000${number}_step`,
  write(folder, specs) {
    files(
      folder,
      specs,
      ({ number }) => `migrations/170000000000${number}_step.js`,
      (spec) => `exports.up = (pgm) => {
  ${spec.noTransaction === true ? "pgm.noTransaction();" : ""}
  ${upStatements(spec)
    .map((sql) => `pgm.sql(${JSON.stringify(sql)});`)
    .join("\n  ")}
};
exports.down = (pgm) => {
  ${downStatements(spec)
    .map((sql) => `pgm.sql(${JSON.stringify(sql)});`)
    .join("\n  ")}
};`,
    );
  },
  apply: (places, url) => bin("node-pg-migrate", places, url, "up", "--no-single-transaction"),
  rollback: (places, url) => bin("node-pg-migrate", places, url, "down"),
};

export const drizzle: Tool = {
  tool: "drizzle",
  install: "node",
  // All that is pending goes in one transaction, always.
  canGoWithout: false,
  id: (number) => `000${number}_step`,
  source: (number) => ({ name: `170000000000${number}` }),
  write(folder, specs, { node }) {
    const entries = specs.map(({ number }, idx) => ({
      idx,
      version: "7",
      when: Number(`170000000000${number}`),
      tag: `000${number}_step`,
      breakpoints: true,
    }));
    writeFiles(folder, {
      "drizzle.config.js": `module.exports = { dialect: "postgresql", out: "./drizzle", schema: "./schema.js", dbCredentials: { url: process.env.DATABASE_URL } };`,
      "schema.js": "",
      "drizzle/meta/_journal.json": JSON.stringify({ version: "7", dialect: "postgresql", entries }),
      "package.json": JSON.stringify({ name: "x", private: true }),
    });
    linkModules(folder, node);
    files(
      folder,
      specs,
      ({ number }) => `drizzle/000${number}_step.sql`,
      (spec) => upStatements(spec).join(";\n--> statement-breakpoint\n"),
    );
  },
  apply: (places, url) => bin("drizzle-kit", places, url, "migrate"),
};

/** For tools that look for their driver beside the project only. */
export function linkModules(folder: string, node: string): void {
  const link = join(folder, "node_modules");
  if (!existsSync(link)) symlinkSync(join(node, "node_modules"), link);
}
