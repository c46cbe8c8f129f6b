import { describe, expect, test } from "vitest";

import type { RolloutRecord } from "../../cli/log/record";
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

/** Every text in a record. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** A share or a change as the report writes it: three digits, a change with its sign. */
function inPercent(value: number): string[] {
  const rounded = Number(value.toPrecision(3));
  const sign = rounded > 0 ? "+" : rounded < 0 ? "−" : "±";
  return [`${rounded} %`, `${sign}${Math.abs(rounded)} %`, `${sign}${Math.abs(rounded)} points`];
}

const share = (part: number, whole: number) => (whole > 0 ? [(100 * part) / whole] : []);
const growth = (then: number | null | undefined, now: number | null | undefined) =>
  then == null || now == null || then === 0 ? [] : [(100 * (now - then)) / then];

/** What can be in per cent: computed here anew, from the gates' own figures alone. */
function percentagesOf(record: RolloutRecord): Set<string> {
  const snapshots = [...record.updates.map(({ left }) => left), record.now];
  const gates = snapshots.flatMap((snapshot) => Object.values(snapshot?.gates ?? {}));
  const checks = gates.flatMap(({ checks: verified, closing }) => [...verified, ...closing]);
  const baselines = gates.flatMap(({ baseline }) => (baseline === null ? [] : [baseline]));
  const failed = checks.flatMap(({ numbers, samples }) => share(numbers["failures"] ?? NaN, samples ?? 0));
  const failedAtFirst = baselines.flatMap((endpoints) => {
    const kept = Object.values(endpoints).filter(({ errorRate }) => errorRate !== null);
    const failures = kept.reduce((sum, { n, errorRate }) => sum + n * (errorRate ?? 0), 0);
    return share(
      failures,
      kept.reduce((sum, { n }) => sum + n, 0),
    );
  });
  const rates = [...failed, ...failedAtFirst].filter((rate) => !Number.isNaN(rate));
  const messages = checks.filter(({ check }) => check === "telegram");
  const computed = [
    ...rates,
    ...rates.flatMap((now) => failedAtFirst.concat(failed).map((then) => now - then)),
    ...baselines.flatMap((endpoints) =>
      gates.flatMap(({ measured }) =>
        Object.entries(endpoints).flatMap(([endpoint, { p95 }]) => growth(p95, measured[endpoint]?.p95)),
      ),
    ),
    ...checks.flatMap(({ numbers }) => [
      ...share((numbers["sent"] ?? 0) - (numbers["failed"] ?? 0), numbers["sent"] ?? 0),
    ]),
    // A page's first look stands for its baseline where none was kept.
    ...["loadMs", "lcpMs"].flatMap((time) => {
      const before = `baseline${time[0]?.toUpperCase() ?? ""}${time.slice(1)}`;
      const looks = checks.filter(({ numbers }) => time in numbers);
      return looks.flatMap(({ check, numbers }) => [
        ...growth(numbers[before], numbers[time]),
        ...looks.flatMap((other) =>
          other.check === check ? growth(other.numbers[time], numbers[time]) : [],
        ),
      ]);
    }),
    ...messages.flatMap((_, all) => messages.slice(0, all + 2).map((__, some) => (100 * some) / (all + 1))),
    // Distributions: how many answers came within a time.
    ...[...baselines, ...gates.map(({ measured }) => measured)].flatMap((endpoints) =>
      Object.values(endpoints).flatMap(({ quantilesMs }) =>
        quantilesMs.map((___, index) => (100 * index) / Math.max(1, quantilesMs.length - 1)),
      ),
    ),
  ];
  const limits = numbersIn(record.catalogue.limits).map((limit) => `${limit} %`);
  const quoted = textsIn(record).flatMap((text) => [...text.matchAll(PERCENTAGE)].map(([found]) => found));
  return new Set([...computed.filter(Number.isFinite).flatMap(inPercent), ...limits, ...quoted]);
}

const PERCENTAGE = /(?<![\d.,])[−+±-]?\d[\d,]*(?:\.\d+)? (?:%|points)/g;

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

  test("has no percentage that the gates' own figures do not give", async () => {
    const { files } = await makeReport(record, emptyNotes("rehearsal"));
    const evidence = percentagesOf(record);
    for (const file of [files.markdown, files.html]) {
      // What is drawn is held by the charts' own test; scales of axes are no figures.
      const told = [...file.replaceAll(/<svg.*?<\/svg>/gs, "").matchAll(PERCENTAGE)].map(([text]) => text);
      expect(told.length).toBeGreaterThan(5);
      expect(told.filter((text) => !evidence.has(text))).toEqual([]);
    }
  });

  test("compares each endpoint's p95 with the newest baseline that has it", async () => {
    const { model } = await makeReport(record, emptyNotes("rehearsal"));
    const rows = model.comparison.filter(({ what }) => what.startsWith("p95 of "));
    expect(rows.length).toBeGreaterThan(0);
    for (const { what, baseline, after, change } of rows) {
      const endpoint = what.slice("p95 of ".length);
      const then = record.now.gates["preparation"]?.baseline?.[endpoint]?.p95 ?? null;
      const now = Object.values(record.now.gates)
        .concat(record.updates.flatMap(({ left }) => Object.values(left?.gates ?? {})))
        .map(({ measured }) => measured[endpoint]?.p95 ?? null)
        .find((p95) => p95 !== null && written(p95) === after);
      expect([baseline, after]).toEqual([
        then === null ? "not measured" : written(then),
        now == null ? "not measured" : written(now),
      ]);
      const [grown] = growth(then, now);
      expect(change).toBe(grown === undefined ? "–" : inPercent(grown)[1]);
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
