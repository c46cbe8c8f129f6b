import { describe, expect, test } from "vitest";

import { classifyDeployStatus, findQueuedDeploy } from "../../components/render/client";
import { isTerminal } from "../../components/render/deploy-status";
import { aDeploy } from "./support/replies";
import { clientOf, errorOf, startServer } from "./support/server";

describe("deploys", () => {
  test("a list is one page, newest first, whatever Render's order", async () => {
    const rows = [3, 1, 2].map((n) => ({
      cursor: `c${n}`,
      deploy: aDeploy({ id: `dep-${n}`, createdAt: `2026-11-24T20:0${n}:00Z` }),
    }));
    const server = await startServer(() => ({ json: rows }));
    const deploys = await clientOf(server).listDeploys("srv-1");
    expect(deploys.map(({ id }) => id)).toEqual(["dep-3", "dep-2", "dep-1"]);
    expect(server.requests.map(({ query }) => query.toString())).toEqual(["limit=20"]);
  });

  test("times of unequal precision are compared as times", async () => {
    const times = ["2026-11-24T20:00:05Z", "2026-11-24T20:00:05.123Z", "2026-11-24T20:00:05.1Z"];
    const server = await startServer(() => ({
      json: times.map((createdAt) => ({ cursor: "c", deploy: aDeploy({ createdAt }) })),
    }));
    const deploys = await clientOf(server).listDeploys("srv-1");
    expect(deploys.map(({ createdAt }) => createdAt)).toEqual([times[1], times[2], times[0]]);
  });

  test("several statuses repeat the parameter, and dates are RFC 3339", async () => {
    const server = await startServer(() => ({ json: [] }));
    const createdAfter = new Date("2026-11-24T20:00:00Z");
    await clientOf(server).listDeploys("srv-1", { status: ["live", "queued"], limit: 1, createdAfter });
    expect(server.requests[0]?.query.toString()).toBe(
      "limit=1&status=live&status=queued&createdAfter=2026-11-24T20%3A00%3A00.000Z",
    );
  });

  test("a running deploy passes without finishedAt, with null, and without a commit", async () => {
    // undefined is left out of JSON.
    const running = aDeploy({ status: "build_in_progress", commit: null, finishedAt: undefined });
    const server = await startServer(({ before }) => ({
      json: before === 0 ? running : { ...running, finishedAt: null },
    }));
    const client = clientOf(server);
    for (let read = 0; read < 2; read += 1) {
      const { finishedAt, commit } = await client.getDeploy("srv-1", "dep-1");
      expect({ finishedAt, commit }).toEqual({ finishedAt: undefined, commit: undefined });
    }
  });

  test("an unknown status passes and counts as running", async () => {
    const server = await startServer(() => ({ json: aDeploy({ status: "canary_in_progress" }) }));
    const deploy = await clientOf(server).getDeploy("srv-1", "dep-1");
    expect(classifyDeployStatus(deploy.status)).toBe("running");
  });

  test("201 is a deploy", async () => {
    const server = await startServer(() => ({ status: 201, json: aDeploy({ status: "build_in_progress" }) }));
    const answer = await clientOf(server).createDeploy("srv-1", { commitId: "c0ffee" });
    expect(answer).toMatchObject({ kind: "created", deploy: { id: "dep-1" } });
    expect(server.requests.map(({ body }) => body)).toEqual([{ commitId: "c0ffee" }]);
  });

  test("an empty 202 is a deploy in the queue, without an id", async () => {
    const server = await startServer(() => ({ status: 202 }));
    expect(await clientOf(server).createDeploy("srv-1", { deployMode: "deploy_only" })).toEqual({
      kind: "queued",
    });
  });

  test("parallel deploys of one service wait in line instead of getting 429", async () => {
    const server = await startServer(() => ({ status: 202 }));
    const waits: number[] = [];
    const client = clientOf(server, { onWait: ({ ms }) => waits.push(ms) });
    await Promise.all(Array.from({ length: 11 }, () => client.createDeploy("srv-1", {})));
    expect(waits).toEqual([60_000]);
  });

  test("a running deploy is cancelled", async () => {
    const server = await startServer(() => ({ json: aDeploy({ status: "canceled" }) }));
    expect(await clientOf(server).cancelDeploy("srv-1", "dep-1")).toMatchObject({
      kind: "cancelled",
      deploy: { status: "canceled" },
    });
    expect(server.lines()).toEqual(["POST /services/srv-1/deploys/dep-1/cancel"]);
  });

  test.each([400, 404, 409])(
    "cancelling what has finished (%i) is no error, but an answer",
    async (status) => {
      const server = await startServer(({ method }) =>
        method === "POST" ? { status, text: "no" } : { json: aDeploy() },
      );
      expect(await clientOf(server).cancelDeploy("srv-1", "dep-1")).toMatchObject({
        kind: "already-finished",
        deploy: { status: "live" },
      });
    },
  );

  test("a cancel that Render refuses while the deploy runs stays an error", async () => {
    const server = await startServer(({ method }) =>
      method === "POST"
        ? { status: 400, json: { message: "cron jobs cannot be cancelled" } }
        : { json: aDeploy({ status: "created" }) },
    );
    expect(await errorOf(clientOf(server).cancelDeploy("srv-1", "dep-1"))).toMatchObject({
      code: "RENDER_REFUSED",
      status: 400,
    });
  });

  test("a cancel of what is not there stays a 404", async () => {
    const server = await startServer(() => ({ status: 404 }));
    expect(await errorOf(clientOf(server).cancelDeploy("srv-1", "dep-1"))).toMatchObject({ status: 404 });
  });

  test("a cancel whose answer got lost is sent again, and then finds it finished", async () => {
    const server = await startServer(({ method, before }) =>
      before === 0 ? "drop" : method === "POST" ? { status: 400 } : { json: aDeploy({ status: "canceled" }) },
    );
    expect(await clientOf(server).cancelDeploy("srv-1", "dep-1")).toMatchObject({ kind: "already-finished" });
  });
});

describe("what a status means", () => {
  test.each([
    ["created", "running"],
    ["queued", "running"],
    ["build_in_progress", "running"],
    ["pre_deploy_in_progress", "running"],
    ["update_in_progress", "running"],
    ["something_new", "running"],
    ["", "running"],
    ["live", "live"],
    ["deactivated", "superseded"],
    ["build_failed", "failed"],
    ["pre_deploy_failed", "failed"],
    ["update_failed", "failed"],
    ["canceled", "failed"],
  ] as const)("%s is %s", (status, state) => {
    expect(classifyDeployStatus(status)).toBe(state);
    expect(isTerminal(status)).toBe(state !== "running");
  });
});

describe("finding our deploy after an answer that did not name it", () => {
  const postedAt = new Date("2026-11-24T21:00:00Z");
  const ours = { id: "dep-new", createdAt: "2026-11-24T21:00:00.500Z", status: "queued", trigger: "api" };
  const find = (...deploys: ReturnType<typeof aDeploy>[]) =>
    findQueuedDeploy(deploys, { known: new Set(["dep-old"]), postedAt })?.id;

  test("it is the one from the API that is new and not older than the POST", () => {
    expect(find(aDeploy({ id: "dep-old", createdAt: ours.createdAt }), aDeploy(ours))).toBe("dep-new");
  });

  test.each([
    ["a push's", { trigger: "new_commit" }],
    ["one without a trigger", { trigger: undefined }],
    ["one older than the POST", { createdAt: "2026-11-24T20:59:59.999Z" }],
    ["one known before", { id: "dep-old" }],
    ["one whose time cannot be read", { createdAt: "just now" }],
  ])("it is not %s", (_, tweak) => {
    expect(find(aDeploy({ ...ours, ...tweak }))).toBeUndefined();
  });

  test("of several it is the oldest", () => {
    const later = aDeploy({ ...ours, id: "dep-later", createdAt: "2026-11-24T21:00:09Z" });
    expect(find(later, aDeploy(ours))).toBe("dep-new");
  });
});
