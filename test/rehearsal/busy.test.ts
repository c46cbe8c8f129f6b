import { expect, test } from "vitest";

import { allowedIncreasePercent, measureMachine, tellBusy } from "../../rehearsal/busy";

/** Work that takes these milliseconds in turn, on a clock of its own. */
function machineOf(times: (n: number) => number) {
  let now = 0;
  let n = 0;
  return measureMachine(
    () => {
      now += times(n);
      n += 1;
    },
    () => now,
  );
}

test("a machine on which the same work always takes as long is quiet, and nothing is told", () => {
  const machine = { ...machineOf(() => 4), load: 0.3, processors: 4 };
  expect(machine.slowdown).toBe(1);
  expect(allowedIncreasePercent(machine)).toBe(75);
  expect(tellBusy(machine)).toBeUndefined();
});

test("one on which a fifth of the pieces takes six times as long is busy, and gates get as much more room", () => {
  const machine = { ...machineOf((n) => (n % 5 === 0 ? 24 : 4)), load: 1, processors: 2 };
  expect(machine.slowdown).toBe(6);
  expect(allowedIncreasePercent(machine)).toBe(450);
  expect(tellBusy(machine)).toContain(
    "This machine is busy (load 1 on 2 processors; the same work takes up to 6 times",
  );
});

test("a load above the number of processors counts as well, and never more room is given than config takes", () => {
  expect(allowedIncreasePercent({ processors: 2, load: 8, slowdown: 1 })).toBe(300);
  expect(allowedIncreasePercent({ processors: 1, load: 90, slowdown: 1 })).toBe(1000);
});
