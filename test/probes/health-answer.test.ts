import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readHealthAnswer } from "../../components/probes/health-answer";
import { judgeState } from "../../components/probes/health-words";

const ill: [string, string][] = [
  ['{"status": "DOWN", "components": {"db": {"status": "DOWN"}}}', "status: DOWN"],
  [
    '{"status": "UP", "components": {"db": {"status": "DOWN", "details": {"error": "x"}}}}',
    "components.db.status: DOWN",
  ],
  ['{"status": "OUT_OF_SERVICE"}', "status: OUT_OF_SERVICE"],
  ['{"status": "degraded", "checks": {"database": "ok"}}', "status: degraded"],
  ['{"status": "unhealthy"}', "status: unhealthy"],
  ['{"Status": "Unhealthy", "results": {"npgsql": {"status": "Unhealthy"}}}', "Status: Unhealthy"],
  [
    '{"status": "Healthy", "entries": {"npgsql": {"status": "Unhealthy"}}}',
    "entries.npgsql.status: Unhealthy",
  ],
  ['{"database": "error: timed out"}', "database: error: timed out"],
  ['{"status": "healthy", "database": "disconnected"}', "database: disconnected"],
  ['{"status": "ok", "db": {"connected": false}}', "db.connected: false"],
  ['{"status": "ok", "dbConnected": false}', "dbConnected: false"],
  ['{"ok": false}', "ok: false"],
  ['{"healthy": false, "checks": []}', "healthy: false"],
  ['{"checks": [{"name": "postgres", "status": "DOWN"}]}', "checks.postgres.status: DOWN"],
  [
    '{"status": "pass", "checks": {"db:connections": [{"status": "fail"}]}}',
    "checks.db:connections.0.status: fail",
  ],
  ['{"status": "error", "info": {}, "error": {"db": {"status": "down"}}}', "status: error"],
  [
    '{"deadlocks": {"healthy": true}, "database": {"healthy": false, "message": "gone"}}',
    "database.healthy: false",
  ],
  ['{"status": "ok", "error": "could not translate host name"}', "error: could not translate host name"],
  ['{"status": "ok", "errors": ["redis"]}', "errors: 1 of them"],
  ['{"status": 503}', "status: 503"],
  ['{"data": {"status": "failing"}}', "data.status: failing"],
  ['{"services": {"redis": "connection refused", "db": "ok"}}', "services.redis: connection refused"],
  ['{"status": "ok", "postgres_status": "not connected"}', "postgres_status: not connected"],
  ['{"dependencies": {"warehouse": false}}', "dependencies.warehouse: false"],
  [
    '{"status": "ok", "database": "connection to server at 10.0.0.1 failed: FATAL"}',
    "database: connection to server",
  ],
  ['{"degraded": true}', "degraded: true"],
  ["Unhealthy", "the answer: Unhealthy"],
  ["DOWN", "the answer: DOWN"],
  ['"down"', "the answer: down"],
  ["false", "the answer: false"],
  ['{"checks": [{"name": "db", "passed": false}]}', "checks.db.passed: false"],
  ['{"healthy": 0}', "healthy: 0"],
  ['{"database": {"ok": 0}}', "database.ok: 0"],
  ['{"status": "500"}', "status: 500"],
  ['{"statusCode": 503}', "statusCode: 503"],
  ['{"code": 500, "msg": "x"}', "code: 500"],
  ["DB ERROR", "the answer: DB ERROR"],
  ["The service is unhealthy.", "the answer: The service is unhealthy."],
  ["500 Internal Server Error", "the answer: 500"],
  ["no healthy upstream", "the answer: no healthy"],
  ["database: DOWN", "database: DOWN"],
  ["status=UP\r\ndb=DOWN", "db: DOWN"],
  ["default: PASSED\ndatabase: FAILED Error: x", "database: FAILED"],
  ['{"status": "UP"}\n{"status": "DOWN"}', "status: DOWN"],
  ["<health><status>UP</status><db>DOWN</db></health>", "db: DOWN"],
  ['<component name="db" status="DOWN"/>', "status: DOWN"],
  ['\uFEFF{"status": "DOWN"}', "status: DOWN"],
  ['{"failing": ["db"]}', "failing: db"],
  ['{"status": "ok", "unhealthyServices": ["redis", "db"]}', "unhealthyServices: redis, db"],
  ['{"status": "ok", "failed_checks": 2}', "failed_checks: 2"],
  ['{"unhealthy": {"db": "gone"}}', "unhealthy: db"],
  ['{"degraded": "true"}', "degraded: true"],
  ['{"db_error": "x"}', "db_error: x"],
  ['{"errorMessage": "could not connect"}', "errorMessage: could not"],
  ['{"has_errors": true}', "has_errors: true"],
  ['{"message": "Database connection failed"}', "message: Database"],
  ['{"db": {"ping": false}}', "db.ping: false"],
  ['{"db": "\u274C"}', "db: \u274C"],
  ['{"database": "Connection error"}', "database: Connection error"],
];

const well = [
  '{"status": "UP", "components": {"db": {"status": "UP", "details": {"validationQuery": "isValid()"}}}}',
  '{"status": "healthy", "database": "connected", "timestamp": "2026-11-24T21:00:00Z"}',
  '{"status": "ok", "error": null, "errors": [], "info": {"db": {"status": "up"}}, "details": {}}',
  '{"status": "ok", "error": {}}',
  '{"status": "pass", "version": "1", "releaseId": "1.2", "output": "", "notes": ["down last week"]}',
  '{"status": "ok", "logLevel": "error", "mode": "offline", "environment": "down", "debug": false}',
  '{"status": "ok", "previousStatus": "down", "last_error": "timeout"}',
  '{"database": {"pool": 3, "idle": 500}}',
  '{"maintenance": false, "status": 200}',
  '{"status": "ok", "details": {"responseTime": 450, "ssl": false}}',
  '{"status": "UP", "details": {"breaker": {"state": "CLOSED"}}}',
  '{"database": "ok (3 ms)"}',
  '{"errors": 0, "status": "no errors"}',
  "OK",
  "pong",
  "null",
  "[]",
  "",
  "<!doctype html><title>Down for everyone?</title>",
  '{"uptime": 3, "errors": 0}',
  '{"message": "no errors"}',
  '{"error": "null", "exception": "N/A", "problem": "no", "fault": "-", "failure": "false", "errors": "0"}',
  '{"errors": {"last_hour": 0, "total": 3}, "error": {"code": 0, "message": "success"}}',
  '{"checks": {"maintenance": false, "debug": false, "read_only": false}}',
  '{"update": {"available": false}}',
  '{"code": 0, "status": 0, "ready": 0, "redis": {"db": 0, "connected": 0}}',
  '{"failed": 3, "queue": {"failed": 2}, "failing": [], "unhealthy": {}, "unhealthyServices": 0}',
  '{"status": "ok", "message": "Database is down for maintenance tonight"}',
  "<health><status>UP</status></health>",
  "version: 1.2\nstatus: UP\nerrors: none",
  "Welcome to the API. Errors are shown at /errors.",
];

describe("what a health answer says", () => {
  it.each(ill)("is ill: %s", (body, trouble) => {
    const { troubles } = readHealthAnswer(body);
    expect(
      troubles.some((each) => each.startsWith(trouble)),
      troubles.join(),
    ).toBe(true);
  });

  it.each(well)("is nothing ill: %s", (body) => {
    expect(readHealthAnswer(body).troubles).toEqual([]);
  });

  it("tells states that it does not know, and does not fail by them", () => {
    expect(readHealthAnswer('{"status": "grumpy", "checks": {"queue": "starting"}}')).toEqual({
      troubles: [],
      notKnown: ["status: grumpy", "checks.queue: starting"],
    });
  });

  it("is judged by what config expects alone, where it says so", () => {
    const expect_ = { status: "healthy", database: "connected" };
    expect(readHealthAnswer('{"status": "healthy", "database": "disconnected"}', expect_).troubles).toEqual([
      'database is "disconnected", expected "connected"',
    ]);
    expect(readHealthAnswer('{"status": "grumpy"}', { status: "grumpy" })).toEqual({
      troubles: [],
      notKnown: [],
    });
    expect(readHealthAnswer("<html></html>", expect_).troubles).toEqual(["the answer is not JSON"]);
  });

  it("finds a dead component however deep it stands and however its key is written", () => {
    const wrap = fc.array(fc.constantFrom("data", "health", "components", "checks", "result"), {
      maxLength: 5,
    });
    const key = fc.constantFrom(
      "status",
      "dbStatus",
      "db_status",
      "database",
      "healthStatus",
      "redis",
      "is_healthy",
    );
    const value = fc.constantFrom<unknown>(
      "DOWN",
      "Disconnected",
      "not ready",
      "error: x",
      "timed out",
      false,
    );
    fc.assert(
      fc.property(wrap, key, value, (path, name, state) => {
        const body = path.reduceRight<unknown>((inner, step) => ({ [step]: inner, ok: true }), {
          [name]: state,
        });
        expect(readHealthAnswer(JSON.stringify(body)).troubles).toHaveLength(1);
      }),
    );
  });

  it("never throws and never calls ill what holds only words that mean well", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        readHealthAnswer(JSON.stringify(value));
      }),
    );
    const words = fc.constantFrom("ok", "UP", "Healthy", "connected", "passing", true, 1);
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("status", "db", "checks", "redis", "ok", "error"), words),
        (map) => {
          const { error: _error, ...states } = map;
          expect(readHealthAnswer(JSON.stringify(states)).troubles).toEqual([]);
        },
      ),
    );
  });
});

describe("a state's words", () => {
  it.each([
    ["connected but slow", "not known"],
    ["yellow", "not known"],
    ["warn", "not known"],
    ["0 errors", "well"],
    ["NOT_READY", "ill"],
    ["error-free", "well"],
  ] as const)("%s: %s", (text, state) => {
    expect(judgeState(text)).toBe(state);
  });
});
