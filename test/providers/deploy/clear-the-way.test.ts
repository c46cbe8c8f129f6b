import { describe, expect, it } from "vitest";

import { clearTheWay } from "../../../components/providers/deploy/clear-the-way";
import type { Deploy } from "../../../components/render/client";
import { AT, fakeWorld, liveDeploy, type FakeWorld } from "../../support/fake-context";

const live = liveDeploy("dep-live", AT - 60_000);
const running = (more: Partial<Deploy> = {}) =>
  Object.assign(liveDeploy("dep-run", AT - 1_000, { status: "build_in_progress", trigger: "api", ...more }), {
    until: AT + 5_000,
  });

function worldOf(...deploys: Deploy[]): FakeWorld {
  const world = fakeWorld();
  world.services.get("srv-backend")!.deploys = deploys.map((deploy) => ({ ...deploy }));
  return world;
}
const clear = (world: FakeWorld) =>
  clearTheWay(world.context, world.services.get("srv-backend")!.service, 600_000);

describe("what runs on a service before our deploy", () => {
  it("is nothing in most cases: then nothing is asked a second time", async () => {
    const world = worldOf(live, liveDeploy("dep-old", AT - 90_000, { status: "deactivated" }));
    let lists = 0;
    world.faults.before = () => (lists += 1);
    const { cleared, known, live: found, deploys } = await clear(world);
    expect({ cleared, known: [...known], found, lists }).toEqual({
      cleared: [],
      known: ["dep-live", "dep-old"],
      found: live,
      lists: 1,
    });
    expect(deploys.map(({ id }) => id)).toEqual(["dep-live", "dep-old"]);
    expect(world.log).toEqual([]);
  });

  it.each<[string, Partial<Deploy>, Partial<Deploy>]>([
    ["the same commit", {}, {}],
    [
      "the same image by its digest",
      { commit: undefined, image: { ref: "a:1", sha: "s" } },
      { commit: undefined, image: { ref: "a:2", sha: "s" } },
    ],
    [
      "the same image by its tag",
      { commit: undefined, image: { ref: "a:1" } },
      { commit: undefined, image: { ref: "a:1" } },
    ],
  ])("is cancelled where it only repeats what is live: %s", async (_case, theirs, standing) => {
    const world = worldOf(running(theirs), { ...live, ...standing });
    const { cleared, known } = await clear(world);
    expect(cleared).toEqual([{ deployId: "dep-run", trigger: "api", was: "cancelled", ended: "canceled" }]);
    expect([...known]).toEqual(["dep-run", "dep-live"]);
    expect(world.writes).toEqual(["POST cancel dep-run"]);
    expect(world.log[0]).toBe("backend: cancelling deploy dep-run, which would only repeat ours");
  });

  it.each<[string, Partial<Deploy>, Deploy[]]>([
    ["another commit", { commit: { id: "new" } }, [live]],
    ["started by a push", { trigger: "new_commit" }, [live]],
    ["of no known version", { commit: undefined }, [{ ...live, commit: undefined }]],
    ["of no known image", { commit: undefined, image: {} }, [{ ...live, commit: undefined, image: {} }]],
    ["while nothing is live", {}, []],
  ])("is waited for where it is not ours to stop: %s", async (_case, theirs, others) => {
    const world = worldOf(running(theirs), ...others);
    const { cleared, live: now } = await clear(world);
    expect(cleared).toMatchObject([{ deployId: "dep-run", was: "waited for", ended: "live" }]);
    // What is live is what became live meanwhile.
    expect(now?.id).toBe("dep-run");
    expect(world.writes).toEqual([]);
    expect(world.log[0]).toBe(
      `backend: waiting for deploy dep-run (${theirs.trigger ?? "api"}), which is not ours`,
    );
  });

  it("may have been started by nobody known", async () => {
    const world = worldOf(running({ trigger: undefined }), live);
    expect((await clear(world)).cleared[0]?.trigger).toBe("unknown");
    expect(world.log[0]).toContain("(unknown trigger)");
  });

  it("is compared with the live one also where the list does not reach so far back", async () => {
    const world = worldOf(running(), liveDeploy("dep-failed", AT - 9_000, { status: "build_failed" }), live);
    const { observed } = world.context;
    const asked: unknown[] = [];
    const { listDeploys } = world.context.render;
    Object.assign(world.context, {
      observed: { ...observed, deploys: async () => [world.services.get("srv-backend")!.deploys[0]!] },
      render: new Proxy(world.context.render, {
        get: (all, key) =>
          key === "listDeploys"
            ? (id: string, filter?: { status?: string[]; limit?: number }) => {
                asked.push(filter);
                return listDeploys(id, filter);
              }
            : all[key as keyof typeof all],
      }),
    });
    const { cleared } = await clear(world);
    expect(asked[0]).toEqual({ status: ["live"], limit: 1 });
    expect(cleared).toMatchObject([{ was: "cancelled" }]);
    expect(world.writes).toEqual(["POST cancel dep-run"]);
  });
});
