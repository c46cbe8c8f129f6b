import { describe, expect, it } from "vitest";

import { schemaLine } from "../../cli/rollback/schema-line";
import type { MigrationReading } from "../../components/database";

const applied: MigrationReading = { state: "applied" };
const pending: MigrationReading = { state: "pending" };
const partly: MigrationReading = { state: "partly", present: ["parts"], missing: ["categories"] };
const unknown: MigrationReading = { state: "unknown", because: "DATABASE_URL is not set here" };

function line(
  [first, second]: [MigrationReading, MigrationReading],
  {
    target = [] as string[],
    left = ["001", "002"],
    rolledBack = [] as string[],
    consented = [] as string[],
  } = {},
) {
  const { result, found } = schemaLine(
    { groups: [{ target }] } as never,
    { applied: left, rolledBack } as never,
    { readings: { "001": first, "002": second }, leftovers: [] },
    consented,
  );
  return { result, found };
}

describe("the schema after a rollback", () => {
  it("is kept where the database shows it", () => {
    expect(line([applied, applied])).toEqual({
      result: "yes",
      found: "the database shows 001, 002; kept although not wanted: 001, 002",
    });
  });

  it("is not kept, whatever the last update's word is, where the database has nothing of it", () => {
    const { result, found } = line([pending, pending]);
    expect(result).toBe("yes");
    expect(found).toBe("the database shows none of them");
    expect(line([pending, pending], { target: ["001"] })).toMatchObject({ result: "no" });
  });

  it("that is partly there is no good end", () => {
    expect(line([applied, partly])).toMatchObject({ result: "no" });
    expect(line([applied, partly]).found).toContain("partly there: 002");
  });

  it("that a consent was to take away, and that is still there, is no good end", () => {
    expect(line([applied, applied], { consented: ["002"] })).toMatchObject({ result: "no" });
    expect(line([unknown, unknown], { consented: ["002"] })).toMatchObject({ result: "no" });
  });

  it("that came back without its rows is not called kept", () => {
    const { result, found } = line([pending, applied], { rolledBack: ["001", "002"] });
    expect(result).toBe("open");
    expect(found).toContain("made anew by something since, without its rows: 002");
    expect(found).not.toContain("kept");
  });

  it("of which the database did not tell is neither called shown nor as wanted", () => {
    const { result, found } = line([unknown, unknown], { target: ["001", "002"] });
    expect(result).toBe("open");
    expect(found).toBe(
      "not known: 001, 002 (DATABASE_URL is not set here); the last update left 001, 002 there",
    );
  });
});
