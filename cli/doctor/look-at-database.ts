import type { StackConfig } from "../../components/config";
import {
  connectTo,
  createDirectReader,
  readMigrations,
  type DatabaseReader,
  type MigrationToRead,
} from "../../components/database";
import { RolloutError } from "../../components/errors";
import { databaseClock } from "./look-at-clocks";
import { fine, type Finding } from "./finding";

/** The database itself: whether it can be asked from here, and what it shows of the migrations. */
export async function lookAtDatabase(
  config: StackConfig,
  reader: DatabaseReader | { because: string },
  now: () => Date,
): Promise<Finding[]> {
  if (config.migrations.length === 0) return [];
  if ("because" in reader)
    return [
      {
        about: "database",
        name: "DATABASE_URL",
        result: "not-asked",
        found: reader.because,
        next: "export DATABASE_URL with the database's external address, on this machine only",
      },
    ];
  const hello = await reader.read(["SELECT current_setting('server_version') AS version"]);
  if (!hello.asked)
    return [
      {
        about: "database",
        name: "DATABASE_URL",
        result: "mend",
        found: hello.because,
        next: "check the address; Render's external one needs this machine's address in the database's access list",
      },
    ];
  const [answer] = hello.answers;
  const version = answer !== undefined && "rows" in answer ? String(answer.rows[0]?.["version"]) : "?";
  return [
    fine("database", "DATABASE_URL", `answers: Postgres ${version}`),
    ...(await migrationFindings(config, reader)),
    ...(await databaseClock(reader, now)),
  ];
}

/** @returns a reader, or why there is none. Holds the address, which is a secret; what it says never does. */
export function databaseReader(databaseUrl: string | undefined): DatabaseReader | { because: string } {
  if (databaseUrl === undefined || databaseUrl === "")
    return { because: "DATABASE_URL is not set here, so what is applied is not known" };
  try {
    return createDirectReader(connectTo(databaseUrl, { connectTimeoutMs: 10_000 }));
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    return { because: error.message };
  }
}

async function migrationFindings({ migrations }: StackConfig, reader: DatabaseReader): Promise<Finding[]> {
  const sourced = migrations.flatMap((migration): MigrationToRead[] => {
    const { source } = migration as { source?: MigrationToRead["source"] };
    return source === undefined || source.kind === "status" ? [] : [{ id: migration.id, source }];
  });
  const { readings, leftovers } = await readMigrations(reader, sourced);
  return [
    ...migrations.map(({ id }): Finding => {
      const reading = readings[id];
      if (reading === undefined)
        return {
          about: "database",
          name: id,
          result: "not-asked",
          found: "the catalogue does not say what shows in the database when it is applied",
          next: "write `shows:` (tables, columns, indexes) into the migration's entry",
        };
      if (reading.state === "applied" || reading.state === "pending")
        return fine(
          "database",
          id,
          reading.state === "applied"
            ? "applied, as the database shows"
            : "not applied, as the database shows",
        );
      if (reading.state === "unknown")
        return {
          about: "database",
          name: id,
          result: "mend",
          found: `unknown: ${reading.because}`,
          next: "mend what kept it from being read",
        };
      return {
        about: "database",
        name: id,
        result: "mend",
        found: `partly applied: ${reading.present.join(", ")} there, ${reading.missing.join(", ")} missing`,
        next: "find out by hand what stopped it, and complete or undo it, before the rollout goes on",
      };
    }),
    ...leftovers.map(({ original }): Finding => ({
      about: "database",
      name: original,
      result: "mend",
      found: "hidden by a trial that did not end",
      next: "the next update puts it back before it does anything else",
    })),
  ];
}
