import { RolloutError } from "../../errors";
import type { ProviderContext } from "../context";
import { commandsFor } from "./command-line";
import type { DeclaredMigration } from "./declared";
import type { MigrationsInputs } from "./inputs";
import { readingOf } from "./reconcile";
import type { RunnerDesk } from "./runner";

/**
 * Applies what is missing, in order, and believes the database alone about each: a command may end well and have done
 * nothing, or fail and have done half.
 * @param applied called for each that the database shows, with the time.
 * @throws RolloutError MIGRATIONS_NOT_DONE where the database does not show what the command was to bring.
 */
export async function applyMigrations(
  context: ProviderContext,
  desk: RunnerDesk,
  inputs: MigrationsInputs,
  ids: readonly string[],
  applied: (id: string, at: string) => void,
): Promise<void> {
  const chosen = inputs.migrations.filter(({ id }) => ids.includes(id));
  for (const { words, acts } of commandsFor(inputs.runner.commands.apply, chosen)) {
    await desk.execute(words).catch((error: unknown) => {
      throw withDoubt(error, chosen.filter(({ id }) => acts.includes(id)).filter(isKnownByLedgerAlone));
    });
    context.schema.forget();
    const readings = await context.schema.ask(acts, { slowly: true });
    const at = (await context.now()).toISOString();
    const shows = acts.filter((id) => readingOf(readings, id).state === "applied");
    for (const id of shows) applied(id, at);
    const left = acts.filter((id) => !shows.includes(id));
    if (left.length > 0) throw notApplied(left.map((id) => ({ id, reading: readingOf(readings, id) })));
  }
}

/** Its tool's table is written when all of it has run: what a command that failed had done before nobody sees there. */
function isKnownByLedgerAlone({ source }: DeclaredMigration): boolean {
  return source.kind === "ledger" && (source.facts ?? []).length === 0;
}

function withDoubt(error: unknown, doubtful: readonly DeclaredMigration[]): unknown {
  if (doubtful.length === 0 || !(error instanceof RolloutError)) return error;
  const ids = doubtful.map(({ id }) => id).join(", ");
  const words =
    `${error.message}\nWhat of ${ids} it did outside a transaction may be there: the tool's own table, by which alone the catalogue ` +
    `knows it, says pending all the same. Look before you run it again; with facts beside the table (\`facts\`) the next run would see a half.`;
  return new RolloutError(error.code, words, error.data);
}

function notApplied(left: { id: string; reading: ReturnType<typeof readingOf> }[]): RolloutError {
  const told = left.map(({ id, reading }) => {
    if (reading.state === "partly") {
      return `${id} is only partly there: missing ${reading.missing.join(", ")}; there ${reading.present.join(", ")}`;
    }
    return reading.state === "unknown"
      ? `whether ${id} is applied is not known: ${reading.because}`
      : `${id} is still pending`;
  });
  return new RolloutError(
    "MIGRATIONS_NOT_DONE",
    `The apply command ended with success, but ${told.join("; ")}. No flag that needs it was switched on. ` +
      `A command that skips what it finds will not mend a half: put the rest there by hand, or roll it back by hand, then run the update again.`,
  );
}
