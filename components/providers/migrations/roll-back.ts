import { RolloutError } from "../../errors";
import type { ProviderContext } from "../context";
import { commandsFor } from "./command-line";
import type { MigrationsInputs, MigrationsOutputs } from "./inputs";
import { takeLook } from "./look";
import type { Look } from "./schema";
import { own } from "../../own";
import { readingOf, UNTRIED } from "./reconcile";
import type { RunnerDesk } from "./runner";

/**
 * Rolls migrations back, newest first, one at a time where the runner can. All of them are tried together before anything
 * is lost; after each the database is asked, and the services once more. One that turns out to be needed is applied again
 * at once.
 * @throws RolloutError SCHEMA_STILL_NEEDED, MIGRATIONS_NOT_DONE
 */
export async function rollBackMigrations(
  context: ProviderContext,
  desk: RunnerDesk,
  inputs: MigrationsInputs,
  ids: readonly string[],
  state: MigrationsOutputs,
): Promise<void> {
  const newestFirst = ids.flatMap((id) => inputs.migrations.filter((each) => each.id === id));
  const look = await takeLook(context, inputs.services);
  await tryFirst(context, inputs, look, ids, state);
  for (const { words, acts } of commandsFor(inputs.runner.commands.rollback ?? [], newestFirst)) {
    for (const id of acts) {
      await context.schema.sayRowsLost(id);
      const used = own(state.usedConsents, id) ?? [];
      state.usedConsents = { ...state.usedConsents, [id]: [...used, own(inputs.consents, id) ?? ""] };
    }
    await desk.execute(words);
    context.schema.forget();
    await requireGone(context, acts);
    state.rolledBack = [...state.rolledBack, ...acts];
    const broken = await look.again();
    if (broken !== undefined) await putBack(context, desk, inputs, acts, broken);
  }
}

async function tryFirst(
  context: ProviderContext,
  inputs: MigrationsInputs,
  look: Look,
  acts: readonly string[],
  state: MigrationsOutputs,
): Promise<void> {
  const at = (await context.now()).toISOString();
  const { verdict, because } = await context.schema.tryWithout(acts, look);
  state.trials = [
    ...state.trials,
    { of: [...acts], verdict, at, ...(because === undefined ? {} : { because }) },
  ];
  const names = acts.join(", ");
  context.log(`trial of ${names}: ${verdict}${because === undefined ? "" : `: ${because}`}`);
  if (verdict === "needed") {
    throw new RolloutError(
      "SCHEMA_STILL_NEEDED",
      `${names}: not rolled back, and nothing was lost: made invisible for a moment, it was missed: ${because ?? ""}. ` +
        `The code that is live needs it; deploy code that does not, then give a new consent (this one is spent).`,
    );
  }
  const agreed = acts.every((id) => new RegExp(`\\b${UNTRIED}\\b`).test(own(inputs.consents, id) ?? ""));
  if (verdict === "not tried" && !agreed) {
    throw new RolloutError(
      "ROLLBACK_UNTRIED",
      `${names}: not rolled back, and nothing was lost: it could not be tried first: ${because ?? ""}. ` +
        `A consent that accepts this says so: "<date> by <name>, ${UNTRIED}".`,
    );
  }
}

async function requireGone(context: ProviderContext, acts: readonly string[]): Promise<void> {
  const readings = await context.schema.ask(acts, { slowly: true });
  const left = acts.flatMap((id) => {
    const reading = readingOf(readings, id);
    switch (reading.state) {
      case "pending":
        return [];
      case "applied":
        return [`${id} is still there`];
      case "partly":
        return [`${id} is gone in part only: there ${reading.present.join(", ")}`];
      case "unknown":
        return [`whether ${id} is gone is not known: ${reading.because}`];
    }
  });
  if (left.length === 0) return;
  throw new RolloutError(
    "MIGRATIONS_NOT_DONE",
    `The rollback command ended with success, but ${left.join("; ")}. Look at the database before anything else is tried; the consent is spent.`,
  );
}

async function putBack(
  context: ProviderContext,
  desk: RunnerDesk,
  inputs: MigrationsInputs,
  acts: readonly string[],
  broken: string,
): Promise<never> {
  context.log(`${acts.join(", ")} is missed now (${broken}): applying it again`);
  const chosen = inputs.migrations.filter(({ id }) => acts.includes(id));
  for (const { words } of commandsFor(inputs.runner.commands.apply, chosen)) await desk.execute(words);
  context.schema.forget();
  throw new RolloutError(
    "SCHEMA_STILL_NEEDED",
    `After the rollback of ${acts.join(", ")} the service broke (${broken}), so it was applied again at once. ` +
      `Its structure is back; the rows that it held are in the backup of this update.`,
  );
}
