import { expect, test } from "vitest";

import { siteSpec, startWorld } from "./world";

const services = [siteSpec()];
const PUT = "PUT /v1/services/{serviceId}/env-vars/{envVarKey}";

test("a lost answer: the effect took place, the connection is gone", async () => {
  const world = await startWorld({ services });
  const path = `/services/${world.service("frontend").id}/env-vars/VITE_A`;
  world.faults.add({ route: PUT, fault: { kind: "drop", when: "after" } });
  await expect(world.api("PUT", path, { value: "true" })).rejects.toThrow();
  expect(world.service("frontend").envVars).toEqual({ VITE_A: "true" });
  expect(world.requests.all()).toMatchObject([{ route: PUT, status: 0 }]);
  expect((await world.api("PUT", path, { value: "false" })).status).toBe(200);
});

test("a request dropped or refused before its effect changes nothing", async () => {
  const world = await startWorld({ services });
  const path = `/services/${world.service("frontend").id}/env-vars/VITE_A`;
  world.faults.add({ route: PUT, fault: { kind: "drop", when: "before" } });
  await expect(world.api("PUT", path, { value: "true" })).rejects.toThrow();
  world.faults.add({
    route: PUT,
    fault: { kind: "answer", status: 503, body: "<html>Service Unavailable</html>" },
  });
  const html = await world.api("PUT", path, { value: "true" });
  expect([html.status, html.headers.get("content-type"), html.body]).toEqual([
    503,
    "text/html; charset=utf-8",
    undefined,
  ]);
  world.faults.add({ route: PUT, fault: { kind: "rate-limited", retryAfterSeconds: 7 } });
  const limited = await world.api("PUT", path, { value: "true" });
  expect([limited.status, limited.headers.get("retry-after"), limited.body]).toEqual([
    429,
    "7",
    { message: "rate limit exceeded" },
  ]);
  expect(world.service("frontend").envVars).toEqual({ VITE_A: "false" });
  expect(world.faults.pending()).toBe(0);
});

test("a 500 after the effect, an unreadable answer and a redirect", async () => {
  const world = await startWorld({ services });
  const path = `/services/${world.service("frontend").id}/env-vars/VITE_A`;
  world.faults.add({ fault: { kind: "answer", status: 500, when: "after" } });
  expect((await world.api("PUT", path, { value: "true" })).status).toBe(500);
  expect(world.service("frontend").envVars).toEqual({ VITE_A: "true" });
  world.faults.add({ fault: { kind: "truncated" } });
  const cut = await world.api("GET", path);
  expect([cut.status, cut.text]).toEqual([200, '{"key":"VITE_A",']);
  world.faults.add({ fault: { kind: "redirect", location: "http://127.0.0.2:9/v1/owners" } });
  const moved = await world.api("GET", "/owners");
  expect([moved.status, moved.headers.get("location")]).toEqual([307, "http://127.0.0.2:9/v1/owners"]);
});

test("a rule strikes only its route and service, after so many, so often, and slow answers stay right", async () => {
  const world = await startWorld({ services: [siteSpec(), siteSpec({ name: "other" })] });
  const route = "GET /v1/services/{serviceId}";
  world.faults.add({
    route,
    service: "frontend",
    after: 1,
    times: 2,
    fault: { kind: "answer", status: 500 },
  });
  const status = async (name: string) =>
    (await world.api("GET", `/services/${world.service(name).id}`)).status;
  const seen = [];
  for (const name of ["frontend", "other", "frontend", "other", "frontend", "frontend"])
    seen.push(await status(name));
  expect(seen).toEqual([200, 200, 500, 200, 500, 200]);
  world.faults.add({ route, fault: { kind: "slow", ms: 120 } });
  const began = performance.now();
  expect(await status("other")).toBe(200);
  expect(performance.now() - began).toBeGreaterThanOrEqual(119);
});

test("a slow answer can come long after its effect", async () => {
  const world = await startWorld({ services });
  const path = `/services/${world.service("frontend").id}/env-vars/VITE_A`;
  world.faults.add({ route: PUT, fault: { kind: "slow", ms: 400, when: "after" } });
  const answer = world.api("PUT", path, { value: "true" });
  await expect.poll(() => world.service("frontend").envVars["VITE_A"], { interval: 10 }).toBe("true");
  expect(world.requests.all()).toMatchObject([{ status: 0 }]);
  expect((await answer).status).toBe(200);
});
