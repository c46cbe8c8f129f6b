import { z } from "zod";

import type { MigrationReading, RowCounts } from "./types";

const documentSchema = z.strictObject({
  migrations: z.array(
    z.strictObject({
      id: z.string(),
      state: z.enum(["applied", "pending", "partly"]),
      /** For `partly`: what is there and what is not. */
      present: z.array(z.string()).optional(),
      missing: z.array(z.string()).optional(),
    }),
  ),
  /** By migration: rows that its rollback would lose, by column or table. */
  rollbackLosesRows: z.record(z.string(), z.record(z.string(), z.int().nonnegative())).optional(),
});

export interface StatusDocument {
  readings: Record<string, MigrationReading>;
  /** By migration. */
  rowLosses: Record<string, RowCounts>;
  unlisted: string[];
}

/**
 * Reads what a status command wrote to standard output, which has to be this document and nothing else:
 * `{"migrations": [{"id": "001_add_x", "state": "applied"}], "rollbackLosesRows": {"001_add_x": {"orders.x": 12}}}`.
 * The states are `applied`, `pending` and `partly` (with `present` and `missing`). Nothing is read from words.
 */
export function parseStatusDocument(stdout: string, ids: readonly string[]): StatusDocument {
  const document = parse(stdout);
  if ("because" in document)
    return { readings: unknownOf(ids, document.because), rowLosses: {}, unlisted: [] };
  const readings = ids.map((id): [string, MigrationReading] => {
    const told = document.migrations.filter((migration) => migration.id === id);
    const [one, ...more] = told;
    if (one === undefined) return [id, unknown("the status command's document does not name it")];
    if (more.length > 0) return [id, unknown("the status command's document names it more than once")];
    const { state, present = [], missing = [] } = one;
    const against = state === "applied" ? missing : state === "pending" ? present : [];
    if (against.length > 0)
      return [
        id,
        unknown(
          `the status command's document says ${state} and also ${state === "applied" ? "missing" : "present"}: ${against.join(", ")}`,
        ),
      ];
    if (state !== "partly") return [id, { state }];
    return [id, { state, present, missing }];
  });
  return {
    readings: Object.fromEntries(readings),
    rowLosses: document.rollbackLosesRows ?? {},
    unlisted: document.migrations.map(({ id }) => id).filter((id) => !ids.includes(id)),
  };
}

function parse(stdout: string): z.infer<typeof documentSchema> | { because: string } {
  if (stdout.trim() === "") return { because: "the status command wrote nothing to standard output" };
  let value: unknown;
  try {
    value = JSON.parse(stdout.replace(/^\uFEFF/, ""));
  } catch {
    return {
      because:
        "what the status command wrote to standard output is not its JSON document alone; anything else belongs on standard error",
    };
  }
  const parsed = documentSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join(".") ?? "";
  return {
    because: `the status command's document is not as documented${place === "" ? "" : `, at ${place}`}: ${issue?.message ?? ""}`,
  };
}

function unknownOf(ids: readonly string[], because: string): Record<string, MigrationReading> {
  return Object.fromEntries(ids.map((id) => [id, unknown(because)]));
}

function unknown(because: string): MigrationReading {
  return { state: "unknown", because };
}
