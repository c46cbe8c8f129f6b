import { consentCounts, type ConsentVerdict } from "../../plan/consent";
import { judgeSurplus } from "../../plan/surplus";
import { own } from "../../own";
import type { MigrationReading } from "../../database/types";
import type { Readings } from "./schema";

/** One migration of the catalogue, as far as a decision needs it. In order of application. */
export interface MigrationToJudge {
  id: string;
  /** What its rollback loses, in words: "drops the tables categories and parts". */
  rollbackLoses: string;
}

export interface ReconcileInput {
  migrations: readonly MigrationToJudge[];
  /** Ids that must be applied. */
  target: readonly string[];
  /** By id: what the database says. */
  readings: Readings;
  /** By id: when it was applied last, as far as we know. */
  appliedAt: Readonly<Record<string, string>>;
  /** By id: the stack file's consent to lose what the rollback loses. */
  consents: Readonly<Record<string, string>>;
  /** By id: consents that were spent before this run. */
  usedConsents: Readonly<Record<string, readonly string[]>>;
  /** Whether the consent for a migration was spent in this very run, or will be before the rollback. */
  isSpentNow: (id: string) => boolean;
  timeZone: string;
  now?: Date;
  /** Migrations of later phases that are kept: what they may build on stays with them. */
  laterKept: readonly string[];
  /** The runner's rollback acts on all migrations at once. */
  allOrNothing: boolean;
  /** Why nothing can be rolled back at all; undefined where it can. */
  noRollback?: string | undefined;
  /** What the tool's table holds and the catalogue does not name. */
  unlisted: readonly string[];
  /** Why the rollback of a migration cannot be tried before anything is lost; undefined where it can. */
  untriable: (id: string) => string | undefined;
}

export interface Reconciliation {
  /** Wanted, and pending or only partly there. */
  apply: string[];
  /** Newest first. */
  rollback: string[];
  /** There, or perhaps there, no longer wanted, and kept; why. */
  keep: { id: string; reason: string }[];
  /** Wanted, and the database does not tell; why. */
  unknown: { id: string; because: string }[];
}

/** What a consent says where nobody can try the rollback first. */
export const UNTRIED = "untried";

/** What has to be done to the schema: see `judgeSurplus` for what becomes of migrations that are not wanted any more. */
export function reconcile(input: ReconcileInput): Reconciliation {
  const { migrations, target } = input;
  const isWanted = ({ id }: MigrationToJudge) => target.includes(id);
  const wanted = migrations
    .filter(isWanted)
    .map(({ id }) => ({ id, reading: readingOf(input.readings, id) }));
  const surplus = migrations.filter(
    (each) => !isWanted(each) && readingOf(input.readings, each.id).state !== "pending",
  );
  return {
    apply: wanted
      .filter(({ reading }) => reading.state === "pending" || reading.state === "partly")
      .map(({ id }) => id),
    unknown: wanted.flatMap(({ id, reading }) =>
      reading.state === "unknown" ? [{ id, because: reading.because }] : [],
    ),
    ...judgeSurplus(surplus, (id) => consentFor(input, id), { allOrNothing: input.allOrNothing }),
  };
}

/** Somebody who was not asked about it is no witness. */
export function readingOf(readings: Readings, id: string): MigrationReading {
  return own(readings, id) ?? { state: "unknown", because: "the database was not asked" };
}

function consentFor(input: ReconcileInput, id: string): ConsentVerdict | undefined {
  const consent = own(input.consents, id);
  if (consent === undefined) return undefined;
  const because = whyNot(input, id, consent);
  if (because !== undefined) return { counts: false, reason: because };
  return consentCounts(consent, {
    appliedAt: own(input.appliedAt, id),
    usedConsents: own(input.usedConsents, id) ?? [],
    timeZone: input.timeZone,
    ...(input.now === undefined ? {} : { now: input.now }),
  });
}

/** What stands against a consent besides its date, in words that complete "…, and". */
function whyNot(input: ReconcileInput, id: string, consent: string): string | undefined {
  const reading = readingOf(input.readings, id);
  if (reading.state === "unknown") return `whether it is applied is not known: ${reading.because}`;
  if (input.laterKept[0] !== undefined) return `the later ${input.laterKept[0]} is kept`;
  if (input.noRollback !== undefined) return input.noRollback;
  if (input.unlisted[0] !== undefined) {
    return `the database also has ${input.unlisted.join(", ")}, which the catalogue does not name and which may build on it`;
  }
  const untriable = input.untriable(id);
  if (untriable !== undefined && !new RegExp(`\\b${UNTRIED}\\b`).test(consent)) {
    return `its rollback cannot be tried before anything is lost (${untriable}); a consent to that says so: "<date> by <name>, ${UNTRIED}" (\`rollout rollback … --untried\` writes it)`;
  }
  if (input.isSpentNow(id)) return undefined;
  return `the consent "${consent}" is spent: it counts in one update only, done or not. Give a new one with a new date or time`;
}
