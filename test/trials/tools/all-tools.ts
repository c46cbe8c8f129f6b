import type { Tool } from "../tool";
import { dbmate, golangMigrate, goose } from "./go";
import { flyway, liquibase } from "./java";
import { drizzle, knex, nodePgMigrate, sequelize, typeorm, umzug } from "./node";
import { prisma } from "./prisma";
import { alembic, django } from "./python";
import { rails } from "./ruby";

export const TOOLS: readonly Tool[] = [
  alembic,
  dbmate,
  django,
  drizzle,
  flyway,
  golangMigrate,
  goose,
  knex,
  liquibase,
  nodePgMigrate,
  prisma,
  rails,
  sequelize,
  typeorm,
  umzug,
];
