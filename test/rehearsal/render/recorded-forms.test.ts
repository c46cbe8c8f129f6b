import { expect, test } from "vitest";

import { siteSpec, startWorld, webSpec } from "./world";

test("an error's body is a message and nothing else", async () => {
  const world = await startWorld({ services: [siteSpec()] });
  expect((await world.api("GET", "/services/srv-none")).body).toEqual({ message: "not found: srv-none" });
  expect((await world.api("GET", "/owners", undefined, { authorization: "Bearer no" })).body).toEqual({
    message: "Unauthorized",
  });
});

test("a job list's statuses are joined by commas, an owner's names repeated, and not the other way round", async () => {
  const world = await startWorld();
  const jobs = `/services/${world.service("backend").id}/jobs`;
  const { body } = await world.api("POST", jobs, { startCommand: "sleep 30", planId: "" });
  const listed = async (query: string) => (await world.api("GET", `${jobs}?${query}`)).body.length;
  expect(await listed("status=pending,running")).toBe(1);
  expect((await world.api("GET", `${jobs}?status=pending&status=running`)).status).toBe(400);
  await world.api("POST", `${jobs}/${body.id}/cancel`);
  const owners = async (query: string) => (await world.api("GET", `/owners?${query}`)).body.length;
  expect(await owners("name=Somebody&name=Rehearsal")).toBe(1);
  expect(await owners("name=Somebody,Rehearsal")).toBe(0);
});

test("an event's row has no cursor, though the list takes a limit", async () => {
  const world = await startWorld();
  const { body } = await world.api("GET", `/services/${world.service("backend").id}/events?limit=1`);
  expect(Object.keys(body[0]!)).toEqual(["event"]);
});

test("several quantiles at once come back as series that nothing tells apart", async () => {
  const world = await startWorld();
  await world.get("backend");
  const { id } = world.service("backend");
  const { body } = await world.api("GET", `/metrics/http-latency?resource=${id}&quantile=0.5&quantile=0.99`);
  const labels = (body as unknown as { labels: unknown }[]).map((series) => series.labels);
  expect(labels).toEqual([[{ field: "resource", value: id }], [{ field: "resource", value: id }]]);
});

test("a deploy of an image-backed service shows the image instead of a commit, and takes no commit", async () => {
  const world = await startWorld({ services: [webSpec({ image: { path: "docker.io/example/api:1" } })] });
  const { body } = await world.api("POST", world.deploys("backend"), {});
  expect(body).toMatchObject({
    image: { ref: "docker.io/example/api:1", sha: expect.stringMatching(/^sha256:/) },
  });
  expect(body).not.toHaveProperty("commit");
  await world.service("backend").idle();
  expect((await world.api("POST", world.deploys("backend"), { commitId: "abc" })).status).toBe(400);
  const service = (await world.api("GET", `/services/${world.service("backend").id}`)).body;
  expect(service).toMatchObject({
    imagePath: "docker.io/example/api:1",
    serviceDetails: { runtime: "image" },
  });
  expect(service).not.toHaveProperty("repo");
});
