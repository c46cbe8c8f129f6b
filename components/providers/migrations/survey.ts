import { RolloutError } from "../../errors";
import type { ProviderContext } from "../context";
import { EffectFailed, hasUnknown, sameJson, type Verbs } from "../verbs";
import { idsOf, type DeclaredMigration, type RunnerInput } from "./declared";
import { readingOf } from "./reconcile";
import type { Readings } from "./schema";

/** The question to the database that stands in front of everything that relies on the schema. */
export interface SurveyInputs {
  /** The migrations of all phases, in order of application. */
  migrations: DeclaredMigration[];
  /** Ids that must be applied. */
  target: string[];
  runner: RunnerInput;
  /** The stack's phase, and the flags that are on and need a migration: a change of either asks anew. */
  phase: string;
  neededBy: string[];
}

export interface SurveyOutputs extends SurveyInputs {
  version: 1;
  status: "succeeded" | "failed";
  /** ISO time of the last answer; "never" before the first one. */
  askedAt: string;
  /** Every migration that this stack ever knew, with how it is asked: what leaves the catalogue is asked after still. */
  known: DeclaredMigration[];
}

const NEVER = "never";

/**
 * Asks once, before anything is done, and stops what relies on an answer that is not there: flags do not go on, and
 * nothing is applied, by an update that does not know what the database has. With nothing wanted it stops nothing, so
 * that an emergency's way back never waits for a database.
 */
export function surveyVerbs(context: ProviderContext): Verbs<SurveyInputs, SurveyOutputs> {
  const { log, schema } = context;

  /** What left the catalogue while the database still shows it. */
  async function tellLeft(olds: Pick<SurveyOutputs, "known">, news: SurveyInputs): Promise<void> {
    const left = olds.known.filter(({ id }) => !idsOf(news).includes(id));
    if (left.length === 0) return;
    schema.declare(left, news.runner);
    const readings = await schema.ask(
      left.map(({ id }) => id),
      { slowly: false },
    );
    for (const { id } of left) {
      const reading = readingOf(readings, id);
      if (reading.state === "applied" || reading.state === "partly") {
        log(`${id} is no longer in the catalogue, and the database has it still (${reading.state})`);
      } else if (reading.state === "unknown") {
        log(
          `${id} is no longer in the catalogue; whether the database has it was not seen: ${reading.because}`,
        );
      }
    }
  }

  async function ask(
    inputs: SurveyInputs,
    { slowly, mend = false }: { slowly: boolean; mend?: boolean },
  ): Promise<Readings> {
    schema.declare(inputs.migrations, inputs.runner);
    return schema.ask(idsOf(inputs), { slowly: slowly && inputs.target.length > 0, mend });
  }

  async function survey(inputs: SurveyInputs, olds: SurveyOutputs): Promise<SurveyOutputs> {
    const readings = await ask(inputs, { slowly: true, mend: true });
    const state: SurveyOutputs = { ...olds, ...inputs, known: knownWith(olds.known, inputs.migrations) };
    const unknown = inputs.target.flatMap((id) => {
      const reading = readingOf(readings, id);
      return reading.state === "unknown" ? [{ id, because: reading.because }] : [];
    });
    if (unknown.length > 0) {
      // A partial rollback relies on no answer: whatever stays on was on before, and flags must be able to go off.
      if (relies(olds, inputs)) throw new EffectFailed("schema", state, unknownError(unknown));
      log(`the database did not answer, and nothing new relies on it: ${unknown[0]?.because ?? ""}`);
    }
    const answered = idsOf(inputs).some((id) => readingOf(readings, id).state !== "unknown");
    return {
      ...state,
      status: "succeeded",
      askedAt: answered ? (await context.now()).toISOString() : olds.askedAt,
    };
  }

  return {
    check: (_olds, news) => Promise.resolve({ inputs: news }),

    async diff(_id, olds, news) {
      if (hasUnknown(news)) return { changes: true };
      const declared = differs(olds, news);
      const readings = await ask(news, { slowly: declared || olds.status !== "succeeded" });
      await tellLeft(olds, news);
      const silent = news.target.filter((id) => readingOf(readings, id).state === "unknown");
      if (silent[0] !== undefined) {
        const reading = readingOf(readings, silent[0]);
        log(`the database was not asked${reading.state === "unknown" ? `: ${reading.because}` : ""}`);
      }
      const hidden = schema.leftovers();
      for (const { table, column, original } of hidden) {
        const what = column === undefined ? original : `${table}.${original}`;
        log(`${what} is invisible since a trial that did not end: the update puts it back first`);
      }
      return { changes: declared || olds.status !== "succeeded" || hidden.length > 0 };
    },

    async create(inputs) {
      const none = { ...inputs, version: 1, status: "failed", askedAt: NEVER, known: [] } as const;
      return { id: "schema", outs: await survey(inputs, { ...none, known: [] }) };
    },

    read: (id, props) => Promise.resolve({ id, props, inputs: inputsOf(props) as SurveyOutputs }),

    update: async (_id, olds, news) => ({ outs: await survey(news, olds) }),

    delete: (_id, props) => {
      log(`migrations ${idsOf(props).join(", ")}: no longer managed; the schema stays as it is`);
      return Promise.resolve();
    },
  };
}

/** Whether something needs the schema now that did not when the survey ended well. */
function relies(olds: SurveyOutputs, news: SurveyInputs): boolean {
  if (olds.askedAt === NEVER) return true;
  return (
    news.target.some((id) => !olds.target.includes(id)) ||
    news.neededBy.some((key) => !olds.neededBy.includes(key))
  );
}

/** Wanted, and not wholly there. */
export function missingOf({ target }: Pick<SurveyInputs, "target">, readings: Readings): string[] {
  return target.filter((id) => {
    const { state } = readingOf(readings, id);
    return state === "pending" || state === "partly";
  });
}

export function unknownError(unknown: readonly { id: string; because: string }[]): RolloutError {
  const reasons = [...new Set(unknown.map(({ because }) => because))].join("; ");
  return new RolloutError(
    "MIGRATIONS_UNKNOWN",
    `Whether ${unknown.map(({ id }) => id).join(", ")} is applied is not known: ${reasons}. Nothing was changed, and no flag ` +
      `that needs it was switched on. \`rollout doctor\` asks the same and says what is missing.`,
  );
}

function knownWith(
  known: readonly DeclaredMigration[],
  news: readonly DeclaredMigration[],
): DeclaredMigration[] {
  return [...known.filter(({ id }) => !news.some((each) => each.id === id)), ...news];
}

function inputsOf({ migrations, target, runner, phase, neededBy }: SurveyInputs): SurveyInputs {
  return { migrations, target, runner, phase, neededBy };
}

function differs(olds: SurveyInputs, news: SurveyInputs): boolean {
  return !sameJson(inputsOf(olds), inputsOf(news));
}
