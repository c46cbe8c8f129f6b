import { addToHistory, type HistoryEntry } from "../backend/history";
import type { StackConfig } from "../project/stack-config";
import type { StackPlace } from "./session";
import { engineVersion } from "../version";

/** Adds a finished update to the stack's history, with its config and the state that it left.
 *  @param update.startedAt in milliseconds since 1970. */
export function recordUpdate(
  place: StackPlace,
  config: StackConfig,
  update: {
    kind: HistoryEntry["kind"];
    message: string;
    startedAt: number;
    result: HistoryEntry["result"];
    changes: HistoryEntry["resourceChanges"];
  },
): void {
  const { backend, stack, stackFile } = place;
  const entry: HistoryEntry = {
    kind: update.kind,
    startTime: Math.floor(update.startedAt / 1000),
    endTime: Math.floor(Date.now() / 1000),
    message: update.message,
    environment: { "exec.kind": "cli", "pulumi.version": engineVersion, "runtime.name": "nodejs" },
    // Secrets stand in the stack's file, encrypted; everything else may come from the project.
    config: { ...plainConfig(config), ...stackFile.config },
    version: 0,
    result: update.result,
    resourceChanges: update.changes,
  };
  addToHistory(backend, stack, entry, backend.readCheckpoint(stack));
}

function plainConfig(config: StackConfig): HistoryEntry["config"] {
  return Object.fromEntries(
    [...config].filter(([, { secret }]) => !secret).map(([key, { text, object }]) => [key, object ?? text]),
  );
}
