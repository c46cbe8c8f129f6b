import { describe, expect, it } from "vitest";

import type { EngineRun } from "../../../cli/engine/port";
import { withoutDeadLock } from "../../../cli/update/unlock";
import { fakeDesk, STACK, stackFile } from "../support/fake-desk";

const LOCK = { user: "ada", host: "laptop", pid: 4711, since: "2026-11-24T21:05:10Z" };
const locked: EngineRun = {
  ok: false,
  events: [],
  output: "",
  seconds: 1,
  trouble: { code: "LOCKED", what: "locked", next: [], touched: false, lock: LOCK },
};
const free: EngineRun = { ok: true, events: [], output: "", seconds: 1 };

/** A stack that is locked until it is freed. */
async function run(options: {
  alive?: boolean;
  yes: boolean;
  interactive?: boolean;
  answers?: (string | undefined)[];
  pressed?: boolean;
  first?: EngineRun;
}) {
  const { alive, interactive, yes, answers = [], pressed = false, first = locked } = options;
  const desk = fakeDesk({
    text: stackFile("api"),
    ...(alive === undefined ? {} : { alive }),
    ...(interactive === undefined ? {} : { interactive }),
  });
  desk.answers = answers;
  if (pressed) desk.interrupt();
  const engine = await desk.openEngine(STACK);
  const runs: EngineRun[] = [];
  const result = await withoutDeadLock(desk, engine, yes, async () => {
    runs.push(desk.calls.includes("cancel") || first !== locked ? free : locked);
    return runs.at(-1) ?? first;
  });
  return { desk, ok: result.ok, runs: runs.length, freed: desk.calls.includes("cancel") };
}

describe("a stack locked by an update", () => {
  it("that is known to be dead is freed with --yes, and the operation runs once more", async () => {
    expect(await run({ alive: false, yes: true })).toMatchObject({ ok: true, runs: 2, freed: true });
  });

  it("that still runs stays locked, whatever the operator says", async () => {
    for (const yes of [true, false])
      expect(await run({ alive: true, yes, interactive: true, answers: ["y"] })).toMatchObject({
        ok: false,
        runs: 1,
        freed: false,
      });
  });

  it("of another machine is never freed by --yes alone", async () => {
    const { desk, ...rest } = await run({ yes: true });
    expect(rest).toEqual({ ok: false, runs: 1, freed: false });
    expect(desk.said.join("\n")).toContain("Whether it still runs cannot be told from here: ask first.");
  });

  it.each([
    ["y", true],
    ["yes", true],
    ["", false],
    ["n", false],
    [undefined, false],
  ])("of another machine is freed as the operator answers, also with --yes: %j", async (answer, freed) => {
    for (const yes of [true, false]) {
      const found = await run({ yes, interactive: true, answers: [answer] });
      expect(found.desk.asked).toHaveLength(1);
      expect([found.freed, found.ok]).toEqual([freed, freed]);
    }
  });

  it("without --yes is asked about even where the update is dead", async () => {
    const found = await run({ alive: false, yes: false, interactive: true, answers: ["n"] });
    expect([found.freed, found.desk.asked.length]).toEqual([false, 1]);
  });

  it("is left alone after Ctrl-C", async () => {
    expect(await run({ alive: false, yes: true, pressed: true })).toMatchObject({ runs: 1, freed: false });
  });
});

it("an operation that meets no lock runs once and frees nothing", async () => {
  expect(await run({ yes: true, first: free })).toMatchObject({ ok: true, runs: 1, freed: false });
});
