import type { StackConfig } from "../../components/config";
import type { DatabaseReader } from "../../components/database";
import { readShown, type AskedDatabase } from "../shared/shown-migrations";
import { databaseClock } from "./look-at-clocks";
import { fine, type Finding } from "./finding";

/** The database itself: whether it can be asked from here, and what it shows of the migrations. */
export async function lookAtDatabase(
  config: StackConfig,
  reader: AskedDatabase,
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

async function migrationFindings({ migrations }: StackConfig, reader: DatabaseReader): Promise<Finding[]> {
  const { readings, leftovers } = await readShown({ migrations }, reader);
  return [
    ...migrations.map(({ id }): Finding => {
      const reading = readings[id] ?? { state: "unknown", because: "it was not asked" };
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
          result: "not-asked",
          found: `not known: ${reading.because}`,
          next: "write what shows it (tables, columns, indexes) into the migration's entry, or mend what kept it from being read",
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
