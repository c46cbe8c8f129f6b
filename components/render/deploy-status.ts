import type { Deploy } from "./types";

/** `superseded` was live and has been replaced since. */
export type DeployState = "running" | "live" | "superseded" | "failed";

/**
 * What a deploy's status means for one who waits. A word that we do not know is a deploy that still runs: Render adds
 * steps, and a wait ends by its budget anyway.
 * @source API reference, "Retrieve deploy", `status`.
 */
export function classifyDeployStatus(status: string): DeployState {
  switch (status) {
    case "live":
      return "live";
    case "deactivated":
      return "superseded";
    case "build_failed":
    case "pre_deploy_failed":
    case "update_failed":
    case "canceled":
      return "failed";
    default:
      return "running";
  }
}

/** The one that visitors get, where it is among those listed. */
export function liveDeploy<T extends { status: string }>(deploys: readonly T[]): T | undefined {
  return deploys.find(({ status }) => status === "live");
}

/** Whether a deploy with this status changes no more by itself. */
export function isTerminal(status: string): boolean {
  return classifyDeployStatus(status) !== "running";
}

export interface PostedDeploy {
  /** Ids that were listed before the POST. */
  known: ReadonlySet<string>;
  /** Render's clock just before the POST. */
  postedAt: Date;
}

/**
 * The listed deploy that our POST started, when the answer did not name it: started through the API, not there before,
 * not older than the POST. Of several the oldest; a later one would have our variables as well.
 */
export function findQueuedDeploy(
  deploys: readonly Deploy[],
  { known, postedAt }: PostedDeploy,
): Deploy | undefined {
  return deploys
    .filter(
      ({ id, trigger, createdAt }) =>
        trigger === "api" && !known.has(id) && Date.parse(createdAt) >= postedAt.getTime(),
    )
    .sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))[0];
}
