import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Bucket } from "../../components/render/api";
import { createRateLimiter, sharedRateLimiter, WaitTooLong } from "../../components/render/rate-limit";
import { virtualTime } from "./support/virtual-time";
import { errorOf } from "./support/server";

const FOREVER = 1e12;

function start() {
  const time = virtualTime();
  const limiter = createRateLimiter(time);
  const t0 = time.clock.now();
  /** Takes `count` turns at once and tells when each was given, in milliseconds from the start. */
  const takeAll = async (bucket: Bucket, count: number) => {
    const at: number[] = [];
    const one = async () => {
      const turn = await limiter.take(bucket, FOREVER);
      at.push(time.clock.now() - t0);
      turn.done();
    };
    await time.until(Promise.all(Array.from({ length: count }, one)));
    return at;
  };
  return { time, limiter, takeAll };
}

describe("rate limits", () => {
  test.each([
    ["reads", 400, 60_000],
    ["writes", 30, 60_000],
    ["service:srv-1", 10, 60_000],
    ["jobs", 2_000, 3_600_000],
  ] as const)("%s: %i at once, the next when the window is over", async (bucket, limit, windowMs) => {
    const { takeAll } = start();
    const at = await takeAll(bucket, limit + 1);
    expect(at.slice(0, limit).every((each) => each === 0)).toBe(true);
    expect(at[limit]).toBe(windowMs);
  });

  test("services have deploys of their own: one that waits does not hold up another", async () => {
    const { takeAll, limiter } = start();
    await takeAll("service:srv-1", 10);
    expect(limiter.waitMs("service:srv-1")).toBe(60_000);
    expect(limiter.waitMs("service:srv-2")).toBe(0);
  });

  test("who comes first is served first", async () => {
    const { time, limiter } = start();
    const order: number[] = [];
    const callers = Array.from({ length: 35 }, async (_, index) => {
      (await limiter.take("writes", FOREVER)).done();
      order.push(index);
    });
    await time.until(Promise.all(callers));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test("a reply's greater limit is taken over", async () => {
    const { time, limiter } = start();
    const turn = await time.until(limiter.take("writes", FOREVER));
    turn.done({ status: 200, pacing: { limit: 100, remaining: 99, resetMs: 60_000 } });
    for (let sent = 1; sent < 100; sent += 1) (await limiter.take("writes", 0)).done();
    expect(limiter.waitMs("writes")).toBe(60_000);
  });

  test("when nothing remains, everybody waits for the reset", async () => {
    const { time, limiter } = start();
    const turn = await time.until(limiter.take("reads", FOREVER));
    turn.done({ status: 200, pacing: { remaining: 0, resetMs: 17_000 } });
    expect(limiter.waitMs("reads")).toBe(17_000);
    const before = time.clock.now();
    await time.until(limiter.take("reads", FOREVER));
    expect(time.clock.now() - before).toBe(17_000);
  });

  test("what is under way counts as not yet counted, so parallel callers do not overrun what remains", async () => {
    const { time, limiter } = start();
    const [first] = await time.until(Promise.all([0, 1, 2].map(() => limiter.take("reads", FOREVER))));
    first!.done({ status: 200, pacing: { remaining: 3, resetMs: 20_000 } });
    (await limiter.take("reads", 0)).done();
    expect(limiter.waitMs("reads")).toBe(20_000);
  });

  test("better news wakes those who wait", async () => {
    const { time, limiter } = start();
    const [first, second] = await time.until(Promise.all([0, 1].map(() => limiter.take("reads", FOREVER))));
    first!.done({ status: 200, pacing: { remaining: 1, resetMs: 20_000 } });
    const third = limiter.take("reads", FOREVER);
    const before = time.clock.now();
    second!.done({ status: 200, pacing: { remaining: 1, resetMs: 20_000 } });
    await time.until(third);
    expect(time.clock.now()).toBe(before);
  });

  test("a 429 holds up the whole bucket for as long as Retry-After says", async () => {
    const { time, limiter } = start();
    const turn = await time.until(limiter.take("writes", FOREVER));
    turn.done({ status: 429, pacing: { retryAfterMs: 90_000 } });
    expect(limiter.waitMs("writes")).toBe(90_000);
    expect(limiter.waitMs("reads")).toBe(0);
  });

  test("a turn that would come too late is refused at once, not waited for", async () => {
    const { time, limiter, takeAll } = start();
    await takeAll("writes", 30);
    const before = time.clock.now();
    expect(await errorOf(limiter.take("writes", 59_000))).toBeInstanceOf(WaitTooLong);
    expect(time.clock.now()).toBe(before);
  });

  test("an aborted caller leaves the line at once, and the next moves up", async () => {
    const { time, limiter, takeAll } = start();
    await takeAll("writes", 30);
    const abort = new AbortController();
    const first = limiter.take("writes", FOREVER, { signal: abort.signal });
    const second = limiter.take("writes", FOREVER);
    abort.abort(new Error("enough"));
    expect((await errorOf(first)).message).toBe("enough");
    await time.until(second);
  });

  test("an empty line leaves nobody sleeping, so it keeps no process up", async () => {
    const { time, limiter, takeAll } = start();
    await takeAll("writes", 30);
    const abort = new AbortController();
    const waiting = errorOf(limiter.take("writes", FOREVER, { signal: abort.signal }));
    abort.abort(new Error("enough"));
    await waiting;
    await time.pass(0);
    expect(time.sleepers()).toBe(0);
  });

  test("a local clock that is set back stops nobody", async () => {
    let now = 10_000_000;
    const limiter = createRateLimiter({ clock: { now: () => now }, sleep: () => Promise.resolve() });
    for (let sent = 0; sent < 30; sent += 1) (await limiter.take("writes", 0)).done();
    now -= 3_600_000;
    expect(limiter.waitMs("writes")).toBe(0);
  });

  test("clients of one address and key share one limiter; another key has its own", () => {
    const ports = virtualTime();
    const limiter = sharedRateLimiter("https://a.example/v1", "key-1", ports);
    expect(sharedRateLimiter("https://a.example/v1", "key-1", ports)).toBe(limiter);
    expect(sharedRateLimiter("https://a.example/v1", "key-2", ports)).not.toBe(limiter);
    expect(sharedRateLimiter("https://b.example/v1", "key-1", ports)).not.toBe(limiter);
  });

  test("property: no window of time ever holds more requests than the bucket, however callers come", async () => {
    const caller = fc.record({
      gapMs: fc.nat(20_000),
      burst: fc.integer({ min: 1, max: 25 }),
      tookMs: fc.nat(3_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(caller, { minLength: 1, maxLength: 12 }), async (callers) => {
        const { time, limiter } = start();
        const sent: number[] = [];
        const all: Promise<void>[] = [];
        for (const { gapMs, burst, tookMs } of callers) {
          await time.pass(gapMs);
          for (let index = 0; index < burst; index += 1) {
            all.push(
              (async () => {
                const turn = await limiter.take("service:srv-1", FOREVER);
                sent.push(time.clock.now());
                await time.sleep(tookMs);
                turn.done();
              })(),
            );
          }
        }
        await time.until(Promise.all(all));
        expect(sent.length).toBe(callers.reduce((sum, { burst }) => sum + burst, 0));
        for (const from of sent) {
          expect(sent.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(10);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("property: with a server that counts by the minute, parallel callers get no 429", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 40 }),
        fc.integer({ min: 1, max: 80 }),
        fc.nat(59_999),
        async (limit, callers, phase) => {
          const time = virtualTime(1_000_000_000 + phase);
          const limiter = createRateLimiter(time);
          const counts = new Map<number, number>();
          const refused: number[] = [];
          const call = async () => {
            const turn = await limiter.take("reads", FOREVER);
            const minute = Math.floor(time.clock.now() / 60_000);
            const count = (counts.get(minute) ?? 0) + 1;
            counts.set(minute, count);
            const resetMs = (minute + 1) * 60_000 - time.clock.now();
            if (count > limit) refused.push(count);
            await time.sleep(100);
            turn.done({
              status: count > limit ? 429 : 200,
              pacing: { limit, remaining: Math.max(0, limit - count), resetMs },
            });
          };
          // One caller first, as a run's look-ups are: from its reply the limit is known.
          await time.until(call());
          await time.until(Promise.all(Array.from({ length: callers }, call)));
          expect(refused).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a route with a limit of its own", () => {
  const headers = { limit: 10, remaining: 0, resetMs: 50_000 };

  test("waits for its own window, and everybody else goes on", async () => {
    const { time, limiter } = start();
    const turn = await time.until(limiter.take("reads", FOREVER, { route: "/logs" }));
    turn.done({ status: 200, pacing: headers });
    expect(limiter.waitMs("reads", "/logs")).toBe(50_000);
    expect(limiter.waitMs("reads", "/services")).toBe(0);
    expect(limiter.waitMs("reads")).toBe(0);
  });

  test("is told by a 429 that names no limit as well", async () => {
    const { time, limiter } = start();
    const turn = await time.until(limiter.take("reads", FOREVER, { route: "/logs" }));
    turn.done({ status: 429, pacing: { retryAfterMs: 30_000 } });
    expect(limiter.waitMs("reads", "/logs")).toBe(30_000);
    expect(limiter.waitMs("reads", "/services")).toBe(0);
  });

  test("holds its own callers to it", async () => {
    const { time, limiter } = start();
    const take = () => limiter.take("reads", FOREVER, { route: "/logs" });
    (await take()).done({ status: 200, pacing: { limit: 3, remaining: 2, resetMs: 60_000 } });
    const before = time.clock.now();
    await time.until(Promise.all([take(), take(), take()]));
    expect(time.clock.now() - before).toBe(60_000);
  });

  test("is the bucket's where another route tells the same: then all stand in one line again", async () => {
    const { time, limiter } = start();
    for (const route of ["/services", "/logs"]) {
      const turn = await time.until(limiter.take("reads", FOREVER, { route }));
      turn.done({ status: 200, pacing: { limit: 100, remaining: 0, resetMs: 20_000 } });
    }
    for (const route of ["/services", "/logs", "/owners"]) {
      expect(limiter.waitMs("reads", route)).toBe(20_000);
    }
  });
});
