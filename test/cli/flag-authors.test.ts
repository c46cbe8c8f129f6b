import { expect, it, vi } from "vitest";

import type { Engine, StoredResource } from "../../cli/engine/port";
import { readStanding } from "../../cli/shared/standing";
import { flagAuthors } from "../../cli/status/flag-authors";
import type { StackConfig } from "../../components/config";

const CONFIG = { project: "shop" } as StackConfig;
/** On Render's clock. */
const WRITTEN = "2026-11-24T21:05:00.000Z";

function state(...written: [key: string, at: string][]): StoredResource[] {
  return written.map(([key, at]) => ({
    kind: "FeatureFlag",
    name: key,
    inputs: {},
    outputs: { key, value: "true", revision: `${at} 0a1b2c3d`, status: "succeeded" },
  }));
}

function update(number: number, by: string, startedAt: string, seconds: number, kind = "update") {
  const startTime = Date.parse(startedAt) / 1000;
  const environment = { "git.author": by };
  return { version: number, kind, startTime, endTime: startTime + seconds, environment, result: "succeeded" };
}

/** @param updates oldest first, each with the state that it left. */
function past(updates: [unknown, StoredResource[] | undefined][]) {
  const states = vi.fn(async () => updates.map(([, left]) => left));
  const history = updates.map(([each]) => each).reverse();
  const engine = { past: { updates: async () => history, states } } as unknown as Engine;
  const now = readStanding(updates.at(-1)?.[1] ?? state(["ENABLE_X", WRITTEN]));
  const who = async (clocksApart: boolean) =>
    Object.fromEntries(await flagAuthors(engine, CONFIG, now, { clocksApart, notes: [] }));
  return { who, states };
}

it("names who ran the update during which Render took the write, and asks for no earlier state", async () => {
  const { who, states } = past([
    [update(1, "Ada", "2026-11-24T20:00:00Z", 60), undefined],
    [update(2, "Grace", "2026-11-24T21:04:30Z", 90), state(["ENABLE_X", WRITTEN])],
  ]);
  await expect(who(false)).resolves.toEqual({ ENABLE_X: "Grace" });
  expect(states).not.toHaveBeenCalled();
});

it.each([
  ["nobody's update ran then, as the machine's clock was wrong at the time", false, "2026-11-23T04:00:00Z"],
  ["another update seems to have run then, while the clocks are apart", true, "2026-11-24T21:04:30Z"],
])("goes by the first state that has the write where %s", async (_, clocksApart, othersStart) => {
  const { who } = past([
    [update(1, "Ada", "2026-11-23T03:00:00Z", 60), state()],
    [update(2, "Grace", "2026-11-23T03:30:00Z", 60), state(["ENABLE_X", WRITTEN])],
    [update(3, "Linus", othersStart, 90), state(["ENABLE_X", WRITTEN])],
  ]);
  await expect(who(clocksApart)).resolves.toEqual({ ENABLE_X: "Grace" });
});

it.each([
  ["no state was kept", [undefined, undefined]],
  ["the state before is not known, so it may have come earlier", [undefined, state(["ENABLE_X", WRITTEN])]],
] as const)("names nobody where neither time nor state tells: %s", async (_, [first, second]) => {
  const { who } = past([
    [update(1, "Ada", "2026-11-23T03:00:00Z", 60), first && [...first]],
    [update(2, "Grace", "2026-11-23T03:30:00Z", 60), second && [...second]],
  ]);
  await expect(who(true)).resolves.toEqual({});
});

it("never names who only refreshed, and says each flag's own author", async () => {
  const later = "2026-11-24T21:40:00.000Z";
  const both = state(["ENABLE_X", WRITTEN], ["ENABLE_Y", later]);
  const { who } = past([
    [update(1, "Ada", "2026-11-23T03:00:00Z", 60), state(["ENABLE_X", WRITTEN])],
    [update(2, "Robot", "2026-11-24T21:04:30Z", 90, "refresh"), state(["ENABLE_X", WRITTEN])],
    [update(3, "Grace", "2026-11-23T04:30:00Z", 60), both],
  ]);
  await expect(who(false)).resolves.toEqual({ ENABLE_X: "Ada", ENABLE_Y: "Grace" });
});
