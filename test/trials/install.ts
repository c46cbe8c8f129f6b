import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import type { Installs } from "./tool";
import { writeFiles } from "./write-files";

/** What is installed, exactly; the versions stand in the table of docs/migration-tools.md. */
const VERSIONS = {
  python: ["alembic==1.20.1", "sqlalchemy<2.1", "django<6", "psycopg2-binary"],
  node: [
    "dbmate@2.36.0",
    "drizzle-kit@0.31.11",
    "drizzle-orm@0.45.4",
    "knex@3.3.0",
    "node-pg-migrate@9.0.0",
    "@prisma/adapter-pg@6.19.3",
    "prisma@6.19.3",
    "pg@8.23.1",
    "sequelize@6.37.8",
    "sequelize-cli@6.6.5",
    "typeorm@1.1.1",
    "umzug@3.8.3",
  ],
  go: [
    "github.com/pressly/goose/v3/cmd/goose@v3.30.1",
    "github.com/golang-migrate/migrate/v4/cmd/migrate@v4.20.1",
  ],
  java: [
    "org.flywaydb:flyway-core:13.12.1",
    "org.flywaydb:flyway-database-postgresql:13.12.1",
    "org.liquibase:liquibase-core:4.33.0",
    "info.picocli:picocli:4.7.7",
    "org.postgresql:postgresql:42.7.8",
  ],
} as const;

/** Outside the repository, kept from one run to the next. */
export function cacheFolder(): string {
  const named = process.env["ROLLOUT_TRIALS_CACHE"];
  return named ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "rollout-trials");
}

const INSTALL_WITHIN_MS = 15 * 60_000;

type Step = [program: string, ...words: string[]];

/** Installs one ecosystem's tools by its own client, once. @returns why they cannot be had, or nothing. */
export function install(ecosystem: keyof Installs, places: Installs): string | undefined {
  const folder = places[ecosystem];
  const done = join(folder, ".installed");
  if (existsSync(done)) return undefined;
  mkdirSync(folder, { recursive: true });
  for (const [program, ...words] of stepsOf(ecosystem, folder)) {
    const run = spawnSync(program, words, {
      cwd: folder,
      encoding: "utf8",
      timeout: INSTALL_WITHIN_MS,
      env: { ...process.env, GOBIN: folder },
    });
    if (run.error !== undefined) return `${program}: ${run.error.message}`;
    if (run.status !== 0)
      return `${program} ${words.slice(0, 2).join(" ")} ended with ${run.status ?? "a signal"}: ${run.stderr.trim().slice(-300)}`;
  }
  writeFileSync(done, "");
  return undefined;
}

function stepsOf(ecosystem: keyof Installs, folder: string): Step[] {
  switch (ecosystem) {
    case "python":
      return [
        ["python3", "-m", "venv", "."],
        ["bin/pip", "install", "--quiet", ...VERSIONS.python],
      ];
    case "node":
      writeFiles(folder, { "package.json": JSON.stringify({ name: "trials", private: true }) });
      return [["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", ...VERSIONS.node]];
    case "go":
      return VERSIONS.go.map((module) => ["go", "install", "-tags", "postgres", module]);
    case "java":
      writeFiles(folder, { "pom.xml": pom() });
      return [
        ["java", "-version"],
        ["mvn", "--quiet", "--batch-mode", "dependency:copy-dependencies", "-DoutputDirectory=lib"],
      ];
    case "ruby":
      // From the system's packages (Debian: ruby-activerecord, ruby-pg): RubyGems is not asked.
      return [["ruby", "-e", 'require "active_record"; require "pg"']];
  }
}

function pom(): string {
  const dependency = (text: string) => {
    const [group, artifact, version] = text.split(":");
    return `<dependency><groupId>${group ?? ""}</groupId><artifactId>${artifact ?? ""}</artifactId><version>${version ?? ""}</version></dependency>`;
  };
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>trials</groupId><artifactId>trials</artifactId><version>1</version><dependencies>${VERSIONS.java.map(dependency).join("")}</dependencies></project>`;
}
