import { describe, expect, it } from "vitest";

import { waitForDeploy } from "../../../components/providers/deploy/wait";
import { AT, fakeWorld, liveDeploy } from "../../support/fake-context";

const service = { id: "srv-backend", name: "backend" };

/** A deploy that ends after so many milliseconds, and every pause that was made until then. */
function waiting(endsAfterMs: number, status = "live") {
  const world = fakeWorld();
  const deploy = liveDeploy("dep-1", AT, { status: "build_in_progress" });
  world.services
    .get(service.id)!
    .deploys.unshift(Object.assign(deploy, { until: AT + endsAfterMs, fate: status }));
  const pauses: number[] = [];
  const { sleep } = world.context;
  world.context.sleep = (ms, signal) => {
    pauses.push(ms);
    return sleep(ms, signal);
  };
  return { world, pauses };
}

describe("the wait for a deploy", () => {
  it("is over at once where it has ended", async () => {
    const { world, pauses } = waiting(0);
    const deploy = await waitForDeploy(world.context, { service, deployId: "dep-1", budgetMs: 0 });
    expect(deploy).toMatchObject({ id: "dep-1", status: "live" });
    expect(pauses).toEqual([]);
    expect(world.log).toEqual(["backend: deploy dep-1 live (0s)"]);
  });

  it("looks ever more seldom at one that somebody else started, and says each change", async () => {
    const { world, pauses } = waiting(10_000, "update_failed");
    const deploy = await waitForDeploy(world.context, { service, deployId: "dep-1", budgetMs: 60_000 });
    expect(deploy.status).toBe("update_failed");
    expect(pauses).toEqual([2_400, 3_840, 6_144]);
    expect(world.log).toEqual([
      "backend: deploy dep-1 build_in_progress (0s)",
      "backend: deploy dep-1 update_failed (12s)",
    ]);
  });

  it("makes a pause before the first look at one that was started just now, and tells how long such a one takes", async () => {
    const { world, pauses } = waiting(20_000);
    const justStarted = { usualMs: 10_400 };
    await waitForDeploy(world.context, { service, deployId: "dep-1", budgetMs: 60_000, justStarted });
    expect(pauses[0]).toBe(10_400 * 0.85);
    expect(world.log[0]).toBe("backend: deploy dep-1 build_in_progress (9s; usually 10s)");
    expect(world.log.at(-1)).toMatch(/^backend: deploy dep-1 live \(\d+s\)$/);
  });

  it("never tells of less than a second", async () => {
    const { world } = waiting(5_000);
    await waitForDeploy(world.context, {
      service,
      deployId: "dep-1",
      budgetMs: 60_000,
      justStarted: { usualMs: 200 },
    });
    expect(world.log[0]).toBe("backend: deploy dep-1 build_in_progress (0s; usually 1s)");
  });

  it("tells every fifteen seconds that it goes on", async () => {
    const { world } = waiting(60_000);
    await waitForDeploy(world.context, { service, deployId: "dep-1", budgetMs: 90_000 });
    expect(world.log).toEqual(
      [0, 22, 42]
        .map((s) => `backend: deploy dep-1 build_in_progress (${s}s)`)
        .concat("backend: deploy dep-1 live (62s)"),
    );
  });

  it("pauses no longer than the budget, and is given up when the next look would come after it", async () => {
    const { world, pauses } = waiting(60_000);
    const options = { service, deployId: "dep-1", budgetMs: 1_000, justStarted: { usualMs: undefined } };
    await expect(waitForDeploy(world.context, options)).rejects.toMatchObject({
      code: "DEPLOY_TIMEOUT",
      message:
        "backend: deploy dep-1 is still build_in_progress after 1s (limit 1s). It goes on on Render; run the same command again to wait for it, or go back to the prior config: that cancels it.",
    });
    expect(pauses).toEqual([1_000]);
  });

  it("looks once more when the budget ends with a pause", async () => {
    const { world, pauses } = waiting(2_400);
    const deploy = await waitForDeploy(world.context, { service, deployId: "dep-1", budgetMs: 2_400 });
    expect(deploy.status).toBe("live");
    expect(pauses).toEqual([2_400]);
  });

  it("asks for the deploy itself where the list does not hold it", async () => {
    const { world } = waiting(0);
    const found = liveDeploy("dep-old", AT - 86_400_000);
    Object.assign(world.context.observed, { deploys: async () => [] });
    world.services.get(service.id)!.deploys.push(found);
    expect(await waitForDeploy(world.context, { service, deployId: "dep-old", budgetMs: 0 })).toEqual(found);
  });
});
