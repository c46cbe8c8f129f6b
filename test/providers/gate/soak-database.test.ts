import { describe, expect, it } from "vitest";

import { DEFAULT_THRESHOLDS } from "../../../components/config/defaults";
import type { DatabaseReader, QueryAnswer } from "../../../components/database/types";
import { judgeDatabase } from "../../../components/providers/gate/soak-database";

const QUERY = { query: "SELECT 1 WHERE sent_at >= '{since}'" };
const told = { notifications: QUERY, from: new Date("2026-11-24T20:00:00Z"), at: "2026-11-24T21:00:00Z" };

function readerOf(figures: QueryAnswer[], counts: QueryAnswer): { reader: DatabaseReader; asked: string[] } {
  const asked: string[] = [];
  const reader: DatabaseReader = {
    read: async (queries) => {
      asked.push(...queries);
      return { asked: true, answers: queries.length === 1 ? [counts] : figures };
    },
  };
  return { reader, asked };
}

const usual: QueryAnswer[] = [{ rows: [{ used: 3, max: 97 }] }, { rows: [{ size: 1 }] }, { rows: [] }];
const verdicts = async (reader: DatabaseReader | undefined) =>
  Object.fromEntries(
    (await judgeDatabase(reader, DEFAULT_THRESHOLDS, told)).map(({ check, verdict }) => [check, verdict]),
  );

describe("a soak's database", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["none failed", { failed: 0, sent: 40 }, "pass"],
    ["one of forty", { failed: "1", sent: "40" }, "warn"],
    ["three of forty", { failed: 3, sent: 40 }, "fail"],
    ["none was sent", { failed: 0, sent: 0 }, "warn"],
    ["another shape", { count: 3 }, "warn"],
  ])("counts failed notifications: %s", async (_what, row, verdict) => {
    const { reader, asked } = readerOf(usual, { rows: [row] });
    expect(await verdicts(reader)).toEqual({
      "database-connections": "pass",
      "database-slow-queries": "pass",
      "notification-failures": verdict,
    });
    expect(asked.at(-1)).toBe("SELECT 1 WHERE sent_at >= '2026-11-24T20:00:00.000Z'");
  });

  it("warns of connections that run out, and names slow queries", async () => {
    const slow = { query: "SELECT * FROM orders", calls: 20, mean: 1500 };
    const { reader } = readerOf([{ rows: [{ used: 80, max: 97 }] }, usual[1]!, { rows: [slow] }], {
      rows: [{ failed: 0, sent: 1 }],
    });
    expect(await verdicts(reader)).toMatchObject({
      "database-connections": "warn",
      "database-slow-queries": "warn",
    });
  });

  it("says what it could not ask, and stops nothing by that", async () => {
    const silent: DatabaseReader = { read: async () => ({ asked: false, because: "no route" }) };
    expect(Object.values(await verdicts(silent))).not.toContain("fail");
    expect(await verdicts(undefined)).toEqual({ "notification-failures": "warn" });
    expect(await judgeDatabase(undefined, DEFAULT_THRESHOLDS, { ...told, notifications: undefined })).toEqual(
      [],
    );
  });

  const judged = async (
    used: number,
    max: number,
    slow: object[] = [],
    counts: object[] = [{ failed: 0, sent: 1 }],
  ) => {
    const { reader } = readerOf([{ rows: [{ used, max }] }, usual[1]!, { rows: slow as never }], {
      rows: counts as never,
    });
    const checks = await judgeDatabase(reader, DEFAULT_THRESHOLDS, told);
    return (kind: string) => checks.find(({ check }) => check === kind)!;
  };

  it("has connections up to its limit, and none is a share of no limit", async () => {
    const limit = DEFAULT_THRESHOLDS.investigate.connectionsPercent;
    const connections = async (used: number, max: number) =>
      (await judged(used, max))("database-connections");
    expect(await connections(limit, 100)).toMatchObject({ verdict: "pass", observed: `${limit} %` });
    expect(await connections(limit + 1, 100)).toMatchObject({
      ...{ verdict: "warn", observed: `${limit + 1} %` },
      summary: `${limit + 1} of 100 connections of the database are in use`,
    });
    expect(await connections(3, 0)).toMatchObject({ verdict: "pass", observed: "0 %" });
  });

  it("names queries that are slow on average, and no other", async () => {
    const queries = [
      { query: `SELECT ${"x".repeat(200)}`, calls: 20, mean: 1500.4 },
      { query: "SELECT 2", calls: 3, mean: 1000 },
      { query: "SELECT 3", calls: 3, mean: 12 },
    ];
    const check = (await judged(1, 100, queries))("database-slow-queries");
    expect(check).toMatchObject({ verdict: "warn", samples: 1 });
    expect(check.summary).toMatch(/^slow on average: 1500 ms, 20 calls: SELECT x+.{1,3}$/);
    expect(check.summary.length).toBeLessThan(140);
    expect((await judged(1, 100, queries.slice(1)))("database-slow-queries")).toMatchObject({
      ...{ verdict: "pass", summary: "no query is slow on average" },
    });
  });

  it("fails by more failed notifications than allowed, not by as many, and shows both numbers", async () => {
    const limit = DEFAULT_THRESHOLDS.investigate.notificationFailurePercent;
    const failed = async (...counts: object[]) => (await judged(1, 100, [], counts))("notification-failures");
    expect(await failed({ failed: limit, sent: 100 })).toMatchObject({
      verdict: "warn",
      observed: `${limit} %`,
    });
    expect(await failed({ failed: 10 * limit + 1, sent: 1000 })).toMatchObject({
      ...{ verdict: "fail", samples: 1000, evidence: { failed: 10 * limit + 1, sent: 1000 } },
      summary: `${10 * limit + 1} of 1000 notifications failed (${limit + 0.1} %)`,
    });
    for (const odd of [
      [{ failed: 1 }],
      [{ sent: 9 }],
      [
        { failed: 1, sent: 9 },
        { failed: 1, sent: 9 },
      ],
      [],
    ])
      expect((await failed(...odd)).summary).toContain("does not answer one row with failed and sent");
  });
});
