import { describe, expect, it } from "vitest";

import { slowTail } from "../../../components/probes/latency/slow-tail";

const before = { n: 400, sortedMs: Array.from({ length: 100 }, () => 10) };
/** A hundred times: so many above 11 ms, all others just there. */
const after = (beyond: number) => [
  ...Array<number>(beyond).fill(11.1),
  ...Array<number>(100 - beyond).fill(11),
];

describe("a slow tail", () => {
  it("is what lies beyond the old 95th percentile with the allowed increase, and not what lies on it", () => {
    expect(slowTail([{ before, after: after(0) }], 1.1)).toMatchObject({ beyondPercent: 0, slower: false });
    expect(slowTail([{ before, after: after(7) }], 1.1)).toMatchObject({ beyondPercent: 7 });
  });

  it("may be as large as a twentieth, and by chance twice as large", () => {
    expect(slowTail([{ before, after: after(5) }], 1.1)).toMatchObject({ pUnchanged: 0.5, slower: false });
    // z = 0.05 / √(0.05 · 0.95 · (1/100 + 1/400)) = 2.052
    const twice = slowTail([{ before, after: after(10) }], 1.1);
    expect(twice.pUnchanged).toBeCloseTo(0.0201, 4);
    expect(twice.slower).toBe(false);
  });

  it("became slower where chance would do it in less than one of a thousand", () => {
    expect(slowTail([{ before, after: after(12) }], 1.1).slower).toBe(false);
    expect(slowTail([{ before, after: after(13) }], 1.1).slower).toBe(true);
  });

  it("is that of all endpoints together", () => {
    const pairs = [
      { before, after: after(12) },
      { before, after: after(12) },
    ];
    expect(slowTail(pairs, 1.1)).toMatchObject({ beyondPercent: 12, slower: true });
  });
});
