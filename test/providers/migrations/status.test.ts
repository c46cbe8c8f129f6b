import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseStatus } from "../../../components/providers/migrations/status";

const IDS = ["001_add_car_number_column", "002_create_categories_parts_tables"];

describe("parseStatus", () => {
  it.each([
    [
      "a line each",
      "001_add_car_number_column   applied  2026-11-24T21:05:10Z\n002_create_categories_parts_tables   pending",
    ],
    ["file names", "001_add_car_number_column.py: applied\n002_create_categories_parts_tables.py: pending"],
    ["not applied", "001_add_car_number_column: applied\n002_create_categories_parts_tables: not applied"],
    ["marks", "✅ 001_add_car_number_column\n❌ 002_create_categories_parts_tables"],
    ["check boxes", "[x] 001_add_car_number_column\n[ ] 002_create_categories_parts_tables"],
    [
      "headings",
      "Applied migrations:\n  - 001_add_car_number_column\n\nPending migrations:\n  - 002_create_categories_parts_tables",
    ],
    ["JSON", '{"applied": ["001_add_car_number_column"], "pending": ["002_create_categories_parts_tables"]}'],
    [
      "words around",
      "Connecting …\n001_add_car_number_column applied\n002_create_categories_parts_tables pending\nDone.",
    ],
  ])("reads %s", (_form, output) => {
    expect(parseStatus(output, IDS)).toEqual({ known: true, applied: [IDS[0]], pending: [IDS[1]] });
  });

  it("reads from JSON how many rows a rollback would lose, and leaves out what is no count", () => {
    const rollbackLosesRows = {
      "001_add_car_number_column": 12,
      "002_create_categories_parts_tables": { categories: 4, parts: "many", orders: -1 },
      other: {},
    };
    const output = JSON.stringify({ applied: IDS, pending: [], rollbackLosesRows });
    expect(parseStatus(output, IDS)).toEqual({
      known: true,
      applied: IDS,
      pending: [],
      rowLosses: {
        "001_add_car_number_column": { rows: 12 },
        "002_create_categories_parts_tables": { categories: 4 },
      },
    });
  });

  it("takes nothing for applied that the output does not name", () => {
    expect(parseStatus("001_add_car_number_column applied", IDS)).toEqual({
      known: false,
      reason: "the status command's output does not tell the state of 002_create_categories_parts_tables",
    });
  });

  it("takes no migration for another whose name starts alike", () => {
    expect(
      parseStatus("001_add_car_number_column_again applied", ["001_add_car_number_column"]),
    ).toMatchObject({ known: false });
  });

  it("does not take a name without a state for applied", () => {
    expect(parseStatus("found 001_add_car_number_column", ["001_add_car_number_column"])).toMatchObject({
      known: false,
    });
  });

  it("knows nothing from an empty output", () => {
    expect(parseStatus(" \n", IDS)).toEqual({ known: false, reason: "the status command printed nothing" });
  });

  it("reads back any states that a runner prints, in any order", () => {
    const id = fc.stringMatching(/^[a-z0-9][a-z0-9_]{3,20}$/);
    const rows = fc.uniqueArray(fc.record({ id, applied: fc.boolean() }), {
      selector: (row) => row.id,
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(rows, fc.nat(), (list, turn) => {
        const turned = [...list.slice(turn % list.length), ...list.slice(0, turn % list.length)];
        const output = turned.map((row) => `${row.id}  ${row.applied ? "applied" : "pending"}`).join("\n");
        const ids = list.map((row) => row.id);
        expect(parseStatus(output, ids)).toEqual({
          known: true,
          applied: list.filter((row) => row.applied).map((row) => row.id),
          pending: list.filter((row) => !row.applied).map((row) => row.id),
        });
      }),
    );
  });
});
