import type { LedgerTool } from "../types";
import { alembic, drizzle, liquibase, prisma } from "./histories";
import { django, isSameClass, isSameFile, nameLedger } from "./names";
import type { LedgerRule } from "./rule";
import { flyway, golangMigrate, goose, versionLedger } from "./versions";

/** Where each tool keeps what it has run, and what its rows mean; held against the tools themselves by `npm run trials`. */
export const LEDGERS: Record<LedgerTool, LedgerRule> = {
  alembic,
  dbmate: versionLedger("dbmate"),
  django,
  drizzle,
  flyway,
  "golang-migrate": golangMigrate,
  goose,
  knex: nameLedger(
    "knex",
    { table: "knex_migrations", lock: { table: "knex_migrations_lock", column: "is_locked" } },
    "name",
    isSameFile,
  ),
  laravel: nameLedger("laravel", { table: "migrations" }, "migration", isSameFile),
  liquibase,
  "node-pg-migrate": nameLedger("node-pg-migrate", { table: "pgmigrations" }, "name", isSameFile),
  prisma,
  rails: versionLedger("rails"),
  sequelize: nameLedger("sequelize", { table: "SequelizeMeta" }, "name", isSameFile),
  typeorm: nameLedger("typeorm", { table: "migrations" }, "name", isSameClass),
  umzug: nameLedger("umzug", { table: "SequelizeMeta" }, "name", isSameFile),
};
