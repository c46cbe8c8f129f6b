import { consentCounts } from "../../plan/consent";
import { takesId } from "./command-line";

/** One migration of the catalogue, in order of application. */
export interface MigrationInput {
  id: string;
  /** What its rollback loses, in words: "drops the tables categories and parts". */
  rollbackLoses: string;
}

export interface ReconcileInput {
  migrations: readonly MigrationInput[];
  /** Ids that must be applied. */
  target: readonly string[];
  /** Ids that are, by the database's word. */
  applied: readonly string[];
  /** By id: when it was applied last, as far as we know. */
  appliedAt: Readonly<Record<string, string>>;
  /** By id: the stack file's consent to lose what the rollback loses. */
  consents: Readonly<Record<string, string>>;
  /** By id: the consents that earlier rollbacks used up. */
  usedConsents: Readonly<Record<string, readonly string[]>>;
  timeZone: string;
  rollbackCommand: readonly string[];
}

export interface Reconciliation {
  apply: string[];
  /** Newest first. */
  rollback: string[];
  /** Applied, no longer wanted, and kept; why. */
  keep: { id: string; reason: string }[];
}

/**
 * What has to be done to the schema. Migrations are kept, not dropped, unless a consent that counts names them.
 * A runner that can only roll back everything needs a consent for each of them.
 */
export function reconcile(input: ReconcileInput): Reconciliation {
  const { migrations, target, applied } = input;
  const wanted = new Set(target);
  const apply = migrations.map(({ id }) => id).filter((id) => wanted.has(id) && !applied.includes(id));
  const surplus = migrations.filter(({ id }) => applied.includes(id) && !wanted.has(id)).reverse();
  const judged = surplus.map((migration) => ({ migration, consent: judgeConsent(input, migration) }));
  const refused = judged.filter(({ consent }) => !consent.counts);

  const allOrNothing = !takesId(input.rollbackCommand);
  if (allOrNothing && refused.length > 0) {
    const lacking = refused.map(({ migration }) => migration.id).join(", ");
    const keep = judged.map(({ migration, consent }) => ({
      id: migration.id,
      reason: consent.counts ? `the runner rolls back all or nothing, and ${lacking} is kept` : consent.reason,
    }));
    return { apply, rollback: [], keep };
  }
  // An older migration must not go while a newer one, which may build on it, stays.
  const rollback: string[] = [];
  const keep: { id: string; reason: string }[] = [];
  for (const { migration, consent } of judged) {
    if (!consent.counts) keep.push({ id: migration.id, reason: consent.reason });
    else if (keep[0] !== undefined) keep.push({ id: migration.id, reason: `the later ${keep[0].id} is kept` });
    else rollback.push(migration.id);
  }
  return { apply, rollback, keep };
}

type Judged = { counts: true } | { counts: false; reason: string };

function judgeConsent(input: ReconcileInput, { id, rollbackLoses }: MigrationInput): Judged {
  const text = input.consents[id];
  const loses = `rolling it back ${conditional(rollbackLoses)}`;
  if (text === undefined) return { counts: false, reason: loses };
  const verdict = consentCounts(text, {
    appliedAt: input.appliedAt[id],
    usedConsents: input.usedConsents[id] ?? [],
    timeZone: input.timeZone,
  });
  return verdict.counts ? verdict : { counts: false, reason: `${loses}, and ${verdict.reason}` };
}

/** "drops tables" → "would drop tables". */
function conditional(loses: string): string {
  return loses.startsWith("drops ") ? `would drop ${loses.slice("drops ".length)}` : `would mean: ${loses}`;
}
