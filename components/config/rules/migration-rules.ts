import { describe } from "../found";
import { phaseIndex, type Phase } from "../phases";
import type { Finding } from "../problem";
import { sourceKindOf } from "../resolve-migrations";
import { parseSignature } from "../signatures";
import { notInPreparation } from "./flag-rules";
import { unknownName } from "./unknown-name";
import { entriesOf, type Draft, type Rule } from "../draft";

export const migrationRules: Rule[] = [
  nothingIsAppliedInPreparation,
  phasesNeverDecrease,
  consentsNameMigrations,
  runnerIsThere,
  migrationsCanBeAsked,
  backupIsThere,
];

function nothingIsAppliedInPreparation({ values }: Draft): Finding[] {
  return entriesOf(values.migrations).flatMap(([id, { phase }]) =>
    notInPreparation(["migrations", id, "phase"], phase),
  );
}

/** Migrations are applied in the order of the file, so a later one may not belong to an earlier phase. */
function phasesNeverDecrease({ names, values }: Draft): Finding[] {
  const migrations = new Map(entriesOf(values.migrations));
  let latest: { id: string; phase: Phase } | undefined;
  const findings: Finding[] = [];
  for (const id of names.migrations) {
    const phase = migrations.get(id)?.phase;
    if (phase === undefined || phase === "preparation") continue;
    if (latest !== undefined && phaseIndex(phase) < phaseIndex(latest.phase)) {
      const allowed = `${latest.phase} or later, as ${latest.id} stands above and is applied first`;
      findings.push({
        code: "migration-order",
        path: ["migrations", id, "phase"],
        found: describe(phase),
        allowed,
      });
    } else latest = { id, phase };
  }
  return findings;
}

function consentsNameMigrations(draft: Draft): Finding[] {
  return entriesOf(draft.values.acceptDataLoss).flatMap(([id]) =>
    unknownName("migrations", ["acceptDataLoss", id], id, draft, "key"),
  );
}

function runnerIsThere({ names, has }: Draft): Finding[] {
  if (names.migrations.length === 0 || has("runner")) return [];
  const allowed = "where and with which commands migrations run, as the catalogue has migrations";
  return [{ code: "missing", path: ["runner"], found: "nothing", allowed }];
}

/** "Applied" is what the database shows: each migration needs somebody who can be asked. */
function migrationsCanBeAsked({ names, values, has }: Draft): Finding[] {
  if (!has("runner")) return [];
  const { runner } = values;
  // What is written and wrong is told where it stands.
  if (has("runner", "commands", "status") && runner?.commands?.status === undefined) return [];
  return entriesOf(values.migrations)
    .filter(([id]) => names.migrations.includes(id))
    .flatMap(([id, migration]): Finding[] => {
      const kind = sourceKindOf(migration, runner);
      if (kind !== undefined && (kind !== "shows" || migration.shows !== undefined)) return [];
      if (has("migrations", id, "shows")) return [];
      const why = kind === "shows" ? ", as runner.source is shows" : "";
      const others = kind === "shows" ? "" : "; or runner.tool, or runner.commands.status";
      const allowed = `shows, what the database shows when it is applied: [{ table: parts }]${others}${why}`;
      return [{ code: "missing", path: ["migrations", id, "shows"], found: "nothing", allowed }];
    });
}

/** Needed as soon as something may be changed; before that nobody should have to think of it. */
function backupIsThere({ names, values, has }: Draft): Finding[] {
  if (names.migrations.length === 0 || has("backup") || values.phase === undefined) return [];
  const consents = entriesOf(values.acceptDataLoss).filter(([, text]) => parseSignature(text) !== undefined);
  const reached = phaseIndex(values.phase) >= phaseIndex("migrations");
  if (!reached && consents.length === 0) return [];
  const why = reached ? `from phase migrations on` : "where acceptDataLoss allows a rollback";
  const allowed = `backup.command, the command line that makes and verifies a backup; needed ${why}`;
  return [{ code: "missing", path: ["backup"], found: "nothing", allowed }];
}
