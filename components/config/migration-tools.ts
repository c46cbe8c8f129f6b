/** The migration tools whose ledger is read and whose commands are known; see docs/migration-tools.md. */
export const MIGRATION_TOOLS = [
  "alembic",
  "dbmate",
  "django",
  "drizzle",
  "flyway",
  "golang-migrate",
  "goose",
  "knex",
  "laravel",
  "liquibase",
  "node-pg-migrate",
  "prisma",
  "rails",
  "sequelize",
  "typeorm",
  "umzug",
] as const;

export type MigrationTool = (typeof MIGRATION_TOOLS)[number];
