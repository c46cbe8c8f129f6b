import { formatTime } from "../clock";
import type { DeployFault } from "../faults";
import type { ServiceSpec } from "../options";

export type DeployStatus =
  | "created"
  | "queued"
  | "build_in_progress"
  | "verification_in_progress" // no status of Render's: see the fault unknown-status
  | "update_in_progress"
  | "live"
  | "deactivated"
  | "build_failed"
  | "update_failed"
  | "canceled";

export type DeployTrigger = "api" | "manual" | "new_commit" | "rollback" | "service_resumed";

export interface Commit {
  id: string;
  message: string;
  /** Microseconds since 1970. */
  createdAt: number;
  /** The sources of this commit; default: the service's own directory. */
  cwd?: string;
}

/** What a build made: for a web service only the commit; for a static site also the directory to serve, and the variables
 *  that are baked into it. */
export interface Artifact {
  commit: Commit;
  directory?: string;
  env?: Readonly<Record<string, string>>;
}

export interface Deploy {
  readonly id: string;
  readonly cursor: string;
  readonly trigger: DeployTrigger;
  readonly mode: "build_and_deploy" | "deploy_only" | "rollback";
  readonly clearCache: boolean;
  readonly rollbackTarget?: Deploy;
  commit: Commit;
  /** The variables that it runs with, taken when it was requested. */
  readonly env: Readonly<Record<string, string>>;
  artifact?: Artifact;
  fault?: DeployFault;
  status: DeployStatus;
  /** Times in microseconds since 1970. */
  readonly createdAt: number;
  updatedAt: number;
  startedAt?: number;
  finishedAt?: number;
}

/** The deploys of one service, one at a time. */
export interface DeployLine {
  /** Starts the deploy, or lets it wait.
   *  @returns "queued" when it waits: Render then answers 202 and no id. */
  submit(deploy: Deploy): "started" | "queued";
  /** Cancels a deploy that runs or waits; settles when it has ended. What was live stays live.
   *  @returns false when it had ended before. */
  cancel(deploy: Deploy): Promise<boolean>;
  /** Settles when nothing runs and nothing waits. */
  idle(): Promise<void>;
}

/** A failed deploy's end: its status, and the reason that the event carries. */
export class DeployFailure extends Error {
  constructor(
    readonly status: "build_failed" | "update_failed",
    readonly reason: Record<string, unknown>,
  ) {
    super(status);
  }
}

export function isFinished(deploy: Deploy): boolean {
  return ["live", "deactivated", "build_failed", "update_failed", "canceled"].includes(deploy.status);
}

/** The deploy as the API shows it. Before it is released `finishedAt` is absent, then null, then a time: all three are recorded. */
export function deployJson(deploy: Deploy, { spec }: { spec: ServiceSpec }): Record<string, unknown> {
  const json: Record<string, unknown> = {
    id: deploy.id,
    ...(spec.type !== "static_site" && spec.image !== undefined
      ? { image: { ref: spec.image.path, sha: `sha256:${deploy.commit.id.padEnd(64, "0")}` } }
      : {
          commit: {
            id: deploy.commit.id,
            message: deploy.commit.message,
            createdAt: formatTime(deploy.commit.createdAt),
          },
        }),
    status: deploy.status,
    trigger: deploy.trigger,
    createdAt: formatTime(deploy.createdAt),
    updatedAt: formatTime(deploy.updatedAt),
  };
  if (deploy.startedAt !== undefined) json["startedAt"] = formatTime(deploy.startedAt);
  if (deploy.finishedAt !== undefined) json["finishedAt"] = formatTime(deploy.finishedAt);
  else if (deploy.status === "update_in_progress") json["finishedAt"] = null;
  return json;
}
