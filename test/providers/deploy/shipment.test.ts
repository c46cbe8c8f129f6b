import { describe, expect, it } from "vitest";

import { whatShips, type ShipmentFacts } from "../../../components/providers/deploy/what-ships";
import { AT, fakeWorld, liveDeploy } from "../../support/fake-context";

const service = fakeWorld().services.get("srv-backend")!.service;
const live = liveDeploy("dep-1", AT);
const facts: ShipmentFacts = { service, deploys: [live], live, build: false };
const LAST = { deployMode: "deploy_only" } as const;
const image = (sha?: string, ref = "docker.io/shop/api:v2") => ({
  ...liveDeploy("dep-1", AT),
  image: { ref, ...(sha === undefined ? {} : { sha }) },
});

describe("what ships with a flip", () => {
  it.each<[string, Partial<ShipmentFacts>, ReturnType<typeof whatShips>]>([
    [
      "the live build is the newest",
      {},
      { body: LAST, how: "last good build started again (commit c0ffee, which is live)", usual: true },
    ],
    [
      "nothing is live",
      { live: undefined },
      { body: LAST, how: "last good build started again (no deploy is live)", usual: true },
    ],
    [
      "the live build is the newest, and Render names no commit",
      { live: { ...live, commit: undefined } },
      { body: LAST, how: "last good build started again", usual: true },
    ],
    [
      "a newer one of the same commit ran once",
      { deploys: [liveDeploy("dep-2", AT + 1, { status: "canceled" }), live] },
      { body: LAST, how: "last good build started again (commit c0ffee, which is live)", usual: true },
    ],
    [
      "a newer build is not live",
      { deploys: [live, liveDeploy("dep-2", AT + 1, { status: "update_failed", commit: { id: "bad" } })] },
      {
        body: { commitId: "c0ffee" },
        how: "commit c0ffee, which is live, built again: the newest build is that of bad (dep-2, update_failed), which is not live",
        usual: false,
      },
    ],
    [
      "a newer build is not live, and has no commit",
      {
        deploys: [liveDeploy("dep-2", AT + 1, { status: "update_failed", commit: undefined }), live],
      },
      {
        body: { commitId: "c0ffee" },
        how: "commit c0ffee, which is live, built again: the newest build is that of dep-2 (dep-2, update_failed), which is not live",
        usual: false,
      },
    ],
    [
      "what is newer still runs, built nothing or is a rollback",
      {
        deploys: [
          ...["build_in_progress", "build_failed", "created", "queued"].map((status, place) =>
            liveDeploy(`dep-${place + 2}`, AT + place + 1, { status, commit: { id: "new" } }),
          ),
          liveDeploy("dep-9", AT + 9, { trigger: "rollback", status: "deactivated", commit: { id: "old" } }),
          live,
        ],
      },
      { body: LAST, how: "last good build started again (commit c0ffee, which is live)", usual: true },
    ],
    [
      "no build is listed",
      { deploys: [] },
      {
        body: { commitId: "c0ffee" },
        how: "commit c0ffee, which is live, built again: which build is the newest is not known",
        usual: false,
      },
    ],
    [
      "a value that is built into the code changes",
      { build: true },
      {
        body: { commitId: "c0ffee" },
        how: "commit c0ffee, which is live, built again, as a value that is built into the code changes",
        usual: false,
      },
    ],
    [
      "a static site",
      { service: { ...service, type: "static_site" } },
      { body: { commitId: "c0ffee" }, how: "commit c0ffee, which is live, built again", usual: true },
    ],
    [
      "an image with its digest, whatever its tag",
      { live: image("sha256:abc") },
      {
        body: { imageUrl: "docker.io/shop/api@sha256:abc" },
        how: "image docker.io/shop/api@sha256:abc, which is live, started again",
        usual: true,
      },
    ],
    [
      "an image whose digest has no kind, behind a port and another digest",
      { live: image("abc", "host:5000/api@sha256:old") },
      {
        body: { imageUrl: "host:5000/api@sha256:abc" },
        how: "image host:5000/api@sha256:abc, which is live, started again",
        usual: true,
      },
    ],
    ...[undefined, ""].map((sha): [string, Partial<ShipmentFacts>, ReturnType<typeof whatShips>] => [
      `an image without a digest: ${JSON.stringify(sha)}`,
      { live: image(sha) },
      {
        body: { imageUrl: "docker.io/shop/api:v2" },
        how: "image docker.io/shop/api:v2 started again, by its tag: Render names no digest",
        usual: false,
      },
    ]),
    ...[{ imagePath: "docker.io/shop/api" }, { serviceDetails: { runtime: "image" } }].map(
      (more): [string, Partial<ShipmentFacts>, ReturnType<typeof whatShips>] => [
        `an image that Render does not name: ${Object.keys(more).join()}`,
        { service: { ...service, ...more } },
        {
          body: LAST,
          how: "last image started again (Render does not name the one that is live)",
          usual: false,
        },
      ],
    ),
  ])("is this: %s", (_case, more, wanted) => {
    expect(whatShips({ ...facts, ...more })).toEqual(wanted);
  });

  it.each<[Partial<ShipmentFacts>, string]>([
    [{ build: true }, "service"],
    [{ service: { ...service, type: "static_site" } }, "static site"],
  ])("is refused where only a build will do and no commit is live: %#", (more, what) => {
    expect(() => whatShips({ ...facts, live: undefined, ...more })).toThrow(
      expect.objectContaining({
        code: "NO_LIVE_COMMIT",
        message: `backend: no deploy of this ${what} is live, so there is no commit to build again without shipping new code. Deploy it once from Render's dashboard, then run the update again.`,
      }),
    );
  });
});
