import { describe, expect, test } from "vitest";

import { emptyNotes } from "../../cli/report/notes";
import { makeReport } from "../../cli/report/recipe";
import { REHEARSED, rehearsedRecord } from "../support/rehearsed-records";

/** Every number in a record, wherever it stands, and those that stand in its texts. */
function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value === "string")
    return [...value.matchAll(/\d[\d,]*(?:\.\d+)?/g)].map(([text]) => Number(text.replaceAll(",", "")));
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

/** Times as the report writes them, `12.3 ms` or `1.2 s` above ten seconds: computed here anew. */
function written(ms: number): string {
  return ms >= 10_000
    ? `${Number((ms / 1000).toPrecision(3))} s`
    : `${Number(ms.toPrecision(4)).toLocaleString("en-GB")} ms`;
}

describe.each(REHEARSED)("the report of a rehearsal (%s)", (name) => {
  const record = rehearsedRecord(name);

  test("has no time in milliseconds that is not in the record", async () => {
    const { files } = await makeReport(record, emptyNotes("rehearsal"));
    // Texts of gates are quoted as they stand.
    const evidence = new Set(numbersIn(record).flatMap((ms) => [written(ms), `${ms} ms`]));
    for (const file of [files.markdown, files.html]) {
      const told = [...file.matchAll(/(?<![\d.,])\d[\d,]*(?:\.\d+)? ms/g)].map(([text]) => text);
      expect(told.length).toBeGreaterThan(20);
      expect(told.filter((text) => !evidence.has(text))).toEqual([]);
    }
  });

  test("counts flags, probes and requests as the record has them", async () => {
    const { model } = await makeReport(record, emptyNotes("rehearsal"));
    const on = Object.values(record.now.flags).filter(({ value }) => value === "true").length;
    expect(model.criteria.find(({ id }) => id === "flags")?.evidence).toContain(
      `${on} of ${record.catalogue.flags.length} are on`,
    );
    const deploys = new Map(
      record.updates.flatMap(({ left }) =>
        Object.entries(left?.deploys ?? {}).flatMap(([service, { id, probes }]) =>
          probes === null ? [] : [[`${service} ${id}`, probes] as const],
        ),
      ),
    );
    const [made, failed] = (["made", "failed"] as const).map((which) =>
      [...deploys.values()].reduce((sum, probes) => sum + probes[which], 0),
    );
    const evidence = model.criteria.find(({ id }) => id === "zero-downtime")?.evidence;
    expect(evidence).toContain(deploys.size === 0 ? "No deploy was probed" : `${failed} of ${made} probes`);
    for (const { label, percent, requests } of model.charts.errors) {
      const phase = label.replace(/ \(\d+\)$/, "");
      const checks = record.updates
        .flatMap(({ left }) => left?.gates[phase]?.checks ?? [])
        .filter(({ check }) => check === "error-rate");
      expect(
        checks.some(
          ({ samples, numbers }) =>
            samples === requests && (100 * (numbers["failures"] ?? NaN)) / samples === percent,
        ),
        label,
      ).toBe(true);
    }
  });

  test("tells each update's and incident's duration from the record's own times", async () => {
    const { model } = await makeReport(record, emptyNotes("rehearsal"));
    for (const { update, seconds } of model.rollbacks) {
      const own = record.updates.find(({ number }) => number === update);
      expect(seconds).toBe(
        Math.round((Date.parse(own?.endedAt ?? "") - Date.parse(own?.startedAt ?? "")) / 1000),
      );
    }
    expect(model.standing.startedAt).toBe(record.updates[0]?.startedAt);
    for (const { startedAt, endedAt, seconds } of model.incidents)
      if (seconds !== null)
        expect(seconds).toBe(Math.round((Date.parse(endedAt ?? "") - Date.parse(startedAt)) / 1000));
  });
});
