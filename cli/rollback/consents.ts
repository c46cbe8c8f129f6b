import { DateTime } from "luxon";
import pc from "picocolors";

import type { Migration, StackConfig } from "../../components/config";
import { RolloutError } from "../../components/errors";
import { UNTRIED } from "../../components/providers/migrations/reconcile";
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

/**
 * The migrations whose loss the operator accepts: named on the command line or, for a rollback of migrations alone, typed.
 * Rows are counted where somebody decides by them: not for what is kept anyway, nor with --yes, which goes at once.
 * @throws RolloutError NO_CONSENT when the rollback is of migrations alone and nobody consents.
 */
export async function collectConsents(
  desk: Pick<Desk, "terminal" | "interrupts">,
  engine: Pick<Engine, "previewRefresh">,
  planned: PlannedRollback,
  { wish, named, yes, standing }: { wish: Wish; named: readonly string[]; yes: boolean; standing: Standing },
): Promise<string[]> {
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
  if (wish.kind !== "migrations-only" || open.length === 0) return [...named];
  if (!terminal.interactive) throw noConsent(planned.from, wish, open);
  const typed: string[] = [];
  for (const { id } of open) {
    const answer = await terminal.ask(
      `Type ${pc.bold(id)} to accept this loss (Enter keeps the migration): `,
    );
    // An older migration does not go while a newer one stays.
    if (answer?.trim() !== id) break;
    typed.push(id);
  }
  if (named.length + typed.length === 0) throw noConsent(planned.from, wish, open);
  return [...named, ...typed];
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
