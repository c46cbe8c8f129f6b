import { describe, expect, it } from "vitest";

import * as keys from "../../components/probes/health-keys";

/** Keys as a health answer's are read: small letters, words with spaces between. */
const CASES: [keyof typeof keys, string[], string[]][] = [
  [
    "STATE_KEY",
    ["status", "health status", "healthstatus", "ok", "ready", "condition"],
    ["statuses", "my status", "status code"],
  ],
  [
    "COMPONENT_KEY",
    ["database", "db status", "main database", "redis", "s3 connected", "ping"],
    ["databases count", "my database", "db statuses", "shipping"],
  ],
  ["CONTAINER_KEY", ["components", "checks", "healthchecks", "health checks"], ["my checks", "checks done"]],
  [
    "ILL_IF_TRUE_KEY",
    ["down", "failed services", "outage", "degraded components"],
    ["countdown", "failed jobs", "downtime", "not down"],
  ],
  [
    "ILL_IF_COUNTED_KEY",
    ["unhealthy", "unhealthy targets", "failing", "failing since boot", "failed checks", "down instances"],
    ["failed", "failed jobs", "down", "not unhealthy", "my failed checks", "failed checks done"],
  ],
  ["TRUTH_KEY", ["healthy", "alive", "passing"], ["unhealthy", "aliveness", "all passing"]],
  [
    "CODE_KEY",
    ["code", "status code", "http status", "http status code", "http code"],
    ["postcode", "code name", "my status code"],
  ],
  ["MESSAGE_KEY", ["message", "msg", "details", "info"], ["my message", "messages", "info url"]],
  [
    "ERROR_KEY",
    [
      "error",
      "errors",
      "database error",
      "error message",
      "db exception text",
      "has problems",
      "fatal fault code",
    ],
    ["terror", "errored", "my error", "error count", "error messages"],
  ],
  [
    "TOLD_KEY",
    [
      ...[
        "time",
        "version",
        "component id",
        "componentid",
        "component type",
        "componenttype",
        "duration",
        "duration ms",
      ],
      ...[
        "total duration",
        "totalduration",
        "latency p95",
        "uptime seconds",
        "hostname",
        "log level",
        "loglevel",
        "observed value",
      ],
      ...[
        "previous status",
        "last error",
        "affected endpoints",
        "affectedendpoints",
        "node version",
        "valid until",
        "validuntil",
      ],
      ...[
        "dry run",
        "dryrun",
        "read only",
        "readonly",
        "maintenance mode",
        "maintenancemode",
        "update",
        "updates",
        "upgrade",
        "upgrades",
      ],
    ],
    [
      "runtime",
      "times",
      "my version",
      "versions",
      "the duration",
      "ghost",
      "subregion",
      "regions",
      "totals",
      "slower",
      "update status",
    ],
  ],
];

describe("the keys of health answers", () => {
  it.each(CASES)("%s means these, whole, and none that only holds them", (name, meant, others) => {
    const pattern = keys[name];
    expect(meant.filter((key) => !pattern.test(key))).toEqual([]);
    expect(others.filter((key) => pattern.test(key))).toEqual([]);
  });
});
