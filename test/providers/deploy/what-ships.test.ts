import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { whatShips } from "../../../components/providers/deploy/what-ships";
import type { Deploy, Service } from "../../../components/render/client";

const service: Service = { id: "srv-1", name: "backend", ownerId: "tea-1", type: "web_service" };
const site: Service = { ...service, name: "site", type: "static_site" };

let minute = 0;
/** Each older than the one made before it: lists are newest first. */
function deploy(id: string, status: string, commit: string | undefined, more: Partial<Deploy> = {}): Deploy {
  minute += 1;
  const createdAt = new Date(Date.parse("2026-11-24T21:00:00Z") - minute * 60_000).toISOString();
  return {
    id,
    status,
    createdAt,
    trigger: "new_commit",
    ...(commit === undefined ? {} : { commit: { id: commit } }),
    ...more,
  };
}
const ship = (deploys: Deploy[], options: { build?: boolean; service?: Service } = {}) =>
  whatShips({
    service: options.service ?? service,
    deploys,
    live: deploys.find(({ status }) => status === "live"),
    build: options.build ?? false,
  });

describe("what ships with a flip of a web service is what is live:", () => {
  it.each<[string, Deploy[]]>([
    ["the newest deploy", [deploy("d2", "live", "new"), deploy("d1", "deactivated", "old")]],
    [
      "the newest build, as the newer one did not build",
      [deploy("d3", "build_failed", "bad"), deploy("d2", "live", "new")],
    ],
    [
      "the commit of the newest build, by an older deploy of it",
      [deploy("d3", "canceled", "new"), deploy("d2", "live", "new")],
    ],
    [
      "rolled back on Render to the same commit",
      [deploy("d3", "live", "new", { trigger: "rollback" }), deploy("d2", "deactivated", "new")],
    ],
    ["a first deploy without a commit", [deploy("d1", "live", undefined)]],
  ])("the last build is started again where it is %s", (_what, deploys) => {
    expect(ship(deploys)).toMatchObject({ body: { deployMode: "deploy_only" }, usual: true });
  });

  it.each<[string, Deploy[]]>([
    [
      "after a rollback on Render",
      [
        deploy("d3", "live", "good", { trigger: "rollback" }),
        deploy("d2", "deactivated", "bad"),
        deploy("d1", "deactivated", "good"),
      ],
    ],
    [
      "after a deploy that was built and did not start",
      [deploy("d3", "update_failed", "bad"), deploy("d2", "live", "good")],
    ],
    [
      "after one whose pre-deploy command failed",
      [deploy("d3", "pre_deploy_failed", "bad"), deploy("d2", "live", "good")],
    ],
    [
      "after one that was cancelled, perhaps behind its build",
      [deploy("d3", "canceled", "bad"), deploy("d2", "live", "good")],
    ],
    ["where only the rollback itself is listed", [deploy("d9", "live", "good", { trigger: "rollback" })]],
  ])("the live commit is built %s, and it is said why", (_what, deploys) => {
    const { body, how, usual } = ship(deploys);
    expect(body).toEqual({ commitId: "good" });
    expect(usual).toBe(false);
    expect(how).toMatch(/^commit good, which is live, built again: /);
    if (deploys.length > 1) expect(how).toContain("the newest build is that of bad");
  });

  it("is built from the live commit where a value that is built into the code changes", () => {
    expect(ship([deploy("d1", "live", "c1")], { build: true })).toMatchObject({
      body: { commitId: "c1" },
      how: "commit c1, which is live, built again, as a value that is built into the code changes",
    });
    expect(() => ship([], { build: true })).toThrow("no deploy of this service is live");
  });

  it("is the last build, and said, where Render names no commit to compare", () => {
    const deploys = [
      deploy("d3", "live", undefined, { trigger: "rollback" }),
      deploy("d2", "deactivated", "bad"),
    ];
    expect(ship(deploys)).toMatchObject({ body: { deployMode: "deploy_only" }, usual: false });
  });
});

describe("what ships of other kinds of service", () => {
  it("is the live commit of a static site, always built", () => {
    expect(ship([deploy("d1", "live", "c1")], { service: site })).toMatchObject({
      body: { commitId: "c1" },
      usual: true,
    });
    expect(() => ship([deploy("d1", "deactivated", "c1")], { service: site })).toThrow(
      "no deploy of this static site is live",
    );
  });

  it.each([
    ["docker.io/org/app:1.2", "sha256:abc", "docker.io/org/app@sha256:abc"],
    ["localhost:5000/app", "abc", "localhost:5000/app@sha256:abc"],
    ["ghcr.io/org/app:1@sha256:old", "sha256:new", "ghcr.io/org/app@sha256:new"],
    ["ghcr.io/org/app:latest", undefined, "ghcr.io/org/app:latest"],
  ])("is the live image by its digest: %s %s", (ref, sha, imageUrl) => {
    const live = deploy("d1", "live", undefined, { image: { ref, sha } });
    expect(
      ship([deploy("d2", "update_failed", undefined, { image: { ref: "x", sha: "y" } }), live]).body,
    ).toEqual({ imageUrl });
  });
});

it("never ships a commit that is not live, whatever the list of deploys holds", () => {
  const status = fc.constantFrom(
    "live",
    "deactivated",
    "build_failed",
    "update_failed",
    "canceled",
    "pre_deploy_failed",
  );
  const row = fc.tuple(
    status,
    fc.constantFrom("a", "b", "c"),
    fc.constantFrom("api", "new_commit", "rollback"),
  );
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.boolean(), (rows, build) => {
      let live = false;
      const deploys = rows.map(([state, commit, trigger], index) => {
        const first = state === "live" && !live;
        live ||= first;
        return deploy(`d${index}`, state === "live" && !first ? "deactivated" : state, commit, { trigger });
      });
      if (!live) return;
      const { body } = ship(deploys, { build });
      const commit = deploys.find((each) => each.status === "live")?.commit?.id;
      if ("commitId" in body) expect(body.commitId).toBe(commit);
      // What "the last good build" may be: any built commit that is as new as the newest one.
      const built = deploys.find((each) => each.status !== "build_failed" && each.trigger !== "rollback");
      if ("deployMode" in body) expect(built?.commit?.id).toBe(commit);
    }),
  );
});
