import { applied, nameOf, pending, unknown, type LedgerRow, type LedgerRule, type Wanted } from "./rule";
import type { MigrationReading } from "../types";

/** The number that a file's name begins with, as the tool understands it: `20240101000000_add_x.sql`, `00007`. */
function numberOf(name: string): bigint | undefined {
  const digits = /^(\d+)(?:$|[_.-])/.exec(name)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

function noNumber(tool: string): MigrationReading {
  return unknown(
    `${tool} knows migrations by the number that their files begin with, and this one's id has none: write it as name`,
  );
}

/** rails, dbmate: a list of versions. */
export function versionLedger(tool: string): LedgerRule {
  return {
    table: "schema_migrations",
    columns: ["version"],
    judge(rows, wanted) {
      if (rows.some((row) => "dirty" in row))
        return allUnknown(wanted, "the table has a column dirty: it is golang-migrate's");
      const versions = rows.flatMap((row) => row["version"] ?? []);
      const isIn = (number: bigint) => versions.some((version) => numberOf(version) === number);
      const numbers = wanted.map((one) => numberOf(nameOf(one)));
      const readings = wanted.map((one, index) => {
        const number = numbers[index];
        if (number === undefined) return [one.id, noNumber(tool)];
        return [one.id, isIn(number) ? applied : pending];
      });
      return {
        readings: Object.fromEntries(readings) as never,
        unlisted: versions.filter((version) => !numbers.includes(numberOf(version))),
      };
    },
  };
}

/** goose: a row each time a version goes up or (older releases) down; the latest one of a version decides. */
export const goose: LedgerRule = {
  table: "goose_db_version",
  columns: ["id", "version_id", "is_applied"],
  judge(rows, wanted) {
    const latest = new Map<bigint, LedgerRow>();
    for (const row of [...rows].sort((a, b) => Number(a["id"]) - Number(b["id"])))
      latest.set(BigInt(row["version_id"] ?? 0), row);
    const isUp = (number: bigint) => latest.get(number)?.["is_applied"] === "true";
    const numbers = wanted.map((one) => numberOf(nameOf(one)));
    const readings = wanted.map((one, index) => {
      const number = numbers[index];
      if (number === undefined) return [one.id, noNumber("goose")];
      return [one.id, isUp(number) ? applied : pending];
    });
    return {
      readings: Object.fromEntries(readings) as never,
      // Version 0 is what goose writes when it makes the table.
      unlisted: [...latest.keys()]
        .filter((number) => number !== 0n && isUp(number) && !numbers.includes(number))
        .map(String),
    };
  },
};

/** golang-migrate: one row, the version reached. It goes through files in the order of their numbers. */
export const golangMigrate: LedgerRule = {
  table: "schema_migrations",
  columns: ["version", "dirty"],
  judge(rows, wanted) {
    if (rows.length > 1) return allUnknown(wanted, "golang-migrate keeps one row, and there are several");
    const [row] = rows;
    const reached = row === undefined ? -1n : BigInt(row["version"] ?? -1);
    const isDirty = row?.["dirty"] === "true";
    const numbers = wanted.map((one) => numberOf(nameOf(one)));
    const readings = wanted.map((one, index) => {
      const number = numbers[index];
      if (number === undefined) return [one.id, noNumber("golang-migrate")];
      // Up to the dirty version and down from it look the same: its neighbours may be what failed.
      if (isDirty)
        return [
          one.id,
          unknown(
            `golang-migrate's table is dirty at version ${String(reached)}: a migration failed, and it does not tell in which direction`,
          ),
        ];
      return [one.id, number <= reached ? applied : pending];
    });
    return {
      readings: Object.fromEntries(readings) as never,
      unlisted: reached >= 0n && !numbers.includes(reached) ? [String(reached)] : [],
    };
  },
};

/** flyway: rows in order of installation; the latest one of a version or a repeatable script decides. */
export const flyway: LedgerRule = {
  table: "flyway_schema_history",
  columns: ["installed_rank", "version", "description", "type", "script", "success"],
  judge(rows, wanted) {
    const ordered = [...rows].sort((a, b) => Number(a["installed_rank"]) - Number(b["installed_rank"]));
    const baseline = ordered.findLast((row) => row["type"] === "BASELINE");
    const readings = wanted.map((one) => [one.id, flywayReading(ordered, baseline, nameOf(one))]);
    const known = (row: LedgerRow) => wanted.some((one) => isFlyway(row, nameOf(one)));
    return {
      readings: Object.fromEntries(readings) as never,
      unlisted: [
        ...new Set(
          ordered
            .filter((row) => !known(row) && !NO_MIGRATION.includes(row["type"] ?? ""))
            .map((row) => row["script"] ?? ""),
        ),
      ],
    };
  },
};

const NO_MIGRATION = ["BASELINE", "SCHEMA", "DELETE"];

function flywayReading(
  rows: readonly LedgerRow[],
  baseline: LedgerRow | undefined,
  name: string,
): MigrationReading {
  const row = rows.findLast((one) => isFlyway(one, name) && one["type"] !== "BASELINE");
  if (row !== undefined) {
    if (row["success"] !== "true") return unknown("flyway's table holds it as failed");
    if (/^UNDO/.test(row["type"] ?? "")) return pending;
    if (row["type"] === "DELETE") return unknown("flyway's table holds it as deleted by a repair");
    return applied;
  }
  const version = flywayVersion(name);
  const base = baseline?.["version"];
  if (version === undefined)
    return /^R__/.test(name)
      ? pending
      : unknown("it is no name of flyway's: write V1__name.sql, R__name.sql or the version");
  if (base != null && compareVersions(version, base) <= 0) {
    return unknown(
      `flyway's baseline ${base} says that the database was there before: it does not tell whether this was in it`,
    );
  }
  return pending;
}

function isFlyway(row: LedgerRow, name: string): boolean {
  const script = row["script"] ?? "";
  if (script === name || script.split("/").at(-1) === name || script.replace(/\.\w+$/, "") === name)
    return true;
  const version = flywayVersion(name);
  const its = row["version"];
  return version !== undefined && its != null && compareVersions(version, its) === 0;
}

/** `V1_2__name.sql`, `V1.2__name`, `1.2`. */
function flywayVersion(name: string): string | undefined {
  const base = name.split("/").at(-1) ?? "";
  return (/^[VBU]([\d._]+?)(?:__|$)/.exec(base)?.[1] ?? /^(\d[\d._]*)$/.exec(base)?.[1])?.replaceAll(
    "_",
    ".",
  );
}

/** `1`, `1.0` and `001` are one version. */
function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((text) =>
    text.split(/[._]/).map((part) => BigInt(part === "" ? 0 : /^\d+$/.test(part) ? part : 0)),
  );
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index += 1) {
    const difference = (left?.[index] ?? 0n) - (right?.[index] ?? 0n);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}

function allUnknown(wanted: readonly Wanted[], because: string) {
  return { readings: Object.fromEntries(wanted.map(({ id }) => [id, unknown(because)])), unlisted: [] };
}
