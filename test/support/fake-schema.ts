import type { MigrationReading } from "../../components/database/types";
import { RolloutError } from "../../components/errors";
import type { Schema } from "../../components/providers/migrations/schema";

/** A database in a list: what it shows, whether it answers, and what a trial finds. */
export interface FakeDatabase {
  /** What is not listed is pending. */
  readings: Map<string, MigrationReading>;
  /** Why nobody can be asked; undefined: the database answers. */
  silent: string | undefined;
  /** Asking takes a command. */
  slow: boolean;
  trial: { verdict: "not needed" | "needed" | "not tried"; because?: string };
  untriable: string | undefined;
  /** What was asked, in order: `ask 001_a,002_b`, `try 002_b`. */
  asked: string[];
}

export function fakeDatabase(applied: readonly string[] = []): FakeDatabase {
  return {
    readings: new Map(applied.map((id) => [id, { state: "applied" }])),
    silent: undefined,
    slow: false,
    trial: { verdict: "not needed" },
    untriable: undefined,
    asked: [],
  };
}

export function fakeSchema(database: FakeDatabase, log: (line: string) => void): Schema {
  const ask: Schema["ask"] = async (ids, { slowly }) => {
    if (database.slow && !slowly) return {};
    database.asked.push(`ask ${ids.join(",")}`);
    const because = database.silent;
    return Object.fromEntries(
      ids.map((id) => [
        id,
        because === undefined
          ? (database.readings.get(id) ?? { state: "pending" as const })
          : { state: "unknown" as const, because },
      ]),
    );
  };
  return {
    declare: () => undefined,
    ask,
    forget: () => undefined,
    async requireApplied(ids, what) {
      const readings = await ask(ids, { slowly: true });
      if (ids.every((id) => readings[id]?.state === "applied")) return;
      throw new RolloutError("SCHEMA_MISSING", `${what} stays off`);
    },
    sayRowsLost: async (id) => {
      log(`rows of ${id}`);
    },
    untriable: () => database.untriable,
    async tryWithout(ids) {
      database.asked.push(`try ${ids.join(",")}`);
      return database.trial;
    },
    unlisted: () => [],
    leftovers: () => [],
    how: () => "a list",
  };
}
