import { expect, test } from "vitest";

import { siteSpec, startWorld, webSpec } from "./world";

test("a saved variable changes nothing that runs until a deploy", async () => {
  const world = await startWorld();
  const { id } = world.service("backend");
  const saved = await world.api("PUT", `/services/${id}/env-vars/GREETING`, { value: "bye" });
  expect(saved).toMatchObject({ status: 200, body: { key: "GREETING", value: "bye" } });
  expect((await world.get("backend")).body.greeting).toBe("hello");
  expect(world.service("backend").liveEnv).toMatchObject({ GREETING: "hello" });

  const created = await world.api("POST", world.deploys("backend"), { deployMode: "deploy_only" });
  expect(created).toMatchObject({ status: 201, body: { status: "created", trigger: "api" } });
  expect(await world.ended("backend", created.body.id)).toMatchObject({ status: "live" });
  expect((await world.get("backend")).body.greeting).toBe("bye");
  expect(world.requests.counts()).toMatchObject({
    "PUT /v1/services/{serviceId}/env-vars/{envVarKey}": 1,
    "POST /v1/services/{serviceId}/deploys": 1,
  });
  expect(world.requests.refused()).toEqual([]);
});

test("variables are listed newest first, in pages with opaque cursors, to an empty page at the end", async () => {
  const world = await startWorld({ services: [siteSpec({ envVars: { A: "1", B: "2", C: "3" } })] });
  const path = `/services/${world.service("frontend").id}/env-vars`;
  const first = await world.api("GET", `${path}?limit=2`);
  expect(first.body.map((row) => row.envVar)).toEqual([
    { key: "C", value: "3" },
    { key: "B", value: "2" },
  ]);
  const second = await world.api(
    "GET",
    `${path}?limit=2&cursor=${encodeURIComponent(first.body[1]!.cursor)}`,
  );
  expect(second.body.map((row) => row.envVar)).toEqual([{ key: "A", value: "1" }]);
  const end = await world.api("GET", `${path}?limit=2&cursor=${encodeURIComponent(second.body[0]!.cursor)}`);
  expect(end.body).toEqual([]);
});

test("a list PUT replaces everything and makes every cursor invalid", async () => {
  const world = await startWorld({ services: [siteSpec({ envVars: { A: "1", B: "2" } })] });
  const path = `/services/${world.service("frontend").id}/env-vars`;
  const before = (await world.api("GET", path)).body;
  const put = await world.api("PUT", path, [
    { key: "B", value: "2" },
    { key: "C", generateValue: true },
  ]);
  expect(put.body.map((row) => row.envVar.key)).toEqual(["B", "C"]);
  expect(put.body[1]!.envVar.value).toHaveLength(44);
  expect(world.service("frontend").envVars).not.toHaveProperty("A");
  const stale = await world.api("GET", `${path}?cursor=${encodeURIComponent(before[0]!.cursor)}`);
  expect(stale).toMatchObject({ status: 400, body: { message: "invalid cursor" } });
  expect((await world.api("PUT", path, null)).body).toEqual([]);
});

test("one key is read bare, upserted alone, deleted with 204, and missing with 404", async () => {
  const world = await startWorld({ services: [siteSpec()] });
  const path = `/services/${world.service("frontend").id}/env-vars`;
  expect((await world.api("GET", `${path}/VITE_A`)).body).toEqual({ key: "VITE_A", value: "false" });
  await world.api("PUT", `${path}/new-key`, { value: "" });
  expect(world.service("frontend").envVars).toEqual({ VITE_A: "false", "new-key": "" });
  const gone = await world.api("DELETE", `${path}/new-key`);
  expect([gone.status, gone.text, gone.headers.get("content-type")]).toEqual([204, "", null]);
  for (const method of ["GET", "DELETE"]) {
    expect(await world.api(method, `${path}/new-key`)).toMatchObject({
      status: 404,
      body: { message: "not found: new-key" },
    });
  }
});

test("a number as a value, an unknown field and an unknown parameter are refused and recorded", async () => {
  const world = await startWorld({ services: [siteSpec()] });
  const path = `/services/${world.service("frontend").id}/env-vars`;
  expect((await world.api("PUT", `${path}/A`, { value: 1 })).status).toBe(400);
  expect((await world.api("PUT", `${path}/A`, { value: "1", key: "A" })).status).toBe(400);
  expect((await world.api("GET", `${path}?page=2`)).status).toBe(400);
  expect((await world.api("GET", `${path}?limit=101`)).status).toBe(400);
  expect(world.requests.refused()).toHaveLength(4);
  expect(world.service("frontend").envVars).toEqual({ VITE_A: "false" });
});

test("a key without admin rights may not change variables in a protected environment", async () => {
  const projects = [
    {
      name: "felix",
      environments: [{ name: "prod", protectedStatus: "protected" as const, services: ["backend"] }],
    },
  ];
  const world = await startWorld({ services: [webSpec()], projects });
  world.faults.keyLacksAdmin = true;
  const path = `/services/${world.service("backend").id}`;
  const refused = await world.api("PUT", `${path}/env-vars/ENABLE_A`, { value: "true" });
  expect(refused.status).toBe(403);
  expect(world.service("backend").envVars).toMatchObject({ ENABLE_A: "false" });
  const { environmentId } = (await world.api("GET", path)).body;
  expect((await world.api("GET", `/environments/${environmentId}`)).body).toMatchObject({
    name: "prod",
    protectedStatus: "protected",
  });
});
