import { describe, expect, it } from "vitest";

import { RolloutError } from "../../../components/errors";
import {
  deployVerbs,
  type DeployInputs,
  type DeployOutputs,
} from "../../../components/providers/deploy/deploy";
import { ADOPTED } from "../../../components/providers/revision";
import { AT, CANARY_URL, fakeWorld, liveDeploy } from "../../support/fake-context";

const inputs: DeployInputs = {
  renderName: "backend",
  healthPath: "/health",
  reports: { path: "/api/feature-flags" },
  expects: { ENABLE_X: "true" },
  revisions: { ENABLE_X: "r1" },
  timeoutSeconds: 600,
};

function worldRunning(flags: Record<string, boolean>, type: "web_service" | "static_site" = "web_service") {
  const world = fakeWorld({ backend: type });
  world.answers.set("/api/feature-flags", () => ({
    answered: true,
    status: 200,
    body: JSON.stringify(flags),
    ms: 3,
  }));
  return world;
}

async function failureOf(
  promise: Promise<unknown>,
): Promise<{ message: string; properties: DeployOutputs; reasons: string[] }> {
  return promise.then(
    () => {
      throw new Error("it should have failed");
    },
    (error: unknown) => error as { message: string; properties: DeployOutputs; reasons: string[] },
  );
}

describe("a deploy", () => {
  it("starts the last good build of a web service again, once, and waits until it is live", async () => {
    const world = worldRunning({ ENABLE_X: false });
    const { outs } = await deployVerbs(world.context).create(inputs);
    expect(world.writes).toEqual(['POST deploy {"deployMode":"deploy_only"}']);
    expect(outs).toMatchObject({
      status: "succeeded",
      deployId: "dep-1",
      how: "last good build started again (commit c0ffee, which is live)",
    });
    const { createdAt, finishedAt } = world.services.get("srv-backend")!.deploys[0]!;
    expect(outs!.liveAt).toBe(finishedAt);
    expect(Date.parse(finishedAt!)).toBeGreaterThan(Date.parse(createdAt));
  });

  it("lets others of this run look anew at the service, also where its POST ended nobody knows how", async () => {
    const world = worldRunning({ ENABLE_X: false });
    const { observed } = world.context;
    world.faults.after = (call) => {
      if (call === "POST deploy") throw new RolloutError("RENDER_UNREADABLE", "what answered is not Render");
    };
    await failureOf(deployVerbs(world.context).create(inputs));
    expect((await observed.deploys("srv-backend", Infinity))[0]?.id).toBe("dep-1");
  });

  it("builds the commit of a static site that is live, never the branch's tip", async () => {
    const world = worldRunning({ ENABLE_X: false }, "static_site");
    const { outs } = await deployVerbs(world.context).create(inputs);
    expect(world.writes).toEqual(['POST deploy {"commitId":"c0ffee"}']);
    expect(outs).toMatchObject({ how: "commit c0ffee, which is live, built again" });
  });

  it("refuses a static site without a live commit, since any build would ship new code", async () => {
    const world = worldRunning({ ENABLE_X: false }, "static_site");
    world.services.get("srv-backend")!.deploys = [];
    const failure = await failureOf(deployVerbs(world.context).create(inputs));
    expect(failure.message).toContain("there is no commit to build again without shipping new code");
    expect(world.writes).toEqual([]);
  });

  it("deploys nothing when nothing was written and the service runs as declared", async () => {
    const world = worldRunning({ ENABLE_X: true });
    const finishedAt = new Date(AT - 60_000).toISOString();
    world.services.get("srv-backend")!.deploys = [liveDeploy("dep-first", AT - 180_000, { finishedAt })];
    const { outs } = await deployVerbs(world.context).create({ ...inputs, revisions: { ENABLE_X: ADOPTED } });
    expect(world.writes).toEqual([]);
    expect(outs).toMatchObject({ deployId: "dep-first", status: "succeeded", liveAt: finishedAt });
    // Every output is there: an absent one is unknown in each preview, and what depends on it shows a change.
    expect(outs).toMatchObject({ zeroDowntime: { probe: "none", probes: 0, failed: 0, failures: [] } });
  });

  it("deploys what was saved on Render but never deployed", async () => {
    const world = worldRunning({ ENABLE_X: false });
    await deployVerbs(world.context).create({ ...inputs, revisions: { ENABLE_X: ADOPTED } });
    expect(world.writes).toHaveLength(1);
  });

  it("is triggered by new revisions, not by values", async () => {
    const world = worldRunning({ ENABLE_X: true });
    const verbs = deployVerbs(world.context);
    const { outs } = await verbs.create(inputs);
    expect(await verbs.diff("backend", outs!, inputs)).toEqual({ changes: false });
    expect(await verbs.diff("backend", outs!, { ...inputs, revisions: { ENABLE_X: "r2" } })).toEqual({
      changes: true,
    });
    await verbs.update("backend", outs!, { ...inputs, timeoutSeconds: 60 });
    expect(world.writes).toHaveLength(1);
  });

  it("differs when the service runs a flag otherwise than declared, and says which", async () => {
    const world = worldRunning({ ENABLE_X: true });
    const verbs = deployVerbs(world.context);
    const { outs } = await verbs.create(inputs);
    world.answers.set("/api/feature-flags", () => ({
      answered: true,
      status: 200,
      body: '{"ENABLE_X":false}',
      ms: 3,
    }));
    expect(await verbs.diff("backend", outs!, inputs)).toEqual({ changes: true });
    expect(world.log).toContain('backend: ENABLE_X runs as "false", declared "true"');
  });

  it("does not differ because the service cannot be asked", async () => {
    const world = worldRunning({ ENABLE_X: true });
    const verbs = deployVerbs(world.context);
    const { outs } = await verbs.create(inputs);
    world.answers.set("/api/feature-flags", () => ({
      answered: false,
      error: "no answer within 5 s",
      ms: 5000,
    }));
    expect(await verbs.diff("backend", outs!, inputs)).toEqual({ changes: false });
  });

  it("differs after a rollback made on Render, which runs with the variables of an earlier deploy", async () => {
    const world = worldRunning({ ENABLE_X: true });
    const verbs = deployVerbs(world.context);
    const { outs } = await verbs.create(inputs);
    const service = world.services.get("srv-backend")!;
    service.deploys[0]!.status = "deactivated";
    service.deploys.unshift(liveDeploy("dep-back", world.clock.ms + 60_000, { trigger: "rollback" }));
    world.clock.ms += 120_000;
    expect(await verbs.diff("backend", outs!, inputs)).toEqual({ changes: true });
  });

  it("of somebody else's is named in a preview, as another stack's may be where Render's API made it, and changes nothing", async () => {
    const world = worldRunning({ ENABLE_X: true });
    const verbs = deployVerbs(world.context);
    const { outs } = await verbs.create(inputs);
    await verbs.diff("backend", outs!, inputs);
    expect(world.log.join("\n")).not.toContain("not ours");
    const service = world.services.get("srv-backend")!;
    service.deploys[0]!.status = "deactivated";
    service.deploys.unshift(liveDeploy("dep-theirs", world.clock.ms + 60_000, { trigger: "api" }));
    world.clock.ms += 120_000;
    expect(await verbs.diff("backend", outs!, inputs)).toEqual({ changes: false });
    expect(world.log.at(-1)).toMatch(
      /^backend: deploy dep-theirs \(api, 2\S+\) is live, not ours \(dep-1\): a script's, or another stack's whose state names this service, too$/,
    );
    // It is told all the same where flags are written and our own deploy follows.
    world.log.length = 0;
    const flips = { ...inputs, revisions: { ENABLE_X: "another" } };
    expect(await verbs.diff("backend", outs!, flips)).toEqual({ changes: true });
    expect(world.log.filter((line) => line.includes("deploy dep-theirs (api"))).toHaveLength(1);
    world.log.length = 0;
    await verbs.diff("backend", { ...outs!, supersededBy: "dep-theirs" }, inputs);
    expect(world.log).toEqual([]);
  });

  it("shows the end of a failed deploy's log, oldest line first and without what is secret in it", async () => {
    const world = worldRunning({ ENABLE_X: false });
    world.fate = () => ({ status: "update_failed", afterMs: 2_000 });
    const line = (id: string, message: string) => ({
      id,
      timestamp: "2026-11-24T21:00:00Z",
      labels: [],
      message,
    });
    world.logs = () => [line("2", `giving up on ${CANARY_URL}`), line("1", "starting")];
    const { message } = await failureOf(deployVerbs(world.context).create(inputs));
    expect(message).toContain("Last lines of the log:\n  starting\n  giving up on [secret]\n");
  });

  it("keeps the failed state, with Render's status and what is still live, when the deploy fails", async () => {
    const world = worldRunning({ ENABLE_X: false });
    world.fate = () => ({ status: "update_failed", afterMs: 2_000 });
    const failure = await failureOf(deployVerbs(world.context).create(inputs));
    expect(failure.message).toContain("deploy dep-1 ended as update_failed");
    expect(failure.message).toContain("dep-first is still live");
    expect(failure.reasons).toEqual([failure.message]);
    expect(failure.properties).toMatchObject({ status: "failed", revisions: { ENABLE_X: "r1" } });
    expect(await deployVerbs(world.context).diff("backend", failure.properties, inputs)).toEqual({
      changes: true,
    });
  });

  it("cancels a running deploy that would only repeat ours", async () => {
    const world = worldRunning({ ENABLE_X: false });
    const hanging = liveDeploy("dep-hanging", AT - 1_000, { status: "update_in_progress", trigger: "api" });
    world.services.get("srv-backend")!.deploys.unshift(hanging);
    const { outs } = await deployVerbs(world.context).create(inputs);
    expect(world.writes).toEqual(["POST cancel dep-hanging", 'POST deploy {"deployMode":"deploy_only"}']);
    expect(outs?.cleared).toEqual([
      { deployId: "dep-hanging", trigger: "api", was: "cancelled", ended: "canceled" },
    ]);
  });

  it.each([
    ["a push", { trigger: "new_commit" }],
    [
      "another commit through the API",
      { trigger: "api", commit: { id: "feed", message: undefined, createdAt: undefined } },
    ],
  ])("waits for a running deploy of %s, then deploys", async (_who, more) => {
    const world = worldRunning({ ENABLE_X: false });
    const running = liveDeploy("dep-theirs", AT - 1_000, { status: "build_in_progress", ...more });
    world.services
      .get("srv-backend")!
      .deploys.unshift(Object.assign(running, { until: AT + 20_000, fate: "live" }));
    const { outs } = await deployVerbs(world.context).create(inputs);
    expect(world.writes).toEqual(['POST deploy {"deployMode":"deploy_only"}']);
    expect(outs?.cleared).toMatchObject([{ deployId: "dep-theirs", was: "waited for", ended: "live" }]);
  });

  it("sees a deploy that began since the run looked, some seconds ago, and waits for it", async () => {
    const world = worldRunning({ ENABLE_X: false });
    await world.context.observed.deploys("srv-backend");
    world.clock.ms += 5_000;
    const theirs = liveDeploy("dep-theirs", AT + 1_000, {
      ...{ status: "build_in_progress", trigger: "new_commit" },
    });
    world.services
      .get("srv-backend")!
      .deploys.unshift(Object.assign(theirs, { until: AT + 20_000, fate: "live" }));
    const { outs } = await deployVerbs(world.context).create(inputs);
    expect(outs?.cleared).toMatchObject([{ deployId: "dep-theirs", was: "waited for" }]);
  });

  it("ships what is live after it has waited for somebody's deploy, not what was live before", async () => {
    const world = worldRunning({ ENABLE_X: false }, "static_site");
    const theirs = liveDeploy("dep-theirs", AT - 1_000, {
      ...{ status: "build_in_progress", trigger: "new_commit", commit: { id: "5eed" } },
    });
    world.services
      .get("srv-backend")!
      .deploys.unshift(Object.assign(theirs, { until: AT + 20_000, fate: "live" }));
    const { outs } = await deployVerbs(world.context).create(inputs);
    expect(world.writes).toEqual(['POST deploy {"commitId":"5eed"}']);
    expect(outs).toMatchObject({ how: "commit 5eed, which is live, built again" });
  });

  it("does not count as live when a rollback on Render took its place: that one runs with older variables", async () => {
    const world = worldRunning({ ENABLE_X: false });
    const service = world.services.get("srv-backend")!;
    world.fate = () => ({ status: "canceled", afterMs: 1_000 });
    world.faults.before = (call) => {
      if (call !== "GET deploys" || world.writes.length === 0) return;
      if (service.deploys.some(({ id }) => id === "dep-rollback")) return;
      service.deploys.unshift(liveDeploy("dep-rollback", world.clock.ms + 500, { trigger: "rollback" }));
    };
    const failure = await failureOf(deployVerbs(world.context).create(inputs));
    expect(failure.message).toContain("deploy dep-1 ended as canceled");
    expect(failure.properties.status).toBe("failed");
  });

  it("is repeated after it failed, also where the service runs as declared meanwhile", async () => {
    const world = worldRunning({ ENABLE_X: false });
    world.fate = () => ({ status: "update_failed", afterMs: 2_000 });
    const { properties } = await failureOf(deployVerbs(world.context).create(inputs));
    world.fate = () => ({ status: "live", afterMs: 2_000 });
    world.services.get("srv-backend")!.envVars.set("ENABLE_X", "true");
    world.answers.set("/api/feature-flags", () => ({
      ...{ answered: true, status: 200, body: '{"ENABLE_X":true}', ms: 3 },
    }));
    expect(await deployVerbs(world.context).diff("backend", properties, inputs)).toEqual({ changes: true });
    const { outs } = await deployVerbs(world.context).update("backend", properties, inputs);
    expect(outs).toMatchObject({ status: "succeeded", deployId: "dep-2" });
  });

  it("counts as live when somebody's later deploy took its place: that one has our variables", async () => {
    const world = worldRunning({ ENABLE_X: false });
    const service = world.services.get("srv-backend")!;
    world.fate = () => ({ status: "canceled", afterMs: 1_000 });
    world.faults.before = (call) => {
      if (call !== "GET deploys" || world.writes.length === 0) return;
      if (service.deploys.some(({ id }) => id === "dep-later")) return;
      service.deploys.unshift(liveDeploy("dep-later", world.clock.ms + 500, { trigger: "new_commit" }));
    };
    const { outs } = await deployVerbs(world.context).create(inputs);
    expect(outs).toMatchObject({ deployId: "dep-1", supersededBy: "dep-later", status: "succeeded" });
  });

  it("finds its deploy by the list when the answer to the POST is lost, and does not send it twice", async () => {
    const world = worldRunning({ ENABLE_X: false });
    world.faults.after = (call) => {
      if (call === "POST deploy") throw new RolloutError("RENDER_ANSWER_LOST", "the answer got lost");
    };
    const { outs } = await deployVerbs(world.context).create(inputs);
    expect(world.writes).toHaveLength(1);
    expect(outs).toMatchObject({ deployId: "dep-1", status: "succeeded" });
  });

  it("gives up waiting when the budget is used, and says that the deploy goes on", async () => {
    const world = worldRunning({ ENABLE_X: false });
    world.fate = () => ({ status: "live", afterMs: 3_600_000 });
    const failure = await failureOf(deployVerbs(world.context).create(inputs));
    expect(failure.message).toMatch(/still build_in_progress after \d+s \(limit \d+s\)/);
  });

  it("refuses a suspended service before it sends anything", async () => {
    const world = worldRunning({ ENABLE_X: false });
    world.services.get("srv-backend")!.service.suspended = "suspended";
    const failure = await failureOf(deployVerbs(world.context).create(inputs));
    expect(failure.message).toContain("backend is suspended on Render");
    expect(world.writes).toEqual([]);
  });

  it("records each probe that failed while it waited, with its time", async () => {
    const world = worldRunning({ ENABLE_X: false });
    let probes = 0;
    world.answers.set("/health", () => ({
      answered: true,
      status: (probes += 1) === 2 ? 502 : 200,
      body: "",
      ms: 4,
    }));
    const { outs } = await deployVerbs(world.context).create(inputs);
    expect(outs?.zeroDowntime).toMatchObject({
      probe: "GET https://backend.example/health",
      failed: 1,
      failures: [{ answer: "HTTP 502" }],
    });
  });

  it("ends its watch when the deploy is live, not when the next probe would be due", async () => {
    const world = worldRunning({ ENABLE_X: false });
    const wait = world.context.sleep;
    // A pause that can be cut short goes on for ever otherwise.
    world.context.sleep = (ms, signal) =>
      signal === undefined
        ? wait(ms)
        : new Promise((resolve) => {
            signal.addEventListener("abort", () => {
              resolve();
            });
          });
    const { outs } = await deployVerbs(world.context).create(inputs);
    expect(outs?.zeroDowntime).toMatchObject({ probes: 1, failed: 0 });
  });

  it("knows in a preview only that a revision will be new, and then changes", async () => {
    const world = worldRunning({ ENABLE_X: true });
    const verbs = deployVerbs(world.context);
    const { outs } = await verbs.create(inputs);
    const unknown = { ...inputs, revisions: { ENABLE_X: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } };
    expect(await verbs.diff("backend", outs!, unknown)).toEqual({ changes: true });
  });
});
