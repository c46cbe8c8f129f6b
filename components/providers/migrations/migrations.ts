import { RolloutError } from "../../errors";
import type { ProviderContext } from "../context";
import { requireOpenSchedule } from "../schedule-guard";
import { EffectFailed, hasUnknown, sameJson, type Props, type Verbs } from "../verbs";
import { commandsFor } from "./command-line";
import type { Execution } from "./executor";
import { own, reconcile, type MigrationInput, type Reconciliation } from "./reconcile";
import { executorFor, type RunnerInput } from "./runner";
import { rowLossSentence } from "./row-losses";
import { parseStatus, type StatusReading } from "./status";

/** The migrations of one phase: all of them are wanted, or none. */
export interface MigrationsInputs {
  /** In order of application. */
  migrations: MigrationInput[];
  /** Ids that must be applied; the others are kept unless a consent names them. */
  target: string[];
  /** By id: `acceptDataLoss` of the stack file. */
  consents: Record<string, string>;
  /** Migrations of later phases that are kept although they are not wanted. */
  laterKept?: string[];
  runner: RunnerInput;
  timeZone: string;
}

export interface MigrationsOutputs extends MigrationsInputs {
  version: 1;
  status: "succeeded" | "failed";
  applied: string[];
  /** Applied, not wanted, kept. */
  kept: string[];
  /** By id, ISO times: when our update applied it; when we first saw it for one that was there before. */
  appliedAt: Record<string, string>;
  /** By id: the consents that its rollbacks used up. */
  usedConsents: Record<string, string[]>;
  /** The commands of the last update that ran any. */
  executions: Execution[];
  /** Changes with every update that touched or looked at the database; the gate is triggered by it. */
  revision: string;
}

export function migrationsVerbs(context: ProviderContext): Verbs<MigrationsInputs, MigrationsOutputs> {
  const { log } = context;

  /** Status, then what has to be done, then status again; throws with everything that is known when a step fails. */
  async function run(
    id: string,
    inputs: MigrationsInputs,
    olds: MigrationsOutputs,
  ): Promise<MigrationsOutputs> {
    const executor = executorFor(context, inputs.runner);
    const state: MigrationsOutputs = { ...olds, ...inputs, executions: [], revision: context.newRunId() };
    const execute = async (words: readonly string[]) => {
      log(`migrations: ${words.join(" ")}`);
      const execution = await executor.execute(words);
      state.executions.push({ ...execution, output: execution.output?.slice(0, 2_000) });
      return execution;
    };
    const readStatus = async (): Promise<StatusReading> => {
      const { output, note } = await execute(inputs.runner.commands.status);
      return output === undefined
        ? { known: false, reason: note ?? "no output" }
        : parseStatus(output, idsOf(inputs));
    };
    try {
      const before = await readStatus();
      if (before.known) noteSeen(state, before.applied, await timestamp());
      const todo = reconcile(reconcileInput(state, inputs, before.known ? before.applied : olds.applied));
      if (!before.known) requireNothingToLose(todo, before.reason);
      sayRows(before, todo.rollback);
      if (todo.apply.length > 0) await requireOpenSchedule(context, `applying ${todo.apply.join(", ")}`);
      for (const words of commandsFor(inputs.runner.commands.apply, todo.apply)) await execute(words);
      for (const applied of todo.apply)
        state.appliedAt = { ...state.appliedAt, [applied]: await timestamp() };
      for (const words of commandsFor(inputs.runner.commands.rollback, todo.rollback)) await execute(words);
      for (const gone of todo.rollback) {
        state.usedConsents = {
          ...state.usedConsents,
          [gone]: [...(own(state.usedConsents, gone) ?? []), own(inputs.consents, gone) ?? ""],
        };
      }
      const changed = todo.apply.length + todo.rollback.length > 0;
      const after = changed || !before.known ? await readStatus() : before;
      const applied = after.known ? after.applied : expected(inputs, olds, todo);
      requireDone(todo, after);
      return { ...state, applied, kept: todo.keep.map(({ id: kept }) => kept), status: "succeeded" };
    } catch (error) {
      // A step that failed half-way may have changed the schema: state keeps what the database says now, if it says.
      const now = await readStatus().catch(() => undefined);
      throw new EffectFailed(
        id,
        { ...state, applied: now?.known === true ? now.applied : state.applied },
        error,
      );
    }
  }

  function sayRows(status: StatusReading, ids: readonly string[]): void {
    for (const id of ids) {
      const losses = status.known && status.rowLosses !== undefined ? own(status.rowLosses, id) : undefined;
      if (losses !== undefined) log(rowLossSentence(id, losses));
    }
  }

  async function timestamp(): Promise<string> {
    return (await context.now()).toISOString();
  }

  function announce({ apply, rollback, keep }: Reconciliation, inputs: MigrationsInputs): void {
    for (const id of apply) log(`applies ${id}`);
    for (const id of rollback) {
      const loses = inputs.migrations.find((migration) => migration.id === id)?.rollbackLoses ?? "";
      log(`rolls back ${id}: ${loses} (consent: ${own(inputs.consents, id) ?? ""})`);
    }
    for (const { id, reason } of keep) log(`keeping ${id}: ${reason}`);
  }

  return {
    check: (_olds, news) => Promise.resolve({ inputs: news }),

    diff(_id, olds, news) {
      if (hasUnknown(news)) return Promise.resolve({ changes: true });
      const todo = reconcile(reconcileInput(olds, news, olds.applied));
      announce(todo, news);
      const acts = todo.apply.length + todo.rollback.length > 0;
      const declared = sameJson(olds.target, news.target) && sameJson(olds.migrations, news.migrations);
      return Promise.resolve({ changes: acts || !declared || olds.status !== "succeeded" });
    },

    async create(inputs) {
      const none: MigrationsOutputs = {
        ...inputs,
        version: 1,
        status: "failed",
        applied: [],
        kept: [],
        appliedAt: {},
        usedConsents: {},
        executions: [],
        revision: "",
      };
      const id = `migrations ${idsOf(inputs).join(",")}`;
      return { id, outs: await run(id, inputs, none) };
    },

    async read(id, props) {
      const executor = executorFor(context, props.runner);
      const { output } = await executor.execute(props.runner.commands.status);
      const status: StatusReading =
        output === undefined ? { known: false, reason: "no output" } : parseStatus(output, idsOf(props));
      if (!status.known) {
        log(`migrations: ${status.reason}; what state says stays as it is`);
        return { id, props, inputs: inputsOf(props) as unknown as MigrationsOutputs };
      }
      sayRows(status, status.applied);
      const target = props.target.filter((each) => status.applied.includes(each));
      const kept = status.applied.filter((each) => !props.target.includes(each));
      const outputs = { ...props, target, applied: status.applied, kept };
      noteSeen(outputs, status.applied, await timestamp());
      return { id, props: outputs, inputs: inputsOf(outputs) as unknown as MigrationsOutputs };
    },

    async update(id, olds, news) {
      const todo = reconcile(reconcileInput(olds, news, olds.applied));
      const acts = todo.apply.length + todo.rollback.length > 0;
      // An emergency rollback that keeps the schema must not depend on the database or its runner.
      if (!acts && news.target.length === 0) {
        return { outs: { ...olds, ...news, kept: todo.keep.map((each) => each.id), status: "succeeded" } };
      }
      return { outs: await run(id, news, olds) };
    },

    delete: (_id, props) => {
      log(`migrations ${props.applied.join(", ") || "none"}: no longer managed; the schema stays as it is`);
      return Promise.resolve();
    },
  };
}

function reconcileInput(state: MigrationsOutputs, news: MigrationsInputs, applied: readonly string[]) {
  const { appliedAt, usedConsents } = state;
  const { migrations, target, consents, timeZone, runner, laterKept = [] } = news;
  return {
    migrations,
    target,
    applied,
    appliedAt,
    consents,
    usedConsents,
    timeZone,
    laterKept,
    rollbackCommand: runner.commands.rollback,
  };
}

/** For a migration that was there before us, the moment of our first look stands for its application. */
function noteSeen(state: MigrationsOutputs, applied: readonly string[], at: string): void {
  state.appliedAt = Object.fromEntries(applied.map((id) => [id, own(state.appliedAt, id) ?? at]));
}

function requireNothingToLose(todo: Reconciliation, reason: string): void {
  if (todo.rollback.length === 0) return;
  throw new RolloutError(
    "MIGRATIONS_UNKNOWN",
    `Nothing was rolled back: ${reason}. Rolling back ${todo.rollback.join(", ")} loses data, so it is not done on a guess. ` +
      `Run the update again, or set runner.where to ssh or local, where the output is always read.`,
  );
}

function requireDone(todo: Reconciliation, after: StatusReading): void {
  if (!after.known) return;
  const missing = todo.apply.filter((id) => !after.applied.includes(id));
  const left = todo.rollback.filter((id) => after.applied.includes(id));
  if (missing.length + left.length === 0) return;
  throw new RolloutError(
    "MIGRATIONS_NOT_DONE",
    [
      missing.length > 0 ? `the apply command succeeded, but ${missing.join(", ")} is still pending` : "",
      left.length > 0 ? `the rollback command succeeded, but ${left.join(", ")} is still applied` : "",
    ]
      .filter(Boolean)
      .join("; "),
  );
}

/** Where the last status could not be read, the commands' success is all that is known; the executions' notes say so. */
function expected(inputs: MigrationsInputs, olds: MigrationsOutputs, todo: Reconciliation): string[] {
  const applied = new Set([...olds.applied, ...inputs.target]);
  for (const id of todo.rollback) applied.delete(id);
  return idsOf(inputs).filter((id) => applied.has(id));
}

function idsOf({ migrations }: MigrationsInputs): string[] {
  return migrations.map(({ id }) => id);
}

function inputsOf({ migrations, target, consents, laterKept, runner, timeZone }: MigrationsOutputs): Props {
  return { migrations, target, consents, laterKept, runner, timeZone };
}
