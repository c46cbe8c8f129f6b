import pc from "picocolors";

import type { Verdict } from "../../components/probes/verdict";

export type RowKind =
  "health" | "flag" | "endpoint" | "page" | "error-rate" | "response-times" | "migrations";

/** One line of what was verified. Its keys are those of `--json`. */
export interface Row {
  kind: RowKind;
  /** The service's name on Render; null for what is about all services together. */
  service: string | null;
  /** A flag's key, an endpoint's path; null elsewhere. */
  name: string | null;
  verdict: Verdict;
  seen: string;
  wanted: string;
  /** Milliseconds or per cent, where a course over time is worth seeing; null where it could not be told. */
  figure: number | null;
}

/** Whether a row leaves the operator in peace. "no-data" and "inconclusive" do: there was nothing to judge by, and nothing is known to be wrong. */
export function isWell({ verdict }: Row): boolean {
  return WELL.includes(verdict);
}

const WELL: readonly Verdict[] = ["pass", "no-data", "inconclusive"];

/** Such as `flag ENABLE_CAR_NUMBER`, `endpoint /api/orders`, `error rate`. */
export function rowName({ kind, name }: Row): string {
  const words = kind.replace("-", " ");
  return name === null ? words : `${words} ${name}`;
}

/** A row's name where no heading names its service. */
export function fullName(row: Row): string {
  return row.service === null || row.kind === "flag" ? rowName(row) : `${rowName(row)} of ${row.service}`;
}

export function coloured(verdict: Verdict): string {
  if (verdict === "pass") return pc.green(verdict);
  return verdict === "fail" ? pc.red(verdict) : pc.yellow(verdict);
}
