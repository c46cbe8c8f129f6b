import { DateTime } from "luxon";
import pc from "picocolors";

import type { Migration, StackConfig } from "../../components/config";
import { RolloutError } from "../../components/errors";
import { UNTRIED } from "../../components/providers/migrations/reconcile";
import { untriableBecause } from "../../components/providers/migrations/untriable";
import type { Engine } from "../engine/port";
import type { Desk } from "../shared/desk";
import type { LoadedStack } from "../shared/load-stack";
import { commandText } from "../shared/next-command";
import { UsageError } from "../shared/usage-error";
import type { Standing } from "../shared/standing";
import { stackWithText } from "../shared/load-stack";
import { editStackFile } from "../stack-file/edit-stack-file";
import { countRows } from "./count-rows";
import type { PlannedRollback } from "./plan-rollback";
import { wishText, type Wish } from "./wish";

/**
 * Checks the migrations that --accept-data-loss names.
 * @throws UsageError for one that config does not know, or that stays wanted.
 */
export function requireUnwanted({ to, unwanted }: PlannedRollback, named: readonly string[]): void {
  for (const id of named) {
    if (unwanted.some((migration) => migration.id === id)) continue;
    const known = to.config.migrations.find((migration) => migration.id === id);
    const all = to.config.migrations.map((migration) => migration.id).join(", ");
    throw new UsageError(
      known === undefined
        ? `--accept-data-loss: there is no migration "${id}"; the migrations are ${all || "none"}`
        : `--accept-data-loss: ${id} stays applied in phase ${to.config.phase}; only a phase before ${known.phase} lets it go`,
    );
  }
}

/** What a rollback of a migration loses, in a sentence. @param rows counted, where the runner can tell. */
function lossOf({ id, rollbackLoses, rollbackRisk }: Migration, rows: string | undefined): string {
  const counted = rows === undefined ? "" : `; rows now: ${rows}`;
  return `${id} (risk: ${rollbackRisk}): rolling it back ${rollbackLoses}${counted}`;
}

export interface ConsentOptions {
  wish: Wish;
  /** Ids behind --accept-data-loss. */
  named: readonly string[];
  yes: boolean;
  standing: Standing;
  /** --untried: a rollback that nobody can try first is accepted, too. */
  untried: boolean;
  /** Whether the database is reached from here: where it is not, no rollback can be tried. */
  direct: boolean;
}

export interface Consents {
  ids: string[];
  /** They say as well that a rollback which nobody can try is accepted. */
  untried: boolean;
}

/**
 * The migrations whose loss the operator accepts: named on the command line or, for a rollback of migrations alone, typed.
 * Rows are counted where somebody decides by them: not for what is kept anyway, nor with --yes, which goes at once. Where a
 * rollback cannot be tried before anything is lost, somebody at a terminal is asked about that, too, and everybody else is told.
 * @throws RolloutError NO_CONSENT when the rollback is of migrations alone and nobody consents.
 */
export async function collectConsents(
  desk: Pick<Desk, "terminal" | "interrupts">,
  engine: Pick<Engine, "previewRefresh">,
  planned: PlannedRollback,
  { wish, named, yes, standing, untried, direct }: ConsentOptions,
): Promise<Consents> {
  const { terminal } = desk;
  const applied = planned.unwanted.filter(({ id }) => !standing.exists || standing.applied.includes(id));
  const atStake = applied.length > 0 && (wish.kind === "migrations-only" || named.length > 0);
  const rows = atStake && !yes ? await countRows(desk, engine) : new Map<string, string>();
  for (const migration of applied) {
    const accepted = named.includes(migration.id);
    // What nobody has named, in a rollback that is about flags, stays: that is no loss.
    const stays = !accepted && wish.kind !== "migrations-only";
    const loss = lossOf(migration, rows.get(migration.id));
    if (stays) terminal.words(`Kept, as no consent names it: ${loss}`);
    else terminal.words(pc.yellow(`Data loss: ${loss}${accepted ? " (accepted)" : ""}`));
  }
  const open = applied.filter(({ id }) => !named.includes(id));
  const alone = wish.kind === "migrations-only";
  const asks = alone && terminal.interactive;
  const typed: string[] = [];
  for (const { id } of asks ? open : []) {
    const answer = await terminal.ask(
      `Type ${pc.bold(id)} to accept this loss (Enter keeps the migration): `,
    );
    // An older migration does not go while a newer one stays.
    if (answer?.trim() !== id) break;
    typed.push(id);
  }
  const ids = [...named, ...typed];
  if (alone && ids.length === 0 && open.length > 0) throw noConsent(planned.from, wish, open);
  const blind = applied.filter(({ id }) => ids.includes(id)).flatMap((each) => untriable(each, direct));
  if (untried || blind.length === 0) return { ids, untried };
  for (const reason of blind) terminal.words(pc.yellow(reason));
  if (!yes && terminal.interactive) {
    const answer = await terminal.ask(
      `Type ${pc.bold(UNTRIED)} to have it rolled back all the same (Enter keeps the migration): `,
    );
    return { ids, untried: answer?.trim() === UNTRIED };
  }
  terminal.words(`Such a consent does not count, and the migration is kept; with --${UNTRIED} it does.`);
  return { ids, untried };
}

function untriable({ id, shows = [] }: Migration, direct: boolean): string[] {
  const because = untriableBecause(shows, direct);
  return because === undefined
    ? []
    : [`The rollback of ${id} cannot be tried before anything is lost: ${because}.`];
}

/**
 * The stack with the consents in its file, dated today in its own time zone.
 * @param untried they accept, too, that a rollback is not tried before anything is lost, where nobody can.
 */
export async function withConsents(
  desk: Desk,
  planned: PlannedRollback,
  ids: readonly string[],
  { standing, untried }: { standing: Standing; untried: boolean },
): Promise<LoadedStack> {
  if (ids.length === 0) return planned.to;
  const operator = await desk.git.operator();
  const by = untried ? `${operator}, ${UNTRIED}` : operator;
  const { config, text } = planned.to;
  const edits = ids.map((id) => ({
    kind: "consent" as const,
    migration: id,
    signature: newSignature(config, id, { by, now: desk.now(), used: standing.usedConsents.get(id) ?? [] }),
  }));
  return stackWithText(planned.to, editStackFile(text, config.project, edits));
}

/** A date is what people read; a consent that was given before on the same day needs the time to be another one. */
function newSignature(
  config: StackConfig,
  id: string,
  { by, now, used }: { by: string; now: Date; used: readonly string[] },
): string {
  const at = DateTime.fromJSDate(now, { zone: config.timeZone });
  const dated = `${at.toFormat("yyyy-MM-dd")} by ${by}`;
  const taken = [...used, config.acceptDataLoss[id]?.text ?? ""];
  return taken.includes(dated) ? `${at.toFormat("yyyy-MM-dd'T'HH:mm:ssZZ")} by ${by}` : dated;
}

function noConsent({ stack }: LoadedStack, wish: Wish, open: readonly Migration[]): RolloutError {
  const again = commandText(
    "rollback",
    stack,
    ...wishText(wish),
    "--accept-data-loss",
    ...open.map(({ id }) => id),
  );
  return new RolloutError(
    "NO_CONSENT",
    `no migration is rolled back without a consent that names it; nothing was changed. Next, if the loss is accepted: ${again}`,
  );
}
