import { expect, test } from "vitest";

import { siteSpec, startWorld, webSpec, type TestWorld } from "./world";

interface Series {
  labels: { field: string; value: string }[];
  unit: string;
  values: { timestamp: string; value: number }[];
}

function logs(world: TestWorld, query: string) {
  const { id } = world.service("backend");
  return world.api("GET", `/logs?ownerId=${world.workspace.id}&resource=${id}&${query}`);
}

const messages = (answer: { body: { logs: { message: string }[] } }) =>
  answer.body.logs.map(({ message }) => message);

test("what the process prints is in the log with its labels, and paging goes through all of it in both directions", async () => {
  const world = await startWorld();
  for (const line of ["one", "two", "three"]) await world.get("backend", `/log?line=${line}`);
  await expect.poll(async () => messages(await logs(world, "text=three"))).toEqual(["three"]);
  const first = await logs(world, "type=app&limit=2");
  expect(messages(first)).toEqual(["three", "two"]);
  expect(first.body.hasMore).toBe(true);
  const { nextStartTime, nextEndTime } = first.body;
  const second = await logs(world, `type=app&limit=3&startTime=${nextStartTime}&endTime=${nextEndTime}`);
  expect(messages(second)).toEqual(["one", "listening with GREETING=hello"]);
  expect(second.body.hasMore).toBe(false);
  const forward = await logs(world, "type=app&limit=3&direction=forward");
  expect(messages(forward)).toEqual(["listening with GREETING=hello", "one", "two"]);
  const rest = await logs(
    world,
    `type=app&direction=forward&startTime=${forward.body.nextStartTime}&endTime=${forward.body.nextEndTime}`,
  );
  expect(messages(rest)).toEqual(["three"]);
  expect(first.body.logs[0]!.labels).toEqual([
    { name: "resource", value: world.service("backend").id },
    { name: "type", value: "app" },
    { name: "level", value: "info" },
    { name: "instance", value: expect.stringMatching(/^srv-.*-[a-z0-9]{5}$/) as unknown },
  ]);
});

test("lines are found by level, text and request labels; a limit over 100 and a foreign resource are refused", async () => {
  const world = await startWorld();
  world.addCriticalLogLine("backend", "database connection lost");
  await world.get("backend", "/error");
  expect(messages(await logs(world, "level=critical"))).toEqual(["database connection lost"]);
  expect(messages(await logs(world, "text=connection*lost"))).toEqual(["database connection lost"]);
  expect((await logs(world, "type=request&statusCode=500")).body.logs).toHaveLength(1);
  expect((await logs(world, "type=request&path=/nowhere")).body.logs).toEqual([]);
  expect((await logs(world, "limit=101")).status).toBe(400);
  expect((await logs(world, "resource=srv-other")).status).toBe(404);
});

test("the level of a line is its own field where it is JSON, and else the first word that names one", async () => {
  const world = await startWorld();
  const lines = [
    '{"level":"INFO","message":"no error at all"}',
    "WARN: disk almost full",
    "fatal: out of memory",
    "hello",
  ];
  for (const line of lines) world.service("backend").addLogLine(line);
  const { body } = await logs(world, "type=app&direction=forward");
  const levels = body.logs.map(({ labels }) => labels.find(({ name }) => name === "level")?.value);
  expect(levels.slice(-4)).toEqual(["info", "warning", "critical", "info"]);
});

test("http-requests counts by status what really went through the public URL, on the stand-in's clock", async () => {
  const world = await startWorld();
  const { id } = world.service("backend");
  const path = `/metrics/http-requests?resource=${id}&aggregateBy=statusCode`;
  expect((await world.api("GET", path)).body).toEqual([]);
  for (const route of ["/", "/", "/error"]) await world.get("backend", route);
  world.clock.advance(600_000);
  const from = world.clock.now().toISOString();
  await world.get("backend");
  const total = async (query = "") => {
    const series = (await world.api("GET", path + query)).body as unknown as Series[];
    const sums: Record<string, number> = {};
    for (const { labels, values } of series) {
      const status = labels.find(({ field }) => field === "statusCode")?.value ?? "";
      sums[status] = values.reduce((sum, { value }) => sum + value, 0);
    }
    return sums;
  };
  expect(await total()).toEqual({ 200: 3, 500: 1 });
  expect(await total(`&startTime=${from}`)).toEqual({ 200: 1 });
  world.clock.advance(3_600_000);
  expect(await total()).toEqual({});
});

test("http-latency gives a series for each quantile in milliseconds; a hobby workspace has none", async () => {
  const world = await startWorld();
  for (const ms of [0, 0, 0, 150]) await world.get("backend", `/?ms=${ms}`);
  const path = `/metrics/http-latency?resource=${world.service("backend").id}&quantile=0.5&quantile=0.99&resolutionSeconds=3600`;
  const [median, high] = (await world.api("GET", path)).body as unknown as [Series, Series];
  expect(median.unit).toBe("ms");
  expect(high.values.at(-1)?.value).toBeGreaterThanOrEqual(149);
  expect(median.values.at(-1)?.value).toBeLessThan(149);

  const hobby = await startWorld({ workspace: { plan: "hobby" }, services: [siteSpec()] });
  const refused = await hobby.api("GET", `/metrics/http-latency?resource=${hobby.service("frontend").id}`);
  expect(refused.status).toBe(400);
});

test("a static site has no HTTP metrics, whatever its traffic", async () => {
  const world = await startWorld({ services: [siteSpec(), webSpec()] });
  await world.get("frontend");
  expect(
    (await world.api("GET", `/metrics/http-requests?resource=${world.service("frontend").id}`)).body,
  ).toEqual([]);
});

test("events and logs without a start time reach back one hour and no further", async () => {
  const world = await startWorld();
  const path = `/services/${world.service("backend").id}/events`;
  expect((await world.api("GET", path)).body.length).toBeGreaterThan(0);
  world.clock.advance(2 * 3_600_000);
  expect((await world.api("GET", path)).body).toEqual([]);
  expect((await logs(world, "type=app")).body.logs).toEqual([]);
  const wide = await world.api("GET", `${path}?startTime=${new Date(0).toISOString()}&type=deploy_ended`);
  expect(wide.body[0]!.event.details.deployStatus).toBe("succeeded");
});
