import { describe, expect, it } from "vitest";

import { checkSchema } from "../../../components/providers/gate/check-schema";
import type { GateInputs } from "../../../components/providers/gate/inputs";
import { fakeWorld } from "../../support/fake-context";
import { openGate } from "../../support/gate-world";

const runner = { where: "local", commands: { apply: ["run"] }, timeoutSeconds: 60 } as GateInputs["runner"];
const groups = (...target: string[]): GateInputs["migrations"] => [
  { ids: ["001"], target: target.filter((id) => id === "001") },
  { ids: ["002"], target: target.filter((id) => id === "002") },
];

function looking(applied: string[], more: { partly?: string; silent?: string } = {}) {
  const world = fakeWorld();
  for (const id of applied) world.database.readings.set(id, { state: "applied" });
  if (more.partly !== undefined)
    world.database.readings.set(more.partly, {
      state: "partly",
      present: ["parts"],
      missing: ["categories", "fk"],
    });
  world.database.silent = more.silent;
  const at = (migrations: GateInputs["migrations"]) =>
    checkSchema(world.context, { ...openGate, migrations, runner: runner! });
  return { world, at };
}

describe("the schema by the database's own word", () => {
  it("passes with all that is wanted, and says what is there beside it", async () => {
    expect(await looking(["001", "002"]).at(groups("001", "002"))).toEqual([
      {
        ...{ check: "migrations", verdict: "pass", summary: "all 2 applied", observed: "001, 002" },
        ...{ threshold: "applied: 001, 002", probe: "a list", at: "2026-11-24T21:00:00.000Z" },
      },
    ]);
    expect((await looking(["001", "002"]).at(groups("001")))[0]).toMatchObject({
      ...{ verdict: "pass", summary: "all 1 applied; there, though not wanted: 002" },
    });
  });

  it("passes where none is wanted: with what is kept, with nothing there, and unasked", async () => {
    const none = (applied: string[], more = {}) => looking(applied, more).at(groups());
    expect((await none(["002"]))[0]).toMatchObject({
      ...{ verdict: "pass", threshold: "none wanted", observed: "002" },
      summary: "none wanted; there, though not wanted: 002",
    });
    expect((await none([], { partly: "001" }))[0]).toMatchObject({
      ...{ verdict: "pass", observed: "none applied", summary: "none wanted; there, though not wanted: 001" },
    });
    expect((await none([]))[0]).toMatchObject({ summary: "none wanted", observed: "none applied" });
    expect((await none([], { silent: "no route" }))[0]).toMatchObject({
      ...{ verdict: "pass", summary: "none wanted; the database was not asked what it has" },
    });
  });

  it("fails where one that is wanted is missing, or only partly there, and names what is missing", async () => {
    expect((await looking(["002"]).at(groups("001", "002")))[0]).toMatchObject({
      ...{ verdict: "fail", summary: "001 is not applied", observed: "002" },
    });
    expect((await looking([], { partly: "002" }).at(groups("001", "002")))[0]).toMatchObject({
      ...{ verdict: "fail", observed: "none applied" },
      summary: "001 is not applied; 002 is only partly there: missing categories, fk",
    });
  });

  it("could not measure where the database does not tell of one that is wanted", async () => {
    expect((await looking([], { silent: "no route" }).at(groups("002")))[0]).toMatchObject({
      ...{ verdict: "could-not-measure", summary: "002: no route" },
    });
  });

  it("is asked slowly only where something is wanted", async () => {
    const quick = looking([]);
    quick.world.database.slow = true;
    await quick.at(groups());
    expect(quick.world.database.asked).toEqual([]);
    await quick.at(groups("001"));
    expect(quick.world.database.asked).toEqual(["ask 001,002"]);
  });

  it("is no check where there are no migrations, or nothing that runs them", async () => {
    expect(await looking([]).at([])).toEqual([]);
    const world = fakeWorld();
    expect(await checkSchema(world.context, { ...openGate, migrations: groups("001") })).toEqual([]);
  });
});
