import { expect, it } from "vitest";

import { createMeasureProgress } from "../../../components/providers/gate/measure-progress";
import type { LatencyComparison } from "../../../components/probes/latency/compare-latency";

const sample = (ok = true, measured = true) => ({ endpoint: "b /x", ms: 10, status: 200, ok, measured });
const comparison = {
  overall: { shiftPercent: 3.14 },
  endpoints: {
    a: { shift: { percent: 1, from: -2, to: 4 } },
    b: { shift: { percent: 5, from: 1, to: 8.2 } },
  },
} as unknown as LatencyComparison;

function measuring(plan: { looks: number; requests: number }) {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const progress = createMeasureProgress("api", plan, {
    log: (line) => lines.push(line),
    elapsed: () => clock.ms,
  });
  return { lines, clock, progress };
}

it("tells every quarter of a minute the look, requests, failures and what is left at the most", () => {
  const { lines, clock, progress } = measuring({ looks: 4, requests: 400 });
  for (let n = 1; n <= 100; n++) {
    clock.ms = n * 200;
    progress.sample(sample(n !== 7, n !== 8));
  }
  expect(lines).toEqual([
    "gate api: look 1 of 4 at the most, 75 of 400 requests, 1 failed; at the most 65 s more",
  ]);
});

it("tells after a look how far response times have shifted, with the bounds, and says nothing behind the last one", () => {
  const { lines, clock, progress } = measuring({ looks: 2, requests: 20 });
  for (let n = 1; n <= 10; n++) {
    clock.ms = n * 100;
    progress.sample(sample());
  }
  progress.look(1, comparison);
  progress.look(2, comparison);
  expect(lines).toEqual([
    "gate api: look 2 of 2 at the most, 10 of 20 requests, 0 failed, response times +3.1 % (between -2 and +8.2 %); at the most 1 s more",
  ]);
});

it("names no look where there is one alone, and no shift where nothing was compared", () => {
  const { lines, clock, progress } = measuring({ looks: 1, requests: 10 });
  clock.ms = 15_000;
  progress.sample(sample());
  expect(lines).toEqual(["gate api: 1 of 10 requests, 0 failed; at the most 135 s more"]);
});

it("counts what is left from when it began, whatever the clock says then, and no less than nothing", () => {
  const lines: string[] = [];
  const clock = { ms: 1_000_000 };
  const log = (line: string) => lines.push(line);
  const progress = createMeasureProgress("api", { looks: 3, requests: 20 }, { log, elapsed: () => clock.ms });
  for (let n = 1; n <= 10; n++) {
    clock.ms += 100;
    progress.sample(sample());
  }
  progress.look(1, comparison);
  for (let n = 1; n <= 30; n++) progress.sample(sample());
  progress.look(2, { ...comparison, endpoints: {} });
  progress.look(3, comparison);
  expect(lines).toEqual([
    "gate api: look 2 of 3 at the most, 10 of 20 requests, 0 failed, response times +3.1 % (between -2 and +8.2 %); at the most 1 s more",
    "gate api: look 3 of 3 at the most, 40 of 20 requests, 0 failed, response times +3.1 %; at the most 0 s more",
  ]);
});

it("gives a shift of nothing no sign, and none where nothing was compared", () => {
  const { lines, progress } = measuring({ looks: 3, requests: 10 });
  progress.look(1, { ...comparison, overall: { shiftPercent: 0.04 } } as LatencyComparison);
  progress.look(2, { ...comparison, overall: null });
  expect(lines[0]).toContain(", response times 0 % (between -2 and +8.2 %);");
  expect(lines[1]).not.toContain("response times");
});
