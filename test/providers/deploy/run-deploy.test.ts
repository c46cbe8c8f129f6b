import { describe, expect, it } from "vitest";

import { RolloutError } from "../../../components/errors";
import { runDeploy } from "../../../components/providers/deploy/run-deploy";
import { AT, fakeWorld, liveDeploy, type FakeWorld } from "../../support/fake-context";

const request = { healthUrl: undefined, budgetMs: 600_000, build: false };
const started = (world: FakeWorld, more: Partial<typeof request> = {}) =>
  runDeploy(world.context, { ...request, ...more }, world.services.get("srv-backend")!.service);

/** Render answers a POST with 202 and no deploy; what it lists then is up to the test. */
function queueing(list: (world: FakeWorld) => void = () => undefined): FakeWorld {
  const world = fakeWorld();
  const { render } = world.context;
  const createDeploy = async () => {
    list(world);
    return { kind: "queued" as const };
  };
  Object.assign(world.context, {
    render: new Proxy(render, {
      get: (all, key) => (key === "createDeploy" ? createDeploy : all[key as keyof typeof all]),
    }),
  });
  return world;
}

describe("a deploy whose POST names none", () => {
  it("is looked up in the list, and waited for", async () => {
    const world = queueing(({ services, clock }) => {
      const queued = liveDeploy("dep-ours", clock.ms, { status: "build_in_progress", trigger: "api" });
      services.get("srv-backend")!.deploys.unshift(Object.assign(queued, { until: clock.ms + 5_000 }));
    });
    expect(await started(world)).toMatchObject({ deployId: "dep-ours" });
    expect(world.log[0]).toBe("backend: Render queued the deploy without naming it; looking it up");
  });

  it.each([
    [600_000, 60],
    [5_000, 5],
  ])("is given up after a minute, or the budget: %i ms", async (budgetMs, seconds) => {
    const world = queueing();
    await expect(started(world, { budgetMs })).rejects.toMatchObject({
      code: "DEPLOY_NOT_FOUND",
      message:
        "backend: Render accepted a deploy but lists none that is ours after a minute. Nothing else was changed; run the update again.",
    });
    expect(world.clock.ms - AT).toBe(seconds * 1000);
  });

  it("says that the answer got lost, where it did", async () => {
    const world = fakeWorld();
    world.faults.before = (call) => {
      if (call === "POST deploy") throw new RolloutError("RENDER_ANSWER_LOST", "no answer");
    };
    await expect(started(world)).rejects.toThrow(
      "backend: Render was sent a deploy but lists none that is ours",
    );
    expect(world.log).toContain("backend: the answer got lost; looking it up");
  });

  it("is not looked up after any other error", async () => {
    const world = fakeWorld();
    world.faults.before = (call) => {
      if (call === "POST deploy") throw new RolloutError("RENDER_REFUSED", "no");
    };
    await expect(started(world)).rejects.toMatchObject({ code: "RENDER_REFUSED" });
    expect(world.log).toEqual([]);
  });
});

describe("a deploy", () => {
  it("of a suspended service is refused with the way out", async () => {
    const world = fakeWorld();
    const { service } = world.services.get("srv-backend")!;
    service.suspended = "suspended";
    const refused = (where: string) =>
      `backend is suspended on Render, so a deploy would not become live. Resume it (${where}) and run the update again.`;
    await expect(started(world)).rejects.toThrow(refused("https://dashboard.example/backend"));
    delete (service as { dashboardUrl?: string }).dashboardUrl;
    await expect(started(world)).rejects.toThrow(refused("dashboard"));
  });

  it("says how it ships only where that is not the usual way, and how long such a one takes where that is known", async () => {
    const usual = fakeWorld();
    await started(usual);
    expect(usual.log.filter((line) => line.includes("built") || line.includes("usually"))).toEqual([]);
    const unusual = fakeWorld();
    const api = liveDeploy("dep-api", AT - 60_000, {
      trigger: "api",
      status: "deactivated",
      finishedAt: new Date(AT - 50_000).toISOString(),
    });
    unusual.services.get("srv-backend")!.deploys.push(api);
    await started(unusual, { build: true });
    expect(unusual.log[0]).toBe(
      "backend: commit c0ffee, which is live, built again, as a value that is built into the code changes",
    );
    expect(unusual.log[1]).toMatch(/; usually 10s\)$|live \(/);
  });

  it("that became live itself is nobody's successor", async () => {
    const run = await started(fakeWorld());
    expect(Object.keys(run).sort()).toEqual(["cleared", "deployId", "how", "liveAt", "zeroDowntime"]);
  });

  it.each([
    ["deactivated", "api", "api"],
    ["canceled", undefined, "unknown trigger"],
  ])(
    "that is %s makes way for a later one, which has our variables, and says so",
    async (status, trigger, words) => {
      const world = fakeWorld();
      world.fate = () => ({ status, afterMs: 2_000 });
      world.faults.after = (call) => {
        if (call !== "POST deploy") return;
        const at = world.clock.ms;
        const later = liveDeploy("dep-later", at + 500, { status: "build_in_progress", trigger });
        // One of the same moment, one that failed and a rollback are none.
        const others = [
          liveDeploy("dep-same", at, { status: "live" }),
          liveDeploy("dep-failed", at + 900, { status: "build_failed" }),
          liveDeploy("dep-back", at + 900, { status: "live", trigger: "rollback" }),
        ];
        world.services
          .get("srv-backend")!
          .deploys.unshift(...others, Object.assign(later, { until: at + 9_000 }));
      };
      expect(await started(world)).toMatchObject({ deployId: "dep-1", supersededBy: "dep-later" });
      expect(world.log).toContain(`backend: deploy dep-1 was replaced by dep-later (${words})`);
    },
  );

  it("that failed is not excused by a later one", async () => {
    const world = fakeWorld();
    world.fate = () => ({ status: "build_failed", afterMs: 2_000 });
    world.faults.after = (call) => {
      if (call === "POST deploy")
        world.services.get("srv-backend")!.deploys.unshift(liveDeploy("dep-later", world.clock.ms + 500));
    };
    await expect(started(world)).rejects.toMatchObject({ code: "DEPLOY_NOT_LIVE" });
  });

  it("waits with what its budget has left, for somebody's deploy and for its own together", async () => {
    const world = fakeWorld();
    const theirs = liveDeploy("dep-theirs", AT - 1_000, { status: "build_in_progress" });
    world.services.get("srv-backend")!.deploys.unshift(Object.assign(theirs, { until: AT + 20_000 }));
    world.fate = () => ({ status: "live", afterMs: 30_000 });
    await expect(started(world, { budgetMs: 40_000 })).rejects.toMatchObject({ code: "DEPLOY_TIMEOUT" });
    expect(world.clock.ms - AT).toBeLessThanOrEqual(40_000);
    expect(world.log[0]).toBe("backend: waiting for deploy dep-theirs (new_commit), which is not ours");
  });
});
