import type { MigrationTool } from "./migration-tools";

/**
 * What a tool's own commands reach.
 * - `one`: exactly the migration that `{id}` names;
 * - `through`: that one, and every earlier (apply) or later (rollback) one that is in the way;
 * - `all`: everything that is pending.
 */
export type Reach = "one" | "through" | "all";

export interface ToolPreset {
  apply: { words: readonly string[]; reach: Reach };
  /**
   * Absent: the tool cannot undo, or not without a purchase, or its step back names no migration and takes whichever was applied last,
   * to which nobody consented.
   */
  rollback?: { words: readonly string[]; reach: Exclude<Reach, "all"> };
  /** What `{id}` has to be in the words; absent where no word holds it. */
  idIs?: string;
  /** What the operator has to see to, the database's address in the first place. */
  needs: string;
}

/** The usual commands of each tool. Words that name files or folders follow the tool's own defaults. */
export const toolPresets: Record<MigrationTool, ToolPreset> = {
  alembic: {
    apply: { words: ["alembic", "upgrade", "{id}"], reach: "through" },
    rollback: { words: ["alembic", "downgrade", "{id}-1"], reach: "through" },
    idIs: "the revision",
    needs:
      "env.py reads the address from DATABASE_URL. `linear: true` where each listed migration builds upon the one before.",
  },
  dbmate: {
    apply: { words: ["dbmate", "--no-dump-schema", "up"], reach: "all" },
    needs: "DATABASE_URL in its environment.",
  },
  django: {
    apply: { words: ["python", "manage.py", "migrate", "--noinput"], reach: "all" },
    needs:
      "Settings read DATABASE_URL. Ids as app/0001_name. For a rollback write your own words: Django wants the name of the migration before.",
  },
  drizzle: {
    apply: { words: ["npx", "drizzle-kit", "migrate"], reach: "all" },
    needs:
      "drizzle.config.ts reads DATABASE_URL. Each migration's `name` is its `when` of meta/_journal.json.",
  },
  flyway: {
    apply: { words: ["flyway", "migrate", "-target={id}"], reach: "through" },
    idIs: "the version",
    needs: "FLYWAY_URL, FLYWAY_USER and FLYWAY_PASSWORD in its environment. Undo is not in the free edition.",
  },
  "golang-migrate": {
    apply: { words: ["./migrate.sh", "goto", "{id}"], reach: "through" },
    idIs: "the version",
    needs:
      "A script of your own: migrate takes the address as an argument only, where every user of the machine can read it.",
  },
  goose: {
    apply: { words: ["goose", "up-to", "{id}"], reach: "through" },
    idIs: "the version",
    needs: "GOOSE_DRIVER, GOOSE_DBSTRING and GOOSE_MIGRATION_DIR in its environment.",
  },
  knex: {
    apply: { words: ["npx", "knex", "migrate:up", "{id}"], reach: "one" },
    rollback: { words: ["npx", "knex", "migrate:down", "{id}"], reach: "one" },
    idIs: "the file's name with its ending",
    needs: "knexfile reads DATABASE_URL.",
  },
  laravel: {
    apply: {
      words: ["php", "artisan", "migrate", "--force", "--path=database/migrations/{id}.php"],
      reach: "one",
    },
    idIs: "the file's name without .php",
    needs: "DB_URL in its environment.",
  },
  liquibase: {
    apply: { words: ["liquibase", "update"], reach: "all" },
    needs: "LIQUIBASE_COMMAND_URL, …_USERNAME, …_PASSWORD and …_CHANGELOG_FILE in its environment.",
  },
  "node-pg-migrate": {
    apply: { words: ["npx", "node-pg-migrate", "up"], reach: "all" },
    needs: "DATABASE_URL in its environment.",
  },
  prisma: {
    apply: { words: ["npx", "prisma", "migrate", "deploy"], reach: "all" },
    needs: "DATABASE_URL in its environment. Prisma has no way back.",
  },
  rails: {
    apply: { words: ["bin/rails", "db:migrate:up", "VERSION={id}"], reach: "one" },
    rollback: { words: ["bin/rails", "db:migrate:down", "VERSION={id}"], reach: "one" },
    idIs: "the version",
    needs: "DATABASE_URL in its environment.",
  },
  sequelize: {
    apply: { words: ["npx", "sequelize-cli", "db:migrate", "--to", "{id}"], reach: "through" },
    rollback: { words: ["npx", "sequelize-cli", "db:migrate:undo", "--name", "{id}"], reach: "one" },
    idIs: "the file's name with its ending",
    needs: "config/config.js with use_env_variable: DATABASE_URL.",
  },
  typeorm: {
    apply: { words: ["npx", "typeorm", "migration:run", "-d", "data-source.js"], reach: "all" },
    needs: "The data source reads DATABASE_URL.",
  },
  umzug: {
    apply: { words: ["node", "migrate.js", "up", "--name", "{id}"], reach: "one" },
    rollback: { words: ["node", "migrate.js", "down", "--name", "{id}"], reach: "one" },
    idIs: "the name that umzug lists",
    needs: "Its storage is Sequelize's; migrate.js runs umzug as a command line and reads DATABASE_URL.",
  },
};
