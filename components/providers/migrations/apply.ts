import { RolloutError } from "../../errors";
import type { ProviderContext } from "../context";
import { commandsFor } from "./command-line";
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
    await desk.execute(words);
    context.schema.forget();
    const readings = await context.schema.ask(acts, { slowly: true });
    const at = (await context.now()).toISOString();
    const shows = acts.filter((id) => readingOf(readings, id).state === "applied");
    for (const id of shows) applied(id, at);
    const left = acts.filter((id) => !shows.includes(id));
    if (left.length > 0) throw notApplied(left.map((id) => ({ id, reading: readingOf(readings, id) })));
  }
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
