import { setImmediate } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { deployVerbs } from "../../components/providers/deploy/deploy";
import { watchHealth } from "../../components/providers/deploy/zero-downtime";
import { featureFlagVerbs, type FeatureFlagInputs } from "../../components/providers/feature-flag";
import { mayBeAsleep } from "../../components/providers/wake";
import { AT, fakeWorld, liveDeploy, type FakeWorld } from "../support/fake-context";

const MINUTE = 60_000;

/** A free instance that never answers: what a feature that went wrong may look like. Each silence takes its time. */
function silentWorld(): FakeWorld {
  const world = fakeWorld();
  const { service } = world.services.get("srv-backend")!;
  service.serviceDetails = { ...service.serviceDetails, plan: "free" };
  world.context.probe = async ({ timeoutMs }) => {
    world.clock.ms += timeoutMs;
    return { answered: false, error: "no answer", ms: timeoutMs };
  };
  return world;
}

const report = { path: "/flags" };
const absent: FeatureFlagInputs = { renderName: "backend", key: "ENABLE_X", value: "false", report };

describe("a service that may be asleep, and does not answer", () => {
  it("is not waited for by a flag that is known already: going off takes a few seconds, not a minute and a half", async () => {
    const world = silentWorld();
    const flags = featureFlagVerbs(world.context);
    const stored = { ...absent, version: 1 as const, status: "succeeded" as const, revision: "adopted" };
    await flags.diff("id", stored, absent);
    await flags.update("id", stored, absent);
    expect(world.clock.ms - AT).toBeLessThanOrEqual(10_000);
  });

  it("is waited for once by flags that nobody knows yet, however many there are", async () => {
    const world = silentWorld();
    const flags = featureFlagVerbs(world.context);
    for (const key of ["A", "B", "C"]) await flags.check({}, { ...absent, key });
    for (const key of ["A", "B", "C"]) await flags.create({ ...absent, key });
    expect(world.clock.ms - AT).toBeGreaterThan(80_000);
    expect(world.clock.ms - AT).toBeLessThan(2 * MINUTE);
  });

  it("is deployed at once: its silence is watched meanwhile", async () => {
    const world = silentWorld();
    let postedAt: number | undefined;
    world.faults.before = (call) => {
      if (call.startsWith("POST deploy")) postedAt ??= world.clock.ms;
    };
    await deployVerbs(world.context)
      .create({
        renderName: "backend",
        healthPath: "/health",
        expects: { ENABLE_X: "false" },
        revisions: { ENABLE_X: "2026-11-24T20:59:00.000Z" },
        timeoutSeconds: 600,
      })
      .catch(() => undefined);
    expect(postedAt).toBeDefined();
    expect(postedAt! - AT).toBeLessThanOrEqual(15_000);
  });
});

describe("the evidence of a deploy of one that may be asleep", () => {
  async function watched(answers: boolean[], maySleep: boolean): Promise<{ probes: number; failed: number }> {
    const world = fakeWorld();
    let asked = 0;
    world.context.probe = async () =>
      (answers[asked++] ?? true)
        ? { answered: true, status: 200, body: "{}", ms: 1 }
        : { answered: false, error: "no answer", ms: 1 };
    world.context.sleep = async () => setImmediate();
    const watch = watchHealth(world.context, "https://backend/health", maySleep);
    while (asked < answers.length) await setImmediate();
    return watch.stop();
  }

  it("leaves out the silence before its first answer, and nothing after it", async () => {
    const { failed } = await watched([false, false, true, false, true], true);
    expect(failed).toBe(1);
  });

  it("counts all of it where no answer comes, or where the instance never sleeps", async () => {
    const world = silentWorld();
    world.context.sleep = async () => setImmediate();
    const watch = watchHealth(world.context, "https://backend/health", true);
    const { probes, failed } = await watch.stop();
    expect(failed).toBe(probes);
    expect(failed).toBeGreaterThan(0);
    expect((await watched([false, false, true], false)).failed).toBe(2);
  });
});

describe("whether it may be asleep", () => {
  it.each([
    ["a deploy that went live a minute ago has started it", 1, false],
    ["nobody has started it for a quarter of an hour", 16, true],
  ])("%s", async (_title, minutes, expected) => {
    const world = silentWorld();
    const backend = world.services.get("srv-backend")!;
    backend.deploys = [liveDeploy("dep-1", AT - minutes * MINUTE)];
    expect(await mayBeAsleep(world.context, backend.service)).toBe(expected);
  });
});
