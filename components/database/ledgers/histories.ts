import type { MigrationReading } from "../types";
import {
  absent,
  applied,
  nameOf,
  pending,
  unknown,
  type LedgerRow,
  type LedgerRule,
  type Wanted,
} from "./rule";

/** alembic: nothing but the newest revision of each branch. */
export const alembic: LedgerRule = {
  table: "alembic_version",
  columns: ["version_num"],
  judge(rows, wanted) {
    const heads = rows.flatMap((row) => row["version_num"] ?? []);
    const isHead = (one: Wanted) => heads.some((head) => isRevision(head, nameOf(one)));
    const unlisted = heads.filter((head) => !wanted.some((one) => isRevision(head, nameOf(one))));
    const newest = wanted.findLastIndex(isHead);
    const readings = wanted.map((one, index) => [
      one.id,
      alembicReading(one, { heads, unlisted, newest, index, isHead: isHead(one) }),
    ]);
    return { readings: Object.fromEntries(readings) as never, unlisted };
  },
};

interface Heads {
  heads: string[];
  unlisted: string[];
  newest: number;
  index: number;
  isHead: boolean;
}

function alembicReading(one: Wanted, { heads, unlisted, newest, index, isHead }: Heads): MigrationReading {
  if (isHead) return applied;
  if (heads.length === 0) return pending;
  if (unlisted.length > 0) {
    return unknown(
      `alembic's table names ${unlisted.join(", ")}, which is not listed: it does not tell what that one builds upon`,
    );
  }
  if (heads.length > 1)
    return unknown(
      `alembic's table names ${heads.join(" and ")}: it does not tell which of them builds upon this one`,
    );
  if (index > newest) return pending;
  if (one.source.linear === true) return applied;
  return unknown(
    `alembic's table names ${heads.join("")} only: whether that builds upon this one stands in no table; where each listed migration builds upon the one before, write linear: true`,
  );
}

/** The revision itself, or a file's name that begins with it. */
function isRevision(revision: string, name: string): boolean {
  return name === revision || name.startsWith(`${revision}_`);
}

/** prisma: a row for each attempt. */
export const prisma: LedgerRule = {
  table: "_prisma_migrations",
  columns: ["migration_name", "finished_at", "rolled_back_at"],
  judge(rows, wanted) {
    const readings = wanted.map((one) => {
      const own = rows.filter((row) => row["migration_name"] === nameOf(one));
      return [one.id, prismaReading(own)];
    });
    const others = rows.filter(
      (row) => row["rolled_back_at"] === null && !wanted.some((one) => nameOf(one) === row["migration_name"]),
    );
    return {
      readings: Object.fromEntries(readings) as never,
      unlisted: [...new Set(others.map((row) => row["migration_name"] ?? ""))],
    };
  },
};

function prismaReading(rows: readonly LedgerRow[]): MigrationReading {
  const standing = rows.filter((row) => row["rolled_back_at"] === null);
  if (standing.some((row) => row["finished_at"] === null))
    return unknown("prisma's table holds it as begun and not finished: it failed, or runs now");
  if (standing.length > 0) return applied;
  return rows.length === 0
    ? pending
    : { state: "pending", because: "prisma's table holds it as rolled back" };
}

/** liquibase: a change set is known by its file, id and author together: `file::id::author`, `author:id`, or the id alone. */
export const liquibase: LedgerRule = {
  table: "databasechangelog",
  columns: ["id", "author", "filename", "exectype"],
  lock: { table: "databasechangeloglock", column: "locked" },
  judge(rows, wanted, isLocked) {
    const readings = wanted.map((one) => {
      const own = rows.filter((row) => isChangeSet(row, nameOf(one)));
      return [one.id, liquibaseReading(own, isLocked)];
    });
    return {
      readings: Object.fromEntries(readings) as never,
      unlisted: rows
        .filter((row) => !wanted.some((one) => isChangeSet(row, nameOf(one))))
        .map(({ filename, id, author }) => `${filename ?? ""}::${id ?? ""}::${author ?? ""}`),
    };
  },
};

function isChangeSet({ id, author, filename }: LedgerRow, name: string): boolean {
  return [`${filename ?? ""}::${id ?? ""}::${author ?? ""}`, `${author ?? ""}:${id ?? ""}`, id].includes(
    name,
  );
}

function liquibaseReading(rows: readonly LedgerRow[], isLocked: boolean): MigrationReading {
  const [row, ...more] = rows;
  if (row === undefined) return absent("liquibase", isLocked);
  if (more.length > 0) return unknown("several change sets have this id: write file::id::author as name");
  if (row["exectype"] === "EXECUTED" || row["exectype"] === "RERAN") return applied;
  return unknown(
    `liquibase's table holds it as ${row["exectype"] ?? "nothing"}: that does not tell whether it is there`,
  );
}

/** drizzle: hashes of files, and the time that its journal (`meta/_journal.json`) gives each as `when`. */
export const drizzle: LedgerRule = {
  table: "__drizzle_migrations",
  schema: "drizzle",
  columns: ["hash", "created_at"],
  judge(rows, wanted) {
    const isSame = (row: LedgerRow, name: string) => row["hash"] === name || row["created_at"] === name;
    const readings = wanted.map((one) => {
      const name = nameOf(one);
      if (rows.some((row) => isSame(row, name))) return [one.id, applied];
      // A number of milliseconds or a SHA-256; a hash that is not there may be that of a file that was edited since.
      if (/^\d{12,14}$/.test(name)) return [one.id, pending];
      if (rows.length === 0) return [one.id, pending];
      return [
        one.id,
        unknown("drizzle's table holds no names: write the journal's `when` of this migration as name"),
      ];
    });
    return {
      readings: Object.fromEntries(readings) as never,
      unlisted: rows
        .filter((row) => !wanted.some((one) => isSame(row, nameOf(one))))
        .map((row) => row["created_at"] ?? ""),
    };
  },
};
