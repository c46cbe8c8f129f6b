import type { Look } from "./look/look";
import { isWell, type Row } from "./row";
import type { System } from "./system";

/** What `--json` prints, with `--watch` once a look. Keys stay; new ones may come. */
export interface VerifyReport {
  /** Null where only addresses were given. */
  stack: string | null;
  /** ISO time of this machine's clock. */
  at: string;
  /** Whether nothing calls for the operator: exit code 0. */
  well: boolean;
  rows: Row[];
  /** By endpoint: milliseconds over right answers, and the share (0 to 1) of wrong ones. */
  endpoints: Record<string, EndpointFigures>;
  /** What could not be asked, and why. */
  notes: string[];
}

export interface EndpointFigures {
  n: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  errorRate: number | null;
}

/**
 * One look as a report.
 * @param redact takes secrets out of texts from outside. It works here, before anything is drawn: a table cuts texts, and half a
 * secret is no longer recognised.
 */
export function reportOf(
  { stack, notes }: System,
  { rows, endpoints, woken }: Look,
  at: Date,
  redact: (text: string) => string,
): VerifyReport {
  return {
    stack: stack ?? null,
    at: at.toISOString(),
    well: rows.every(isWell),
    // One order of keys, however a row came about.
    rows: rows.map(({ kind, service, name, verdict, seen, wanted, figure }) => {
      return { kind, service, name, verdict, seen: redact(seen), wanted, figure };
    }),
    endpoints: Object.fromEntries(
      Object.entries(endpoints).map(([id, { n, p50, p95, p99, errorRate }]) => [
        id,
        { n, p50, p95, p99, errorRate },
      ]),
    ),
    notes: [...notes, ...woken].map(redact),
  };
}
