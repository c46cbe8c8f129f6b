import { describe, expect, it } from "vitest";

import {
  deployVerbs,
  type DeployInputs,
  type DeployOutputs,
} from "../../../components/providers/deploy/deploy";
import { isLeftLine, leftLine } from "../../../components/providers/deploy/left-flags";
import { ADOPTED, newRevision, writtenAtOf } from "../../../components/providers/revision";
import { AT, fakeWorld, liveDeploy, type FakeWorld } from "../../support/fake-context";

const inputs: DeployInputs = {
  renderName: "backend",
  healthPath: "/health",
  reports: { path: "/flags" },
  expects: { ENABLE_X: "true" },
  revisions: { ENABLE_X: ADOPTED },
  timeoutSeconds: 600,
};

function report(world: FakeWorld, body: string, status = 200): void {
  world.answers.set("/flags", () => ({ answered: true, status, body, ms: 3 }));
}

async function adopted(world: FakeWorld, more: Partial<DeployInputs> = {}): Promise<DeployOutputs> {
  return (await deployVerbs(world.context).create({ ...inputs, ...more })).outs!;
}

describe("a report that tells nothing about our flags", () => {
  it.each([
    '{"error": true, "message": "locked"}',
    "{}",
    '{"flags": {"ENABLE_X": false}}',
    '{"x": false}',
    '{"ENABLE_X": "maybe"}',
    '{"ENABLE_X": null}',
    "<!doctype html><title>Hub</title>",
  ])("deploys nothing, neither in the first update nor in any later one: %s", async (body) => {
    const world = fakeWorld();
    report(world, body);
    const outs = await adopted(world);
    const verbs = deployVerbs(world.context);
    expect(await verbs.diff("backend", outs, inputs)).toEqual({ changes: false });
    await verbs.update("backend", outs, inputs);
    expect(world.writes).toEqual([]);
  });
});

describe("a flag that leaves the catalogue", () => {
  const without: DeployInputs = { ...inputs, expects: {}, revisions: {} };

  it.each([
    ["on Render", "true", '{"Y": true}', 'ENABLE_X left the catalogue and is still on: "true" on Render'],
    ["by another word for it", "1", "{}", '"true" on Render'],
    ["with a value that may be anything", "beta", "{}", "neither true nor false on Render"],
    ["by the service's word alone", undefined, '{"ENABLE_X": true}', 'absent on Render, runs as "true"'],
  ])("while it is on is told at each look, and nothing is deployed: %s", async (_how, value, body, words) => {
    const world = fakeWorld();
    const outs = await adopted(world);
    if (value !== undefined) world.services.get("srv-backend")!.envVars.set("ENABLE_X", value);
    report(world, body);
    world.clock.ms += 60_000;
    const verbs = deployVerbs(world.context);
    expect(await verbs.diff("backend", outs, without)).toEqual({ changes: false });
    expect(
      world.log.some((line) => line.includes(words)),
      world.log.join("\n"),
    ).toBe(true);
    expect(world.log.join("\n")).not.toContain("beta");
    // State of the next update remembers it still, whatever else happens to the service.
    const next = (await verbs.update("backend", outs, { ...without, timeoutSeconds: 60 })).outs!;
    expect(next.managed).toEqual({ ENABLE_X: "true" });
    world.log.length = 0;
    await verbs.diff("backend", next, without);
    expect(world.log.some((line) => line.includes("ENABLE_X left the catalogue"))).toBe(true);
    expect(world.writes).toEqual([]);
  });

  it("is told when it is only renamed: the old variable stays on", async () => {
    const world = fakeWorld();
    const outs = await adopted(world);
    world.services.get("srv-backend")!.envVars.set("ENABLE_X", "true");
    world.clock.ms += 60_000;
    const renamed = { ...inputs, expects: { ENABLE_Y: "true" }, revisions: { ENABLE_Y: "r" } };
    await deployVerbs(world.context).diff("backend", outs, renamed);
    expect(world.log.join("\n")).toContain("ENABLE_X left the catalogue and is still on");
  });

  it.each(["false", "0", undefined])("and is off, or gone, is no news: %s", async (value) => {
    const world = fakeWorld();
    const outs = await adopted(world);
    if (value !== undefined) world.services.get("srv-backend")!.envVars.set("ENABLE_X", value);
    world.clock.ms += 60_000;
    await deployVerbs(world.context).diff("backend", outs, without);
    expect(world.log).toEqual([]);
  });

  it("is found in state that was written before anything was remembered", async () => {
    const world = fakeWorld();
    const { managed: _managed, ...old } = await adopted(world);
    world.services.get("srv-backend")!.envVars.set("ENABLE_X", "true");
    world.clock.ms += 60_000;
    await deployVerbs(world.context).diff("backend", old, without);
    expect(world.log.join("\n")).toContain("ENABLE_X left the catalogue");
  });

  it("is told in one form, which its reader knows", () => {
    for (const onRender of ["true", "false", "absent", "other"] as const)
      for (const runs of ["true", "false", "other", "unknown"] as const)
        expect(isLeftLine(leftLine("backend", { key: "ENABLE_X", onRender, runs }))).toBe(true);
    expect(isLeftLine("backend: ENABLE_X left the house")).toBe(false);
  });
});

describe("a service under another name in the catalogue", () => {
  const revision = newRevision(new Date(AT - 3_600_000));

  it("deploys nothing where it runs as declared since a deploy newer than the last write, and says so", async () => {
    const world = fakeWorld();
    report(world, '{"ENABLE_X": true}');
    world.services.get("srv-backend")!.deploys = [liveDeploy("dep-ours", AT - 1_800_000)];
    const outs = await adopted(world, { revisions: { ENABLE_X: revision } });
    expect(world.writes).toEqual([]);
    expect(outs).toMatchObject({ deployId: "dep-ours", status: "succeeded" });
    expect(world.log).toEqual([
      "backend: runs as declared since deploy dep-ours, which is newer than the last write: nothing is deployed",
    ]);
  });

  it("needs no report for that", async () => {
    const world = fakeWorld();
    world.services.get("srv-backend")!.deploys = [liveDeploy("dep-ours", AT - 1_800_000)];
    await adopted(world, { revisions: { ENABLE_X: revision }, reports: { none: "it cannot" } });
    expect(world.writes).toEqual([]);
  });

  it.each<[string, (world: FakeWorld) => void, Partial<DeployInputs>]>([
    [
      "the live deploy is older than the write",
      (world) => {
        world.services.get("srv-backend")!.deploys = [liveDeploy("dep-old", AT - 7_200_000)];
      },
      {},
    ],
    [
      "it is a second younger, and clocks are known to two",
      (world) => {
        world.services.get("srv-backend")!.deploys = [liveDeploy("dep-near", AT - 3_599_000)];
      },
      {},
    ],
    [
      "it is a rollback, which has the variables of its target",
      (world) => {
        world.services.get("srv-backend")!.deploys = [
          liveDeploy("dep-back", AT - 60_000, { trigger: "rollback" }),
        ];
      },
      {},
    ],
    [
      "the service says otherwise",
      (world) => {
        report(world, '{"ENABLE_X": false}');
      },
      {},
    ],
    [
      "a revision of before has no time",
      () => undefined,
      { revisions: { ENABLE_X: "6b1b6f5e-0000-4000-8000-000000000000" } },
    ],
    [
      "a value is built into the code, and no report of Render's tells of builds",
      () => undefined,
      { buildTime: ["ENABLE_X"] },
    ],
  ])("deploys where %s", async (_why, spoil, more) => {
    const world = fakeWorld();
    report(world, '{"ENABLE_X": true}');
    world.services.get("srv-backend")!.deploys = [liveDeploy("dep-ours", AT - 1_800_000)];
    spoil(world);
    await adopted(world, { revisions: { ENABLE_X: revision }, ...more });
    expect(world.writes).toHaveLength(1);
  });

  it("has revisions that tell when they were written, to the millisecond, and differ within one", () => {
    const at = new Date(AT + 7);
    expect(writtenAtOf(newRevision(at))).toEqual(at);
    expect(newRevision(at)).not.toBe(newRevision(at));
    for (const other of [ADOPTED, "r1", "", "2026-99-99T00:00:00Z 12345678"])
      expect(writtenAtOf(other)).toBeUndefined();
  });
});

describe("a flag whose value is built into the code of a web service", () => {
  const built = {
    ...inputs,
    buildTime: ["NEXT_PUBLIC_X"],
    expects: { NEXT_PUBLIC_X: "true", ENABLE_X: "true" },
  };
  const revisions = (next: string, plain: string) => ({ NEXT_PUBLIC_X: next, ENABLE_X: plain });

  it("is built from the live commit; one that is read at run time beside it starts the last build again", async () => {
    const world = fakeWorld();
    const verbs = deployVerbs(world.context);
    const first = (await verbs.create({ ...built, revisions: revisions("a", "a") })).outs!;
    const second = (await verbs.update("backend", first, { ...built, revisions: revisions("a", "b") })).outs!;
    await verbs.update("backend", second, { ...built, revisions: revisions("b", "b") });
    expect(world.writes).toEqual([
      'POST deploy {"commitId":"c0ffee"}',
      'POST deploy {"deployMode":"deploy_only"}',
      'POST deploy {"commitId":"c0ffee"}',
    ]);
  });

  it("is built again after a deploy that failed: what that one was about is not known", async () => {
    const world = fakeWorld();
    const verbs = deployVerbs(world.context);
    const outs = (await verbs.create({ ...built, revisions: revisions("a", "a") })).outs!;
    const failed = { ...outs, status: "failed" as const };
    await verbs.update("backend", failed, { ...built, revisions: revisions("a", "a") });
    expect(world.writes[1]).toBe('POST deploy {"commitId":"c0ffee"}');
  });
});

describe("after a rollback of code on Render", () => {
  it("a preview says what a flip would build, and why; the update builds it", async () => {
    const world = fakeWorld();
    const verbs = deployVerbs(world.context);
    const outs = await adopted(world);
    const service = world.services.get("srv-backend")!;
    service.deploys = [
      liveDeploy("dep-3", AT - 1_000, { trigger: "rollback", commit: { id: "good" } }),
      liveDeploy("dep-2", AT - 2_000, { status: "deactivated", commit: { id: "bad" } }),
    ];
    world.clock.ms += 60_000;
    const flip = { ...inputs, expects: { ENABLE_X: "false" }, revisions: { ENABLE_X: "r2" } };
    expect(await verbs.diff("backend", outs, flip)).toEqual({ changes: true });
    expect(world.log.join("\n")).toContain(
      "backend: the deploy: commit good, which is live, built again: the newest build is that of bad (dep-2, deactivated)",
    );
    await verbs.update("backend", outs, flip);
    expect(world.writes).toEqual(['POST deploy {"commitId":"good"}']);
  });
});

describe("what a static site serves", () => {
  const site: DeployInputs = { ...inputs, reports: { none: "it is built" }, buildTime: ["ENABLE_X"] };

  function siteWorld(after: (built: boolean) => string): FakeWorld {
    const world = fakeWorld({ backend: "static_site" });
    const answer = (body: string) => ({ answered: true as const, status: 200, body, ms: 3 });
    world.answers.set("/", () => answer('<!doctype html><script src="/app.js"></script>'));
    world.answers.set("/app.js", () => answer(after(world.services.get("srv-backend")!.liveEnv.size > 0)));
    return world;
  }

  async function flip(world: FakeWorld): Promise<DeployOutputs> {
    const verbs = deployVerbs(world.context);
    const off = { ...site, expects: { ENABLE_X: "false" } };
    const outs = (await verbs.create(off)).outs!;
    world.services.get("srv-backend")!.envVars.set("ENABLE_X", "true");
    return (await verbs.update("backend", outs, { ...site, revisions: { ENABLE_X: "r1" } })).outs!;
  }

  it("byte for byte the same after a flip is a warning: this flag changes nothing that visitors get", async () => {
    const world = siteWorld(() => "same");
    const { served } = await flip(world);
    expect(served).toEqual({
      probe: "GET https://backend.example/",
      flipped: ["ENABLE_X"],
      same: true,
      files: 1,
    });
    expect(world.log.join("\n")).toContain("this flag changes nothing that visitors get");
    expect(world.log.join("\n")).toContain("the back end's answer decides");
  });

  it("is no warning where a file of the page differs", async () => {
    const world = siteWorld((built) => (built ? "new look" : "old look"));
    expect((await flip(world)).served).toMatchObject({ same: false, flipped: ["ENABLE_X"] });
    expect(world.log.join("\n")).not.toContain("changes nothing");
  });

  it("is not compared where no flag was flipped, nor where the page cannot be had", async () => {
    const world = siteWorld(() => "same");
    const none = { probe: "none", flipped: [], same: false, files: 0 };
    expect((await deployVerbs(world.context).create(site)).outs!.served).toEqual(none);
    world.answers.set("/app.js", () => ({ answered: true, status: 500, body: "", ms: 3 }));
    expect((await flip(world)).served).toEqual(none);
  });
});
