import type { ApplicationFault } from "../faults";
import type { ServiceSpec } from "../options";
import type { PublicSite } from "../runtime/public-site";
import type { Runtime } from "../runtime/runtime";
import type { Artifact, Commit, Deploy, DeployLine } from "./deploy";
import type { EnvVars } from "./env-vars";
import type { CronRun } from "./cron-run";
import type { EventLog } from "./event-log";
import type { Job } from "./job";
import type { SecretFiles } from "./secret-files";
import type { Traffic } from "./traffic";

/** One Render service with all that it has. */
export interface Service {
  readonly spec: ServiceSpec;
  readonly id: string;
  readonly slug: string;
  readonly cursor: string;
  readonly ownerId: string;
  /** Microseconds since 1970. */
  readonly createdAt: number;
  updatedAt: number;
  suspended: boolean;
  readonly env: EnvVars;
  readonly secretFiles: SecretFiles;
  /** What PATCH has changed of what the API shows. */
  readonly patched: { fields: Record<string, unknown>; details: Record<string, unknown> };
  /** Runs of a cron job, oldest first. */
  readonly cronRuns: CronRun[];
  /** What metrics tell of its instance, instead of what is measured. */
  usage: { cpu?: number; memoryBytes?: number };
  /** Oldest first; the last is the tip of the branch. */
  readonly commits: Commit[];
  /** Oldest first. */
  readonly deploys: Deploy[];
  readonly jobs: Job[];
  readonly events: EventLog;
  readonly traffic: Traffic;
  readonly site: PublicSite;
  readonly runtime: Runtime;
  readonly queue: DeployLine;
  /** The last build that succeeded, whether or not it went live. */
  lastBuild?: Artifact;
  /** Taken up by the next instance that starts. */
  applicationFaults: readonly ApplicationFault[];
}

export function liveDeploy(service: Service): Deploy | undefined {
  return service.deploys.find(({ status }) => status === "live");
}

export function branchTip(service: Service): Commit {
  const tip = service.commits.at(-1);
  if (tip === undefined) throw new Error(`${service.spec.name} has no commit`);
  return tip;
}
