import { describe, expect, it } from "vitest";

import { featureFlagVerbs, type FeatureFlagInputs } from "../../components/providers/feature-flag";
import { ADOPTED } from "../../components/providers/revision";
import type { RenderClient } from "../../components/render/client";
import { fakeWorld, type FakeWorld } from "../support/fake-context";

const off: FeatureFlagInputs = {
  renderName: "backend",
  key: "ENABLE_X",
  value: "false",
  report: { path: "/flags" },
};
const on: FeatureFlagInputs = { ...off, value: "true" };

function worldSaying(body: string, status = 200): FakeWorld {
  const world = fakeWorld();
  world.answers.set("/flags", () => ({ answered: true, status, body, ms: 3 }));
  return world;
}

function withGroup(world: FakeWorld, value = "true"): FakeWorld {
  const group = {
    id: "evg-1",
    name: "shared",
    envVars: [{ key: "ENABLE_X", value }],
    serviceLinks: [{ id: "srv-backend" }],
  };
  const groups: Partial<RenderClient> = {
    listEnvGroups: async () => [group],
    getEnvGroup: async () => group,
  };
  Object.assign(world.context.render, groups);
  return world;
}

describe("a flag whose variable is not set on the service", () => {
  it("and that runs as on is written off where it is declared off: an opt-out, or an environment group", async () => {
    const world = withGroup(worldSaying('{"ENABLE_X": true}'));
    const { outs } = await featureFlagVerbs(world.context).create(off);
    expect(world.writes).toEqual(["PUT ENABLE_X=false"]);
    expect(outs?.revision).not.toBe(ADOPTED);
  });

  it.each([
    ["does not report", "true", ["PUT ENABLE_X=false"]],
    ["does not report", "1", ["PUT ENABLE_X=false"]],
    ["does not report", "false", []],
    ["answers with nothing that is understood", "true", ["PUT ENABLE_X=false"]],
  ])(
    "is on by a linked environment group where the service %s, and the group holds %s",
    async (how, value, writes) => {
      const world = withGroup(worldSaying("oops"), value);
      const { report: _report, ...silent } = off;
      await featureFlagVerbs(world.context).create(how === "does not report" ? silent : off);
      expect(world.writes).toEqual(writes);
    },
  );

  it("is not taken for off where nobody can tell whether a group sets it", async () => {
    const world = worldSaying("oops");
    world.faults.before = (call) => {
      if (call === "GET env-groups") throw new Error("forbidden");
    };
    await featureFlagVerbs(world.context).create(off);
    expect(world.writes).toEqual(["PUT ENABLE_X=false"]);
  });

  it("is said in the first preview, with where the value may come from", async () => {
    const world = withGroup(worldSaying('{"ENABLE_X": true}'));
    await featureFlagVerbs(world.context).check({}, off);
    expect(world.log).toEqual([
      'backend: ENABLE_X is absent on Render, declared "false": it is on all the same, and the value may come from the environment group shared, which is linked to backend; written on the service itself it goes first',
    ]);
  });

  it("is switched off by a rollback, also where the last update found it on and wrote nothing", async () => {
    const world = worldSaying('{"ENABLE_X": true}');
    const verbs = featureFlagVerbs(world.context);
    const optOut = { ...on, unset: "on" as const };
    const { outs } = await verbs.create(optOut);
    expect(world.writes).toEqual([]);
    await verbs.update("id", outs!, { ...optOut, value: "false" });
    expect(world.writes).toEqual(["PUT ENABLE_X=false"]);
  });

  it("differs in state that says off, and stays so until it is written", async () => {
    const world = worldSaying('{"ENABLE_X": true}');
    const state = { ...off, version: 1 as const, status: "succeeded" as const, revision: ADOPTED };
    expect(await featureFlagVerbs(world.context).diff("id", state, off)).toEqual({ changes: true });
  });

  it.each<[string, Partial<FeatureFlagInputs>, string, "true" | "false", string[]]>([
    ["off by default", {}, '{"ENABLE_X": false}', "false", []],
    [
      "on for some by the service's word, wanted off",
      {},
      '{"ENABLE_X": "25%"}',
      "false",
      ["PUT ENABLE_X=false"],
    ],
    ["off by default, where the report cannot be read", {}, "oops", "false", []],
    ["off by default, where it is on: written", {}, '{"ENABLE_X": false}', "true", ["PUT ENABLE_X=true"]],
    ["on by config, wanted on", { unset: "on" }, "oops", "true", []],
    ["on by config, wanted off", { unset: "on" }, "oops", "false", ["PUT ENABLE_X=false"]],
    [
      "on by config, wanted on, but it runs as off",
      { unset: "on" },
      '{"ENABLE_X": false}',
      "true",
      ["PUT ENABLE_X=true"],
    ],
    [
      "unknown by config, wanted off",
      { unset: "unknown" },
      '{"ENABLE_X": false}',
      "false",
      ["PUT ENABLE_X=false"],
    ],
    ["unknown by config, wanted on", { unset: "unknown" }, "oops", "true", ["PUT ENABLE_X=true"]],
    [
      "on by the service's word, wanted on: it is set all the same, as it may run with what was deleted",
      {},
      '{"ENABLE_X": true}',
      "true",
      ["PUT ENABLE_X=true"],
    ],
  ])("%s", async (_what, more, body, value, writes) => {
    const world = worldSaying(body);
    await featureFlagVerbs(world.context).create({ ...off, ...more, value });
    expect(world.writes).toEqual(writes);
  });

  it("is not asked for where the variable is set, and once for all flags of a service", async () => {
    const world = fakeWorld();
    let asked = 0;
    world.answers.set("/flags", () => {
      asked += 1;
      return { answered: true, status: 200, body: '{"A": true, "B": true, "C": false}', ms: 3 };
    });
    const verbs = featureFlagVerbs(world.context);
    world.services.get("srv-backend")!.envVars.set("ENABLE_X", "false");
    await verbs.check({}, off);
    expect(asked).toBe(0);
    await Promise.all(["A", "B", "C"].map((key) => verbs.check({}, { ...off, key })));
    expect(asked).toBe(1);
    expect(world.log.map((line) => line.split(" ")[1])).toEqual(["A", "B"]);
  });

  it("says so where the groups cannot be looked up", async () => {
    const world = worldSaying('{"ENABLE_X": true}');
    world.faults.before = (call) => {
      if (call === "GET env-groups") throw new Error("forbidden");
    };
    await featureFlagVerbs(world.context).check({}, off);
    expect(world.log[0]).toContain("(the groups could not be looked up)");
  });

  it("is read by refresh as what it runs as", async () => {
    const world = worldSaying('{"ENABLE_X": true}');
    const state = { ...off, version: 1 as const, status: "succeeded" as const, revision: ADOPTED };
    expect((await featureFlagVerbs(world.context).read("id", state)).inputs).toMatchObject({
      value: "true",
      report: { path: "/flags" },
    });
  });
});
