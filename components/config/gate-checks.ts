/** The kinds of checks that can stop a gate: what an override can name. */
export const GATE_CHECKS = [
  "api-latency",
  "baseline",
  "database-connections",
  "database-slow-queries",
  "error-rate",
  "flags",
  "foreign-deploy",
  "foreign-value",
  "health",
  "left-flags",
  "migrations",
  "notification-failures",
  "page",
  "page-times",
  "preflight",
  "prerequisite",
  "response-limits",
  "served-bytes",
  "service",
  "smoke",
  "smoke-command",
  "soak",
  "soak-client-errors",
  "soak-cpu",
  "soak-error-lines",
  "soak-error-rate",
  "soak-latency",
  "soak-logs",
  "soak-memory",
  "telegram",
  "zero-downtime",
] as const;

/** What stops the end of a phase and has a key of its own that opens it, by the check's kind. */
export const OPENED_BY = {
  acknowledged: "a signature, which the key acknowledged takes",
  schedule: "scheduleOverride, which opens the schedule",
} as const;

/** The kinds of all checks: the last three only tell, and warn at the most. */
export type CheckKind =
  (typeof GATE_CHECKS)[number] | keyof typeof OPENED_BY | "woken" | "watch" | "left-out";
