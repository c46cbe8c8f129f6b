import type { StackConfig } from "../../components/config";
import {
  connectTo,
  createDirectReader,
  readMigrations,
  type DatabaseReader,
  type Leftover,
  type MigrationReading,
  type MigrationToRead,
} from "../../components/database";
import { RolloutError } from "../../components/errors";
import type { Engine } from "../engine/port";
import { readSecret } from "./secrets";

/** The database, or why it cannot be asked from here. */
export type AskedDatabase = DatabaseReader | { because: string };

export const NO_DATABASE_URL = "DATABASE_URL is not set here";

/** By the address that updates take, too: the stack's own secret, and only where it has none the environment's. */
export type OpenDatabase = (engine: Pick<Engine, "secret"> | undefined) => Promise<AskedDatabase>;

export const openDatabase: OpenDatabase = async (engine) =>
  databaseAt(await readSecret("databaseUrl", engine));

/** What it says holds neither the address nor the password. */
function databaseAt(databaseUrl: string | undefined): AskedDatabase {
  if (databaseUrl === undefined || databaseUrl === "") return { because: NO_DATABASE_URL };
  try {
    return createDirectReader(connectTo(databaseUrl, { connectTimeoutMs: 10_000 }));
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    return { because: error.message };
  }
}

export interface ShownMigrations {
  /** One for each migration of the catalogue; `unknown` with the reason where it was not asked or did not tell. */
  readings: Record<string, MigrationReading>;
  leftovers: Leftover[];
}

/** What the database itself shows of the catalogue's migrations. Never throws, never guesses. */
export async function readShown(
  { migrations }: Pick<StackConfig, "migrations">,
  database: AskedDatabase,
): Promise<ShownMigrations> {
  const unknown = (because: string): MigrationReading => ({ state: "unknown", because });
  if ("because" in database)
    return {
      readings: Object.fromEntries(migrations.map(({ id }) => [id, unknown(database.because)])),
      leftovers: [],
    };
  const sourced = migrations.flatMap(({ id, ...rest }): MigrationToRead[] => {
    const { source } = rest as { source?: MigrationToRead["source"] };
    return source === undefined ? [] : [{ id, source }];
  });
  if (sourced.length === 0)
    return {
      readings: Object.fromEntries(migrations.map(({ id }) => [id, unknown(NO_SOURCE)])),
      leftovers: [],
    };
  const { readings, leftovers } = await readMigrations(database, sourced);
  const all = migrations.map(({ id }) => [id, readings[id] ?? unknown(NO_SOURCE)] as const);
  return { readings: Object.fromEntries(all), leftovers };
}

const NO_SOURCE = "the catalogue does not say what shows in the database when it is applied";
