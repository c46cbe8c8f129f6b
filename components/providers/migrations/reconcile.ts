import { consentCounts, type ConsentVerdict } from "../../plan/consent";
import { judgeSurplus } from "../../plan/surplus";
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
  /** Migrations of later phases that are kept: what they may build on stays with them. */
  laterKept: readonly string[];
  rollbackCommand: readonly string[];
}

export interface Reconciliation {
  apply: string[];
  /** Newest first. */
  rollback: string[];
  /** Applied, no longer wanted, and kept; why. */
  keep: { id: string; reason: string }[];
}

/** What has to be done to the schema: see `judgeSurplus` for what becomes of migrations that are not wanted any more. */
export function reconcile(input: ReconcileInput): Reconciliation {
  const { migrations, target, applied } = input;
  const isApplied = ({ id }: MigrationInput) => applied.includes(id);
  const isWanted = ({ id }: MigrationInput) => target.includes(id);
  const apply = migrations.filter((each) => isWanted(each) && !isApplied(each)).map(({ id }) => id);
  const surplus = migrations.filter((each) => isApplied(each) && !isWanted(each));
  const allOrNothing = !takesId(input.rollbackCommand);
  return { apply, ...judgeSurplus(surplus, (id) => consentFor(input, id), { allOrNothing }) };
}

function consentFor(input: ReconcileInput, id: string): ConsentVerdict | undefined {
  const consent = own(input.consents, id);
  if (consent === undefined) return undefined;
  if (input.laterKept[0] !== undefined)
    return { counts: false, reason: `the later ${input.laterKept[0]} is kept` };
  const { timeZone } = input;
  return consentCounts(consent, {
    appliedAt: own(input.appliedAt, id),
    usedConsents: own(input.usedConsents, id) ?? [],
    timeZone,
  });
}

/** An entry of a record whose keys come from config: a migration may be called `constructor`. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
