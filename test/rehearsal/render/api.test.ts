import { expect, test } from "vitest";

import { siteSpec, startWorld, webSpec } from "./world";

const services = [siteSpec()];

test("every answer carries a request id, the rate limit and the stand-in's own date", async () => {
  const world = await startWorld({ services, clock: { startAt: new Date("2026-11-24T21:00:00Z") } });
  world.clock.advance(3_600_000);
  const { headers } = await world.api("GET", "/owners");
  expect(headers.get("date")).toMatch(/^Tue, 24 Nov 2026 22:00:\d\d GMT$/);
  expect(headers.get("render-request-id")).toMatch(/^api-[0-9a-f]{10}-[a-z0-9]{5}\/\w{10}-\d{6}$/);
  expect(headers.get("ratelimit-limit")).toBe("400");
  expect(headers.get("ratelimit-remaining")).toBe("399");
  expect(Number(headers.get("ratelimit-reset"))).toBeLessThanOrEqual(60);
});

test("a wrong key gets 401, and neither the key nor a value is in the request log", async () => {
  const world = await startWorld({ services });
  const refused = await world.api("GET", "/owners", undefined, { authorization: "Bearer rnd_wrong" });
  expect(refused).toMatchObject({ status: 401, body: { message: "Unauthorized" } });
  await world.api("PUT", `/services/${world.service("frontend").id}/env-vars/SECRET`, {
    value: "canary-value",
  });
  const log = JSON.stringify(world.requests.all());
  expect(log).not.toContain(world.apiKey);
  expect(log).not.toContain("rnd_wrong");
  expect(log).not.toContain("canary-value");
  expect(world.requests.all().map(({ status, service }) => [status, service])).toEqual([
    [401, undefined],
    [200, "frontend"],
  ]);
});

test("an unknown route is answered 501 and recorded", async () => {
  const world = await startWorld({ services });
  const { id } = world.service("frontend");
  expect((await world.api("DELETE", `/services/${id}`)).status).toBe(501);
  expect((await world.api("POST", `/services/${id}/cache/purge`)).status).toBe(501);
  expect(world.requests.refused()).toEqual([
    `DELETE /v1/services/${id}: no such route`,
    `POST /v1/services/${id}/cache/purge: no such route`,
  ]);
});

test("an unknown path can be Render's plain-text page instead", async () => {
  const world = await startWorld({ services, unknownRoute: "404" });
  const answer = await world.api("GET", "/nonsense");
  expect([answer.status, answer.headers.get("content-type"), answer.body]).toEqual([
    404,
    "text/plain; charset=utf-8",
    undefined,
  ]);
  expect(world.requests.refused()).toHaveLength(1);
});

test("a body where there is none, and one that is not JSON, are refused; an empty one is not", async () => {
  const world = await startWorld({ services });
  const path = world.deploys("frontend");
  expect((await world.api("POST", path, undefined, { "content-type": "application/json" })).status).toBe(201);
  const { id } = (await world.api("GET", `${path}?limit=1`)).body[0]!.deploy;
  await world.service("frontend").idle();
  expect((await world.api("POST", `${path}/${id}/cancel`, {})).body.message).toContain(
    "this request has no body",
  );
  expect((await world.api("POST", path, { wrong: 1 })).body.message).toContain("wrong");
  expect(world.requests.refused()).toHaveLength(2);
});

test("services are found by owner and type, and by a name as loosely as nobody has promised", async () => {
  const world = await startWorld({ services: [siteSpec(), siteSpec({ name: "frontend-old" })] });
  const names = async (query: string) =>
    (await world.api("GET", `/services?${query}`)).body.map((row) => row.service.name);
  expect(await names("name=Frontend")).toEqual(["frontend", "frontend-old"]);
  expect(await names(`ownerId=${world.workspace.id}&type=web_service,static_site`)).toHaveLength(2);
  expect(await names("type=web_service")).toEqual([]);
  expect(await names("ownerId=tea-other")).toEqual([]);
});

test("a web service and a static site show each their own details", async () => {
  const world = await startWorld({ services: [webSpec({ plan: "standard" }), siteSpec()] });
  const web = (await world.api("GET", `/services/${world.service("backend").id}`)).body;
  expect(web).toMatchObject({ type: "web_service", suspended: "not_suspended", autoDeploy: "no" });
  expect(web.serviceDetails).toMatchObject({
    plan: "standard",
    url: world.service("backend").url,
    healthCheckPath: "/health",
  });
  const site = (await world.api("GET", `/services/${world.service("frontend").id}`)).body;
  expect(Object.keys(site.serviceDetails).sort()).toEqual([
    "buildCommand",
    "buildPlan",
    "previews",
    "publishPath",
    "pullRequestPreviewsEnabled",
    "url",
  ]);
  expect((await world.api("GET", "/services/srv-none")).body.message).toBe("not found: srv-none");
});

test("a suspended service answers 503 and deploys nothing until it is resumed with what is saved", async () => {
  const world = await startWorld();
  await world.service("backend").suspend();
  expect((await world.get("backend")).status).toBe(503);
  expect(world.pids()).toEqual([]);
  expect((await world.api("GET", "/services")).body[0]!.service).toMatchObject({
    suspended: "suspended",
    suspenders: ["user"],
  });
  expect((await world.api("POST", world.deploys("backend"), {})).status).toBe(400);
  world.service("backend").flipInDashboard("GREETING", "awake");
  expect(await world.service("backend").resume()).toMatchObject({
    status: "live",
    trigger: "service_resumed",
  });
  expect((await world.get("backend")).body.greeting).toBe("awake");
});

test("the workspace, a database with its recovery and exports, and a blueprint are there to be read", async () => {
  const postgres = [
    { name: "felix-db", exportMs: 60_000 },
    { name: "free-db", plan: "free" },
  ];
  const world = await startWorld({
    services,
    postgres,
    blueprints: [{ name: "felix", services: ["frontend"] }],
  });
  const owner = { id: world.workspace.id, name: "Rehearsal", email: "ops@example.com", type: "team" };
  expect((await world.api("GET", "/owners")).body).toEqual([
    { cursor: expect.any(String) as unknown, owner },
  ]);

  const id = world.postgresId("felix-db");
  expect((await world.api("GET", `/postgres/${id}`)).body).toMatchObject({
    status: "available",
    ipAllowList: null,
    owner,
  });
  const recovery = (await world.api("GET", `/postgres/${id}/recovery`)).body;
  expect(recovery.recoveryStatus).toBe("AVAILABLE");
  expect(world.clock.now().getTime() - Date.parse(recovery.startsAt)).toBeGreaterThan(600_000);
  expect((await world.api("GET", `/postgres/${world.postgresId("free-db")}/recovery`)).body).toEqual({
    recoveryStatus: "NOT_AVAILABLE",
  });

  expect(await world.api("POST", `/postgres/${id}/export`)).toMatchObject({ status: 202, text: "" });
  expect((await world.api("POST", `/postgres/${id}/export`)).status).toBe(409);
  expect((await world.api("GET", `/postgres/${id}/export`)).body[0]).not.toHaveProperty("url");
  world.clock.advance(60_000);
  expect((await world.api("GET", `/postgres/${id}/export`)).body[0]!.url).toContain(".dir.tar.gz");

  const { blueprint } = (await world.api("GET", "/blueprints")).body[0]!;
  expect((await world.api("GET", `/blueprints/${blueprint.id}`)).body.resources).toEqual([
    { id: world.service("frontend").id, name: "frontend", type: "static_site" },
  ]);
});
