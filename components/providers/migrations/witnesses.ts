import { connectTo, type Connect } from "../../database/reader/connection";
import { createDirectReader } from "../../database/reader/direct-reader";
import { createRunnerReader } from "../../database/reader/runner-reader";
import { readMigrations } from "../../database/read-migrations";
import { parseStatusDocument } from "../../database/status-document";
import type { DatabaseReader, Leftover, MigrationToRead } from "../../database/types";
import type { ProviderContext } from "../context";
import type { DeclaredMigration, RunnerInput } from "./declared";
import { executorFor } from "./runner";
import type { Readings } from "./schema";
import { messageOf } from "../../errors";

/** Somebody who can be asked about migrations. */
export interface Witness {
  /** A command on this machine, or a job on Render: asked only where it matters. */
  slow: boolean;
  knows(id: string): boolean;
  ask(
    migrations: readonly MigrationToRead[],
  ): Promise<{ readings: Readings; leftovers?: Leftover[]; unlisted?: readonly string[] }>;
}

export interface Witnesses {
  /** The quick ones first. */
  for(runner: RunnerInput, migrations: readonly DeclaredMigration[]): Witness[];
  /** Why nobody was asked, in words that complete "not known: …". */
  silence(runner: RunnerInput, slowly: boolean): string;
  connect(): Connect | undefined;
  /** The database itself; undefined where it cannot be asked directly. */
  reader(): DatabaseReader | undefined;
}

/**
 * The database is asked directly where DATABASE_URL is; else, where it can be reached from Render only, by the same
 * queries through the runner; the status command where config says that it alone knows.
 */
export function createWitnesses(context: ProviderContext): Witnesses {
  const { databaseUrl } = context.secrets;
  const { connect, wrong } = connection(databaseUrl);
  const direct = connect === undefined ? undefined : createDirectReader(connect);

  function viaDatabase(reader: DatabaseReader, slow: boolean, ids: readonly string[]): Witness {
    return {
      slow,
      knows: (id) => ids.includes(id),
      async ask(migrations) {
        const { readings, leftovers, unlisted } = await readMigrations(reader, migrations);
        return { readings, leftovers, unlisted: unlisted.flatMap(({ names }) => names) };
      },
    };
  }

  function viaCommand(runner: RunnerInput, words: readonly string[], ids: readonly string[]): Witness {
    return {
      slow: true,
      knows: (id) => ids.includes(id),
      async ask(migrations) {
        const asked = migrations.map(({ id }) => id);
        try {
          const { output } = await executorFor(context, runner).execute(words);
          if (output === undefined)
            return { readings: unknownOf(asked, "the status command's output did not arrive") };
          return { readings: parseStatusDocument(output, asked).readings };
        } catch (error) {
          const because = `the status command failed: ${messageOf(error)}`;
          return { readings: unknownOf(asked, because) };
        }
      },
    };
  }

  return {
    for(runner, migrations) {
      const idsBy = (kind: "status" | "database") =>
        migrations
          .filter(({ source }) => (source.kind === "status") === (kind === "status"))
          .map(({ id }) => id);
      const shown = idsBy("database");
      const { status } = runner.commands;
      const elsewhere = runner.where === "local" ? undefined : runnerReader(context, runner);
      return [
        ...(direct === undefined ? [] : [viaDatabase(direct, false, shown)]),
        ...(elsewhere === undefined ? [] : [viaDatabase(elsewhere, true, shown)]),
        ...(status === undefined ? [] : [viaCommand(runner, status, idsBy("status"))]),
      ];
    },
    silence(runner, slowly) {
      if (wrong !== undefined) return wrong;
      if (direct === undefined && runner.where === "local") {
        return "DATABASE_URL is not set here, so the database cannot be asked (the update needs it)";
      }
      return slowly ? "nobody answered" : "asking takes a command, and nothing here depends on the answer";
    },
    connect: () => connect,
    reader: () => direct,
  };
}

/** A URL that cannot be read must not keep flags from going off: whoever asks the database is told. */
function connection(databaseUrl: string | undefined): { connect?: Connect; wrong?: string } {
  if (databaseUrl === undefined) return {};
  try {
    return { connect: connectTo(databaseUrl) };
  } catch (error) {
    return { wrong: messageOf(error) };
  }
}

/** Asks from where the database can be reached: the answer is a document of its own, whatever surrounds it. */
function runnerReader(context: ProviderContext, runner: RunnerInput): DatabaseReader {
  return createRunnerReader(async (words) => {
    try {
      const { output, note } = await executorFor(context, runner).execute(words);
      if (output === undefined) return { ended: false, because: note ?? "its output did not arrive" };
      return { ended: true, output };
    } catch (error) {
      return { ended: false, because: messageOf(error) };
    }
  });
}

function unknownOf(ids: readonly string[], because: string): Readings {
  return Object.fromEntries(ids.map((id) => [id, { state: "unknown" as const, because }]));
}
