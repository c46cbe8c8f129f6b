import { expect, test } from "vitest";

import { siteSpec, startWorld, webSpec, type Item, type TestWorld } from "./world";

const path = (world: TestWorld) => `/services/${world.service("backend").id}/jobs`;

async function ended(world: TestWorld, id: string): Promise<Item> {
  for (;;) {
    const { body } = await world.api("GET", `${path(world)}/${id}`);
    if (body.finishedAt !== undefined) return body;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

async function logOf(world: TestWorld, resource: string): Promise<string[]> {
  const { body } = await world.api(
    "GET",
    `/logs?ownerId=${world.workspace.id}&resource=${resource}&direction=forward&type=app`,
  );
  return body.logs.map((line: { message: string }) => line.message);
}

test("a job really runs its command, with the variables that are saved, deployed or not", async () => {
  const world = await startWorld();
  world.service("backend").flipInDashboard("GREETING", "undeployed");
  const created = await world.api("POST", path(world), {
    startCommand: 'echo "greeting is $GREETING"; pwd | tail -c 9',
  });
  expect(created.status).toBe(201);
  expect(created.body).toEqual({
    id: expect.stringMatching(/^job-[a-z0-9]{20}$/) as unknown,
    serviceId: world.service("backend").id,
    startCommand: 'echo "greeting is $GREETING"; pwd | tail -c 9',
    planId: "plan-srv-006",
    status: "pending",
    createdAt: expect.stringMatching(/^\d{4}-.*\.\d{6}Z$/) as unknown,
  });
  expect(await ended(world, created.body.id)).toMatchObject({
    status: "succeeded",
    startedAt: expect.any(String) as unknown,
  });
  expect(await logOf(world, created.body.id)).toEqual(["greeting is undeployed", "programs"]);
  expect(await logOf(world, world.service("backend").id)).not.toContain("greeting is undeployed");
});

test("a failing command fails its job, and only the event carries the exit code", async () => {
  const world = await startWorld();
  const created = await world.api("POST", path(world), { startCommand: "echo broken >&2; exit 7" });
  expect(Object.keys(await ended(world, created.body.id)).sort()).toEqual([
    "createdAt",
    "finishedAt",
    "id",
    "planId",
    "serviceId",
    "startCommand",
    "startedAt",
    "status",
  ]);
  const events = await world.api("GET", `/services/${world.service("backend").id}/events?type=job_run_ended`);
  expect(events.body[0]!.event.details).toEqual({
    jobId: created.body.id,
    status: "failed",
    reason: { evicted: false, nonZeroExit: 7 },
  });
});

test("a job is listed by its status and its times, newest first, and can be cancelled while it runs", async () => {
  const world = await startWorld();
  const one = await world.api("POST", path(world), { startCommand: "true" });
  await ended(world, one.body.id);
  const two = await world.api("POST", path(world), { startCommand: "sleep 30" });
  await expect
    .poll(async () => (await world.api("GET", `${path(world)}/${two.body.id}`)).body.status)
    .toBe("running");
  const ids = async (query: string) =>
    (await world.api("GET", `${path(world)}${query}`)).body.map((row) => row.job.id);
  expect(await ids("")).toEqual([two.body.id, one.body.id]);
  expect(await ids("?status=running,pending")).toEqual([two.body.id]);
  expect(await ids(`?createdAfter=${one.body.createdAt}`)).toEqual([two.body.id]);
  const cancelled = await world.api("POST", `${path(world)}/${two.body.id}/cancel`);
  expect(cancelled).toMatchObject({ status: 200, body: { status: "canceled" } });
  expect((await world.api("POST", `${path(world)}/${two.body.id}/cancel`)).status).toBe(400);
});

test.each([
  ["fails", "failed", []],
  ["fails-after", "failed", ["ran"]],
  ["no-log", "succeeded", []],
] as const)("the fault %s ends a job as %s with the log %o", async (fault, status, log) => {
  const world = await startWorld();
  world.faults.nextJob("backend", fault);
  const created = await world.api("POST", path(world), { startCommand: "echo ran" });
  expect(await ended(world, created.body.id)).toMatchObject({ status });
  expect(await logOf(world, created.body.id)).toEqual(log);
});

test("a log that lags arrives as the clock goes on", async () => {
  const world = await startWorld({ logLagMs: 60_000 });
  const created = await world.api("POST", path(world), { startCommand: "echo late" });
  await ended(world, created.body.id);
  expect(await logOf(world, created.body.id)).toEqual([]);
  world.clock.advance(60_000);
  expect(await logOf(world, created.body.id)).toEqual(["late"]);
});

test("the older behaviour shows no status before the end", async () => {
  const world = await startWorld({ jobStatus: "absent-until-finished" });
  const created = await world.api("POST", path(world), { startCommand: "true" });
  expect(created.body).not.toHaveProperty("status");
  expect(await ended(world, created.body.id)).toMatchObject({ status: "succeeded" });
});

test("there are no jobs on a static site nor on a free plan", async () => {
  const world = await startWorld({ services: [webSpec({ plan: "free" }), siteSpec()] });
  for (const name of ["backend", "frontend"]) {
    const refused = await world.api("POST", `/services/${world.service(name).id}/jobs`, {
      startCommand: "true",
    });
    expect(refused.status).toBe(400);
  }
});
