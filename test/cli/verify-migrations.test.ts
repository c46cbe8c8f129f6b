import { describe, expect, it } from "vitest";

import { readShown } from "../../cli/shared/shown-migrations";
import { migrationsRow } from "../../cli/verify/look/look-at-migrations";
import type { MigrationReading } from "../../components/database";
import type { System } from "../../cli/verify/system";

const applied: MigrationReading = { state: "applied" };
const pending: MigrationReading = { state: "pending" };
const partly: MigrationReading = { state: "partly", present: ["parts"], missing: ["categories"] };
const unknown: MigrationReading = { state: "unknown", because: "DATABASE_URL is not set here" };

function judged(shown: Record<string, MigrationReading>, target = ["001", "002"], inState = ["001", "002"]) {
  const migrations = { target, inState: { known: true as const, applied: inState }, shown };
  const [row] = migrationsRow({ migrations } as unknown as System);
  return [row?.verdict, row?.seen];
}

describe("migrations in verify", () => {
  it("pass only where the database shows each declared one, whatever state says", () => {
    expect(judged({ "001": applied, "002": applied }, undefined, [])).toEqual([
      "pass",
      "applied: 001, 002 (asked of the database)",
    ]);
  });

  it("fail where the database lacks one that state has", () => {
    expect(judged({ "001": applied, "002": pending })).toEqual([
      "fail",
      "applied: 001; missing: 002 (asked of the database)",
    ]);
  });

  it("fail where one is partly there, also one that is not declared", () => {
    expect(judged({ "001": applied, "002": partly })[0]).toBe("fail");
    expect(judged({ "001": applied, "002": partly }, ["001"])[0]).toBe("fail");
  });

  it("could not be measured where the database does not tell of a declared one", () => {
    expect(judged({ "001": applied, "002": unknown })).toEqual([
      "could-not-measure",
      "applied: 001; not known: 002 (DATABASE_URL is not set here) (asked of the database)",
    ]);
  });

  it("neither pass nor are called applied where the database was not asked", () => {
    const [verdict, seen] = judged({ "001": unknown, "002": unknown });
    expect(verdict).toBe("no-data");
    expect(seen).toBe("not asked, because DATABASE_URL is not set here; the last update left 001, 002");
    expect(seen).not.toMatch(/applied|pass/);
  });

  it("fail, not asked, where the last update itself left one out", () => {
    expect(judged({ "001": unknown, "002": unknown }, undefined, ["001"])[0]).toBe("fail");
  });
});

describe("what the database shows", () => {
  const migrations = [{ id: "001" }] as never;

  it("is unknown with the reason where there is no database, or no source", async () => {
    const none = await readShown({ migrations }, { because: "DATABASE_URL is not set here" });
    expect(none.readings).toEqual({ "001": unknown });
    const asked = await readShown({ migrations }, { read: () => Promise.reject(new Error("nobody asks")) });
    expect(asked.readings["001"]).toMatchObject({
      state: "unknown",
      because: expect.stringContaining("catalogue"),
    });
  });
});
