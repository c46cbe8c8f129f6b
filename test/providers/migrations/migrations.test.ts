import { describe, expect, it } from "vitest";

import { messageOf } from "../../../components/errors";
import { createRedactor, redactedJson } from "../../../components/secrets";
import { consentsVerbs, type ConsentsOutputs } from "../../../components/providers/migrations/consents";
import { migrationsVerbs } from "../../../components/providers/migrations/migrations";
import type { MigrationsInputs, MigrationsOutputs } from "../../../components/providers/migrations/inputs";
import { surveyVerbs } from "../../../components/providers/migrations/survey";
import { fakeWorld, type FakeWorld } from "../../support/fake-context";

const IDS = ["001_a", "002_b"];
const CONSENT = "2026-11-25 by Ada";

const wanted: MigrationsInputs = {
  migrations: [
    { id: "001_a", rollbackLoses: "drops the column a and its data", source: { kind: "status" } },
    { id: "002_b", rollbackLoses: "drops tables", source: { kind: "status" } },
  ],
  target: IDS,
  consents: {},
  spendings: {},
  runner: {
    where: "local",
    commands: { apply: ["runner", "apply", "{id}"], rollback: ["runner", "rollback", "{id}"] },
    timeoutSeconds: 60,
  },
  services: [{ renderName: "backend", paths: ["/health", "/api/orders"] }],
  timeZone: "Europe/Berlin",
};
const notWanted: MigrationsInputs = { ...wanted, target: [] };
const both = { "001_a": CONSENT, "002_b": CONSENT };
const allAtOnce = {
  ...wanted.runner,
  commands: { apply: ["runner", "apply"], rollback: ["runner", "rollback"] },
};

/** A runner that does what it is told to a database that shows it. */
function world(applied: readonly string[] = []): FakeWorld {
  const found = fakeWorld();
  for (const id of applied) found.database.readings.set(id, { state: "applied" });
  found.run = ({ argv }) => {
    const [, command, id] = argv;
    for (const each of id === undefined ? IDS : [id]) {
      if (command === "apply") found.database.readings.set(each, { state: "applied" });
      else found.database.readings.delete(each);
    }
    return { exitCode: 0, stdout: "done", stderr: "" };
  };
  return found;
}

const commands = ({ processes }: FakeWorld) => processes.map(({ argv }) => argv.slice(1).join(" "));

async function stateAfter(at: FakeWorld, inputs = wanted): Promise<MigrationsOutputs> {
  const { outs } = await migrationsVerbs(at.context).create(inputs);
  at.processes.length = 0;
  at.log.length = 0;
  return outs!;
}

/** Spends consents as the resource in front of the migrations does, in this very run. */
async function spent(at: FakeWorld, consents: Record<string, string>): Promise<ConsentsOutputs> {
  const verbs = consentsVerbs(at.context);
  const { outs: first } = await verbs.create({ offered: {}, unwanted: IDS, timeZone: "Europe/Berlin" });
  const { outs } = await verbs.update("id", first!, {
    offered: consents,
    unwanted: IDS,
    timeZone: "Europe/Berlin",
  });
  return outs!;
}

async function failure(
  promise: Promise<unknown>,
): Promise<{ message: string; properties: MigrationsOutputs }> {
  return promise.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: unknown) => error as { message: string; properties: MigrationsOutputs },
  );
}

describe("migrations that are wanted", () => {
  it("are applied in order, one at a time, and believed when the database shows them", async () => {
    const at = world();
    const { outs } = await migrationsVerbs(at.context).create(wanted);
    expect(commands(at)).toEqual(["apply 001_a", "apply 002_b"]);
    expect(outs).toMatchObject({ applied: IDS, kept: [], status: "succeeded" });
  });

  it("run no command where the database has them already", async () => {
    const at = world(IDS);
    const { outs } = await migrationsVerbs(at.context).create(wanted);
    expect(commands(at)).toEqual([]);
    expect(outs).toMatchObject({ applied: IDS });
  });

  it("are applied again when somebody took them out by hand, whatever state remembers", async () => {
    const at = world();
    const verbs = migrationsVerbs(at.context);
    const state = await stateAfter(at);
    at.database.readings.clear();
    expect(await verbs.diff("id", state, wanted)).toEqual({ changes: true });
    expect(at.log).toContain("applies 001_a");
    const { outs } = await verbs.update("id", state, wanted);
    expect(commands(at)).toEqual(["apply 001_a", "apply 002_b"]);
    expect(outs).toMatchObject({ applied: IDS });
  });

  it.each(["pending", "partly", "unknown"] as const)(
    "are not applied by a command that ends well while the database says %s",
    async (found) => {
      const at = world();
      const reading = {
        pending: { state: "pending" as const },
        partly: { state: "partly" as const, present: ["column a"], missing: ["index i"] },
        unknown: { state: "unknown" as const, because: "no rights" },
      }[found];
      at.run = ({ argv }) => {
        at.database.readings.set(argv[2] ?? "", reading);
        return { exitCode: 0, stdout: "all applied", stderr: "" };
      };
      const { message, properties } = await failure(migrationsVerbs(at.context).create(wanted));
      expect(message).toContain("ended with success, but");
      if (found === "partly") expect(message).toContain("missing index i");
      expect(properties).toMatchObject({ status: "failed", applied: [] });
      expect(commands(at)).toEqual(["apply 001_a"]);
    },
  );

  it("keep the truth of the database when a command fails half-way", async () => {
    const at = world();
    at.run = ({ argv }) => {
      if (argv[2] === "002_b") return { exitCode: 1, stdout: "", stderr: "broken" };
      at.database.readings.set(argv[2] ?? "", { state: "applied" });
      return { exitCode: 0, stdout: "", stderr: "" };
    };
    const { properties } = await failure(migrationsVerbs(at.context).create(wanted));
    expect(properties).toMatchObject({ status: "failed", applied: ["001_a"] });
  });

  it.each([
    ["its tool's table alone", {}, true],
    ["facts beside it", { facts: [{ table: "a" }] }, false],
  ])(
    "say that a half may be there after a command that failed, where they are known by %s",
    async (_by, more, told) => {
      const at = world();
      at.run = () => ({ exitCode: 1, stdout: "", stderr: "no" });
      const source = { kind: "ledger" as const, tool: "alembic" as const, ...more };
      const migrations = wanted.migrations.map((each) => ({ ...each, source }));
      const error = await migrationsVerbs(at.context)
        .create({ ...wanted, migrations })
        .then(String, (thrown: unknown) => messageOf(thrown));
      expect(error.includes("What of 001_a it did outside a transaction may be there")).toBe(told);
    },
  );

  it("are looked at again after a run that failed, also where the database shows them all meanwhile", async () => {
    const at = world();
    const outs = await stateAfter(at);
    const { diff } = migrationsVerbs(at.context);
    expect(await diff("id", outs, wanted)).toEqual({ changes: false });
    expect(await diff("id", { ...outs, status: "failed" }, wanted)).toEqual({ changes: true });
  });

  it("are never taken for applied by a database that does not answer", async () => {
    const at = world();
    at.database.silent = "it is down";
    const { message, properties } = await failure(migrationsVerbs(at.context).create(wanted));
    expect(message).toContain("it is down");
    expect(properties).toMatchObject({ status: "failed", applied: [] });
    expect(commands(at)).toEqual([]);
  });

  it("stop nothing that was on before, when the database does not answer", async () => {
    const at = world();
    const state = await stateAfter(at);
    at.database.silent = "it is down";
    const { outs } = await migrationsVerbs(at.context).update("id", state, wanted);
    expect(outs).toMatchObject({ status: "succeeded", applied: IDS });
  });
});

describe("migrations that are not wanted any more", () => {
  it("are kept without a consent, and say what a rollback would lose", async () => {
    const at = world();
    const verbs = migrationsVerbs(at.context);
    const state = await stateAfter(at);
    expect(await verbs.diff("id", state, notWanted)).toEqual({ changes: true });
    expect(at.log).toContain("keeping 002_b: rolling it back would drop tables");
    const { outs } = await verbs.update("id", state, notWanted);
    expect(commands(at)).toEqual([]);
    expect(outs).toMatchObject({ applied: IDS, kept: IDS, target: [], status: "succeeded" });
    expect(await verbs.diff("id", outs!, notWanted)).toEqual({ changes: false });
  });

  it("are kept in an emergency whose database does not answer", async () => {
    const at = world();
    const state = await stateAfter(at);
    at.database.silent = "it is down";
    const { outs } = await migrationsVerbs(at.context).update("id", state, notWanted);
    expect(outs).toMatchObject({ status: "succeeded", applied: IDS });
  });

  it("are tried together, then rolled back, the newest first, with consents that this run has spent", async () => {
    const at = world();
    const verbs = migrationsVerbs(at.context);
    const state = await stateAfter(at);
    const { spendings } = await spent(at, both);
    const { outs } = await verbs.update("id", state, { ...notWanted, consents: both, spendings });
    expect(at.database.asked).toContain("try 002_b,001_a");
    expect(commands(at)).toEqual(["rollback 002_b", "rollback 001_a"]);
    expect(outs).toMatchObject({ applied: [], kept: [], trials: [{ verdict: "not needed" }] });
  });

  it("spend a consent of today by this machine's clock, though Render's is days behind, and none of a later day", async () => {
    const at = world(IDS);
    const later = { "001_a": "2026-12-03 by Ada", "002_b": "2026-12-04 by Ada" };
    at.context.machineNow = () => new Date("2026-12-03T09:00:00Z");
    const { spent: done } = await spent(at, later);
    expect(done).toEqual({ "001_a": ["2026-12-03 by Ada"] });
  });

  it("are kept where the consent was spent by an earlier run, done or not", async () => {
    const at = world();
    const state = await stateAfter(at);
    const { spendings } = await spent(at, both);
    at.context.spentHere.clear();
    const news = { ...notWanted, consents: both, spendings };
    const { outs } = await migrationsVerbs(at.context).update("id", state, news);
    expect(commands(at)).toEqual([]);
    expect(outs).toMatchObject({ applied: IDS, kept: IDS });
    await migrationsVerbs(at.context).diff("id", state, news);
    expect(at.log.join("\n")).toContain(`the consent "${CONSENT}" is spent`);
  });

  it("lose nothing where the trial shows that the live code needs them", async () => {
    const at = world();
    const state = await stateAfter(at);
    const { spendings } = await spent(at, both);
    at.database.trial = { verdict: "needed", because: "GET /api/orders answers HTTP 500" };
    const update = migrationsVerbs(at.context).update("id", state, {
      ...notWanted,
      consents: both,
      spendings,
    });
    const { message, properties } = await failure(update);
    expect(message).toContain("nothing was lost");
    expect(message).toContain("GET /api/orders answers HTTP 500");
    expect(commands(at)).toEqual([]);
    expect(properties).toMatchObject({ applied: IDS });
  });

  it("are kept where nobody can try first, unless the consent says so", async () => {
    const at = world();
    const verbs = migrationsVerbs(at.context);
    const state = await stateAfter(at);
    at.database.untriable = "there is no direct connection";
    const { spendings } = await spent(at, both);
    await verbs.update("id", state, { ...notWanted, consents: both, spendings });
    expect(commands(at)).toEqual([]);
    at.database.trial = { verdict: "not tried", because: "there is no direct connection" };
    const untried = { "001_a": `${CONSENT}, untried`, "002_b": `${CONSENT}, untried` };
    const again = await spent(at, untried);
    await verbs.update("id", state, { ...notWanted, consents: untried, spendings: again.spendings });
    expect(commands(at)).toEqual(["rollback 002_b", "rollback 001_a"]);
  });

  it("are applied again at once where the service breaks after the rollback", async () => {
    const at = world();
    const state = await stateAfter(at);
    const { spendings } = await spent(at, both);
    at.answers.set("/api/orders", () => ({
      answered: true,
      status: at.database.readings.has("002_b") ? 200 : 500,
      body: "[]",
      ms: 5,
    }));
    const update = migrationsVerbs(at.context).update("id", state, {
      ...notWanted,
      consents: both,
      spendings,
    });
    const { message, properties } = await failure(update);
    expect(message).toContain("applied again at once");
    expect(commands(at)).toEqual(["rollback 002_b", "apply 002_b"]);
    expect(properties).toMatchObject({ status: "failed", applied: IDS });
  });

  it("are all kept where the runner rolls back everything and one consent is missing", async () => {
    const at = world();
    const state = await stateAfter(at);
    const { spendings } = await spent(at, { "002_b": CONSENT });
    const news = { ...notWanted, runner: allAtOnce, consents: { "002_b": CONSENT }, spendings };
    const { outs } = await migrationsVerbs(at.context).update("id", state, news);
    expect(commands(at)).toEqual([]);
    expect(outs).toMatchObject({ kept: IDS });
  });

  it("are kept where the runner has no rollback", async () => {
    const at = world();
    const state = await stateAfter(at);
    const { spendings } = await spent(at, both);
    const runner = { ...wanted.runner, commands: { apply: ["runner", "apply"] } };
    await migrationsVerbs(at.context).update("id", state, {
      ...notWanted,
      runner,
      consents: both,
      spendings,
    });
    expect(commands(at)).toEqual([]);
  });

  it("say when the application makes them anew after the rollback", async () => {
    const at = world();
    const state = await stateAfter(at);
    const { spendings } = await spent(at, both);
    const run = at.run;
    at.run = (request) => {
      const result = run(request);
      if (request.argv[2] === "001_a") at.database.readings.set("002_b", { state: "applied" });
      return result;
    };
    const { outs } = await migrationsVerbs(at.context).update("id", state, {
      ...notWanted,
      consents: both,
      spendings,
    });
    expect(outs).toMatchObject({ applied: ["002_b"], kept: ["002_b"] });
    expect(at.log.join("\n")).toContain("002_b was rolled back, and the database shows it again");
  });
});

describe("a refresh", () => {
  it("tells what the database has, and keeps what nobody answered", async () => {
    const at = world();
    const verbs = migrationsVerbs(at.context);
    const state = await stateAfter(at);
    at.database.readings.delete("002_b");
    const { props } = await verbs.read("id", state);
    expect(props).toMatchObject({ applied: ["001_a"], target: ["001_a"] });
    at.database.silent = "it is down";
    const { props: silent } = await verbs.read("id", state);
    expect(silent).toMatchObject({ applied: IDS, target: IDS });
  });
});

describe("a consent in which a secret's value occurs, a passphrase that is a common word", () => {
  it("is spent once, although state holds it without that word", async () => {
    const at = world();
    at.context.redact = createRedactor(["rehearsal"]);
    const inputs = {
      offered: { "001_a": `${CONSENT} at the rehearsal` },
      unwanted: IDS,
      timeZone: "Europe/Berlin",
    };
    const outs = await spent(at, inputs.offered);
    const stored = redactedJson(outs, at.context.redact);
    expect(JSON.stringify(stored)).not.toContain("rehearsal");
    const { changes } = await consentsVerbs(at.context).diff("id", stored, inputs);
    expect(changes).toBe(false);
  });
});

describe("the survey of a schema", () => {
  it("is made again after one that failed, although nothing is declared otherwise", async () => {
    const at = world(IDS);
    const verbs = surveyVerbs(at.context);
    const { migrations, target, runner } = wanted;
    const inputs = { migrations, target, runner, phase: "api", neededBy: [] };
    const { outs } = await verbs.create(inputs);
    expect(await verbs.diff("schema", outs!, inputs)).toEqual({ changes: false });
    expect(await verbs.diff("schema", { ...outs!, status: "failed" }, inputs)).toEqual({ changes: true });
  });
});
