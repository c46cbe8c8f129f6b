import { describe, expect, it } from "vitest";

import { describeFailure } from "../../../components/providers/deploy/failure";
import type { LogLine } from "../../../components/render/client";
import { AT, fakeWorld, liveDeploy, type FakeWorld } from "../../support/fake-context";

const ours = liveDeploy("dep-1", AT, { status: "update_failed" });
const other = liveDeploy("dep-0", AT - 60_000);

function ended(world: FakeWorld, ...events: { deployId: string; reason: unknown }[]): void {
  const listEvents = async () =>
    events.map((details, place) => ({ id: `evt-${place}`, type: "deploy_ended", timestamp: AT, details }));
  const { render } = world.context;
  const told = new Proxy(render, {
    get: (all, key) => (key === "listEvents" ? listEvents : all[key as keyof typeof all]),
  });
  Object.assign(world.context, { render: told });
}

const line = (message: string): LogLine => ({
  id: message,
  timestamp: "2026-11-24T21:00:00Z",
  labels: [],
  message,
});

async function told(world: FakeWorld, live = undefined as typeof other | undefined): Promise<string[]> {
  const { service } = world.services.get("srv-backend")!;
  return (await describeFailure(world.context, service, ours, live)).split("\n");
}

describe("why a deploy did not become live", () => {
  it("is its end, what still serves and where to look, where nothing else can be read", async () => {
    const world = fakeWorld();
    world.faults.before = (call) => {
      if (call !== "GET logs" && call !== "GET events") return;
      throw new Error("locked");
    };
    expect(await told(world, other)).toEqual([
      "backend: deploy dep-1 ended as update_failed.",
      "Deploy dep-0 is still live, with the variables it was started with.",
      "Next: see https://dashboard.example/backend, or go back to the prior config and run the update again.",
    ]);
  });

  it("says that nothing is live, and names Render's dashboard where the service has no address of its own there", async () => {
    const world = fakeWorld();
    delete (world.services.get("srv-backend")!.service as { dashboardUrl?: string }).dashboardUrl;
    expect(await told(world)).toEqual([
      "backend: deploy dep-1 ended as update_failed.",
      "No deploy of this service is live.",
      "Next: see Render's dashboard, or go back to the prior config and run the update again.",
    ]);
  });

  it.each<[unknown, string]>([
    ["out of memory", ": out of memory."],
    [{ buildFailed: { id: "bld-1" } }, ": buildFailed (id (bld-1))."],
    [{ oomKilled: true, evicted: false, port: null, exitCode: 3 }, ": oomKilled, exitCode 3."],
    [
      { failure: { unhealthy: "HTTP 503", step: { no: undefined } } },
      ": failure (unhealthy (HTTP 503), step).",
    ],
    [{}, "."],
    [null, "."],
    [7, "."],
  ])("holds Render's reason in words: %j", async (reason, words) => {
    const world = fakeWorld();
    ended(world, { deployId: "dep-9", reason: "of another" }, { deployId: "dep-1", reason });
    expect((await told(world))[0]).toBe(`backend: deploy dep-1 ended as update_failed${words}`);
  });

  it("takes no reason from another deploy's end", async () => {
    const world = fakeWorld();
    ended(world, { deployId: "dep-9", reason: "of another" });
    expect((await told(world))[0]).toBe("backend: deploy dep-1 ended as update_failed.");
  });

  it("ends with eight lines of the log at the most, the newest last, each cut at 200 characters", async () => {
    const world = fakeWorld();
    world.logs = () => [
      line("x".repeat(201)),
      ...[8, 7, 6, 5, 4, 3, 2, 1].map((place) => line(`line ${place}`)),
    ];
    expect((await told(world)).slice(2, -1)).toEqual([
      "Last lines of the log:",
      ...[2, 3, 4, 5, 6, 7, 8].map((place) => `  line ${place}`),
      `  ${"x".repeat(200)}`,
    ]);
  });

  it("asks for the end of this service's log since the deploy began", async () => {
    const world = fakeWorld();
    const asked: unknown[] = [];
    world.logs = (query) => {
      asked.push(query);
      return [];
    };
    await told(world);
    expect(asked).toEqual([
      {
        ownerId: "tea-1",
        resource: "srv-backend",
        startTime: ours.createdAt,
        direction: "backward",
        limit: 8,
      },
    ]);
  });
});
