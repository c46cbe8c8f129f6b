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
});
