import { describe, expect, it } from "vitest";

import {
  featureFlagVerbs,
  type FeatureFlagInputs,
  type FeatureFlagOutputs,
} from "../../components/providers/feature-flag";
import type { ScheduleVerdict } from "../../components/plan/schedule/schedule-verdict";
import { fakeWorld } from "../support/fake-context";

const on: FeatureFlagInputs = { renderName: "backend", key: "ENABLE_X", value: "true" };
const off: FeatureFlagInputs = { ...on, value: "false" };
const state = (inputs: FeatureFlagInputs, more: Partial<FeatureFlagOutputs> = {}): FeatureFlagOutputs => ({
  ...inputs,
  version: 1,
  status: "succeeded",
  revision: "r1",
  ...more,
});

function world(value?: string) {
  const made = fakeWorld();
  if (value !== undefined) made.services.get("srv-backend")!.envVars.set("ENABLE_X", value);
  const required: unknown[] = [];
  made.context.schema.requireApplied = async (...asked) => void required.push(asked);
  return { ...made, required, verbs: featureFlagVerbs(made.context) };
}

describe("the resource of a flag", () => {
  it("carries its service and key as its id", async () => {
    expect((await world("true").verbs.create(on)).id).toBe("backend/ENABLE_X");
  });

  it.each<[FeatureFlagInputs, string | undefined, unknown[]]>([
    [{ ...on, requires: ["001"] }, undefined, [[["001"], "ENABLE_X"]]],
    [{ ...on, requires: ["001"] }, "true", [[["001"], "ENABLE_X"]]],
    [{ ...off, requires: ["001"] }, "true", []],
    [{ ...on, requires: [] }, undefined, []],
    [on, undefined, []],
  ])(
    "asks the database only before it goes on, and only where something is required: %#",
    async (inputs, value, asked) => {
      const { verbs, required } = world(value);
      await verbs.create(inputs);
      expect(required).toEqual(asked);
    },
  );

  it.each<[FeatureFlagInputs, FeatureFlagInputs, object]>([
    [on, { ...on, key: "ENABLE_Y" }, { changes: true, replaces: ["renderName", "key"] }],
    [on, { ...on, renderName: "other" }, { changes: true, replaces: ["renderName", "key"] }],
    [
      on,
      { ...on, key: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
      { changes: true, replaces: ["renderName", "key"] },
    ],
    [on, { ...on, serviceId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }, { changes: true, replaces: [] }],
    [on, on, { changes: false }],
    [off, on, { changes: true }],
  ])("differs by its service, key and value: %#", async (olds, news, diff) => {
    const { verbs, writes } = world("true");
    expect(await verbs.diff("id", state(olds), news)).toEqual(diff);
    expect(writes).toEqual([]);
  });

  it("differs after a failure, though nothing else does", async () => {
    expect(await world("true").verbs.diff("id", state(on, { status: "failed" }), on)).toEqual({
      changes: true,
    });
  });

  it.each([
    ["true", "true"],
    ["false", "false"],
    ["beta", "other"],
  ])("comes out of a refresh with %s as %s, and with all of its inputs that are set", async (value, read) => {
    const { verbs } = world(value);
    const report = { path: "/flags" };
    const all = {
      ...on,
      serviceId: "srv-backend",
      unset: "off",
      url: "https://shop.example",
      report,
      requires: ["001"],
    } as const;
    expect(await verbs.read("id", state({ ...all, requires: ["001"] }))).toEqual({
      id: "id",
      props: state({ ...all, requires: ["001"], value: read as "true" }),
      inputs: { ...all, value: read },
    });
    expect(Object.keys((await verbs.read("id", state(on))).inputs!)).toEqual(["renderName", "key", "value"]);
  });

  it.each([
    ["true", "it stays on, and nothing here switches it off any more"],
    ["false", "its value on Render stays as it is"],
    ["other", "its value on Render stays as it is"],
  ] as const)("is forgotten with a word: %s", async (value, words) => {
    const { verbs, log } = world();
    await verbs.delete("id", state({ ...on, value }));
    expect(log).toEqual([`backend: ENABLE_X is no longer managed; ${words}`]);
  });
});

describe("the schedule", () => {
  const shut = { open: false, sentence: "It opens on Monday." } as ScheduleVerdict;

  it.each<[string, FeatureFlagInputs, FeatureFlagInputs, string | undefined, boolean]>([
    ["a flag that goes on", off, on, undefined, true],
    ["a flag that was other before", { ...on, value: "other" }, on, "beta", true],
    ["a flag that goes off", on, off, "true", false],
    ["a flag that is put back to on", on, on, "false", false],
    ["a flag that is on already", off, on, "true", false],
  ])("holds up only what goes forwards: %s", async (_case, olds, news, value, refused) => {
    const { verbs, context, writes } = world(value);
    context.schedule = async () => shut;
    const update = Promise.resolve(verbs.update("id", state(olds), news)).then(
      () => "done",
      (error: unknown) => (error as Error).message,
    );
    expect(await update).toBe(
      refused
        ? 'turning on ENABLE_X: the schedule is shut. It opens on Monday. To advance all the same, say so in the stack file: scheduleOverride: "<date> by <name>: <reason>". A rollback needs nothing.'
        : "done",
    );
    if (refused) expect(writes).toEqual([]);
  });
});

describe("what a flag that differs says", () => {
  it.each<[string, string | undefined, FeatureFlagInputs, string]>([
    ["its value", "false", on, 'is "false" on Render, declared "true"'],
    [
      "nothing of a value that is none",
      "beta",
      on,
      'is neither "true" nor "false" on Render, declared "true"',
    ],
    ["that it is absent", undefined, on, 'is absent on Render, declared "true"'],
    [
      "that nobody knows what absent means",
      undefined,
      { ...off, unset: "unknown" },
      'is absent on Render, declared "false": what that means is not known, so it is written',
    ],
    [
      "where a value may come from that it does not set itself",
      undefined,
      { ...off, unset: "on" },
      'is absent on Render, declared "false": it is on all the same, and the value may come from the code\'s own default: no environment group linked to the service sets it; written on the service itself it goes first',
    ],
  ])("is %s", async (_case, value, news, words) => {
    const { verbs, log } = world(value);
    await verbs.diff("id", state({ ...news, value: news.value === "true" ? "false" : "true" }), news);
    expect(log).toEqual([`backend: ENABLE_X ${words}`]);
  });
});
