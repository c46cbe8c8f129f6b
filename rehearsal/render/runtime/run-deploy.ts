import { DeployFailure, type Deploy } from "../state/deploy";
import { liveDeploy, type Service } from "../state/service";
import { newId } from "../ids";
import { buildFailure } from "./build-program";
import type { RuntimeContext } from "./context";
import { pause, untilAborted } from "./wait";

/** Why a deploy is aborted: cancelled by request, or replaced by a newer one. */
export class DeployAborted extends Error {
  constructor(readonly replacedBy?: string) {
    super("deploy aborted");
  }
}

// The numbers of the deprecated field `status` in deploy_ended and build_ended; no recording shows them.
const OLD_STATUS = { succeeded: 2, failed: 3, canceled: 4 } as const;
const FAILING_MS = 150;
const QUEUED_MS = 150;
const VERIFYING_MS = 150;

/** Takes a deploy from its start to its end, whatever that is; never rejects. Until the end what was live stays live. */
export async function runDeploy(
  context: RuntimeContext,
  service: Service,
  deploy: Deploy,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = context;
  try {
    if (deploy.fault === "queued") {
      setStatus("queued");
      await pause(QUEUED_MS, signal);
    }
    deploy.startedAt = clock.stamp();
    service.events.add("deploy_started", { deployId: deploy.id, trigger: triggerOf(deploy, service) });
    deploy.artifact = await artifactFor(deploy);
    if (deploy.fault === "unknown-status") {
      setStatus("verification_in_progress");
      await pause(VERIFYING_MS, signal);
    }
    setStatus("update_in_progress");
    if (deploy.fault === "hangs") await untilAborted(signal);
    if (deploy.fault === "health-fails" || deploy.fault === "crashes") await failUpdate(deploy.fault);
    await service.runtime.release(deploy, deploy.artifact, signal);
    const before = liveDeploy(service);
    if (before !== undefined) {
      before.status = "deactivated";
      before.updatedAt = clock.stamp();
    }
    end("live", "succeeded", {});
  } catch (error) {
    if (error instanceof DeployFailure) end(error.status, "failed", error.reason);
    else if (error instanceof DeployAborted) end("canceled", "canceled", abortReason(error));
    else if (context.stopSignal.aborted) end("canceled", "canceled", {});
    else {
      context.logs.add({
        message: `==> Internal error: ${String(error)}`,
        resource: service.id,
        type: "build",
        level: "error",
      });
      end("update_failed", "failed", { failure: { evicted: false } });
    }
  }

  function setStatus(status: Deploy["status"]): void {
    deploy.status = status;
    deploy.updatedAt = clock.stamp();
  }

  function end(
    status: Deploy["status"],
    outcome: keyof typeof OLD_STATUS,
    reason: Record<string, unknown>,
  ): void {
    deploy.finishedAt = clock.stamp();
    setStatus(status);
    service.events.add("deploy_ended", {
      deployId: deploy.id,
      deployStatus: outcome,
      status: OLD_STATUS[outcome],
      reason,
    });
  }

  async function artifactFor(wanted: Deploy) {
    if (wanted.mode === "rollback" && wanted.rollbackTarget?.artifact !== undefined)
      return wanted.rollbackTarget.artifact;
    if (wanted.mode === "deploy_only" && service.lastBuild !== undefined) return service.lastBuild;
    setStatus("build_in_progress");
    const buildId = newId("bld");
    service.events.add("build_started", { buildId, trigger: triggerOf(wanted, service) });
    try {
      if (wanted.fault === "build-fails") await failBuild();
      service.lastBuild = await service.runtime.build(wanted, signal);
    } catch (error) {
      const outcome = error instanceof DeployFailure ? "failed" : "canceled";
      const reason = error instanceof DeployFailure ? error.reason : {};
      service.events.add("build_ended", {
        buildId,
        buildStatus: outcome,
        status: OLD_STATUS[outcome],
        reason,
      });
      throw error;
    }
    service.events.add("build_ended", {
      buildId,
      buildStatus: "succeeded",
      status: OLD_STATUS.succeeded,
      reason: {},
    });
    return service.lastBuild;
  }

  async function failBuild(): Promise<never> {
    await pause(FAILING_MS, signal);
    context.logs.add({
      message: "==> Build failed: exited with 1",
      resource: service.id,
      type: "build",
      level: "error",
    });
    throw buildFailure();
  }

  async function failUpdate(fault: "health-fails" | "crashes"): Promise<never> {
    await pause(FAILING_MS, signal);
    const crashed = fault === "crashes";
    const message = crashed ? "==> Exited with status 1" : "==> Timed out: the health check never succeeded";
    context.logs.add({ message, resource: service.id, type: "app", level: "error" });
    const failure = crashed
      ? { evicted: false, nonZeroExit: 1 }
      : { evicted: false, timedOutSeconds: 900, unhealthy: "HTTP health check failed (status 503)" };
    throw new DeployFailure("update_failed", { failure });
  }
}

/** What `deploy_ended` says of a deploy that was cancelled. */
function abortReason(error: DeployAborted): Record<string, unknown> {
  return error.replacedBy === undefined ? {} : { newDeploy: { id: error.replacedBy } };
}

/** The end of a deploy that never began. */
export function endUnstarted(
  context: RuntimeContext,
  service: Service,
  deploy: Deploy,
  reason: DeployAborted,
): void {
  deploy.finishedAt = context.clock.stamp();
  deploy.updatedAt = deploy.finishedAt;
  deploy.status = "canceled";
  service.events.add("deploy_ended", {
    deployId: deploy.id,
    deployStatus: "canceled",
    status: OLD_STATUS.canceled,
    reason: abortReason(reason),
  });
}

function triggerOf(deploy: Deploy, service: Service): Record<string, unknown> {
  return {
    firstBuild: service.deploys[0] === deploy,
    envUpdated: false,
    manual: deploy.trigger === "manual",
    deployedByRender: false,
    clearCache: deploy.clearCache,
    rollback: deploy.mode === "rollback",
    ...(deploy.trigger === "new_commit" && { newCommit: deploy.commit.id }),
    ...(deploy.rollbackTarget !== undefined && { rollbackTargetDeployId: deploy.rollbackTarget.id }),
  };
}
