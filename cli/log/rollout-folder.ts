import { readFileSync } from "node:fs";
import { join } from "node:path";

import { makeRolloutFolder, ROLLOUT_FOLDER, SAMPLE_LOG } from "../../components/providers/sample-log";

/**
 * What commands keep beside the stack's files, for the log and the report: samples and events, no secret, and nothing that
 * a rollout needs to go on. It may be deleted at any time; what it told is then a gap.
 */
export function rolloutFolder(directory: string, stack: string): RolloutFolder {
  const folder = join(directory, ROLLOUT_FOLDER, stack);
  return {
    watchLog: join(folder, "watch.jsonl"),
    sampleLog: join(folder, SAMPLE_LOG),
    updateLog: join(folder, "update.jsonl"),
    failureLog: join(folder, "failures.jsonl"),
    pictures: join(folder, "pictures"),
    report: join(folder, "report.html"),
    markdown: join(folder, "report.md"),
    make: () => {
      makeRolloutFolder(directory, stack);
    },
  };
}

export interface RolloutFolder {
  /** One JSON object a line: what `verify --watch` saw. */
  watchLog: string;
  /** One JSON object a line: each answer that a gate measured. */
  sampleLog: string;
  /** One JSON object a line: the engine's events of the update that runs, or ran last. */
  updateLog: string;
  /** One JSON object a line: why an update that `advance` or `rollback` ran did not end well. */
  failureLog: string;
  pictures: string;
  report: string;
  markdown: string;
  /** Makes the folder, where it is not there. */
  make(): void;
}

/** A file's text; undefined where it cannot be read. */
export function textOfFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
