import { describe, expect, it } from "vitest";

import {
  migrationsVerbs,
  type MigrationsInputs,
  type MigrationsOutputs,
} from "../../../components/providers/migrations/migrations";
import { readRowLoss } from "../../../components/providers/migrations/row-losses";
import { fakeWorld, type FakeWorld } from "../../support/fake-context";

const IDS = ["001_a", "002_b"];

const wanted: MigrationsInputs = {
  migrations: [
    { id: "001_a", rollbackLoses: "drops the column a and its data" },
    { id: "002_b", rollbackLoses: "drops tables" },
  ],
  target: IDS,
  consents: {},
  runner: {
    where: "local",
    commands: { status: ["runner", "status"], apply: ["runner", "apply"], rollback: ["runner", "rollback"] },
    timeoutSeconds: 60,
  },
  timeZone: "Europe/Berlin",
};
const notWanted: MigrationsInputs = { ...wanted, target: [] };
const one = {
  ...wanted.runner,
  commands: {
    status: ["runner", "status"],
    apply: ["runner", "apply", "{id}"],
    rollback: ["runner", "rollback", "{id}"],
  },
};

/** A runner as the runbook's, with the database in a list. */
function database(applied: string[] = []): { world: FakeWorld; applied: string[]; commands: () => string[] } {
  const world = fakeWorld();
  const state = { applied: [...applied] };
  world.run = ({ argv }) => {
    const [, command, id] = argv;
    if (command === "apply") state.applied = id === undefined ? [...IDS] : [...state.applied, id];
    if (command === "rollback")
      state.applied = id === undefined ? [] : state.applied.filter((each) => each !== id);
    const stdout = IDS.map((each) => `${each}  ${state.applied.includes(each) ? "applied" : "pending"}`).join(
      "\n",
    );
    return { exitCode: 0, stdout, stderr: "" };
  };
  return {
    world,
    get applied() {
      return state.applied;
    },
    commands: () => world.processes.map(({ argv }) => argv.slice(1).join(" ")),
  };
}

async function stateAfter(world: FakeWorld, inputs = wanted): Promise<MigrationsOutputs> {
  const { outs } = await migrationsVerbs(world.context).create(inputs);
  world.processes.length = 0;
  return outs!;
}

describe("migrations", () => {
  it("look before they apply, and look again", async () => {
    const db = database();
    const { outs } = await migrationsVerbs(db.world.context).create(wanted);
    expect(db.commands()).toEqual(["status", "apply", "status"]);
    expect(outs).toMatchObject({ applied: IDS, kept: [], status: "succeeded" });
  });

  it("run nothing but the status where everything is applied already", async () => {
    const db = database(IDS);
    await migrationsVerbs(db.world.context).create(wanted);
    expect(db.commands()).toEqual(["status"]);
  });

  it("apply only what is missing, in order, where the runner takes an id", async () => {
    const db = database(["001_a"]);
    await migrationsVerbs(db.world.context).create({ ...wanted, runner: one });
    expect(db.commands()).toEqual(["status", "apply 002_b", "status"]);
  });

  it("are kept without a consent, without a look at the database, and say what a rollback would lose", async () => {
    const db = database();
    const verbs = migrationsVerbs(db.world.context);
    const state = await stateAfter(db.world);
    expect(await verbs.diff("id", state, notWanted)).toEqual({ changes: true });
    expect(db.world.log).toContain("keeping 002_b: rolling it back would drop tables");
    const { outs } = await verbs.update("id", state, notWanted);
    expect(db.commands()).toEqual([]);
    expect(outs).toMatchObject({ applied: IDS, kept: ["002_b", "001_a"], target: [], status: "succeeded" });
    expect(await verbs.diff("id", outs!, notWanted)).toEqual({ changes: false });
  });

  it("are rolled back, the newest first, with a consent for each", async () => {
    const db = database();
    const verbs = migrationsVerbs(db.world.context);
    const state = await stateAfter(db.world, { ...wanted, runner: one });
    const consents = { "001_a": "2026-11-25 by Ada", "002_b": "2026-11-25 by Ada" };
    const news = { ...notWanted, consents, runner: one };
    expect(await verbs.diff("id", state, news)).toEqual({ changes: true });
    expect(db.world.log).toContain("rolls back 002_b: drops tables (consent: 2026-11-25 by Ada)");
    const { outs } = await verbs.update("id", state, news);
    expect(db.commands()).toEqual(["status", "rollback 002_b", "rollback 001_a", "status"]);
    expect(outs).toMatchObject({ applied: [], kept: [] });
  });

  it("are all kept where the runner rolls back everything and one consent is missing", async () => {
    const db = database();
    const verbs = migrationsVerbs(db.world.context);
    const state = await stateAfter(db.world);
    const { outs } = await verbs.update("id", state, {
      ...notWanted,
      consents: { "002_b": "2026-11-25 by Ada" },
    });
    expect(db.applied).toEqual(IDS);
    expect(outs?.kept).toEqual(["002_b", "001_a"]);
  });

  it("keep an older one while the newer one is kept, whatever the consent says", async () => {
    const db = database();
    const verbs = migrationsVerbs(db.world.context);
    const state = await stateAfter(db.world, { ...wanted, runner: one });
    await verbs.diff("id", state, { ...notWanted, runner: one, consents: { "001_a": "2026-11-25 by Ada" } });
    expect(db.world.log).toContain("keeping 001_a: the later 002_b is kept");
  });

  it("are kept while one of a later phase is kept, whatever the consents say", async () => {
    const db = database();
    const verbs = migrationsVerbs(db.world.context);
    const consents = { "001_a": "2026-11-25 by Ada", "002_b": "2026-11-25 by Ada" };
    const { outs } = await verbs.update("id", await stateAfter(db.world), {
      ...notWanted,
      consents,
      laterKept: ["003_c"],
    });
    expect(db.applied).toEqual(IDS);
    expect(outs?.kept).toEqual(["002_b", "001_a"]);
  });

  it("may bear a name that every object has", async () => {
    const db = database();
    const migrations = [{ id: "constructor", rollbackLoses: "drops tables" }];
    db.world.run = () => ({ exitCode: 0, stdout: "constructor applied", stderr: "" });
    const { outs } = await migrationsVerbs(db.world.context).create({ ...notWanted, migrations });
    expect(outs).toMatchObject({ applied: ["constructor"], kept: ["constructor"] });
  });

  it("are not rolled back twice by one consent", async () => {
    const db = database();
    const verbs = migrationsVerbs(db.world.context);
    const consents = { "001_a": "2026-11-24 by Ada", "002_b": "2026-11-24 by Ada" };
    const first = (await verbs.update("id", await stateAfter(db.world), { ...notWanted, consents })).outs!;
    expect(db.applied).toEqual([]);
    const again = (await verbs.update("id", first, { ...wanted, consents })).outs!;
    expect(db.applied).toEqual(IDS);
    const { outs } = await verbs.update("id", again, { ...notWanted, consents });
    expect(db.applied).toEqual(IDS);
    expect(outs).toMatchObject({ kept: ["002_b", "001_a"] });
  });

  it("do not take a command's success for the database's word", async () => {
    const db = database();
    const run = db.world.run;
    db.world.run = (request) =>
      request.argv[1] === "apply" ? { exitCode: 0, stdout: "done", stderr: "" } : run(request);
    await expect(migrationsVerbs(db.world.context).create(wanted)).rejects.toMatchObject({
      message: "the apply command succeeded, but 001_a, 002_b is still pending",
      properties: { status: "failed", applied: [] },
    });
  });

  it("keep in state what a failed run left applied", async () => {
    const db = database();
    const run = db.world.run;
    db.world.run = (request) => {
      if (request.argv.join(" ") === "runner apply 002_b")
        return { exitCode: 3, stdout: "", stderr: "relation exists" };
      return run(request);
    };
    await expect(migrationsVerbs(db.world.context).create({ ...wanted, runner: one })).rejects.toMatchObject({
      message: "`runner apply 002_b` failed: it ended with exit code 3:\n  relation exists",
      properties: { status: "failed", applied: ["001_a"] },
    });
  });

  it("roll nothing back on a guess, when the status cannot be read", async () => {
    const db = database();
    const verbs = migrationsVerbs(db.world.context);
    const state = await stateAfter(db.world);
    db.world.run = () => ({ exitCode: 0, stdout: "", stderr: "" });
    const consents = { "001_a": "2026-11-25 by Ada", "002_b": "2026-11-25 by Ada" };
    await expect(verbs.update("id", state, { ...notWanted, consents })).rejects.toThrow(
      "Nothing was rolled back",
    );
    expect(db.commands()).not.toContain("rollback");
  });

  it("show in a refresh what somebody rolled back by hand, and apply it again", async () => {
    const db = database();
    const verbs = migrationsVerbs(db.world.context);
    const state = await stateAfter(db.world, { ...wanted, runner: one });
    await db.world.context.run({ argv: ["runner", "rollback", "002_b"], timeoutMs: 1 });
    const read = await verbs.read("id", state);
    expect(read.inputs).toMatchObject({ target: ["001_a"] });
    expect(await verbs.diff("id", read.props!, { ...wanted, runner: one })).toEqual({ changes: true });
    const { outs } = await verbs.update("id", read.props!, { ...wanted, runner: one });
    expect(outs?.applied).toEqual(IDS);
  });

  it("say in a refresh how many rows their rollback would lose, and keep that out of state, where it would be drift", async () => {
    const { world } = database(IDS);
    const verbs = migrationsVerbs(world.context);
    const outs = await stateAfter(world);
    const told = {
      applied: IDS,
      pending: [],
      rollbackLosesRows: { "002_b": { categories: 4, parts: 1204 } },
    };
    world.run = () => ({ exitCode: 0, stdout: JSON.stringify(told), stderr: "" });
    const { props } = await verbs.read("id", outs);
    expect(world.log).toContain("rolling back 002_b would lose rows: categories 4, parts 1204");
    expect(readRowLoss(world.log.at(-1)!)).toEqual({ id: "002_b", rows: "categories 4, parts 1204" });
    expect(props).toEqual(outs);
  });

  it("change no schema when they are forgotten", async () => {
    const db = database();
    const state = await stateAfter(db.world);
    await migrationsVerbs(db.world.context).delete("id", state);
    expect(db.commands()).toEqual([]);
    expect(db.applied).toEqual(IDS);
  });

  it("hand the database's address to a local runner by its environment only", async () => {
    const db = database();
    db.world.context.secrets.databaseUrl = "postgres://user:canary@127.0.0.1/db";
    const { outs } = await migrationsVerbs(db.world.context).create(wanted);
    expect(db.world.processes[0]?.env).toEqual({ DATABASE_URL: "postgres://user:canary@127.0.0.1/db" });
    expect(JSON.stringify([outs, db.world.log])).not.toContain("canary");
  });
});
