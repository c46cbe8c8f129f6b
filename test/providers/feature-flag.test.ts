import { describe, expect, it } from "vitest";

import { featureFlagVerbs, type FeatureFlagInputs } from "../../components/providers/feature-flag";
import { ADOPTED } from "../../components/providers/revision";
import { RenderError } from "../../components/render/errors";
import { fakeWorld, type FakeWorld } from "../support/fake-context";

const on: FeatureFlagInputs = { renderName: "backend", key: "ENABLE_X", value: "true" };
const off: FeatureFlagInputs = { ...on, value: "false" };

describe("a feature flag", () => {
  it("adopts a value that Render has already, and writes nothing", async () => {
    const world = fakeWorld();
    world.services.get("srv-backend")!.envVars.set("ENABLE_X", "true");
    const { outs } = await featureFlagVerbs(world.context).create(on);
    expect(outs).toMatchObject({ value: "true", revision: ADOPTED, status: "succeeded", version: 1 });
    expect(world.writes).toEqual([]);
  });

  it("takes an absent variable for a flag that is off", async () => {
    const world = fakeWorld();
    const { outs } = await featureFlagVerbs(world.context).create(off);
    expect(outs).toMatchObject({ revision: ADOPTED });
    expect(world.writes).toEqual([]);
  });

  it("writes one key when it is created otherwise than Render has it", async () => {
    const world = fakeWorld();
    const { outs } = await featureFlagVerbs(world.context).create(on);
    expect(world.writes).toEqual(["PUT ENABLE_X=true"]);
    expect(outs?.revision).not.toBe(ADOPTED);
  });

  it("is looked at before it is created: the first preview says what the update would overwrite", async () => {
    const world = fakeWorld();
    world.services.get("srv-backend")!.envVars.set("ENABLE_X", "true");
    expect(await featureFlagVerbs(world.context).check({}, off)).toEqual({ inputs: off });
    expect(world.log).toEqual(['backend: ENABLE_X is "true" on Render, declared "false"']);
    expect(world.writes).toEqual([]);
  });

  it("is left to diff once it exists", async () => {
    const world = fakeWorld();
    world.services.get("srv-backend")!.envVars.set("ENABLE_X", "true");
    await featureFlagVerbs(world.context).check(off, off);
    expect(world.log).toEqual([]);
  });

  it("gets a new revision with each update, even where Render has the value already", async () => {
    const world = fakeWorld();
    const verbs = featureFlagVerbs(world.context);
    const created = (await verbs.create(off)).outs!;
    world.services.get("srv-backend")!.envVars.set("ENABLE_X", "true");
    world.clock.ms += 60_000;
    const first = (await verbs.update("id", created, on)).outs!;
    const second = (await verbs.update("id", first, on)).outs!;
    expect(world.writes).toEqual([]);
    expect(new Set([created.revision, first.revision, second.revision]).size).toBe(3);
  });

  it("is unchanged while state, Render and config agree", async () => {
    const world = fakeWorld();
    const verbs = featureFlagVerbs(world.context);
    const { outs } = await verbs.create(on);
    expect(await verbs.diff("id", outs!, on)).toEqual({ changes: false });
  });

  it("differs when somebody changed it on Render, though state and config agree, and says how", async () => {
    const world = fakeWorld();
    const verbs = featureFlagVerbs(world.context);
    const { outs } = await verbs.create(off);
    world.services.get("srv-backend")!.envVars.set("ENABLE_X", "true");
    world.clock.ms += 60_000;
    expect(await verbs.diff("id", outs!, off)).toEqual({ changes: true });
    expect(world.log).toContain('backend: ENABLE_X is "true" on Render, declared "false"');
  });

  it("never shows a value that is not a flag's", async () => {
    const world = fakeWorld();
    const verbs = featureFlagVerbs(world.context);
    const { outs } = await verbs.create(off);
    world.services.get("srv-backend")!.envVars.set("ENABLE_X", "s3cret");
    world.clock.ms += 60_000;
    await verbs.diff("id", outs!, off);
    const read = await verbs.read("id", outs!);
    expect(read.inputs).toMatchObject({ value: "other" });
    expect(JSON.stringify([world.log, read])).not.toContain("s3cret");
  });

  it("keeps the old value in state when Render refuses the write: nothing was changed", async () => {
    const world = fakeWorld();
    const verbs = featureFlagVerbs(world.context);
    const { outs } = await verbs.create(off);
    const refused = new RenderError({
      code: "RENDER_REFUSED",
      message: "the API key's user may not do this",
      method: "PUT",
      route: "/services/{id}/env-vars/{key}",
      status: 403,
    });
    world.faults.before = (call) => {
      if (call.startsWith("PUT")) throw refused;
    };
    const error = await verbs.update("id", outs!, on).catch((thrown: unknown) => thrown);
    expect(error).toBe(refused);
    expect(error).not.toHaveProperty("properties");
  });

  it("counts as written when the answer to the write is lost and Render, asked again, has the value", async () => {
    const world = fakeWorld();
    const verbs = featureFlagVerbs(world.context);
    const { outs } = await verbs.create(off);
    world.faults.after = (call) => {
      if (call.startsWith("PUT")) throw new Error("connection reset");
    };
    expect((await verbs.update("id", outs!, on)).outs).toMatchObject({ value: "true", status: "succeeded" });
    world.faults = {};
    expect(world.writes).toEqual(["PUT ENABLE_X=true"]);
  });

  it.each([
    [
      "Render does not have the value",
      (world: FakeWorld) => {
        world.services.get("srv-backend")!.envVars.clear();
      },
    ],
    [
      "Render cannot be asked",
      () => {
        throw new Error("no network");
      },
    ],
  ])("keeps the new value in state, marked as failed, when the answer is lost and %s", async (_, then) => {
    const world = fakeWorld();
    const verbs = featureFlagVerbs(world.context);
    const { outs } = await verbs.create(off);
    world.faults.after = (call) => {
      if (call.startsWith("PUT")) throw new Error("connection reset");
    };
    world.faults.before = (call) => {
      if (call.startsWith("GET")) then(world);
    };
    const error = await verbs.update("id", outs!, on).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      message: "connection reset",
      reasons: ["connection reset"],
      properties: { value: "true", status: "failed" },
    });
    world.faults = {};
    const failed = (error as { properties: typeof outs }).properties!;
    expect(await verbs.diff("id", failed, on)).toEqual({ changes: true });
    expect(await verbs.diff("id", failed, off)).toEqual({ changes: true });
  });

  it("is replaced when it moves to another service", async () => {
    const world = fakeWorld({ backend: "web_service", other: "web_service" });
    const verbs = featureFlagVerbs(world.context);
    const { outs } = await verbs.create(on);
    expect(await verbs.diff("id", outs!, { ...on, renderName: "other" })).toEqual({
      changes: true,
      replaces: ["renderName", "key"],
    });
  });

  it("changes nothing on Render when it is deleted", async () => {
    const world = fakeWorld();
    const verbs = featureFlagVerbs(world.context);
    const { outs } = await verbs.create(on);
    await verbs.delete("id", outs!);
    expect(world.writes).toEqual(["PUT ENABLE_X=true"]);
  });

  it("costs three reads for any number of absent flags of a service in a preview", async () => {
    const world = fakeWorld();
    const verbs = featureFlagVerbs(world.context);
    const state = { ...off, version: 1 as const, status: "succeeded" as const, revision: ADOPTED };
    const calls: string[] = [];
    world.faults.before = (call) => calls.push(call);
    await Promise.all(
      ["A", "B", "C", "D"].map((key) => verbs.diff("id", { ...state, key }, { ...off, key })),
    );
    expect(calls.sort()).toEqual(["GET env-groups", "GET env-vars", "GET services"]);
  });

  describe("outside the schedule's windows", () => {
    const shut = () =>
      Promise.resolve({ open: false as const, reasons: ["closed"], sentence: "Next window: tomorrow." });

    it("is not turned on, and nothing is written", async () => {
      const world = fakeWorld();
      const verbs = featureFlagVerbs(world.context);
      const { outs } = await verbs.create(off);
      world.context.schedule = shut;
      await expect(verbs.update("id", outs!, on)).rejects.toThrow(
        "turning on ENABLE_X: the schedule is shut",
      );
      expect(world.writes).toEqual([]);
    });

    it("is turned off all the same", async () => {
      const world = fakeWorld();
      const verbs = featureFlagVerbs(world.context);
      const { outs } = await verbs.create(on);
      world.context.schedule = shut;
      await verbs.update("id", outs!, off);
      expect(world.writes.at(-1)).toBe("PUT ENABLE_X=false");
    });

    it("is put back to on where it was on and somebody turned it off by hand: a rollback must not hang on that", async () => {
      const world = fakeWorld();
      const verbs = featureFlagVerbs(world.context);
      const { outs } = await verbs.create(on);
      world.context.schedule = shut;
      world.services.get("srv-backend")!.envVars.set("ENABLE_X", "false");
      await verbs.update("id", outs!, on);
      expect(world.writes.at(-1)).toBe("PUT ENABLE_X=true");
    });
  });
});
