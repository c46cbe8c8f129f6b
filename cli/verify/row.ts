import pc from "picocolors";

import type { Verdict } from "../../components/probes/verdict";
import { table } from "../shared/table";

/** One line of what was verified. */
export interface Row {
  check: string;
  verdict: Verdict;
  seen: string;
  threshold: string;
}

/** Whether nothing calls for the operator: an answer that is missing for lack of data is none. */
export function isWell(rows: readonly Row[]): boolean {
  return rows.every(({ verdict }) => WELL.includes(verdict));
}

const WELL: readonly Verdict[] = ["pass", "no-data", "inconclusive"];

export function rowTable(rows: readonly Row[]): string {
  return table(
    ["check", "verdict", "seen", "wanted"],
    rows.map(({ check, verdict, seen, threshold }) => [check, coloured(verdict), seen, threshold]),
  );
}

export function coloured(verdict: Verdict): string {
  if (verdict === "pass") return pc.green(verdict);
  return verdict === "fail" ? pc.red(verdict) : pc.yellow(verdict);
}
