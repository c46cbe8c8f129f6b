import { describe, expect, it } from "vitest";

import { writeLine } from "../../components/told-lines";
import { drift } from "../../cli/drift/recipe";
import type { SeenService } from "../../cli/drift/read-drift";
import type { EngineEvent } from "../../cli/engine/port";
import { errorEvent, info, outputs } from "./support/events";
import { failure, fakeDesk, STACK, stackFile, storedGate } from "./support/fake-desk";

const state = [
  storedGate("api", "succeeded"),
  {
    kind: "Deploy",
    name: "deploy-b",
    inputs: {},
    outputs: { service: "b", deployId: "dep-1", supersededBy: "dep-2", status: "succeeded", liveAt: "" },
  },
];
const refreshed = (type: string, name: string, before: object, after: object) =>
  outputs({ op: "update", type, name, old: { outputs: before }, new: { outputs: after } }, true);

async function look(events: EngineEvent[], seen: SeenService[] = []) {
  const desk = fakeDesk({ text: stackFile("api"), state, script: () => ({ events }) });
  const code = await drift(desk, async () => seen, { stack: STACK, json: true });
  const found = (JSON.parse(desk.data.join("")) as { drift: unknown[] }).drift;
  return { code, found, calls: desk.calls };
}

const live = (id: string): SeenService => ({
  service: "b",
  liveDeploy: { id, trigger: "manual", createdAt: "2026-11-24T21:00:00Z" },
  autoDeploys: false,
});

describe("drift", () => {
  it("is none where nothing differs: exit code 0, and only a refresh that stores nothing", async () => {
    expect(await look([], [live("dep-1")])).toEqual({ code: 0, found: [], calls: ["previewRefresh"] });
  });

  it("names a flag that somebody flipped", async () => {
    const event = refreshed(
      "FeatureFlag",
      "ENABLE_CAR_NUMBER",
      { service: "b", value: "false" },
      { service: "b", value: "true" },
    );
    expect(await look([event])).toMatchObject({
      code: 1,
      found: [
        { kind: "flag", name: "ENABLE_CAR_NUMBER", found: `"true" on Render (b), last set to "false"` },
      ],
    });
  });

  it("names a flag that left the catalogue while it is on, and not one that is declared or off", async () => {
    const seen = {
      ...live("dep-1"),
      declared: ["ENABLE_NEW"],
      values: new Map([
        ["ENABLE_NEW", "true"],
        ["ENABLE_OLD", "true"],
        ["ENABLE_GONE", "false"],
      ]),
    };
    const managed = { ENABLE_NEW: "true", ENABLE_OLD: "true", ENABLE_GONE: "true" };
    Object.assign(state[1]!.outputs, { managed });
    const { code, found } = await look([], [seen]);
    expect(code).toBe(1);
    expect(found).toMatchObject([{ kind: "left-flag", name: "ENABLE_OLD" }]);
    Object.assign(state[1]!.outputs, { managed: {} });
  });

  it("names migrations that came or went without an update, and not a refresh that only tidied up", async () => {
    const gone = refreshed(
      "Migrations",
      "migrations",
      { applied: ["001", "002"] },
      { applied: ["001", "003"] },
    );
    expect((await look([gone])).found).toMatchObject([
      { kind: "migration", name: "002", found: expect.stringContaining("not applied any more") as string },
      { kind: "migration", name: "003", found: expect.stringContaining("not by an update") as string },
    ]);
    expect(
      (
        await look([
          refreshed(
            "Migrations",
            "migrations",
            { applied: ["001"], kept: [] },
            { applied: ["001"], kept: ["001"] },
          ),
        ])
      ).found,
    ).toEqual([]);
  });

  it("names a deploy made by hand, but not the one that took the place of ours", async () => {
    expect((await look([], [live("dep-2")])).code).toBe(0);
    expect(await look([], [live("dep-9")])).toMatchObject({
      code: 1,
      found: [
        {
          kind: "deploy",
          name: "b",
          found: "dep-9 is live (manual, 2026-11-24T21:00:00Z), not ours (dep-1)",
        },
      ],
    });
  });

  it("names a service that deploys by itself", async () => {
    expect(await look([], [{ service: "b", autoDeploys: true }])).toMatchObject({
      code: 1,
      found: [{ kind: "autodeploy", name: "b" }],
    });
  });

  it("is sorted by name, and takes nothing from what a refresh did not change or is none of the rollout's own", async () => {
    const flag = (name: string, is: string) =>
      refreshed("FeatureFlag", name, { service: "b", value: "false" }, { service: "b", value: is });
    const { op: _op, ...created } = {
      op: "",
      old: { outputs: { value: "false" } },
      new: { outputs: { value: "true" } },
    };
    const { found } = await look([
      flag("B", "true"),
      flag("C", "other"),
      flag("A", "true"),
      flag("SAME", "false"),
      outputs({ op: "same", type: "FeatureFlag", name: "D", ...created }, true),
      refreshed("Gate", "gate-api", { applied: ["001"] }, { applied: [] }),
      refreshed("Migrations", "migrations", {}, { applied: "002" }),
    ]);
    expect(found).toEqual([
      { kind: "flag", name: "A", found: '"true" on Render (b), last set to "false"' },
      { kind: "flag", name: "B", found: '"true" on Render (b), last set to "false"' },
      { kind: "flag", name: "C", found: 'neither "true" nor "false" on Render (b), last set to "false"' },
    ]);
  });

  it("is told to a person as a table, with what to do about each kind and the way back", async () => {
    const print = async (events: EngineEvent[], seen: SeenService[] = []) => {
      const desk = fakeDesk({ text: stackFile("api"), state, script: () => ({ events }) });
      const code = await drift(desk, async () => seen, { stack: STACK });
      return { code, data: desk.data.join("\n"), words: desk.said };
    };
    const flag = refreshed(
      "FeatureFlag",
      "A",
      { service: "b", value: "false" },
      { service: "b", value: "true" },
    );
    const gone = refreshed("Migrations", "migrations", { applied: ["001"] }, { applied: [] });
    const one = await print([flag]);
    expect(one.code).toBe(1);
    expect(one.data).toMatch(/what +│ name +│ found/);
    expect(one.data).toMatch(/flag +│ A +│ "true" on Render \(b\)/);
    expect(one.words.join("\n")).toContain(`${STACK}: 1 thing not as the last update left them.`);
    const nexts = ({ words }: { words: string[] }) =>
      words.flatMap((each) => /^Next: (\S+ \S+)/.exec(each)?.[1] ?? []);
    expect(nexts(one)).toEqual(["`pulumi up"]);
    expect(one.words.at(-1)).toContain("rollback");
    const autodeploys = { ...live("dep-9"), autoDeploys: true };
    const all = await print([flag, gone], [{ ...autodeploys, values: new Map([["OLD", "true"]]) }]);
    expect(nexts(all)).toEqual(["`pulumi up", "find out", "the soak", "switch Auto-Deploy"]);
    expect(all.words.join("\n")).toContain("4 things not as the last update left them.");
    const none = await print([]);
    expect(none).toMatchObject({ code: 0, data: "" });
    expect(none.words.join("\n")).toContain(`${STACK}: no drift. Flags and live deploys on Render`);
  });

  it("of a flag that was left on says that nothing declares it", async () => {
    const left = [
      storedGate("api", "succeeded"),
      { ...state[1]!, outputs: { ...state[1]!.outputs, managed: { OLD: "true" } } },
    ];
    const desk = fakeDesk({ text: stackFile("api"), state: left, script: () => ({ events: [] }) });
    await drift(desk, async () => [{ ...live("dep-1"), values: new Map([["OLD", "true"]]) }], {
      stack: STACK,
    });
    expect(desk.said.filter((each) => each.startsWith("Next:"))).toEqual([
      "Next: a flag that left the catalogue is declared by nothing. Put it back (with hold, to switch it off), or change it on Render.",
    ]);
  });

  it("can be interrupted while it looks", async () => {
    const signals: unknown[] = [];
    const script = ({ watch }: { watch: { signal?: AbortSignal } }) => {
      signals.push(watch.signal);
      return {};
    };
    const desk = fakeDesk({ text: stackFile("api"), state, script });
    await drift(desk, async () => [], { stack: STACK });
    expect(signals).toEqual([desk.interrupts.signal]);
  });

  it("names a single migration that is not known as one", async () => {
    const said = writeLine({ kind: "not-told", ids: ["001_a"], because: "no route" });
    const desk = fakeDesk({
      text: stackFile("api"),
      state,
      script: () => ({ events: [info(said), info("x")] }),
    });
    await drift(desk, async () => [], { stack: STACK, json: true });
    expect(JSON.parse(desk.data.join(""))).toEqual({
      ...{ stack: STACK, drift: [], notLookedAt: ["whether 001_a is in the database: no route"] },
    });
  });

  it("is not reported as none where the database did not tell: exit code 1, and what is not known", async () => {
    const because = "DATABASE_URL is not set here";
    const said = writeLine({ kind: "not-told", ids: ["001_a", "002_b"], because });
    const desk = fakeDesk({ text: stackFile("api"), state, script: () => ({ events: [info(said)] }) });
    await expect(drift(desk, async () => [], { stack: STACK })).resolves.toBe(1);
    expect(desk.said.join("\n")).toMatch(
      /Not known: whether 001_a, 002_b are in the database: DATABASE_URL is not set here\n.*no drift in what could be looked at/,
    );
  });

  it("is not reported as none where nobody could look", async () => {
    const desk = fakeDesk({
      text: stackFile("api"),
      state,
      script: () => failure([errorEvent("Render could not be reached: GET /services failed.")]),
    });
    await expect(drift(desk, async () => [], { stack: STACK })).rejects.toThrow(
      /drift could not be looked for: Render could not be reached/,
    );
  });
});
