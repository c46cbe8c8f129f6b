import { join } from "node:path";

import { downStatements, stamp, upStatements, type Tool } from "../tool";
import { writeFiles } from "../write-files";

const lines = (statements: string[]) => statements.map((sql) => `${sql};`).join("\n");

export const goose: Tool = {
  tool: "goose",
  install: "go",
  canGoWithout: true,
  id: (number) => `0000${number}_step`,
  write(folder, specs) {
    const file = (spec: (typeof specs)[number]) =>
      `${spec.noTransaction === true ? "-- +goose NO TRANSACTION\n" : ""}-- +goose Up\n${lines(upStatements(spec))}\n-- +goose Down\n${lines(downStatements(spec))}\n`;
    writeFiles(
      folder,
      Object.fromEntries(specs.map((spec) => [`migrations/0000${spec.number}_step.sql`, file(spec)])),
    );
  },
  apply: ({ go }, url) => ({ words: [join(go, "goose"), "up"], env: gooseEnv(url) }),
  rollback: ({ go }, url) => ({ words: [join(go, "goose"), "down"], env: gooseEnv(url) }),
};

function gooseEnv(url: string): Record<string, string> {
  return {
    GOOSE_DRIVER: "postgres",
    GOOSE_DBSTRING: `${url}?sslmode=disable`,
    GOOSE_MIGRATION_DIR: "migrations",
  };
}

export const golangMigrate: Tool = {
  tool: "golang-migrate",
  install: "go",
  // Several statements of one file go to Postgres as one, and so in one transaction, unless the address says otherwise.
  canGoWithout: true,
  id: (number) => `${number}_step`,
  write(folder, specs) {
    writeFiles(
      folder,
      Object.fromEntries(
        specs.flatMap((spec) => [
          [`migrations/${spec.number}_step.up.sql`, lines(upStatements(spec))],
          [`migrations/${spec.number}_step.down.sql`, lines(downStatements(spec))],
        ]),
      ),
    );
  },
  apply: ({ go }, url) => ({
    words: [join(go, "migrate"), "-path", "migrations", "-database", statementByStatement(url), "up"],
  }),
  rollback: ({ go }, url) => ({
    words: [join(go, "migrate"), "-path", "migrations", "-database", statementByStatement(url), "down", "1"],
  }),
};

function statementByStatement(url: string): string {
  return `${url}?sslmode=disable&x-multi-statement=true`;
}

export const dbmate: Tool = {
  tool: "dbmate",
  install: "node",
  canGoWithout: true,
  id: (number) => `${stamp(number)}_step`,
  write(folder, specs) {
    const file = (spec: (typeof specs)[number]) =>
      `-- migrate:up${spec.noTransaction === true ? " transaction:false" : ""}\n${lines(upStatements(spec))}\n-- migrate:down\n${lines(downStatements(spec))}\n`;
    writeFiles(
      folder,
      Object.fromEntries(specs.map((spec) => [`db/migrations/${stamp(spec.number)}_step.sql`, file(spec)])),
    );
  },
  apply: ({ node }, url) => ({
    words: [join(node, "node_modules/.bin/dbmate"), "--no-dump-schema", "up"],
    env: { DATABASE_URL: `${url}?sslmode=disable` },
  }),
  rollback: ({ node }, url) => ({
    words: [join(node, "node_modules/.bin/dbmate"), "--no-dump-schema", "rollback"],
    env: { DATABASE_URL: `${url}?sslmode=disable` },
  }),
};
