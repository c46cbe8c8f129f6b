import { DEFAULT_COMMAND_TIMEOUT } from "./defaults";
import { secondsOf } from "./durations";
import type { WrittenConfig } from "./schema/config-schema";
import { toolPresets } from "./tool-presets";
import type { MigrationSource } from "./migration-sources";
import type { Runner } from "./types";

export type WrittenMigration = NonNullable<WrittenConfig["migrations"]>[string];
export type WrittenRunner = NonNullable<WrittenConfig["runner"]>;

/** Who says whether a migration is applied: what config names, else what it shows, the tool's table, the status command. */
export function sourceKindOf(
  { shows }: Pick<WrittenMigration, "shows">,
  runner: WrittenRunner | undefined,
): MigrationSource["kind"] | undefined {
  if (runner?.source !== undefined) return runner.source;
  if (shows !== undefined) return "shows";
  if (runner?.tool !== undefined) return "ledger";
  return runner?.commands?.status === undefined ? undefined : "status";
}

/** Who says whether a migration is applied, with all that is needed to ask; only for config that the rules have nothing against. */
export function sourceOf(migration: WrittenMigration, runner: WrittenRunner | undefined): MigrationSource {
  const { shows, recordedAs } = migration;
  const kind = sourceKindOf(migration, runner);
  if (kind === "shows") return { kind, facts: shows ?? [] };
  if (kind !== "ledger" || runner?.tool === undefined) return { kind: "status" };
  const { table, schema, app, linear } = runner.ledger ?? {};
  return {
    kind,
    tool: runner.tool,
    ...(table === undefined ? {} : { table }),
    ...(schema === undefined ? {} : { schema }),
    ...(app === undefined ? {} : { app }),
    ...(linear === undefined ? {} : { linear }),
    ...(shows === undefined ? {} : { facts: shows }),
    ...(recordedAs === undefined ? {} : { name: recordedAs }),
  };
}

/** The commands as they count: those that config names before those that the tool brings. */
export function commandsOf(runner: WrittenRunner): Runner["commands"] {
  const preset = runner.tool === undefined ? undefined : toolPresets[runner.tool];
  const undo = preset?.rollback?.words;
  const {
    apply = [...(preset?.apply.words ?? [])],
    rollback = undo === undefined ? undefined : [...undo],
    status,
  } = runner.commands ?? {};
  return {
    apply,
    ...(rollback === undefined ? {} : { rollback }),
    ...(status === undefined ? {} : { status }),
  };
}

export function resolveRunner(runner: WrittenRunner): Runner {
  const { where, service, checkout = false, workingDirectory, tool, timeout } = runner;
  return {
    where,
    ...(service === undefined ? {} : { serviceKey: service }),
    checkout,
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
    ...(tool === undefined ? {} : { tool }),
    commands: commandsOf(runner),
    timeoutSeconds: secondsOf(timeout ?? DEFAULT_COMMAND_TIMEOUT),
  };
}

/** Whether a command acts on one named migration; without a placeholder it acts on all, as the runbook's do. */
export function takesId(words: readonly string[]): boolean {
  return words.some((word) => word.includes("{id}") || word.includes("{file}"));
}
