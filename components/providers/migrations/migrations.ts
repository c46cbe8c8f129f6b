import type { Readings } from "./schema";
import type { ProviderContext } from "../context";
import { requireOpenSchedule } from "../schedule-guard";
import { EffectFailed, hasUnknown, sameJson, type Props, type Verbs } from "../verbs";
import { takesId } from "../../config/resolve-migrations";
import { applyMigrations } from "./apply";
import { latestNow } from "./consents";
import { idsOf } from "./declared";
import type { MigrationsInputs, MigrationsOutputs } from "./inputs";
import { own } from "../../own";
import { writeLine } from "../../told-lines";
import { readingOf, reconcile, type Reconciliation } from "./reconcile";
import { rollBackMigrations } from "./roll-back";
import { runnerDesk } from "./runner";
import { unknownError } from "./survey";

const NEVER = "never";

export function migrationsVerbs(context: ProviderContext): Verbs<MigrationsInputs, MigrationsOutputs> {
  const { log, schema } = context;

  /** An emergency's way back asks nothing that takes long: with nothing wanted and no consent, nothing is done. */
  function ask(inputs: MigrationsInputs, differs: boolean, mend = false): Promise<Readings> {
    const matters = inputs.target.length > 0 || Object.keys(inputs.consents).length > 0;
    schema.declare(inputs.migrations, inputs.runner);
    return schema.ask(idsOf(inputs), { slowly: differs && matters, mend });
  }

  function decide(
    state: MigrationsOutputs,
    inputs: MigrationsInputs,
    readings: Readings,
    now: Date,
  ): Reconciliation {
    const { migrations, target, consents, spendings, timeZone, runner, laterKept = [] } = inputs;
    const { rollback } = runner.commands;
    return reconcile({
      migrations,
      target,
      readings,
      appliedAt: state.appliedAt,
      consents,
      usedConsents: state.usedConsents,
      // In a preview the spending is still to come, and unknown.
      isSpentNow: (id) => hasUnknown(spendings) || context.spentHere.has(own(spendings, id) ?? ""),
      timeZone,
      now,
      laterKept: hasUnknown(laterKept) ? [] : laterKept,
      allOrNothing: rollback !== undefined && !takesId(rollback),
      noRollback: rollback === undefined ? "the runner has no command for it" : undefined,
      unlisted: schema.unlisted(),
      untriable: (id) => schema.untriable(id),
    });
  }

  async function run(
    id: string,
    inputs: MigrationsInputs,
    olds: MigrationsOutputs,
  ): Promise<MigrationsOutputs> {
    const state: MigrationsOutputs = {
      ...olds,
      ...inputs,
      version: 2,
      executions: [],
      rolledBack: [],
      trials: [],
      revision: context.newRunId(),
    };
    const desk = runnerDesk(context, inputs, state.executions);
    try {
      schema.forget();
      const before = await ask(inputs, true, true);
      note(state, before, await timestamp());
      const todo = decide(state, inputs, before, await latestNow(context));
      requireKnown(todo, olds);
      if (todo.apply.length > 0) {
        await requireOpenSchedule(context, `applying ${todo.apply.join(", ")}`);
        await applyMigrations(context, desk, inputs, todo.apply, (applied, at) => {
          state.appliedAt = { ...state.appliedAt, [applied]: at };
        });
      }
      if (todo.rollback.length > 0) {
        await rollBackMigrations(context, desk, inputs, todo.rollback, state);
      }
      if (todo.apply.length + todo.rollback.length > 0) {
        const after = await ask(inputs, true);
        note(state, after, await timestamp());
        sayWhatCameBack(todo.rollback, after);
      }
      return { ...state, status: "succeeded" };
    } catch (error) {
      // A step that failed half-way may have changed the schema: state keeps what the database says now, if it says.
      schema.forget();
      const now = await ask(inputs, true).catch(() => ({}));
      note(state, now, await timestamp());
      throw new EffectFailed(id, state, error);
    }
  }

  /** What nobody answered stays as it was remembered, and the time of the last answer tells how old that is. */
  function note(state: MigrationsOutputs, readings: Readings, at: string): void {
    const ids = idsOf(state);
    const known = ids.filter((id) => readingOf(readings, id).state !== "unknown");
    if (known.length === 0) return;
    const isApplied = (id: string) =>
      known.includes(id) ? readingOf(readings, id).state === "applied" : state.applied.includes(id);
    const there = ids.filter((id) => ["applied", "partly"].includes(readingOf(readings, id).state));
    state.applied = ids.filter(isApplied);
    state.kept = state.applied.filter((id) => !state.target.includes(id));
    state.partly = Object.fromEntries(
      ids.flatMap((id) => {
        const reading = readingOf(readings, id);
        return reading.state === "partly" ? [[id, reading.missing]] : [];
      }),
    );
    // For a migration that was there before us, the moment of our first look stands for its application.
    state.appliedAt = Object.fromEntries(
      ids.flatMap((id) => {
        const before = own(state.appliedAt, id);
        return there.includes(id)
          ? [[id, before ?? at]]
          : known.includes(id) || before === undefined
            ? []
            : [[id, before]];
      }),
    );
    state.askedAt = at;
  }

  /** Some applications make their tables at every start; a rollback then loses the rows and not the tables. */
  function sayWhatCameBack(rolledBack: readonly string[], readings: Readings): void {
    for (const id of rolledBack) {
      const { state } = readingOf(readings, id);
      if (state === "applied" || state === "partly") {
        log(
          `${id} was rolled back, and the database shows it again (${state}): something made it anew, without its rows`,
        );
      }
    }
  }

  async function timestamp(): Promise<string> {
    return (await context.now()).toISOString();
  }

  async function announce(todo: Reconciliation, inputs: MigrationsInputs, readings: Readings): Promise<void> {
    for (const id of todo.apply) {
      const reading = readingOf(readings, id);
      log(
        writeLine(
          reading.state === "partly"
            ? { kind: "applies", id, missing: reading.missing }
            : { kind: "applies", id },
        ),
      );
    }
    for (const id of todo.rollback) {
      const loses = inputs.migrations.find((migration) => migration.id === id)?.rollbackLoses ?? "";
      log(writeLine({ kind: "rolls-back", id, loses, consent: own(inputs.consents, id) ?? "" }));
      await schema.sayRowsLost(id);
    }
    for (const kept of todo.keep) log(writeLine({ kind: "keeps", ...kept }));
    for (const { id, because } of todo.unknown) log(`${id}: whether it is applied is not known: ${because}`);
  }

  return {
    check: (_olds, news) => Promise.resolve({ inputs: news }),

    async diff(_id, olds, news) {
      const { spendings: _spendings, laterKept: _laterKept, ...rest } = news;
      if (hasUnknown(rest)) return { changes: true };
      const declared = !sameJson(olds.target, news.target) || !sameJson(idsOf(olds), idsOf(news));
      const failed = olds.status !== "succeeded";
      const consents = !sameJson(olds.consents, news.consents);
      const readings = await ask(news, declared || failed || consents);
      const todo = decide(withDefaults(olds), news, readings, await latestNow(context));
      await announce(todo, news, readings);
      return { changes: declared || failed || todo.apply.length + todo.rollback.length > 0 };
    },

    async create(inputs) {
      const id = `migrations ${idsOf(inputs).join(",")}`;
      return { id, outs: await run(id, inputs, nothingKnown(inputs)) };
    },

    async read(id, props) {
      const readings = await ask(props, true);
      const outputs = withDefaults({ ...props });
      const unknown = idsOf(props).filter((each) => readingOf(readings, each).state === "unknown");
      const [first] = unknown;
      if (first !== undefined) {
        const reading = readingOf(readings, first);
        const because = reading.state === "unknown" ? reading.because : "";
        log(writeLine({ kind: "not-told", ids: unknown, because }));
      }
      note(outputs, readings, await timestamp());
      outputs.target = props.target.filter((each) => readingOf(readings, each).state !== "pending");
      for (const each of outputs.applied) await schema.sayRowsLost(each);
      return { id, props: outputs, inputs: inputsOf(outputs) as unknown as MigrationsOutputs };
    },

    update: async (id, olds, news) => ({ outs: await run(id, news, withDefaults(olds)) }),

    delete: (_id, props) => {
      log(`migrations ${props.applied.join(", ") || "none"}: no longer managed; the schema stays as it is`);
      return Promise.resolve();
    },
  };
}

/** Nothing new may rely on an answer that is not there; what was on before may stay, so that other flags can go off. */
function requireKnown({ unknown }: Reconciliation, olds: MigrationsOutputs): void {
  const relies = olds.status !== "succeeded" || unknown.some(({ id }) => !olds.target.includes(id));
  if (unknown.length > 0 && relies) throw unknownError(unknown);
}

function nothingKnown(inputs: MigrationsInputs): MigrationsOutputs {
  return {
    ...inputs,
    version: 2,
    status: "failed",
    applied: [],
    kept: [],
    partly: {},
    askedAt: NEVER,
    appliedAt: {},
    usedConsents: {},
    executions: [],
    rolledBack: [],
    trials: [],
    revision: "",
  };
}

/** A state that an earlier version wrote has not all fields. */
function withDefaults(olds: MigrationsOutputs): MigrationsOutputs {
  return { ...nothingKnown(olds), ...olds };
}

function inputsOf(props: MigrationsOutputs): Props {
  const { migrations, target, consents, spendings, laterKept, runner, services, timeZone } = props;
  return { migrations, target, consents, spendings, laterKept, runner, services, timeZone };
}
