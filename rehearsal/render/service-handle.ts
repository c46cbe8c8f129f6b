import type { ApplicationFault } from "./faults";
import { newCommitId } from "./ids";
import type { DeployStatus } from "./state/deploy";
import { noTarget } from "./runtime/targets";
import { pause } from "./runtime/wait";
import { requestDeploy, requestRollback } from "./state/request-deploy";
import { branchTip, liveDeploy, type Service } from "./state/service";
import { autoDeployOf } from "./state/service-json";
import type { World } from "./state/world";

export interface DeploySummary {
  id: string;
  status: DeployStatus;
  trigger: string;
  commitId: string;
  /** Both on the stand-in's clock. */
  createdAt: Date;
  finishedAt?: Date;
}

/** One service as the person at the dashboard, and the test, see it. Nothing here is a request to the API. */
export interface ServiceHandle {
  readonly id: string;
  readonly name: string;
  /** Stays the same for the service's whole life. */
  readonly url: string;
  /** What is saved. */
  readonly envVars: Readonly<Record<string, string>>;
  /** What the live deploy runs with (a static site: was built with). Empty when nothing is live. */
  readonly liveEnv: Readonly<Record<string, string>>;
  /** The commit of the code that serves; undefined when nothing is live. */
  readonly liveCommitId: string | undefined;
  /** Oldest first. */
  readonly deploys: readonly DeploySummary[];
  /** Saves a variable in the dashboard, and no more ("save only"). */
  flipInDashboard(key: string, value: string): void;
  /** Likewise, removes it. */
  removeInDashboard(key: string): void;
  /** Somebody presses "Deploy". Settles when the deploy has ended, unless `wait` is false.
   *  @param mode default "deploy_only"; "build_and_deploy" takes the tip of the branch. */
  deployByHand(options?: {
    mode?: "deploy_only" | "build_and_deploy";
    wait?: boolean;
  }): Promise<DeploySummary>;
  /** Somebody presses "Rollback" at a deploy: its code and variables serve again, and the newest build stays the newest.
   *  Settles when that has ended. @throws Error when the deploy has no build. */
  rollBackByHand(deployId: string): Promise<DeploySummary>;
  /** What metrics tell of the instance from now on, instead of what is measured. */
  setUsage(usage: { cpu?: number; memoryBytes?: number }): void;
  /** Adds a commit at the tip of the branch; deploys only where autoDeploy is on.
   *  @param cwd its sources; default: the service's own directory. @param id 40 hex digits; default: a new one. */
  pushCommit(message?: string, cwd?: string, id?: string): string;
  /** How the backend misbehaves, from the next instance on (the next deploy). An empty list mends it. */
  setApplicationFaults(faults: readonly ApplicationFault[]): void;
  suspend(): Promise<void>;
  /** Nothing answers at the public URL (502) for so many real milliseconds; what runs goes on running. */
  outage(ms: number): Promise<void>;
  /** Deploys with what is saved now; settles when that has ended. */
  resume(): Promise<DeploySummary>;
  /** Settles when no deploy runs or waits. */
  idle(): Promise<void>;
  addLogLine(message: string, level?: string): void;
}

export function createServiceHandle(world: World, service: Service): ServiceHandle {
  const summaryOf = (deploy: Service["deploys"][number]): DeploySummary => ({
    id: deploy.id,
    status: deploy.status,
    trigger: deploy.trigger,
    commitId: (deploy.artifact?.commit ?? deploy.commit).id,
    createdAt: new Date(deploy.createdAt / 1000),
    ...(deploy.finishedAt !== undefined && { finishedAt: new Date(deploy.finishedAt / 1000) }),
  });
  return {
    id: service.id,
    name: service.spec.name,
    url: service.site.url,
    get envVars() {
      return service.env.snapshot();
    },
    get liveEnv() {
      return liveDeploy(service)?.artifact?.env ?? liveDeploy(service)?.env ?? {};
    },
    get liveCommitId() {
      return liveDeploy(service)?.artifact?.commit.id;
    },
    get deploys() {
      return service.deploys.map(summaryOf);
    },
    flipInDashboard(key, value) {
      service.env.set(key, value);
    },
    removeInDashboard(key) {
      service.env.delete(key);
    },
    async deployByHand({ mode = "deploy_only", wait = true } = {}) {
      const commit =
        mode === "deploy_only" ? (service.lastBuild?.commit ?? branchTip(service)) : branchTip(service);
      const { deploy } = requestDeploy(world, service, { trigger: "manual", mode, commit });
      if (wait) await service.queue.idle();
      return summaryOf(deploy);
    },
    async rollBackByHand(deployId) {
      const target = service.deploys.find(({ id }) => id === deployId);
      if (target?.artifact === undefined) throw new Error(`deploy ${deployId} has no build to go back to`);
      const { deploy } = requestRollback(world, service, target);
      await service.queue.idle();
      return summaryOf(deploy);
    },
    setUsage(usage) {
      service.usage = usage;
    },
    pushCommit(message = "Another commit", cwd, id = newCommitId()) {
      const commit = {
        id,
        message,
        createdAt: world.clock.stamp(),
        ...(cwd !== undefined && { cwd }),
      };
      service.commits.push(commit);
      if (autoDeployOf(service) === "yes")
        requestDeploy(world, service, { trigger: "new_commit", mode: "build_and_deploy", commit });
      return commit.id;
    },
    setApplicationFaults(faults) {
      service.applicationFaults = [...faults];
    },
    async outage(ms) {
      const before = service.site.switchTo(noTarget);
      await pause(ms, world.runtime.stopSignal);
      const now = service.site.switchTo(before);
      // A deploy has moved the traffic meanwhile: its target stays.
      if (now !== noTarget) service.site.switchTo(now);
    },
    async suspend() {
      service.suspended = true;
      service.events.add("service_suspended", {});
      await service.runtime.suspend();
    },
    async resume() {
      service.suspended = false;
      service.events.add("service_resumed", {});
      const commit = service.lastBuild?.commit ?? branchTip(service);
      const { deploy } = requestDeploy(world, service, {
        trigger: "service_resumed",
        mode: "deploy_only",
        commit,
      });
      await service.queue.idle();
      return summaryOf(deploy);
    },
    idle: () => service.queue.idle(),
    addLogLine(message, level) {
      world.logs.add({ message, resource: service.id, type: "app", ...(level !== undefined && { level }) });
    },
  };
}
