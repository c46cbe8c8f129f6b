import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { readLoggedLines } from "../../cli/log/samples";
import { isDue } from "../../cli/monitor/cadence";
import { monitor } from "../../cli/monitor/recipe";
import type { VerifyReport } from "../../cli/verify/report";
import type { Row } from "../../cli/verify/row";
import { fakeDesk, STACK, stackFile, storedGate } from "../cli/support/fake-desk";

const since = new Date("2026-11-24T20:00:00Z");
const after = (minutes: number) => new Date(since.getTime() + minutes * 60_000);

/** A day of a scheduler that calls each 15 minutes. */
function looksOfADay(): number[] {
  const looks: number[] = [];
  for (let minute = 0; minute <= 24 * 60; minute += 15) {
    const last = looks.at(-1);
    if (isDue(since, last === undefined ? undefined : after(last), after(minute))) looks.push(minute);
  }
  return looks;
}

test("looks every 15 minutes for two hours, every hour until the twelfth, every four until the twenty-fourth", () => {
  const looks = looksOfADay();
  const gaps = looks
    .slice(1)
    .map((minute, index) => [looks[index] ?? 0, minute - (looks[index] ?? 0)] as const);
  for (const [from, gap] of gaps)
    expect([from, gap]).toEqual([from, from < 105 ? 15 : from < 11 * 60 + 45 ? 60 : expect.any(Number)]);
  expect(looks.length).toBeLessThan(25);
  expect(Math.max(...gaps.map(([, gap]) => gap))).toBe(240);
});

test("a look of an earlier monitoring counts for nothing", () => {
  expect(isDue(since, after(-1), after(1))).toBe(true);
});

describe("monitor", () => {
  const row = (changes: Partial<Row> = {}): Row => ({
    kind: "health",
    service: "felix-hub-backend",
    name: null,
    verdict: "pass",
    seen: "HTTP 200",
    wanted: "healthy",
    figure: null,
    ...changes,
  });
  const report = (rows: Row[]): VerifyReport => ({
    stack: STACK,
    at: "2026-11-24T20:00:00.000Z",
    well: rows.every(({ verdict }) => verdict === "pass"),
    rows,
    endpoints: { "felix-hub-backend /api/orders": { n: 50, p50: 20, p95: 40, p99: 60, errorRate: 0.02 } },
    notes: [],
  });
  const deskIn = (state = [storedGate("monitoring", "succeeded")]) => {
    const gate = state[0];
    if (gate !== undefined) gate.outputs["passedAt"] ??= "2026-11-24T19:00:00Z";
    return fakeDesk({ text: stackFile("monitoring"), state });
  };
  const options = { stack: STACK, now: true };

  test("tells the team what has become ill and what has become well again, and nothing in between", async () => {
    const desk = deskIn();
    const ill = row({ verdict: "fail", seen: "HTTP 502" });
    const codes: number[] = [];
    for (const each of [row(), ill, ill, row(), row()])
      codes.push(await monitor(desk, async () => report([each]), options));
    expect(codes).toEqual([0, 1, 1, 0, 0]);
    expect(desk.told).toEqual([
      expect.stringContaining("not well: health of felix-hub-backend: fail: HTTP 502, wanted healthy"),
      expect.stringContaining("well again: health of felix-hub-backend"),
    ]);
    const { samples, events } = readLoggedLines(
      readFileSync(join(desk.directory, ".rollout", STACK, "watch.jsonl"), "utf8"),
    );
    expect(samples.map(({ n, failures }) => [n, failures])).toEqual(Array.from({ length: 5 }, () => [50, 1]));
    expect(events.map(({ event }) => event)).toEqual(["down", "up"]);
  });

  test("before the phase and after it looks at nothing, and says why", async () => {
    const never = async () => {
      throw new Error("looked");
    };
    const before = fakeDesk({ text: stackFile("api"), state: [storedGate("api", "succeeded")] });
    expect(await monitor(before, never, options)).toBe(0);
    const over = deskIn([storedGate("monitoring", "succeeded", "closed")]);
    expect(await monitor(over, never, options)).toBe(0);
    expect([before.said.at(-1), over.said.at(-1)]).toEqual([
      "Nothing to monitor: monitoring has not begun.",
      "Nothing to monitor: monitoring is over.",
    ]);
  });
});
