import { expect, test } from "vitest";

import { startWorld, webSpec } from "./world";

const MINUTE = 60_000;

test("a free service that nobody asked for a quarter of an hour lets the first request wait for a new process", async () => {
  const world = await startWorld({ services: [webSpec({ plan: "free" })], wakeMs: 120 });
  const awake = await world.get("backend");
  world.clock.advance(14 * MINUTE);
  expect((await world.get("backend")).body.pid).toBe(awake.body.pid);
  world.clock.advance(16 * MINUTE);
  const began = performance.now();
  const [first, second] = await Promise.all([world.get("backend"), world.get("backend")]);
  expect(performance.now() - began).toBeGreaterThanOrEqual(119);
  expect([first.status, second.body.pid]).toEqual([200, first.body.pid]);
  expect(first.body.pid).not.toBe(awake.body.pid);
  expect((await world.get("backend")).body.pid).toBe(first.body.pid);
});

test("a paid one never sleeps", async () => {
  const world = await startWorld({ wakeMs: 5_000 });
  const { body } = await world.get("backend");
  world.clock.advance(60 * MINUTE);
  expect((await world.get("backend")).body.pid).toBe(body.pid);
});
