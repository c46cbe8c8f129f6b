import { RolloutError } from "../../errors";
import { classifyDeployStatus, type CreateDeployBody, type Deploy, type Service } from "../../render/client";

/** How a deploy brings new values into what runs without shipping code that is not live. */
export interface Shipment {
  body: CreateDeployBody;
  /** For the log, previews and evidence; begins with what is started. */
  how: string;
  /** Whether it is what this kind of service does anyway, so that a preview need not say it. */
  usual: boolean;
}

export interface ShipmentFacts {
  service: Service;
  /** Newest first, as far back as they were read. */
  deploys: readonly Deploy[];
  live: Deploy | undefined;
  /** A value that is built into the code changes: the last build cannot carry it. */
  build: boolean;
}

/**
 * What ships with a flip is the commit that is live, whatever the newest build is: after a rollback on Render, or a deploy that
 * failed behind its build, "the last good build" is code that nobody wants live.
 * @throws RolloutError NO_LIVE_COMMIT where only a build will do and none can be named.
 * @source Render API reference, "Create deploy": deployMode, commitId, imageUrl.
 */
export function whatShips({ service, deploys, live, build }: ShipmentFacts): Shipment {
  if (isImageBacked(service, live)) return ofImage(live);
  const commit = live?.commit?.id;
  if (service.type === "static_site") {
    if (commit === undefined) throw noLiveCommit(service, "static site");
    return { body: { commitId: commit }, how: `commit ${commit}, which is live, built again`, usual: true };
  }
  if (build) {
    if (commit === undefined) throw noLiveCommit(service, "service");
    const how = `commit ${commit}, which is live, built again, as a value that is built into the code changes`;
    return { body: { commitId: commit }, how, usual: false };
  }
  const newest = newestBuild(deploys);
  const lastBuild = { deployMode: "deploy_only" } as const;
  if (live === undefined)
    return { body: lastBuild, how: "last good build started again (no deploy is live)", usual: true };
  if (newest?.id === live.id || (commit !== undefined && newest?.commit?.id === commit)) {
    const which = commit === undefined ? "" : ` (commit ${commit}, which is live)`;
    return { body: lastBuild, how: `last good build started again${which}`, usual: true };
  }
  if (commit === undefined) {
    const how = `last good build started again (Render names no commit for the live deploy ${live.id}, so the two could not be compared)`;
    return { body: lastBuild, how, usual: false };
  }
  return {
    body: { commitId: commit },
    how: `commit ${commit}, which is live, built again: ${whyNot(newest)}`,
    usual: false,
  };
}

function whyNot(newest: Deploy | undefined): string {
  if (newest === undefined) return "which build is the newest is not known";
  return `the newest build is that of ${newest.commit?.id ?? newest.id} (${newest.id}, ${newest.status}), which is not live`;
}

/** The newest deploy that may have left a build behind: also one that was built and then did not start, or was stopped at some point. */
function newestBuild(deploys: readonly Deploy[]): Deploy | undefined {
  return deploys
    .filter(({ status, trigger }) => trigger !== "rollback" && !BUILDS_NOTHING.includes(status))
    .filter(({ status }) => classifyDeployStatus(status) !== "running")
    .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))[0];
}

const BUILDS_NOTHING = ["build_failed", "created", "queued"];

function isImageBacked(service: Service, live: Deploy | undefined): boolean {
  return (
    live?.image !== undefined ||
    service.imagePath !== undefined ||
    service.serviceDetails?.runtime === "image"
  );
}

/** A tag may point to another image by now; a digest cannot. */
function ofImage(live: Deploy | undefined): Shipment {
  const { ref, sha } = live?.image ?? {};
  if (ref === undefined) {
    const how = "last image started again (Render does not name the one that is live)";
    return { body: { deployMode: "deploy_only" }, how, usual: false };
  }
  if (sha === undefined || sha === "") {
    return {
      body: { imageUrl: ref },
      how: `image ${ref} started again, by its tag: Render names no digest`,
      usual: false,
    };
  }
  const name = ref.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  const url = `${name}@${sha.includes(":") ? sha : `sha256:${sha}`}`;
  return { body: { imageUrl: url }, how: `image ${url}, which is live, started again`, usual: true };
}

function noLiveCommit(service: Service, what: string): RolloutError {
  return new RolloutError(
    "NO_LIVE_COMMIT",
    `${service.name}: no deploy of this ${what} is live, so there is no commit to build again without shipping new code. ` +
      `Deploy it once from Render's dashboard, then run the update again.`,
  );
}
