import { describe, expect, it } from "vitest";

import {
  consentsVerbs,
  latestNow,
  type ConsentsInputs,
  type ConsentsOutputs,
} from "../../../components/providers/migrations/consents";
import { AT, CANARY, fakeWorld } from "../../support/fake-context";

const TODAY = "2026-11-24 by Ada";
const EARLIER = "2026-11-01 by Bob";
const inputs: ConsentsInputs = { offered: {}, unwanted: ["001"], timeZone: "UTC" };
const offering = (text: string, more: Partial<ConsentsInputs> = {}): ConsentsInputs => ({
  ...inputs,
  offered: { "001": text },
  ...more,
});

async function created(given: ConsentsInputs) {
  const world = fakeWorld();
  const verbs = consentsVerbs(world.context);
  const { id, outs } = await verbs.create(given);
  return { world, verbs, id, outs: outs! };
}

describe("consents", () => {
  it("of a stack's first update are remembered as spent and drop nothing", async () => {
    const { world, id, outs } = await created(offering(TODAY));
    expect(id).toBe("consents");
    expect(outs).toEqual({
      ...offering(TODAY),
      version: 1,
      status: "succeeded",
      spent: { "001": [TODAY] },
      spendings: {},
      work: "",
    });
    expect(world.context.spentHere.size).toBe(0);
    expect(world.log).toEqual([
      "consents: the one for 001 does not count in a stack's first update, which drops nothing",
    ]);
  });

  it("of migrations that are wanted stay unspent in the first update", async () => {
    const { world, outs } = await created(offering(TODAY, { unwanted: [] }));
    expect(outs.spent).toEqual({});
    expect(world.log).toEqual([]);
  });

  it("are spent once, with a token of this run, before anything acts on them", async () => {
    const { world, verbs, outs } = await created(inputs);
    expect(await verbs.diff("consents", outs, offering(TODAY))).toEqual({ changes: true });
    const { outs: spent } = await verbs.update("consents", outs, offering(TODAY));
    expect(spent).toEqual({
      ...offering(TODAY),
      version: 1,
      status: "succeeded",
      spent: { "001": [TODAY] },
      spendings: { "001": "run-1 001" },
      work: "001 @run-1",
    });
    expect([...world.context.spentHere]).toEqual(["run-1 001"]);
    expect(world.log).toEqual([`consents: spends "${TODAY}" for 001; from now on it counts no more`]);
    expect(await verbs.diff("consents", spent!, offering(TODAY))).toEqual({ changes: false });
    const { outs: again } = await verbs.update("consents", spent!, offering(TODAY));
    expect(again).toMatchObject({ spendings: { "001": "run-1 001" }, work: "001 @run-1" });
    expect(world.context.spentHere.size).toBe(1);
  });

  it("spent before stay remembered beside a new one, those of other migrations too", async () => {
    const { verbs, outs } = await created(
      offering(EARLIER, { offered: { "001": EARLIER, "002": EARLIER }, unwanted: ["001", "002"] }),
    );
    const { outs: next } = await verbs.update("consents", outs, offering(TODAY));
    expect(next!.spent).toEqual({ "001": [EARLIER, TODAY], "002": [EARLIER] });
    const both = { ...outs, spent: {}, spendings: {} } satisfies ConsentsOutputs;
    const { outs: two } = await verbs.update("consents", both, {
      ...inputs,
      offered: { "001": TODAY, "002": TODAY },
      unwanted: ["001", "002"],
    });
    expect(two).toMatchObject({
      work: "001 002 @run-2",
      spendings: { "001": "run-2 001", "002": "run-2 002" },
    });
  });

  it.each<[string, ConsentsInputs]>([
    ["its migration is wanted", offering(TODAY, { unwanted: ["002"] })],
    ["it is of a later day", offering("2026-11-26 by Ada")],
    ["it is none", offering("yes")],
    ["nothing is offered", inputs],
  ])("are not spent where %s", async (_case, news) => {
    const { world, verbs, outs } = await created(inputs);
    expect(await verbs.diff("consents", outs, news)).toEqual({ changes: false });
    const { outs: after } = await verbs.update("consents", outs, news);
    expect(after).toMatchObject({ spent: {}, spendings: {}, work: "" });
    expect(world.log).toEqual([]);
  });

  it("that name a secret are recognised in state, which holds them without it", async () => {
    const { world, verbs, outs } = await created(inputs);
    const text = `2026-11-24 by Ada, for ${CANARY}`;
    const spent = { ...outs, spent: { "001": [world.context.redact(text)] } };
    expect(await verbs.diff("consents", spent, offering(text))).toEqual({ changes: false });
  });

  it("are looked at again where what is offered is not known in a preview", async () => {
    const { verbs, outs } = await created(inputs);
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    expect(await verbs.diff("consents", outs, { ...inputs, timeZone: unknown })).toEqual({ changes: true });
  });

  it("come out of a refresh as they are, and are forgotten without a word", async () => {
    const { world, verbs, outs } = await created(offering(TODAY));
    expect(await verbs.read("consents", outs)).toEqual({
      id: "consents",
      props: outs,
      inputs: offering(TODAY),
    });
    expect(await verbs.check({}, inputs)).toEqual({ inputs });
    world.log.length = 0;
    await verbs.delete("consents", outs);
    expect(world.log).toEqual([]);
  });
});

describe("the day of a consent", () => {
  const now = async () => new Date(AT);
  it.each<[string, (() => Date) | undefined, number]>([
    ["Render's clock, where this machine has none", undefined, AT],
    ["this machine's clock, where it is later", () => new Date(AT + 1), AT + 1],
    ["Render's clock, where it is later", () => new Date(AT - 1), AT],
  ])("is that of %s", async (_case, machineNow, ms) => {
    const clocks = machineNow === undefined ? { now } : { now, machineNow };
    expect((await latestNow(clocks as Parameters<typeof latestNow>[0])).getTime()).toBe(ms);
  });
});
