import { countRowLosses } from "../../database/count-row-losses";
import { restoreLeftovers } from "../../database/trial/restore-leftovers";
import { tryWithout } from "../../database/trial/try-without";
import type { Leftover, MigrationReading, MigrationToRead } from "../../database/types";
import { RolloutError } from "../../errors";
import type { ProviderContext } from "../context";
import { FRESH_MS } from "../freshness";
import type { DeclaredMigration, RunnerInput } from "./declared";
import { readingOf } from "./reconcile";
import { rowLossSentence } from "./row-losses";
import type { Readings, Schema } from "./schema";
import { untriableBecause } from "./untriable";
import { createWitnesses, type Witness } from "./witnesses";

type AskOptions = Parameters<Schema["ask"]>[1];

interface Declared {
  migration: DeclaredMigration;
  runner: RunnerInput;
}

/** The real desk: what was declared, who is asked about it, and what was answered lately. */
export function createSchema(context: ProviderContext): Schema {
  const declared = new Map<string, Declared>();
  const kept = new Map<string, { at: number; reading: MigrationReading }>();
  const witnesses = createWitnesses(context);
  let leftovers: Leftover[] = [];
  let unlisted: readonly string[] = [];

  function fresh(id: string): MigrationReading | undefined {
    const entry = kept.get(id);
    return entry !== undefined && context.elapsed() - entry.at < FRESH_MS.moving ? entry.reading : undefined;
  }

  async function ask(ids: readonly string[], { slowly, mend = false }: AskOptions): Promise<Readings> {
    const [{ runner } = {}] = ids.flatMap((id) => (fresh(id) === undefined ? (declared.get(id) ?? []) : []));
    if (runner !== undefined) {
      // All that are declared, in order of application: a ledger that keeps the newest alone tells of older ones by it.
      const migrations = [...declared.values()].map(({ migration }) => migration);
      for (const witness of witnesses.for(runner, migrations)) {
        const known = migrations.filter(({ id }) => witness.knows(id));
        const open = known.some(({ id }) => ids.includes(id) && fresh(id) === undefined);
        if (open && (slowly || !witness.slow)) await hear(witness, known);
      }
    }
    if (mend && invisible().length > 0) {
      await putBackLeftovers();
      return ask(ids, { slowly });
    }
    return Object.fromEntries(ids.map((id) => [id, fresh(id) ?? notAsked(id, slowly)]));
  }

  /** What a trial that still runs has hidden, it puts back by itself. */
  function invisible(): Leftover[] {
    return leftovers.filter(({ kind, trialRunning }) => kind === "hidden" && !trialRunning);
  }

  async function putBackLeftovers(): Promise<void> {
    const connect = witnesses.connect();
    if (connect === undefined) return;
    await context.requireEngine();
    const { restored, notRestored, aside } = await restoreLeftovers(connect);
    for (const each of restored)
      context.log(`${writtenAs(each)} was invisible since a trial that did not end: it is back`);
    for (const each of aside)
      context.log(`${writtenAs(each)}: what was made anew under its name stands aside, with its rows`);
    const [stuck] = notRestored;
    if (stuck !== undefined) {
      throw new RolloutError(
        "TRIAL_LEFTOVER",
        `${writtenAs(stuck.leftover)} is invisible since a trial that did not end, and could not be put back: ${stuck.because}. ` +
          `Run the update again; nothing else is done to the schema before it is back.`,
      );
    }
    leftovers = [];
    kept.clear();
  }

  /** An answer of "unknown" is no answer: the next witness is asked, and the next run asks again. */
  async function hear(witness: Witness, migrations: readonly MigrationToRead[]): Promise<void> {
    if (migrations.length === 0) return;
    const answer = await witness.ask(migrations);
    if (answer.leftovers !== undefined) leftovers = answer.leftovers;
    if (answer.unlisted !== undefined) unlisted = answer.unlisted.filter(isStranger);
    for (const { id } of migrations) {
      const reading = readingOf(answer.readings, id);
      if (reading.state === "unknown") reasons.set(id, reading.because);
      else kept.set(id, { at: context.elapsed(), reading });
    }
  }

  /** Migrations of other groups were not asked for, and are no strangers. */
  function isStranger(name: string): boolean {
    return ![...declared.values()].some(
      ({ migration: { id, source } }) => id === name || (source.kind === "ledger" && source.name === name),
    );
  }

  const reasons = new Map<string, string>();
  function notAsked(id: string, slowly: boolean): MigrationReading {
    const entry = declared.get(id);
    if (entry === undefined) return { state: "unknown", because: "this run does not deal with it" };
    const because = reasons.get(id) ?? witnesses.silence(entry.runner, slowly);
    return { state: "unknown", because };
  }

  return {
    declare(migrations, runner) {
      for (const migration of migrations) declared.set(migration.id, { migration, runner });
    },
    ask,
    forget() {
      kept.clear();
      reasons.clear();
    },
    async requireApplied(ids, what) {
      const readings = await ask(ids, { slowly: true });
      const missing = ids.filter((id) => readingOf(readings, id).state !== "applied");
      if (missing.length === 0) return;
      const told = missing.map((id) => {
        const reading = readingOf(readings, id);
        return `${id} (${reading.state === "unknown" ? `not known: ${reading.because}` : reading.state})`;
      });
      throw new RolloutError(
        "SCHEMA_MISSING",
        `${what} stays off: it needs ${told.join(", ")}. Run the update again when the database has it.`,
      );
    },
    async sayRowsLost(id) {
      const facts = declared.get(id)?.migration.shows;
      const reader = witnesses.reader();
      if (facts === undefined || reader === undefined) return;
      const counted = await countRowLosses(reader, facts);
      if (!counted.known)
        context.log(`rows that rolling back ${id} would lose were not counted: ${counted.because}`);
      else if (Object.keys(counted.value).length > 0) context.log(rowLossSentence(id, counted.value));
    },
    untriable(id) {
      return untriableBecause(declared.get(id)?.migration.shows ?? [], witnesses.connect() !== undefined);
    },
    async tryWithout(ids, look) {
      const connect = witnesses.connect();
      if (connect === undefined)
        return { verdict: "not tried", because: "there is no direct connection to the database" };
      if (look.answered === 0) {
        return {
          verdict: "not tried",
          because: "no path of a service answered before, so nothing would show that one breaks",
        };
      }
      const facts = ids.flatMap((id) => declared.get(id)?.migration.shows ?? []);
      await context.requireEngine();
      const tried = await tryWithout(connect, facts, async () => {
        // A look that breaks ends the trial, and what was hidden is back.
        await context.requireEngine();
        const because = await look.again();
        return because === undefined ? { ok: true } : { ok: false, because };
      });
      if (tried.stillHidden !== undefined) context.log(tried.stillHidden);
      // The names are back, and the service does not answer as before: that is no time for a rollback.
      if (tried.verdict === "not needed" && tried.after?.ok === false) {
        return { verdict: "needed", because: tried.after.because };
      }
      return { verdict: tried.verdict, because: tried.because };
    },
    unlisted: () => unlisted,
    leftovers: invisible,
    how: () => (witnesses.connect() === undefined ? "through the runner" : "the database, asked directly"),
  };
}

function writtenAs({ table, column, original }: Leftover): string {
  return column === undefined ? original : `${table}.${original}`;
}
