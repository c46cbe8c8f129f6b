import { expect, test } from "vitest";

import { startWorld, webSpec, type Body, type TestWorld } from "./world";

interface Group extends Body {
  ownerId: string;
  serviceLinks: unknown[];
  envVars: { key: string; value: string }[];
  secretFiles: unknown[];
}

async function createGroup(world: TestWorld, more: object = {}): Promise<Group> {
  const { status, body } = await world.api("POST", "/env-groups", {
    name: "shared",
    ownerId: world.workspace.id,
    envVars: [
      { key: "ENABLE_B", value: "true" },
      { key: "GREETING", value: "from the group" },
    ],
    ...more,
  });
  expect(status).toBe(201);
  return body as Group;
}

async function runningEnv(world: TestWorld): Promise<Record<string, string>> {
  await world.service("backend").deployByHand();
  return { ...world.service("backend").liveEnv };
}

test("a group is made, listed without a cursor, renamed and deleted", async () => {
  const world = await startWorld();
  const group = await createGroup(world);
  expect(group).toMatchObject({
    id: expect.stringMatching(/^evg-[a-z0-9]{20}$/),
    serviceLinks: [],
    secretFiles: [],
  });
  const { body } = await world.api("GET", "/env-groups?name=shared");
  expect(body).toEqual([
    expect.not.objectContaining({ envVars: expect.anything(), cursor: expect.anything() }),
  ]);
  expect((await world.api("PATCH", `/env-groups/${group.id}`, { name: "other" })).body.name).toBe("other");
  expect((await world.api("DELETE", `/env-groups/${group.id}`)).status).toBe(204);
  expect((await world.api("GET", `/env-groups/${group.id}`)).status).toBe(404);
});

test("a linked service gets the group's variables with its next deploy, its own before the group's, and lists only its own", async () => {
  const world = await startWorld();
  const { id } = world.service("backend");
  const group = await createGroup(world);
  expect(await runningEnv(world)).not.toHaveProperty("ENABLE_B");
  const linked = await world.api("POST", `/env-groups/${group.id}/services/${id}`);
  expect((linked.body as Group).serviceLinks).toEqual([{ id, name: "backend", type: "web" }]);
  expect(world.service("backend").liveEnv).not.toHaveProperty("ENABLE_B");
  expect(await runningEnv(world)).toMatchObject({ ENABLE_B: "true", GREETING: "hello" });
  const keys = (await world.api("GET", `/services/${id}/env-vars`)).body.map((row) => row.envVar.key);
  expect(keys).not.toContain("ENABLE_B");
  await world.api("DELETE", `/env-groups/${group.id}/services/${id}`);
  expect(await runningEnv(world)).not.toHaveProperty("ENABLE_B");
});

test("of two groups with the same variable the one made last counts", async () => {
  const world = await startWorld();
  const serviceIds = [world.service("backend").id];
  await createGroup(world, { serviceIds });
  await createGroup(world, { name: "later", serviceIds, envVars: [{ key: "ENABLE_B", value: "false" }] });
  expect(await runningEnv(world)).toMatchObject({ ENABLE_B: "false" });
});

test("one variable and one secret file of a group are read, written and deleted by their names", async () => {
  const world = await startWorld();
  const { id } = await createGroup(world);
  expect((await world.api("PUT", `/env-groups/${id}/env-vars/ENABLE_B`, { value: "no" })).body).toEqual({
    key: "ENABLE_B",
    value: "no",
  });
  expect((await world.api("GET", `/env-groups/${id}/env-vars/ENABLE_B`)).body.value).toBe("no");
  expect((await world.api("DELETE", `/env-groups/${id}/env-vars/ENABLE_B`)).status).toBe(204);
  expect((await world.api("GET", `/env-groups/${id}/env-vars/ENABLE_B`)).status).toBe(404);
  await world.api("PUT", `/env-groups/${id}/secret-files/key.pem`, { content: "x" });
  expect((await world.api("GET", `/env-groups/${id}/secret-files/key.pem`)).body).toEqual({
    name: "key.pem",
    content: "x",
  });
  expect((await world.api("DELETE", `/env-groups/${id}/secret-files/key.pem`)).status).toBe(204);
});

test("groups of the options are there from the first deploy on", async () => {
  const world = await startWorld({
    services: [webSpec()],
    envGroups: [{ name: "shared", envVars: { ENABLE_C: "true" }, services: ["backend"] }],
  });
  expect(world.service("backend").liveEnv).toMatchObject({ ENABLE_C: "true" });
});
