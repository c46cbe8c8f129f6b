import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import type { RolloutRecord } from "../../cli/log/record";

/** Ends of a rehearsal. */
export const REHEARSED = ["full", "rolled-back", "unfinished"] as const;

/**
 * The record that a rehearsal's report was computed from, as `rollout report` wrote it beside the report (`report.json`): one that
 * came to its end, one that was taken back after an override and a failure, one that was left in its second phase.
 */
export function rehearsedRecord(name: (typeof REHEARSED)[number]): RolloutRecord {
  const file = join(__dirname, "..", "report", "rehearsed", `${name}.json.gz`);
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as RolloutRecord;
}
