import { describe, expect, it } from "vitest";

import {
  deployVerbs,
  type DeployInputs,
  type DeployOutputs,
} from "../../../components/providers/deploy/deploy";
import { ADOPTED, newRevision } from "../../../components/providers/revision";
import { AT, fakeWorld, liveDeploy, type FakeWorld } from "../../support/fake-context";

const inputs: DeployInputs = {
  renderName: "backend",
  healthPath: "/health",
  reports: { path: "/flags" },
  expects: { ENABLE_X: "true" },
  revisions: { ENABLE_X: ADOPTED },
  timeoutSeconds: 600,
};
const outputs: DeployOutputs = {
  ...inputs,
  version: 1,
  status: "succeeded",
  deployId: "dep-first",
  liveAt: new Date(AT - 60_000).toISOString(),
  managed: { ENABLE_X: "true" },
};

function report(world: FakeWorld, flags: object): FakeWorld {
  world.answers.set("/flags", () => ({ answered: true, status: 200, body: JSON.stringify(flags), ms: 3 }));
  return world;
}
const runningAsDeclared = () => report(fakeWorld(), { ENABLE_X: true });
const deploysOf = (world: FakeWorld) => world.services.get("srv-backend")!.deploys;

describe("the resource of a deploy", () => {
  it("takes its inputs as they are, and comes out of a refresh with each of them", async () => {
    const verbs = deployVerbs(runningAsDeclared().context);
    expect(await verbs.check({}, inputs)).toEqual({ inputs });
    const all: DeployInputs = {
      ...inputs,
      serviceId: "srv-backend",
      url: "https://shop.example",
      healthExpect: { status: "ok" },
      buildTime: ["ENABLE_X"],
    };
    expect(await verbs.read("backend", { ...outputs, ...all })).toEqual({
      id: "backend",
      props: { ...outputs, ...all },
      inputs: all,
    });
  });

  it("is another one for another service, and that is all its change", async () => {
    const world = runningAsDeclared();
    const news = { ...inputs, renderName: "other" };
    const diff = await deployVerbs(world.context).diff("backend", outputs, news);
    expect(diff).toEqual({ changes: true, replaces: ["renderName"] });
    expect(world.log).toEqual([]);
  });

  it("is forgotten with a word, and what is live stays so", async () => {
    const world = runningAsDeclared();
    await deployVerbs(world.context).delete("backend", outputs);
    expect(world.log).toEqual(["backend: no longer managed; what is live stays live"]);
    expect(world.writes).toEqual([]);
  });

  it("keeps with a failure which flags it managed, and nothing of what did not come about", async () => {
    const world = report(fakeWorld(), { ENABLE_X: false });
    world.fate = () => ({ status: "build_failed", afterMs: 1_000 });
    const before = { ...outputs, managed: { OLD: "false" } };
    const failure = await Promise.resolve(deployVerbs(world.context).update("backend", before, inputs)).catch(
      (error: unknown) => (error as { properties: DeployOutputs }).properties,
    );
    expect(failure).toEqual({
      ...inputs,
      version: 1,
      status: "failed",
      error: expect.stringContaining("ended as build_failed"),
      deployId: "",
      liveAt: "",
      managed: { OLD: "false", ENABLE_X: "true" },
      zeroDowntime: { probe: "none", probes: 0, failed: 0, failures: [] },
      served: { probe: "none", flipped: [], same: false, files: 0 },
    });
  });

  it("reads the service's report anew after a deploy", async () => {
    const world = report(fakeWorld(), { ENABLE_X: false });
    const forgotten: string[] = [];
    const { forget } = world.context.reports;
    world.context.reports.forget = (url) => {
      forgotten.push(url);
      forget(url);
    };
    await deployVerbs(world.context).create(inputs);
    expect(forgotten).toEqual(["https://backend.example/flags"]);
    await deployVerbs(world.context).create({
      ...inputs,
      reports: { none: "it cannot" },
      revisions: { ENABLE_X: "r1" },
    });
    expect(forgotten).toHaveLength(1);
    expect(world.writes).toHaveLength(2);
  });
});

describe("a deploy in a preview", () => {
  it.each<[string, (world: FakeWorld) => void, DeployOutputs, boolean]>([
    [
      "a rollback made on Render after ours",
      (world) => deploysOf(world).unshift(liveDeploy("dep-back", AT, { trigger: "rollback" })),
      outputs,
      true,
    ],
    [
      "a rollback that state knows",
      (world) => deploysOf(world).unshift(liveDeploy("dep-back", AT, { trigger: "rollback" })),
      { ...outputs, deployId: "dep-back" },
      false,
    ],
    [
      "a rollback of the moment when ours became live",
      (world) => deploysOf(world).unshift(liveDeploy("dep-back", AT - 60_000, { trigger: "rollback" })),
      outputs,
      false,
    ],
    [
      "a rollback where state does not know when ours became live",
      (world) => deploysOf(world).unshift(liveDeploy("dep-back", AT - 9_000_000, { trigger: "rollback" })),
      { ...outputs, liveAt: "" },
      true,
    ],
    ["somebody's release", (world) => deploysOf(world).unshift(liveDeploy("dep-new", AT)), outputs, false],
    ["nothing new", () => undefined, outputs, false],
  ])("looks at what is live: %s", async (_case, happen, olds, changes) => {
    const world = runningAsDeclared();
    happen(world);
    for (const other of deploysOf(world).slice(1)) other.status = "deactivated";
    expect(await deployVerbs(world.context).diff("backend", olds, inputs)).toEqual({ changes });
    const line = "backend: dep-back is a rollback and runs with the variables of an earlier deploy";
    expect(world.log.includes(line)).toBe(changes);
  });

  it("says what a change would build, and of the usual way nothing", async () => {
    const world = report(fakeWorld(), { ENABLE_X: false });
    const verbs = deployVerbs(world.context);
    await verbs.diff("backend", outputs, inputs);
    expect(world.log).toEqual(['backend: ENABLE_X runs as "false", declared "true"']);
    world.log.length = 0;
    await verbs.diff("backend", outputs, { ...inputs, buildTime: ["ENABLE_X"] });
    expect(world.log).toEqual([
      'backend: ENABLE_X runs as "false", declared "true"',
      "backend: the deploy: commit c0ffee, which is live, built again, as a value that is built into the code changes",
    ]);
  });

  it("says nothing of what it would build while nothing changes, or nothing is live", async () => {
    const same = runningAsDeclared();
    await deployVerbs(same.context).diff("backend", outputs, { ...inputs, buildTime: ["ENABLE_X"] });
    expect(same.log).toEqual([]);
    const none = runningAsDeclared();
    deploysOf(none).length = 0;
    const failed = { ...outputs, status: "failed" as const };
    expect(await deployVerbs(none.context).diff("backend", failed, inputs)).toEqual({ changes: true });
    expect(none.log).toEqual([]);
  });

  it.each([
    ["api", ": a script's, or another stack's whose state names this service, too"],
    ["new_commit", ""],
    [undefined, ""],
  ])("names somebody's deploy that is live, by %s", async (trigger, words) => {
    const world = runningAsDeclared();
    deploysOf(world)[0]!.status = "deactivated";
    deploysOf(world).unshift(liveDeploy("dep-new", AT, { trigger }));
    await deployVerbs(world.context).diff("backend", outputs, inputs);
    expect(world.log).toEqual([
      `backend: deploy dep-new (${trigger ?? "unknown trigger"}, 2026-11-24T21:00:00.000Z) is live, not ours (dep-first)${words}`,
    ]);
  });

  it("names none where ours failed or was superseded by it, or nothing is live", async () => {
    const world = runningAsDeclared();
    const verbs = deployVerbs(world.context);
    deploysOf(world)[0]!.status = "deactivated";
    await verbs.read("backend", outputs);
    deploysOf(world).unshift(liveDeploy("dep-new", AT));
    world.clock.ms += 60_000;
    await verbs.read("backend", { ...outputs, supersededBy: "dep-new" });
    await verbs.read("backend", { ...outputs, status: "failed" });
    expect(world.log).toEqual([]);
    await verbs.read("backend", outputs);
    expect(world.log).toHaveLength(1);
  });
});

describe("what runs already, for a deploy that state does not know,", () => {
  const early = newRevision(new Date(AT - 3_600_000));
  const late = newRevision(new Date(AT - 1_000));

  it.each<[string, Partial<DeployInputs>, number, number]>([
    [
      "is enough where all was written two seconds before it",
      { revisions: { ENABLE_X: early } },
      AT - 3_598_000,
      0,
    ],
    ["is not, a moment earlier", { revisions: { ENABLE_X: early } }, AT - 3_598_001, 1],
    [
      "is not where one of several was written later",
      { revisions: { ENABLE_X: early, B: late } },
      AT - 60_000,
      1,
    ],
    ["is not where a revision does not tell its time", { revisions: { ENABLE_X: "r1" } }, AT - 60_000, 1],
    [
      "is not where a value is built into the code",
      { revisions: { ENABLE_X: early }, buildTime: ["B"] },
      AT - 60_000,
      1,
    ],
  ])("%s", async (_case, more, createdMs, writes) => {
    const world = runningAsDeclared();
    deploysOf(world)[0] = liveDeploy("dep-first", createdMs);
    await deployVerbs(world.context).create({ ...inputs, ...more });
    expect(world.writes).toHaveLength(writes);
  });

  it("is not where a rollback is live, nothing is, or the service runs otherwise", async () => {
    for (const spoil of [
      (world: FakeWorld) => (deploysOf(world)[0]!.trigger = "rollback"),
      (world: FakeWorld) => (deploysOf(world).length = 0),
      (world: FakeWorld) => report(world, { ENABLE_X: false }),
    ]) {
      const world = runningAsDeclared();
      deploysOf(world)[0] = liveDeploy("dep-first", AT - 60_000);
      spoil(world);
      await deployVerbs(world.context).create({ ...inputs, revisions: { ENABLE_X: early } });
      expect(world.writes).toHaveLength(1);
    }
  });

  it("is adopted without a deploy, also where nothing is live", async () => {
    const world = runningAsDeclared();
    deploysOf(world).length = 0;
    const { id, outs } = await deployVerbs(world.context).create(inputs);
    expect(id).toBe("backend");
    expect(outs).toEqual({
      ...inputs,
      version: 1,
      status: "succeeded",
      deployId: "none",
      liveAt: "",
      managed: { ENABLE_X: "true" },
      zeroDowntime: { probe: "none", probes: 0, failed: 0, failures: [] },
      served: { probe: "none", flipped: [], same: false, files: 0 },
    });
    const unfinished = runningAsDeclared();
    delete (deploysOf(unfinished)[0] as { finishedAt?: string }).finishedAt;
    const { outs: running } = await deployVerbs(unfinished.context).create(inputs);
    expect(running!.liveAt).toBe(deploysOf(unfinished)[0]!.createdAt);
  });
});

describe("an update of a deploy", () => {
  it("without anything new remembers the flags of both, and deploys nothing", async () => {
    const world = runningAsDeclared();
    const before = { ...outputs, managed: { OLD: "false" } };
    const { outs } = await deployVerbs(world.context).update("backend", before, {
      ...inputs,
      timeoutSeconds: 60,
    });
    expect(outs).toEqual({ ...before, timeoutSeconds: 60, managed: { OLD: "false", ENABLE_X: "true" } });
    expect(world.writes).toEqual([]);
  });

  it.each<[string, Partial<DeployInputs>, Partial<DeployOutputs>, boolean]>([
    [
      "a value that is built in was written",
      { revisions: { ENABLE_X: "r2" }, buildTime: ["ENABLE_X"] },
      {},
      true,
    ],
    [
      "another one was written",
      { revisions: { ENABLE_X: ADOPTED, B: "r2" }, buildTime: ["ENABLE_X"] },
      {},
      false,
    ],
    ["none is built in", { revisions: { ENABLE_X: "r2" } }, {}, false],
    [
      "of a failed one it is not known",
      { revisions: { B: "r2" }, buildTime: ["ENABLE_X"] },
      { status: "failed" },
      true,
    ],
    ["of a failed one, and none is built in", { revisions: { B: "r2" } }, { status: "failed" }, false],
  ])("builds where it has to: %s", async (_case, more, olds, builds) => {
    const world = runningAsDeclared();
    await deployVerbs(world.context).update("backend", { ...outputs, ...olds }, { ...inputs, ...more });
    expect(world.writes).toEqual([
      builds ? 'POST deploy {"commitId":"c0ffee"}' : 'POST deploy {"deployMode":"deploy_only"}',
    ]);
  });
});

describe("what a static site serves after a flip", () => {
  const site = (pages: string[]) => {
    const world = fakeWorld({ backend: "static_site" });
    let asked = 0;
    world.answers.set("/", () => {
      const body = pages[Math.min(asked, pages.length - 1)]!;
      asked += 1;
      return { answered: true, status: body === "" ? 500 : 200, body, ms: 3 };
    });
    return { world, asked: () => asked };
  };
  const flip = { ...inputs, reports: { none: "it cannot" }, revisions: { ENABLE_X: "r2" } };
  const before = { ...outputs, expects: { ENABLE_X: "false" } };
  const SERVED = { probe: "GET https://backend.example/", flipped: ["ENABLE_X"], files: 0 };
  const NOT = { probe: "none", flipped: [], same: false, files: 0 };

  it.each<[string, string[], object, number]>([
    ["is looked at three times where it is the same", ["a"], { ...SERVED, same: true }, 4],
    ["is looked at until it differs", ["a", "a", "b"], { ...SERVED, same: false }, 3],
    ["is not compared where it cannot be had before", [""], NOT, 1],
    ["is not compared where it cannot be had after", ["a", ""], NOT, 2],
  ])("%s", async (_case, pages, served, looks) => {
    const { world, asked } = site(pages);
    const { outs } = await deployVerbs(world.context).update("backend", before, flip);
    expect(outs!.served).toEqual(served);
    expect(asked()).toBe(looks);
    expect(world.log.filter((line) => line.includes("serves the same bytes"))).toHaveLength(
      pages.length === 1 && pages[0] === "a" ? 1 : 0,
    );
  });

  it.each<[string, DeployOutputs | undefined, Partial<DeployInputs>, string[]]>([
    ["a value that changed", before, {}, ["ENABLE_X"]],
    ["a flag that is new and on", { ...outputs, expects: {} }, {}, ["ENABLE_X"]],
    ["no flag that is new and off", { ...outputs, expects: {} }, { expects: { ENABLE_X: "false" } }, []],
    ["no value that stays", outputs, {}, []],
    [
      "what the first deploy brings",
      undefined,
      { expects: { ENABLE_X: "true", B: "true" } },
      ["ENABLE_X", "B"],
    ],
    [
      "nothing adopted at the first",
      undefined,
      { expects: { B: "true" }, revisions: { B: ADOPTED, C: "r1" } },
      [],
    ],
  ])("is about %s", async (_case, olds, more, flipped) => {
    const { world } = site(["a"]);
    const verbs = deployVerbs(world.context);
    const news = { ...flip, ...more };
    const { outs } =
      olds === undefined ? await verbs.create(news) : await verbs.update("backend", olds, news);
    expect(outs!.served!.flipped).toEqual(flipped);
  });
});
