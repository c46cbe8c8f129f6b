import { expect, test } from "vitest";

import { siteSpec, startWorld, webSpec, type Item, type TestWorld } from "./world";

const DEPLOY_ONLY = { deployMode: "deploy_only" };

async function deploy(world: TestWorld, service: string, body: unknown = {}): Promise<Item> {
  const created = await world.api("POST", world.deploys(service), body);
  expect(created.status).toBe(201);
  return world.ended(service, created.body.id);
}

test("no request fails while a deploy moves traffic, and a request that is under way ends on the old instance", async () => {
  const world = await startWorld({ services: [webSpec()], settleMs: 50 });
  const before = (await world.get("backend")).body;
  const slow = world.get("backend", "/?ms=700");
  const seen: { status: number; pid: number }[] = [];
  const callers = Array.from({ length: 8 }, async () => {
    for (let onTheNew = 0; onTheNew < 3;) {
      const { status, body } = await world.get("backend");
      seen.push({ status, pid: body?.pid });
      if (body?.pid !== before.pid) onTheNew += 1;
    }
  });
  await expect.poll(() => seen.length, { interval: 5 }).toBeGreaterThanOrEqual(16);
  world.service("backend").flipInDashboard("GREETING", "new");
  await deploy(world, "backend", DEPLOY_ONLY);
  await Promise.all(callers);
  expect(seen.filter(({ status }) => status !== 200)).toEqual([]);
  expect(new Set(seen.map(({ pid }) => pid)).size).toBe(2);
  expect((await slow).body.pid).toBe(before.pid);
  expect((await world.get("backend")).body.greeting).toBe("new");
  await expect.poll(() => world.pids()).not.toContain(before.pid);
});

test("a plain deploy takes the branch's tip, deploy_only never ships code, and commitId rebuilds that commit", async () => {
  const world = await startWorld();
  const first = world.service("backend").liveCommitId;
  const tip = world.service("backend").pushCommit("unreleased work");
  await deploy(world, "backend", DEPLOY_ONLY);
  expect((await world.get("backend")).body.commit).toBe(first);
  await deploy(world, "backend", { commitId: first });
  expect((await world.get("backend")).body.commit).toBe(first);
  await deploy(world, "backend");
  expect((await world.get("backend")).body.commit).toBe(tip);
});

test.each([{ commitId: "x" }, { clearCache: "clear" }, { imageUrl: "x" }])(
  "deployMode may not be combined with %o",
  async (extra) => {
    const world = await startWorld({ services: [siteSpec()] });
    expect((await world.api("POST", world.deploys("frontend"), { ...DEPLOY_ONLY, ...extra })).status).toBe(
      400,
    );
    expect(world.service("frontend").deploys).toHaveLength(1);
  },
);

test("a deploy runs with the variables as they were when it was requested", async () => {
  const world = await startWorld();
  const created = await world.api("POST", world.deploys("backend"), DEPLOY_ONLY);
  world.service("backend").flipInDashboard("GREETING", "too late");
  await world.ended("backend", created.body.id);
  expect((await world.get("backend")).body.greeting).toBe("hello");
  expect(world.service("backend").liveEnv).toMatchObject({ GREETING: "hello" });
});

test("a VITE_ variable reaches a static site only by a rebuild", async () => {
  const world = await startWorld({ services: [siteSpec()] });
  const commitId = world.service("frontend").liveCommitId;
  await world.api("PUT", `/services/${world.service("frontend").id}/env-vars/VITE_A`, { value: "true" });
  await deploy(world, "frontend", DEPLOY_ONLY);
  expect((await world.get("frontend", "/flags.json")).body.VITE_A).toBe("false");
  expect(world.service("frontend").liveEnv).toEqual({ VITE_A: "false" });
  world.service("frontend").pushCommit();
  await deploy(world, "frontend", { commitId });
  expect((await world.get("frontend", "/flags.json")).body).toEqual({ VITE_A: "true", commit: commitId });
  expect((await world.get("frontend", "/assets/app.js")).text).toContain('"VITE_A":"true"');
  expect((await world.get("frontend", "/missing.js")).status).toBe(404);
  expect((await world.get("frontend", "/%2e%2e/%2e%2e/etc/passwd")).status).toBe(404);
});

test("a failed build leaves the old site up and says so in the events and the build log", async () => {
  const world = await startWorld({ services: [siteSpec()] });
  const { id } = world.service("frontend");
  world.service("frontend").flipInDashboard("VITE_BREAK_BUILD", "true");
  const failed = await deploy(world, "frontend");
  expect(failed).toMatchObject({ status: "build_failed" });
  expect((await world.get("frontend", "/flags.json")).status).toBe(200);
  const events = await world.api("GET", `/services/${id}/events?type=deploy_ended&limit=1`);
  expect(events.body[0]!.event.details).toMatchObject({
    deployId: failed.id,
    deployStatus: "failed",
    reason: { buildFailed: { id: expect.stringMatching(/^bld-/) as unknown } },
  });
  const logs = await world.api("GET", `/logs?ownerId=${world.workspace.id}&resource=${id}&type=build`);
  expect(logs.body.logs.map((line: { message: string }) => line.message)).toContain(
    "error: cannot resolve ./missing",
  );
});

test("a backend that ends before it is healthy fails its deploy with the exit code, and the old one serves on", async () => {
  const world = await startWorld();
  world.service("backend").flipInDashboard("CRASH_AT_START", "true");
  const failed = await deploy(world, "backend", DEPLOY_ONLY);
  expect(failed).toMatchObject({ status: "update_failed" });
  expect((await world.get("backend")).status).toBe(200);
  const events = await world.api(
    "GET",
    `/services/${world.service("backend").id}/events?type=deploy_ended&limit=1`,
  );
  expect(events.body[0]!.event.details.reason).toEqual({ failure: { evicted: false, nonZeroExit: 3 } });
});

test("a flag with a fault in the backend keeps a deploy from becoming healthy until the flag is off", async () => {
  const world = await startWorld({ healthTimeoutMs: 400 });
  world.service("backend").setApplicationFaults([{ flag: "ENABLE_A", kind: "unhealthy" }]);
  world.service("backend").flipInDashboard("ENABLE_A", "true");
  expect(await deploy(world, "backend", DEPLOY_ONLY)).toMatchObject({ status: "update_failed" });
  const events = await world.api(
    "GET",
    `/services/${world.service("backend").id}/events?type=deploy_ended&limit=1`,
  );
  expect(events.body[0]!.event.details.reason.failure.unhealthy).toContain("status 503");
  world.service("backend").flipInDashboard("ENABLE_A", "false");
  expect(await deploy(world, "backend", DEPLOY_ONLY)).toMatchObject({ status: "live" });
});

test("under wait a second request is answered 202 with no body, and of several that wait only the newest runs", async () => {
  const world = await startWorld({ buildMs: 200 });
  const first = await world.api("POST", world.deploys("backend"), {});
  expect(first.body).toMatchObject({ status: "build_in_progress" });
  expect(first.body).not.toHaveProperty("finishedAt");
  for (const greeting of ["dropped", "newest"]) {
    world.service("backend").flipInDashboard("GREETING", greeting);
    const queued = await world.api("POST", world.deploys("backend"), DEPLOY_ONLY);
    expect([queued.status, queued.text, queued.headers.get("content-type")]).toEqual([202, "", null]);
  }
  const waiting = await world.api("GET", `${world.deploys("backend")}?status=queued&limit=1`);
  expect(waiting.body).toHaveLength(1);
  await world.service("backend").idle();
  expect(world.service("backend").deploys.map(({ status }) => status)).toEqual([
    "deactivated",
    "deactivated",
    "canceled",
    "live",
  ]);
  expect((await world.get("backend")).body.greeting).toBe("newest");
});

test("under override a second request cancels the one that runs, and the event names its successor", async () => {
  const world = await startWorld({ overlapPolicy: "override" });
  world.faults.nextDeploy("backend", "hangs");
  const first = await world.api("POST", world.deploys("backend"), {});
  const second = await world.api("POST", world.deploys("backend"), DEPLOY_ONLY);
  expect(second.status).toBe(201);
  expect(await world.ended("backend", second.body.id)).toMatchObject({ status: "live" });
  expect(await world.ended("backend", first.body.id)).toMatchObject({ status: "canceled" });
  const events = await world.api("GET", `/services/${world.service("backend").id}/events?type=deploy_ended`);
  expect(events.body[1]!.event.details).toMatchObject({
    deployStatus: "canceled",
    reason: { newDeploy: { id: second.body.id } },
  });
});

test("a deploy that hangs is cancelled by request, and then lets the waiting one start", async () => {
  const world = await startWorld();
  world.faults.nextDeploy("backend", "hangs");
  const hanging = await world.api("POST", world.deploys("backend"), DEPLOY_ONLY);
  expect((await world.api("POST", world.deploys("backend"), DEPLOY_ONLY)).status).toBe(202);
  const seen = await world.api("GET", `${world.deploys("backend")}/${hanging.body.id}`);
  expect(seen.body).toMatchObject({ status: "update_in_progress", finishedAt: null });
  const path = `${world.deploys("backend")}/${hanging.body.id}/cancel`;
  const cancelled = await world.api("POST", path);
  expect(cancelled).toMatchObject({
    status: 200,
    body: { status: "canceled", finishedAt: expect.any(String) as unknown },
  });
  await world.service("backend").idle();
  expect(world.service("backend").deploys.at(-1)).toMatchObject({ status: "live" });
  expect((await world.api("POST", path)).status).toBe(400);
});

test("a rollback brings back the target's code and variables, and changes nothing that is saved", async () => {
  const world = await startWorld();
  const [target] = world.service("backend").deploys;
  const tip = world.service("backend").pushCommit();
  world.service("backend").flipInDashboard("GREETING", "later");
  await deploy(world, "backend");
  const rolled = await world.api("POST", `/services/${world.service("backend").id}/rollback`, {
    deployId: target?.id,
  });
  expect(rolled).toMatchObject({ status: 201, body: { trigger: "rollback" } });
  await world.ended("backend", rolled.body.id);
  expect((await world.get("backend")).body).toMatchObject({ greeting: "hello", commit: target?.commitId });
  expect(world.service("backend").envVars).toMatchObject({ GREETING: "later" });
  await deploy(world, "backend");
  expect((await world.get("backend")).body).toMatchObject({ greeting: "later", commit: tip });
});

test.each([
  ["build-fails", {}, "build_failed"],
  ["health-fails", DEPLOY_ONLY, "update_failed"],
  ["crashes", DEPLOY_ONLY, "update_failed"],
] as const)("the fault %s ends a deploy of %o as %s, once", async (fault, body, status) => {
  const world = await startWorld();
  world.faults.nextDeploy("backend", fault);
  expect(await deploy(world, "backend", body)).toMatchObject({ status });
  expect(await deploy(world, "backend", body)).toMatchObject({ status: "live" });
});

test("the fault queued answers 202, and the deploy is found in the list and goes live", async () => {
  const world = await startWorld();
  world.faults.nextDeploy("backend", "queued");
  expect((await world.api("POST", world.deploys("backend"), DEPLOY_ONLY)).status).toBe(202);
  const [row] = (await world.api("GET", `${world.deploys("backend")}?limit=1`)).body;
  expect(row!.deploy).toMatchObject({ status: "queued", trigger: "api" });
  expect(await world.ended("backend", row!.deploy.id)).toMatchObject({ status: "live" });
});

test("a deploy can show a status that nobody has heard of, and go live all the same", async () => {
  const world = await startWorld();
  world.faults.nextDeploy("backend", "unknown-status");
  const created = await world.api("POST", world.deploys("backend"), DEPLOY_ONLY);
  const status = async () =>
    (await world.api("GET", `${world.deploys("backend")}/${created.body.id}`)).body.status;
  await expect.poll(status, { interval: 20 }).toBe("verification_in_progress");
  await expect.poll(status).toBe("live");
});

test("somebody's deploy by hand shows as manual, newest first in the list", async () => {
  const world = await startWorld();
  await world.service("backend").deployByHand();
  const rows = (await world.api("GET", world.deploys("backend"))).body;
  expect(rows.map((row) => [row.deploy.trigger, row.deploy.status])).toEqual([
    ["manual", "live"],
    ["new_commit", "deactivated"],
  ]);
  const after = await world.api(
    "GET",
    `${world.deploys("backend")}?createdAfter=${rows[0]!.deploy.createdAt}`,
  );
  expect(after.body).toEqual([]);
});

test("a live instance that ends by itself is started again with the same variables", async () => {
  const world = await startWorld();
  const { pid } = (await world.get("backend")).body;
  expect((await world.get("backend", "/exit")).status).toBe(502);
  await expect.poll(async () => (await world.get("backend")).status, { timeout: 5000 }).toBe(200);
  expect((await world.get("backend")).body.pid).not.toBe(pid);
  const events = await world.api(
    "GET",
    `/services/${world.service("backend").id}/events?type=server_failed,server_available`,
  );
  expect(events.body.map((row) => row.event.type)).toEqual(["server_available", "server_failed"]);
});

test("the process sees Render's own variables, and nothing of the surroundings", async () => {
  process.env["ENABLE_LEAK"] = "true";
  const world = await startWorld();
  delete process.env["ENABLE_LEAK"];
  const { env, instance } = (await world.get("backend")).body;
  expect(env).toMatchObject({
    RENDER: "true",
    RENDER_SERVICE_ID: world.service("backend").id,
    RENDER_EXTERNAL_URL: world.service("backend").url,
  });
  expect(instance).toMatch(new RegExp(`^${world.service("backend").id}-[a-z0-9]{5}$`));
  expect(env).not.toHaveProperty("ENABLE_LEAK");
  expect(world.service("backend").envVars).not.toHaveProperty("RENDER");
});
