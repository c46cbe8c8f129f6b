import { phaseIndex, type Phase } from "../config/phases";
import type { Migration, StackConfig } from "../config/types";

/** The migrations of one phase: wanted as a whole, or not at all. */
export interface MigrationGroup {
  id: `migrations:${Phase}`;
  /** Name of the resource: `migrations`, or `migrations-<phase>` for those of another phase than that one. */
  name: string;
  phase: Phase;
  /** In order of application. */
  migrations: Migration[];
  wanted: boolean;
  /** Ids that must be applied: all of the group's, or none. */
  target: string[];
  /** By id: the consent to lose what the rollback loses, as written; of this group's migrations only. */
  consents: Record<string, string>;
  /** Keys of the flags that are on and whose code needs one of these. */
  neededBy: string[];
}

/** The database's part of a plan; nothing of it is there where the catalogue has no migrations. */
export interface PlannedDatabase {
  /** In order of application. */
  groups: MigrationGroup[];
  /** Asks the database what has to be applied, before anything is. */
  survey?: { id: "survey"; name: "schema" };
  /** Gives what has to be applied a name, which triggers the backup. */
  pending?: { id: "pending"; name: "pending-migrations" };
  /** Spends the consents that a rollback will act on, before it does. */
  consents?: { id: "consents"; name: "consents" };
  /** Runs the operator's command where migrations will really run: before they are applied, or rolled back. */
  backups: PlannedBackup[];
}

export interface PlannedBackup {
  id: `backup:${BackupMoment}`;
  name: "backup" | "backup-before-rollback";
  before: BackupMoment;
}

export type BackupMoment = "apply" | "rollback";

/** Groups neighbours of the same phase; config has made sure that phases never decrease. */
export function planDatabase(config: StackConfig, flagsOn: readonly FlagOn[]): PlannedDatabase {
  if (config.migrations.length === 0) return { groups: [], backups: [] };
  const phases = [...new Set(config.migrations.map(({ phase }) => phase))];
  return {
    groups: phases.map((phase) => planGroup(phase, config, flagsOn)),
    survey: { id: "survey", name: "schema" },
    pending: { id: "pending", name: "pending-migrations" },
    consents: { id: "consents", name: "consents" },
    backups:
      config.backup === undefined
        ? []
        : [
            { id: "backup:apply", name: "backup", before: "apply" },
            { id: "backup:rollback", name: "backup-before-rollback", before: "rollback" },
          ],
  };
}

interface FlagOn {
  key: string;
  requires: readonly string[];
}

function planGroup(phase: Phase, config: StackConfig, flagsOn: readonly FlagOn[]): MigrationGroup {
  const migrations = config.migrations.filter((migration) => migration.phase === phase);
  const wanted = phaseIndex(phase) <= phaseIndex(config.phase);
  const ids = migrations.map(({ id }) => id);
  return {
    id: `migrations:${phase}`,
    name: phase === "migrations" ? "migrations" : `migrations-${phase}`,
    phase,
    migrations,
    wanted,
    target: wanted ? ids : [],
    consents: Object.fromEntries(
      ids.flatMap((id) => {
        const consent = Object.hasOwn(config.acceptDataLoss, id) ? config.acceptDataLoss[id] : undefined;
        return consent === undefined ? [] : [[id, consent.text]];
      }),
    ),
    neededBy: flagsOn.filter(({ requires }) => requires.some((id) => ids.includes(id))).map(({ key }) => key),
  };
}
