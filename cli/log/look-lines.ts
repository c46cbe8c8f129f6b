import { appendFileSync } from "node:fs";

import type { VerifyReport } from "../verify/report";
import { fullName, isWell } from "../verify/row";
import { rolloutFolder } from "./rollout-folder";

/** A look as lines of the watch's log: the figures of each endpoint, and for each service whether it went down or came up. */
function lookLines(report: VerifyReport, before: VerifyReport["rows"] | undefined): string[] {
  const { at } = report;
  const wasWell = new Map(before?.map((row) => [fullName(row), isWell(row)]));
  const samples = Object.entries(report.endpoints).map(([endpoint, { n, p50, p95, p99, errorRate }]) => ({
    at,
    event: "sample",
    endpoint,
    n,
    failures: Math.round((errorRate ?? 0) * n),
    p50,
    p95,
    p99,
  }));
  const events = report.rows.flatMap((row) => {
    const well = isWell(row);
    if (well === (wasWell.get(fullName(row)) ?? true)) return [];
    const serviceKey = row.service ?? "";
    if (row.kind === "health") return [{ at, serviceKey, event: well ? "up" : "down", text: row.seen }];
    if (row.kind === "response-times")
      return [{ at, serviceKey, event: well ? "well" : "slow", text: row.seen }];
    return [{ at, serviceKey, event: "verdict", text: `${fullName(row)}: ${row.verdict}: ${row.seen}` }];
  });
  return [...samples, ...events].map((line) => JSON.stringify(line));
}

/** Adds a look to the watch's log. It never fails: a look is worth more than its log. */
export function keepLook(
  directory: string,
  stack: string,
  report: VerifyReport,
  before: VerifyReport["rows"] | undefined,
): void {
  try {
    const folder = rolloutFolder(directory, stack);
    folder.make();
    const lines = lookLines(report, before);
    if (lines.length > 0) appendFileSync(folder.watchLog, `${lines.join("\n")}\n`);
  } catch {
    // A folder that cannot be written to.
  }
}
