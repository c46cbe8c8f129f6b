import { describe, expect, it } from "vitest";

import { featureFlagVerbs, type FeatureFlagInputs } from "../../components/providers/feature-flag";
import { createObserved, type ServiceRef } from "../../components/providers/observed";
import type { EnvVar, RenderClient } from "../../components/render/client";
import { fakeWorld, type FakeWorld } from "../support/fake-context";

const SERVICES = Array.from({ length: 10 }, (_, index) => `service-${index}`);

/** A hundred flags on each of ten services. */
const FLAGS = SERVICES.flatMap((service) =>
  Array.from({ length: 100 }, (_, index): FeatureFlagInputs => {
    return { renderName: service, key: `ENABLE_${index}`, value: "true" };
  }),
);

function tenServices(): { world: FakeWorld; calls: string[] } {
  const world = fakeWorld(Object.fromEntries(SERVICES.map((name) => [name, "web_service"])));
  const calls: string[] = [];
  world.faults.before = (call) => calls.push(call);
  return { world, calls };
}

describe("what is read of Render", () => {
  it("grows with services and never with flags: 1,000 flags on ten services are created by twelve reads", async () => {
    const { world, calls } = tenServices();
    const verbs = featureFlagVerbs(world.context);
    await Promise.all(FLAGS.map((flag) => verbs.create(flag)));
    expect(calls.filter((call) => call.startsWith("GET"))).toHaveLength(12);
    expect(world.writes).toHaveLength(1_000);
  });

  it("is looked at anew before a write when the look is older than a minute", async () => {
    const { world, calls } = tenServices();
    const verbs = featureFlagVerbs(world.context);
    await verbs.create(FLAGS[0]!);
    world.services.get("srv-service-0")!.envVars.set("ENABLE_1", "true");
    world.clock.ms += 60_000;
    await verbs.create(FLAGS[1]!);
    expect(world.writes).toEqual(["PUT ENABLE_0=true"]);
    expect(calls.filter((call) => call === "GET env-vars")).toHaveLength(2);
  });

  it("holds what was written through it, so that a flag written twice in a run is written back", async () => {
    const { world } = tenServices();
    const verbs = featureFlagVerbs(world.context);
    const flag = FLAGS[0]!;
    const { outs } = await verbs.create(flag);
    await verbs.update("id", outs!, { ...flag, value: "false" });
    expect(world.writes).toEqual(["PUT ENABLE_0=true", "PUT ENABLE_0=false"]);
    expect(world.services.get("srv-service-0")!.envVars.get("ENABLE_0")).toBe("false");
  });

  it("is asked again after a write whose outcome is not known", async () => {
    const { world, calls } = tenServices();
    const verbs = featureFlagVerbs(world.context);
    const { outs } = await verbs.create({ ...FLAGS[0]!, value: "false" });
    const note = world.faults.before!;
    world.faults.before = (call) => {
      note(call);
      if (call.startsWith("PUT")) throw new Error("timed out");
    };
    await expect(verbs.update("id", outs!, FLAGS[0]!)).rejects.toThrow("timed out");
    calls.length = 0;
    await verbs.diff("id", outs!, FLAGS[0]!);
    expect(calls).toEqual(["GET env-vars"]);
  });

  it.each<[ServiceRef, string[], { complete?: boolean }?]>([
    [{ renderName: "service-3" }, []],
    [{ renderName: "another name", serviceId: "srv-service-3" }, []],
    [{ renderName: "service-3" }, ["GET service service-3"], { complete: false }],
    [{ renderName: "x", serviceId: "srv-service-3" }, ["GET service srv-service-3"], { complete: false }],
  ])(
    "finds the service of %j in one list for all, or by %j where the list is not complete",
    async (ref, more, page = {}) => {
      const { world, calls } = tenServices();
      const { firstServices } = world.context.render;
      const render = {
        ...world.context.render,
        firstServices: async () => ({ ...(await firstServices()), ...page }),
      };
      const observed = createObserved(render, { now: () => 0 });
      expect((await observed.service(ref)).id).toBe("srv-service-3");
      await observed.service(ref);
      expect(calls).toEqual(["GET services", ...more]);
    },
  );

  it("leaves it to the search by name to say what is wrong with a name that two services have, or none", async () => {
    const { world, calls } = tenServices();
    world.services.get("srv-service-1")!.service.name = "service-0";
    await world.context.observed.service({ renderName: "service-0" });
    expect(calls).toEqual(["GET services", "GET service service-0"]);
    await expect(world.context.observed.service({ renderName: "nobody" })).rejects.toThrow();
    expect(calls).toContain("GET service nobody");
  });

  it("tells deploys of ten seconds ago, or as new as somebody needs them; a look at any time serves all", async () => {
    const { world, calls } = tenServices();
    const { observed } = world.context;
    const asked = async (freshMs?: number) => {
      calls.length = 0;
      await observed.deploys("srv-service-0", freshMs);
      return calls.length;
    };
    expect(await asked()).toBe(1);
    world.clock.ms += 2_000;
    expect(await asked()).toBe(0);
    expect(await asked(1_500)).toBe(1);
    expect(await asked(0)).toBe(1);
    world.clock.ms += 9_999;
    expect(await asked()).toBe(0);
    world.clock.ms += 1;
    expect(await asked()).toBe(1);
  });

  it("shows a write even where the list was asked for before it and comes after it, with the old value", async () => {
    let answer: (list: EnvVar[]) => void = () => undefined;
    const listEnvVars = () => new Promise<EnvVar[]>((resolve) => (answer = resolve));
    const observed = createObserved({ listEnvVars } as unknown as RenderClient);
    const list = observed.envVars("srv-1");
    observed.wrote("srv-1", "K", "new");
    answer([{ key: "K", value: "old" }]);
    await list;
    expect((await observed.envVars("srv-1")).get("K")).toBe("new");
  });

  it("is asked again after a read that failed, and not forgotten by the failure of an older one", async () => {
    const reads: { resolve(list: EnvVar[]): void; reject(error: Error): void }[] = [];
    const listEnvVars = () =>
      new Promise<EnvVar[]>((resolve, reject) => void reads.push({ resolve, reject }));
    let now = 0;
    const observed = createObserved({ listEnvVars } as unknown as RenderClient, { now: () => now });
    const first = observed.envVars("srv-1");
    now += 60_000;
    const second = observed.envVars("srv-1");
    reads[0]!.reject(new Error("lost"));
    await expect(first).rejects.toThrow("lost");
    reads[1]!.resolve([]);
    await second;
    await observed.envVars("srv-1");
    expect(reads).toHaveLength(2);
  });
});
