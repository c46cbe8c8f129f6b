import { phaseIndex, type Phase } from "../config/phases";
import type { Migration, StackConfig } from "../config/types";

/** The migrations of one phase: wanted as a whole, or not at all. One resource, and its backup. */
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
  /** Absent where config names no backup command, which it may not do while anything is to be changed. */
  backup?: PlannedBackup;
}

export interface PlannedBackup {
  id: `backup:${Phase}`;
  /** Name of the resource: `backup`, or `backup-<phase>`. */
  name: string;
  /** A change of these runs the command. */
  triggers: string[];
  /** False where nothing may be rolled back: then the command does not run, neither on creation nor on changes. */
  runs: boolean;
}

/** Groups neighbours of the same phase; config has made sure that phases never decrease. */
export function planGroups(config: StackConfig): MigrationGroup[] {
  const phases = [...new Set(config.migrations.map(({ phase }) => phase))];
  return phases.map((phase) => planGroup(phase, config));
}

function planGroup(phase: Phase, config: StackConfig): MigrationGroup {
  const migrations = config.migrations.filter((migration) => migration.phase === phase);
  const wanted = phaseIndex(phase) <= phaseIndex(config.phase);
  const ids = migrations.map(({ id }) => id);
  const consents = Object.fromEntries(
    ids.flatMap((id) => {
      const consent = Object.hasOwn(config.acceptDataLoss, id) ? config.acceptDataLoss[id] : undefined;
      return consent === undefined ? [] : [[id, consent.text]];
    }),
  );
  const group = {
    id: `migrations:${phase}`,
    name: named("migrations", phase),
    phase,
    migrations,
    wanted,
  } as const;
  const target = wanted ? ids : [];
  if (config.backup === undefined) return { ...group, target, consents };
  const agreed = Object.entries(consents).map(([id, text]) => `${id}: ${text}`);
  const triggers = wanted ? ids : agreed;
  const backup = {
    id: `backup:${phase}`,
    name: named("backup", phase),
    triggers,
    runs: triggers.length > 0,
  } as const;
  return { ...group, target, consents, backup };
}

function named(kind: "migrations" | "backup", phase: Phase): string {
  return phase === "migrations" ? kind : `${kind}-${phase}`;
}
