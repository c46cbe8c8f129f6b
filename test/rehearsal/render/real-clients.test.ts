import { expect, test } from "vitest";

import { siteSpec, startWorld, webSpec } from "./world";

// Routes that the product does not need, and Render's own command line, provider or MCP server do.

test("who is asking, what runs, and what a restart keeps", async () => {
  const world = await startWorld();
  const { id } = world.service("backend");
  expect((await world.api("GET", "/users")).body).toEqual({ email: "ops@example.com", name: "Rehearsal" });
  const [before] = (await world.api("GET", `/services/${id}/instances`)).body as unknown as { id: string }[];
  expect(before!.id).toMatch(new RegExp(`^${id}-`));
  world.service("backend").flipInDashboard("GREETING", "not taken up");
  expect(await world.api("POST", `/services/${id}/restart`)).toMatchObject({ status: 200, text: "" });
  expect((await world.get("backend")).body.greeting).toBe("hello");
  const [after] = (await world.api("GET", `/services/${id}/instances`)).body as unknown as { id: string }[];
  expect(after!.id).not.toBe(before!.id);
});

test("PATCH changes what is shown, and deploys nothing", async () => {
  const world = await startWorld();
  const { id } = world.service("backend");
  const patched = await world.api("PATCH", `/services/${id}`, {
    autoDeploy: "yes",
    serviceDetails: { maintenanceMode: { enabled: true, uri: "" } },
  });
  expect(patched.body).toMatchObject({
    autoDeploy: "yes",
    serviceDetails: { maintenanceMode: { enabled: true }, healthCheckPath: "/health" },
  });
  expect(world.service("backend").deploys).toHaveLength(1);
  expect((await world.api("PATCH", `/services/${id}`, { autoDeplay: "yes" })).status).toBe(400);
  world.service("backend").pushCommit();
  expect(world.service("backend").deploys).toHaveLength(2);
});

test("secret files are listed in rows and written by name with 201", async () => {
  const world = await startWorld({ services: [siteSpec()] });
  const path = `/services/${world.service("frontend").id}/secret-files`;
  expect((await world.api("PUT", `${path}/.env`, { content: "A=1" })).status).toBe(201);
  const file = { name: ".env", content: "A=1" };
  expect((await world.api("GET", path)).body).toEqual([{ cursor: expect.any(String), secretFile: file }]);
  expect((await world.api("GET", `${path}/.env`)).body).toEqual(file);
  expect((await world.api("DELETE", `${path}/.env`)).status).toBe(204);
  expect((await world.api("GET", `/services/${world.service("frontend").id}/custom-domains`)).body).toEqual(
    [],
  );
});

test("suspend, resume and scale are answered 202 with nothing", async () => {
  const world = await startWorld();
  const { id } = world.service("backend");
  for (const action of ["suspend", "resume"])
    expect(await world.api("POST", `/services/${id}/${action}`)).toMatchObject({ status: 202, text: "" });
  await world.service("backend").idle();
  expect((await world.api("POST", `/services/${id}/scale`, { numInstances: 2 })).status).toBe(202);
});

test("a database tells its addresses inside and outside, a key-value store its own", async () => {
  const connectionString = "postgresql://ada:p%40ss@127.0.0.1:5544/felix";
  const world = await startWorld({
    services: [siteSpec()],
    postgres: [{ name: "db", connectionString }],
    keyValue: [{ name: "cache" }],
  });
  const id = world.postgresId("db");
  expect((await world.api("GET", `/postgres/${id}/connection-info`)).body).toMatchObject({
    password: "p@ss",
    externalConnectionString: connectionString,
    internalConnectionString: `postgresql://ada:p%40ss@${id}/felix`,
  });
  const [row] = (await world.api("GET", "/key-value")).body as unknown as { keyValue: { id: string } }[];
  const info = await world.api("GET", `/key-value/${row!.keyValue.id}/connection-info`);
  expect(Object.keys(info.body).sort()).toEqual([
    "cliCommand",
    "externalConnectionString",
    "internalConnectionString",
  ]);
});

test("the values of a log's label, and what an instance uses", async () => {
  const world = await startWorld({ services: [webSpec(), siteSpec()] });
  const { id } = world.service("backend");
  await world.get("backend", "/error");
  const values = await world.api(
    "GET",
    `/logs/values?ownerId=${world.workspace.id}&resource=${id}&label=statusCode`,
  );
  expect(values.body).toEqual(["500"]);
  world.service("backend").setUsage({ memoryBytes: 480 * 1024 * 1024, cpu: 0.4 });
  const read = async (name: string) => {
    const { body } = await world.api("GET", `/metrics/${name}?resource=${id}`);
    return (body as unknown as { unit: string; values: { value: number }[] }[]).map(
      ({ unit, values: all }) => [unit, all.at(-1)?.value],
    );
  };
  expect(await read("memory")).toEqual([["bytes", 503316480]]);
  expect(await read("memory-limit")).toEqual([["bytes", 536870912]]);
  expect(await read("cpu")).toEqual([["cpu", 0.4]]);
  expect(await read("disk-usage")).toEqual([]);
});

test("what Render's Terraform provider reads with each service, and its nulls for lists without entries", async () => {
  const world = await startWorld({ services: [webSpec(), siteSpec()] });
  const { id } = world.service("backend");
  const override = `/notification-settings/overrides/services/${id}`;
  const asUsual = { notificationsToSend: "default", previewNotificationsEnabled: "default", serviceId: id };
  expect((await world.api("GET", override)).body).toEqual(asUsual);
  expect((await world.api("PATCH", override, { notificationsToSend: "none" })).body).toEqual({
    ...asUsual,
    notificationsToSend: "none",
  });
  // "No override", as recorded.
  expect(await world.api("GET", `/logs/streams/resource/${id}`)).toMatchObject({
    status: 404,
    body: { message: `not found: ${id}` },
  });
  const site = world.service("frontend").id;
  for (const list of ["headers", "routes"]) {
    expect((await world.api("PUT", `/services/${site}/${list}`, null)).status).toBe(200);
    expect((await world.api("GET", `/services/${site}/${list}?limit=100`)).body).toEqual([]);
  }
  const patched = await world.api("PATCH", `/services/${id}`, {
    buildFilter: { paths: null, ignoredPaths: null },
  });
  expect(patched.body).not.toHaveProperty("buildFilter");
  const group = { name: "flags", ownerId: world.workspace.id, envVars: [], secretFiles: null };
  expect((await world.api("POST", "/env-groups", group)).status).toBe(201);
  expect(world.requests.refused()).toEqual([]);
});
