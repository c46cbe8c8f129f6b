import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeSurplus, wouldLose } from "../../components/plan/surplus";

const surplus = ["001", "002", "003"].map((id) => ({ id, rollbackLoses: `drops the table ${id}` }));
const yes = { counts: true } as const;

function judge(agreed: string[], allOrNothing = false) {
  return judgeSurplus(surplus, (id) => (agreed.includes(id) ? yes : undefined), { allOrNothing });
}

describe("migrations that are no longer wanted", () => {
  it("are kept without consent, and the reason says what would be lost", () => {
    expect(judge([])).toEqual({
      rollback: [],
      keep: ["003", "002", "001"].map((id) => ({ id, reason: `rolling it back would drop the table ${id}` })),
    });
  });

  it("are rolled back with consent, newest first", () => {
    expect(judge(["001", "002", "003"])).toEqual({ rollback: ["003", "002", "001"], keep: [] });
  });

  it("stay under a newer one that is kept", () => {
    expect(judge(["001", "003"])).toEqual({
      rollback: ["003"],
      keep: [
        { id: "002", reason: "rolling it back would drop the table 002" },
        { id: "001", reason: "the later 002 is kept" },
      ],
    });
  });

  it("all stay where the runner knows only all or nothing and one consent is missing", () => {
    expect(judge(["002", "003"], true)).toEqual({
      rollback: [],
      keep: [
        { id: "003", reason: "the runner rolls back all or nothing, and 001 is kept" },
        { id: "002", reason: "the runner rolls back all or nothing, and 001 is kept" },
        { id: "001", reason: "rolling it back would drop the table 001" },
      ],
    });
    expect(judge(["001", "002", "003"], true).rollback).toEqual(["003", "002", "001"]);
  });

  it("tell why a consent does not count", () => {
    const { keep } = judgeSurplus(surplus.slice(0, 1), () => ({ counts: false, reason: "it is old" }), {
      allOrNothing: false,
    });
    expect(keep).toEqual([{ id: "001", reason: "rolling it back would drop the table 001, and it is old" }]);
  });

  it("are each either rolled back or kept; what is rolled back has a consent, and nothing newer stays", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 6 }), fc.boolean(), (agreed, allOrNothing) => {
        const ids = agreed.map((_, index) => `m${index}`);
        const all = ids.map((id) => ({ id, rollbackLoses: "drops it" }));
        const { rollback, keep } = judgeSurplus(
          all,
          (id) => (agreed[ids.indexOf(id)] === true ? yes : undefined),
          { allOrNothing },
        );
        expect([...rollback, ...keep.map(({ id }) => id)]).toEqual(ids.toReversed());
        expect(rollback.every((id) => agreed[ids.indexOf(id)])).toBe(true);
        if (allOrNothing) expect(rollback.length === 0 || keep.length === 0).toBe(true);
      }),
    );
  });
});

describe("what a rollback would lose", () => {
  it.each([
    ["drops tables", "would drop tables"],
    ["loses the notes of orders", "would lose the notes of orders"],
    ["empties the table parts", "would empty the table parts"],
    ["all categories", "would mean: all categories"],
    ["dropsy of the stock", "would mean: dropsy of the stock"],
    ["airdrops tables", "would mean: airdrops tables"],
  ])("%s: %s", (loses, expected) => {
    expect(wouldLose(loses)).toBe(expected);
  });
});
