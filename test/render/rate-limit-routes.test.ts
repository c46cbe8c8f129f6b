import { describe, expect, it } from "vitest";

import type { Bucket } from "../../components/render/api";
import { createRateLimiter } from "../../components/render/rate-limit";
import { virtualTime } from "./support/virtual-time";

/** A limiter that has heard these replies, in turn: `[route, pacing, status]`. */
async function heard(replies: [string | undefined, object, number?][], bucket: Bucket = "reads") {
  const limiter = createRateLimiter(virtualTime());
  for (const [route, pacing, status = 200] of replies) {
    const turn = await limiter.take(bucket, 1e12, route === undefined ? {} : { route });
    turn.done({ status, pacing });
  }
  return (route?: string) => limiter.waitMs(bucket, route);
}
const empty = (limit: number | undefined, resetMs: number) => ({
  ...(limit === undefined ? {} : { limit }),
  ...{ remaining: 0, resetMs },
});

describe("whom a reply's limit holds up", () => {
  it("is everybody in the bucket, where it is the bucket's own", async () => {
    const waitMs = await heard([["/a", empty(400, 30_000)]]);
    expect([waitMs(), waitMs("/a"), waitMs("/b")]).toEqual([30_000, 30_000, 30_000]);
  });

  it("is this route alone, where it is another, down to a limit of one", async () => {
    for (const limit of [60, 1]) {
      const waitMs = await heard([["/a", empty(limit, 30_000)]]);
      expect([waitMs("/a"), waitMs("/b"), waitMs()]).toEqual([30_000, 0, 0]);
    }
  });

  it("is everybody, where two routes tell the same: the bucket has another limit than was known", async () => {
    const waitMs = await heard([
      ["/a", { limit: 60, remaining: 5, resetMs: 90_000 }],
      ["/c", empty(10, 50_000)],
      ["/b", empty(60, 20_000)],
    ]);
    expect([waitMs(), waitMs("/a"), waitMs("/b"), waitMs("/d")]).toEqual([20_000, 20_000, 20_000, 20_000]);
    // One with a limit of its own keeps it.
    expect(waitMs("/c")).toBe(50_000);
  });

  it("is one route that tells the same twice still alone", async () => {
    const waitMs = await heard([
      ["/a", { limit: 60, remaining: 5, resetMs: 90_000 }],
      ["/a", empty(60, 20_000)],
    ]);
    expect([waitMs("/a"), waitMs("/b")]).toEqual([20_000, 0]);
  });

  it("is this route alone, where it was refused without a limit, and the bucket where it was not refused", async () => {
    const refused = await heard([["/a", { retryAfterMs: 7_000 }, 429]]);
    expect([refused("/a"), refused("/b"), refused()]).toEqual([7_000, 0, 0]);
    const answered = await heard([["/a", empty(undefined, 7_000)]]);
    expect([answered("/a"), answered("/b")]).toEqual([7_000, 7_000]);
  });

  it("is the bucket, where nobody names a route", async () => {
    const waitMs = await heard([[undefined, empty(60, 30_000)]]);
    expect([waitMs(), waitMs("/a")]).toEqual([30_000, 30_000]);
  });

  it("is never told by a limit of less than one, nor by one that may be of another window than an hour's", async () => {
    const none = await heard([["/a", empty(0, 5_000)]]);
    expect([none("/a"), none("/b")]).toEqual([5_000, 5_000]);
    const hourly = await heard([["/a", empty(30, 5_000)]], "jobs");
    expect([hourly("/a"), hourly("/b")]).toEqual([5_000, 5_000]);
  });
});
