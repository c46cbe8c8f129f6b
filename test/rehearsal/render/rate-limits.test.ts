import { expect, test } from "vitest";

import { siteSpec, startWorld } from "./world";

const startAt = new Date("2026-11-24T22:00:20Z");

test("reads over the limit get 429 with the seconds to wait, and go on when the window is over", async () => {
  const world = await startWorld({ services: [siteSpec()], rateLimits: { reads: 2 }, clock: { startAt } });
  const remaining = [];
  for (let i = 0; i < 2; i += 1)
    remaining.push((await world.api("GET", "/owners")).headers.get("ratelimit-remaining"));
  expect(remaining).toEqual(["1", "0"]);
  const limited = await world.api("GET", "/owners");
  expect([limited.status, limited.body.message]).toEqual([429, "rate limit exceeded"]);
  const wait = Number(limited.headers.get("retry-after"));
  expect(wait).toBeGreaterThan(30);
  expect(wait).toBeLessThanOrEqual(40);
  world.clock.advance(wait * 1000);
  expect((await world.api("GET", "/owners")).status).toBe(200);
});

test("a deploy over the limit of its service does not take place, and another service's is not touched", async () => {
  const services = [siteSpec(), siteSpec({ name: "other" })];
  const world = await startWorld({ services, rateLimits: { deploys: 1 }, clock: { startAt } });
  const post = async (name: string) =>
    (await world.api("POST", world.deploys(name), { deployMode: "deploy_only" })).status;
  expect([await post("frontend"), await post("frontend"), await post("other")]).toEqual([201, 429, 201]);
  expect(world.service("frontend").deploys).toHaveLength(2);
});

test("the reset can be written as an epoch second", async () => {
  const world = await startWorld({
    services: [siteSpec()],
    rateLimits: { resetNotation: "epoch" },
    clock: { startAt },
  });
  const { headers } = await world.api("GET", "/owners");
  expect(headers.get("ratelimit-reset")).toBe(String(Date.parse("2026-11-24T22:01:00Z") / 1000));
});
