import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { nextPollMs, usualDeployMs } from "../../../components/providers/deploy/poll-pace";
import { liveDeploy } from "../../support/fake-context";

/** The moments at which a deploy is looked at, until one is at or after its end. */
function looks(endsMs: number, usualMs?: number): number[] {
  const at: number[] = [];
  let delay: number | undefined;
  let elapsed = 0;
  while (elapsed < endsMs) {
    delay = nextPollMs(elapsed, delay, usualMs);
    elapsed += delay;
    at.push(elapsed);
  }
  return at;
}

describe("when a deploy is looked at", () => {
  it("quick at first and slower by and by, where nothing is known of the service", () => {
    expect(looks(4_000).map(Math.round)).toEqual([1_500, 3_900, 7_740]);
    expect(nextPollMs(600_000, 10_000)).toBe(10_000);
  });

  it("few times before its usual end and often about then", () => {
    expect(looks(5_000, 5_000).map(Math.round)).toEqual([4_250, 4_650, 5_050]);
    expect(looks(1_500, 1_500)).toHaveLength(2);
  });

  it("at least every ten seconds, so that a failure is not noticed late", () => {
    expect(looks(60_000, 600_000).every((at, index, all) => at - (all[index - 1] ?? 0) <= 10_000)).toBe(true);
  });

  it("property: the end is seen within a tenth of the usual time or a third of a second when it is about the usual one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 100_000 }),
        fc.double({ min: 0.9, max: 1.4, noNaN: true }),
        (usual, share) => {
          const ends = usual * share;
          const seen = looks(ends, usual).at(-1) ?? 0;
          expect(seen - ends).toBeLessThanOrEqual(Math.max(300, 0.1 * usual));
        },
      ),
    );
  });

  it("property: a deploy that takes far longer than usual is still looked at, ever slower", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), (usual) => {
        expect(looks(1_800_000, usual).length).toBeLessThan(250);
      }),
    );
  });
});

describe("how long a service's deploys take", () => {
  const took = (ms: number, more = {}) =>
    liveDeploy("dep", 0, { trigger: "api", finishedAt: new Date(ms).toISOString(), ...more });

  it("is the median of the newest that became live and were started through the API", () => {
    expect(usualDeployMs([took(9_000), took(1_000, { status: "deactivated" }), took(4_000)])).toBe(4_000);
    expect(usualDeployMs([...Array.from({ length: 5 }, () => took(2_000)), took(99_000), took(99_000)])).toBe(
      2_000,
    );
  });

  it("leaves out builds of new commits, failures and those that have not ended", () => {
    const others = [
      took(600_000, { trigger: "new_commit" }),
      took(1, { status: "build_failed" }),
      took(0, { finishedAt: undefined }),
    ];
    expect(usualDeployMs(others)).toBeUndefined();
    expect(usualDeployMs([...others, took(3_000, { startedAt: new Date(1_000).toISOString() })])).toBe(2_000);
  });
});
