import { describe, expect, it } from "vitest";

import { readingContext } from "../../cli/status/reading-context";
import { requireStack } from "../../cli/shared/load-stack";
import { fakeWorld } from "../support/fake-context";
import { fakeDesk, STACK, stackFile } from "./support/fake-desk";

function reading() {
  const world = fakeWorld();
  const { config } = requireStack(fakeDesk({ text: stackFile("api") }).directory, STACK);
  const { render, probe, fetch, sleep } = world.context;
  const database = { because: "nobody asks it here" };
  const ports = {
    probe,
    fetch,
    sleep: (ms: number) => sleep(ms),
    elapsed: () => 0,
    openDatabase: async () => database,
  };
  return {
    world,
    context: readingContext(render, config, ports, world.context.redact, database),
  };
}

describe("a context made for reading", () => {
  it.each([
    ["putEnvVar", ["srv-backend", "ENABLE_X", "true"]],
    ["createDeploy", ["srv-backend", {}]],
    ["cancelDeploy", ["srv-backend", "dep-1"]],
    ["createJob", ["srv-backend", {}]],
    ["createJobOnce", ["srv-backend", {}]],
    ["aCallOfTomorrow", []],
  ])("refuses render.%s by name", async (name, args) => {
    const { world, context } = reading();
    const render = context.render as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    await expect(render[name]!(...args)).rejects.toThrow(`render.${name} is an effect, and this only looks`);
    expect(world.writes).toEqual([]);
  });

  it("refuses to tell the team, to run a command, to name a run, and to send anything but a question", async () => {
    const { world, context } = reading();
    await expect(context.team.tell("x")).rejects.toThrow("telling the team is an effect");
    await expect(context.team.check("x")).rejects.toThrow("a message to the team is an effect");
    await expect(context.run({ argv: ["true"], timeoutMs: 1 })).rejects.toThrow(
      "running a command is an effect",
    );
    expect(() => context.newRunId()).toThrow("a run of ours is an effect");
    await expect(context.fetch("https://b.example", { method: "POST" })).rejects.toThrow("a POST request");
    await expect(context.probe({ url: "https://b.example", method: "DELETE", timeoutMs: 1 })).rejects.toThrow(
      "a DELETE request",
    );
    expect([world.told, world.processes]).toEqual([[], []]);
  });

  it("reads services, deploys, Render's clock, the schedule, and what services answer to GET", async () => {
    const { context } = reading();
    const { id } = await context.observed.service({ renderName: "backend" });
    expect((await context.observed.deploys(id))[0]?.id).toBe("dep-first");
    expect((await context.now()).toISOString()).toBe("2026-11-24T21:00:00.000Z");
    expect((await context.schedule())?.open).toBe(true);
    expect((await context.fetch("https://b.example/x", { method: "GET" })).status).toBe(200);
    expect((await context.probe({ url: "https://b.example/x", timeoutMs: 1 })).answered).toBe(true);
  });
});
