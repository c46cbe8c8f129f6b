import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createServerClock } from "../../components/render/clock";
import { clientOf, startServer, stillTime } from "./support/server";

const utc = (ms: number) => new Date(ms).toUTCString();

describe("Render's clock", () => {
  test("is unknown before the first reply", () => {
    expect(createServerClock({ now: () => 0 }).now()).toBeUndefined();
  });

  test("follows the Date header, whatever the local clock says, and runs on between replies", () => {
    let local = 5_000;
    const clock = createServerClock({ now: () => local });
    clock.learn({ date: utc(1_000_000), sentAt: 5_000, receivedAt: 5_000 });
    local += 1_500;
    expect(clock.now()?.getTime()).toBe(1_001_500);
  });

  test("jumps with Render's clock, forwards and back", () => {
    const clock = createServerClock({ now: () => 0 });
    for (const shown of [1_000_000, 90_000_000, 2_000_000]) {
      clock.learn({ date: utc(shown), sentAt: 0, receivedAt: 0 });
      expect(clock.now()?.getTime()).toBe(shown);
    }
  });

  test.each([
    ["sleeps for an hour", 0, 3_600_000],
    ["has its clock set an hour ahead", 0, 3_600_000],
    ["has its clock set an hour back", 0, -3_600_000],
  ])("is unknown when this machine %s, until Render tells it anew", (_what, stepMs, jumpMs) => {
    const local = { ms: 5_000, wallMs: 900_000 };
    const clock = createServerClock({ now: () => local.ms, wall: () => local.wallMs });
    clock.learn({ date: utc(1_000_000), sentAt: 5_000, receivedAt: 5_000 });
    local.ms += 60_000;
    local.wallMs += 60_000;
    expect(clock.now()?.getTime()).toBe(1_060_000);
    local.ms += stepMs;
    local.wallMs += jumpMs;
    expect(clock.now()).toBeUndefined();
    clock.learn({ date: utc(4_660_000), sentAt: local.ms, receivedAt: local.ms });
    expect(clock.now()?.getTime()).toBe(4_660_000);
  });

  test("keeps what it knows when a reply has no Date or a broken one", () => {
    const clock = createServerClock({ now: () => 0 });
    clock.learn({ date: utc(1_000_000), sentAt: 0, receivedAt: 0 });
    clock.learn({ date: undefined, sentAt: 0, receivedAt: 0 });
    clock.learn({ date: "yesterday", sentAt: 0, receivedAt: 0 });
    expect(clock.now()?.getTime()).toBe(1_000_000);
  });

  test("property: it is never ahead of Render's clock, and behind by a second and one way at most", () => {
    const reply = fc.record({ gap: fc.nat(5_000), there: fc.nat(2_000), back: fc.nat(2_000) });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e9 }),
        fc.array(reply, { minLength: 1, maxLength: 20 }),
        (offset, replies) => {
          let local = 1_000_000;
          const clock = createServerClock({ now: () => local });
          for (const { gap, there, back } of replies) {
            const sentAt = (local += gap);
            const shown = Math.floor((sentAt + there + offset) / 1000) * 1000;
            local = sentAt + there + back;
            clock.learn({ date: utc(shown), sentAt, receivedAt: local });
            const behind = local + offset - (clock.now()?.getTime() ?? NaN);
            expect(behind).toBeGreaterThanOrEqual(0);
            expect(behind).toBeLessThan(1_000 + back + 1);
          }
        },
      ),
    );
  });

  test("now() asks once, for one row, when nothing was asked yet, and not again", async () => {
    const date = "Tue, 24 Nov 2026 22:15:00 GMT";
    const server = await startServer(() => ({ json: [], headers: { date } }));
    const client = clientOf(server, { time: stillTime() });
    expect(await client.now()).toEqual(new Date(date));
    expect(await client.now()).toEqual(new Date(date));
    expect(server.requests.map(({ path, query }) => `${path}?${query.toString()}`)).toEqual([
      "/owners?limit=1",
    ]);
  });

  test("now() takes the time from a refusal as well", async () => {
    const date = "Tue, 24 Nov 2026 22:15:00 GMT";
    const server = await startServer(() => ({ status: 403, json: {}, headers: { date } }));
    expect(await clientOf(server).now()).toEqual(new Date(date));
  });
});
