import { appendFileSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Sample } from "../probes/latency/sample-endpoints";

/** Beside the stack's files; may be deleted at any time: nothing but reports and dashboards reads it. */
export const ROLLOUT_FOLDER = ".rollout";
export const SAMPLE_LOG = "samples.jsonl";

/** Three weeks of gates every hour. A log that has grown larger gets no more lines, and nothing else happens. */
const MOST_BYTES = 50 * 1024 * 1024;

export interface KeptSample extends Sample {
  /** ISO time on Render's clock. */
  at: string;
  phase: string;
}

/** Keeps each answer that a gate measures. @param stack undefined in states of old: then nothing is kept. */
export type KeepSample = (stack: string | undefined, sample: KeptSample) => void;

/** Makes a stack's folder; git never sees it, whatever the project's own .gitignore says. */
export function makeRolloutFolder(directory: string, stack: string): string {
  const folder = join(directory, ROLLOUT_FOLDER, stack);
  // For its owner's eyes: evidence names people, addresses and what went wrong.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ignore = join(directory, ROLLOUT_FOLDER, ".gitignore");
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
  return folder;
}

/** Appends to the stack's log, one JSON object a line. It never fails: evidence beside the way stops no rollout. */
export function createSampleLog(directory: string): KeepSample {
  const files = new Map<string, string | undefined>();
  return (stack, { at, phase, endpoint, ms, ok, measured, status, warmUp, error }) => {
    // A stack's name is part of a path here.
    if (stack === undefined || !/^[\w.-]+$/.test(stack) || /^\.+$/.test(stack)) return;
    try {
      if (!files.has(stack)) files.set(stack, openLog(directory, stack));
      const file = files.get(stack);
      if (file === undefined) return;
      const rounded = Math.round(ms * 10) / 10;
      const line = { at, event: "sample", phase, endpoint, ms: rounded, ok, measured, status, warmUp, error };
      appendFileSync(file, `${JSON.stringify(line)}\n`);
    } catch {
      files.set(stack, undefined);
    }
  };
}

function openLog(directory: string, stack: string): string | undefined {
  const file = join(makeRolloutFolder(directory, stack), SAMPLE_LOG);
  return existsSync(file) && statSync(file).size > MOST_BYTES ? undefined : file;
}
