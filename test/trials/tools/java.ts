import { join } from "node:path";

import { downStatements, upStatements, type Installs, type Run, type Tool } from "../tool";
import { writeFiles } from "../write-files";

const java = (places: Installs, url: string, ...words: string[]): Run => ({
  words: ["java", "-cp", `${join(places.java, "lib")}/*`, ...words],
  env: {
    JDBC_URL: jdbcOf(url),
    JDBC_USER: new URL(url).username,
    JDBC_PASSWORD: new URL(url).password,
    LIQUIBASE_COMMAND_URL: jdbcOf(url),
    LIQUIBASE_COMMAND_USERNAME: new URL(url).username,
    LIQUIBASE_COMMAND_PASSWORD: new URL(url).password,
    LIQUIBASE_COMMAND_CHANGELOG_FILE: "changelog.sql",
    LIQUIBASE_ANALYTICS_ENABLED: "false",
  },
});

function jdbcOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `jdbc:postgresql://${host}${pathname}`;
}

export const flyway: Tool = {
  tool: "flyway",
  install: "java",
  canGoWithout: true,
  id: (number) => `V${number}__step`,
  write(folder, specs) {
    writeFiles(folder, {
      "Run.java": `import org.flywaydb.core.Flyway;
public class Run { public static void main(String[] a) {
  Flyway.configure().dataSource(System.getenv("JDBC_URL"), System.getenv("JDBC_USER"), System.getenv("JDBC_PASSWORD"))
    .locations("filesystem:sql").load().migrate();
} }`,
      ...Object.fromEntries<string>(
        specs.flatMap((spec): [string, string][] => [
          [
            `sql/V${spec.number}__step.sql`,
            upStatements(spec)
              .map((sql) => `${sql};`)
              .join("\n"),
          ],
          ...(spec.noTransaction === true
            ? [[`sql/V${spec.number}__step.sql.conf`, "executeInTransaction=false\n"] as [string, string]]
            : []),
        ]),
      ),
    });
  },
  apply: (places, url) => java(places, url, "Run.java"),
};

export const liquibase: Tool = {
  tool: "liquibase",
  install: "java",
  canGoWithout: true,
  id: (number) => `ada:step-${number}`,
  write(folder, specs) {
    const set = (spec: (typeof specs)[number]) =>
      [
        `--changeset ada:step-${spec.number} runInTransaction:${spec.noTransaction === true ? "false" : "true"}`,
        ...upStatements(spec).map((sql) => `${sql};`),
        ...downStatements(spec).map((sql) => `--rollback ${sql};`),
      ].join("\n");
    writeFiles(folder, { "changelog.sql": `--liquibase formatted sql\n\n${specs.map(set).join("\n\n")}\n` });
  },
  apply: (places, url) =>
    java(places, url, "liquibase.integration.commandline.LiquibaseCommandLine", "update"),
  rollback: (places, url) =>
    java(
      places,
      url,
      "liquibase.integration.commandline.LiquibaseCommandLine",
      "rollback-count",
      "--count=1",
    ),
};
