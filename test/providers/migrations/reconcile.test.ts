import { describe, expect, it } from "vitest";

import {
  readingOf,
  reconcile,
  type ReconcileInput,
} from "../../../components/providers/migrations/reconcile";

const TODAY = "2026-11-24 by Ada";

const input: ReconcileInput = {
  migrations: [
    { id: "001", rollbackLoses: "drops a" },
    { id: "002", rollbackLoses: "drops b" },
  ],
  target: ["001"],
  readings: { "001": { state: "applied" }, "002": { state: "applied" } },
  appliedAt: {},
  consents: { "002": TODAY },
  usedConsents: {},
  isSpentNow: () => true,
  timeZone: "UTC",
  laterKept: [],
  allOrNothing: false,
  unlisted: [],
  untriable: () => undefined,
};

const decide = (more: Partial<ReconcileInput>) => reconcile({ ...input, ...more });
const kept = (reason: string) => ({
  apply: [],
  unknown: [],
  rollback: [],
  keep: [{ id: "002", reason: `rolling it back would drop b, and ${reason}` }],
});

describe("what has to be done to the schema", () => {
  it.each<[Partial<ReconcileInput>, Partial<ReturnType<typeof reconcile>>]>([
    [{ target: ["001", "002"] }, {}],
    [
      { target: ["001", "002"], readings: { "001": { state: "applied" }, "002": { state: "pending" } } },
      { apply: ["002"] },
    ],
    [
      {
        target: ["001", "002"],
        readings: {
          "001": { state: "partly", present: ["x"], missing: ["index i"] },
          "002": { state: "applied" },
        },
      },
      { apply: ["001"] },
    ],
    [
      {
        target: ["001", "002"],
        readings: { "001": { state: "applied" }, "002": { state: "unknown", because: "it is locked" } },
      },
      { unknown: [{ id: "002", because: "it is locked" }] },
    ],
    [
      { target: ["001", "002"], readings: { "001": { state: "applied" } } },
      { unknown: [{ id: "002", because: "the database was not asked" }] },
    ],
    [{ readings: { "001": { state: "applied" }, "002": { state: "pending" } } }, {}],
    [{}, { rollback: ["002"] }],
    [{ target: [], consents: { "001": TODAY, "002": TODAY } }, { rollback: ["002", "001"] }],
    [
      {
        readings: {
          "001": { state: "applied" },
          "002": { state: "partly", present: ["x"], missing: ["table b"] },
        },
      },
      { rollback: ["002"] },
    ],
  ])("follows from the target, the database and the consents: %#", (more, wanted) => {
    expect(decide(more)).toEqual({ apply: [], unknown: [], rollback: [], keep: [], ...wanted });
  });

  it("is nothing where nobody consented, and says what a rollback would lose", () => {
    expect(decide({ consents: {} })).toEqual({
      ...kept(""),
      keep: [{ id: "002", reason: "rolling it back would drop b" }],
    });
  });

  it.each<[Partial<ReconcileInput>, string]>([
    [
      { readings: { "001": { state: "applied" }, "002": { state: "unknown", because: "it is locked" } } },
      "whether it is applied is not known: it is locked",
    ],
    [{ laterKept: ["003"] }, "the later 003 is kept"],
    [{ noRollback: "the runner has no rollback" }, "the runner has no rollback"],
    [
      { unlisted: ["003_x", "004_y"] },
      "the database also has 003_x, 004_y, which the catalogue does not name and which may build on it",
    ],
    [
      { isSpentNow: () => false },
      `the consent "${TODAY}" is spent: it counts in one update only, done or not. Give a new one with a new date or time`,
    ],
    [
      { appliedAt: { "002": "2026-11-25T08:00:00Z" } },
      `the consent "${TODAY}" is older than its last application (2026-11-25 08:00 UTC); give a new one`,
    ],
    [
      { usedConsents: { "002": [TODAY] } },
      `the consent "${TODAY}" was used up by an earlier rollback; give a new one with a new date`,
    ],
    [
      { now: new Date("2026-11-20T08:00:00Z") },
      `the consent "${TODAY}" is of a later day; give it the date on which it is given`,
    ],
  ])("keeps what a consent names where something stands against it: %#", (more, reason) => {
    expect(decide(more)).toEqual(kept(reason));
  });

  it.each([
    [TODAY, false],
    [`${TODAY}, untried`, true],
    [`${TODAY}, untriedly`, false],
  ])("that nobody can try first needs a consent that says so: %s", (consent, counts) => {
    const { rollback, keep } = decide({
      consents: { "002": consent },
      untriable: (id) => (id === "002" ? "no connection" : undefined),
    });
    expect(rollback).toEqual(counts ? ["002"] : []);
    expect(keep.map(({ reason }) => reason)).toEqual(
      counts
        ? []
        : [
            'rolling it back would drop b, and its rollback cannot be tried before anything is lost (no connection); a consent to that says so: "<date> by <name>, untried" (`rollout rollback … --untried` writes it)',
          ],
    );
  });

  it("asks of the migration itself whether its consent is spent in this run", () => {
    expect(decide({ isSpentNow: (id) => id === "002" }).rollback).toEqual(["002"]);
    expect(decide({ isSpentNow: (id) => id === "001" }).rollback).toEqual([]);
  });

  it("takes nothing of JavaScript's own for a reading", () => {
    expect(readingOf({}, "constructor")).toEqual({ state: "unknown", because: "the database was not asked" });
  });
});
