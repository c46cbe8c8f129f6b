import { readFileSync } from "node:fs";
import path from "node:path";
import type { Checkpoint } from "../checkpoint/checkpoint-file";
import type { PropertyMap } from "../values/property-value";
import { listFolder, writeWhole, type FileBackend } from "./file-backend";
import type { StackReference } from "./stack-reference";

export type UpdateKind = "update" | "refresh" | "destroy" | "import";

/** One finished update, as the file backend keeps it. Times in seconds since 1970. */
export interface HistoryEntry {
  kind: UpdateKind;
  startTime: number;
  endTime: number;
  message: string;
  environment: Record<string, string>;
  /** Config as written: secrets are encrypted. */
  config: PropertyMap;
  version: number;
  result: "succeeded" | "failed";
  resourceChanges?: Partial<Record<string, number>>;
}

/** Adds an update to the stack's history, with the state that it left. */
export function addToHistory(
  backend: FileBackend,
  stack: StackReference,
  entry: HistoryEntry,
  left: Checkpoint,
): void {
  const name = path.join(historyFolder(backend, stack), `${stack.name}-${nanoseconds()}`);
  writeWhole(`${name}.history.json`, JSON.stringify(entry));
  writeWhole(`${name}.checkpoint.json`, JSON.stringify({ version: 3, checkpoint: left }));
}

/** The stack's updates, newest first. */
export function readHistory(backend: FileBackend, stack: StackReference): HistoryEntry[] {
  const folder = historyFolder(backend, stack);
  return listFolder(folder)
    .filter((name) => name.endsWith(".history.json"))
    .reverse()
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as HistoryEntry);
}

function historyFolder(backend: FileBackend, stack: StackReference): string {
  return backend.place("history", stack.project, stack.name);
}

/** File names sort by time, so they need more digits than milliseconds; the clock of `performance` only moves forward. */
function nanoseconds(): string {
  const microseconds = Math.round((performance.timeOrigin + performance.now()) * 1000);
  return `${microseconds}000`;
}
