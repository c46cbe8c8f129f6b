import { newCursor, newId } from "../ids";
import type { Commit, Deploy, DeployTrigger } from "./deploy";
import { savedEnvironment } from "./env-group";
import type { Service } from "./service";
import type { World } from "./world";

export interface DeployRequest {
  trigger: DeployTrigger;
  mode: Deploy["mode"];
  commit: Commit;
  clearCache?: boolean;
}

export interface RequestedDeploy {
  deploy: Deploy;
  /** Whether the request is answered 202, with no body. */
  queued: boolean;
}

/** Makes a deploy with the variables as they are saved at this moment, and starts or queues it. */
export function requestDeploy(world: World, service: Service, request: DeployRequest): RequestedDeploy {
  return submit(world, service, { ...request, env: savedEnvironment(world, service) });
}

/** A rollback: code and variables of the target deploy; what is saved stays as it is. */
export function requestRollback(world: World, service: Service, target: Deploy): RequestedDeploy {
  return submit(world, service, {
    trigger: "rollback",
    mode: "rollback",
    commit: target.commit,
    env: target.env,
    rollbackTarget: target,
  });
}

function submit(
  world: World,
  service: Service,
  request: DeployRequest & { env: Readonly<Record<string, string>>; rollbackTarget?: Deploy },
): RequestedDeploy {
  const createdAt = world.clock.stamp();
  const fault = world.faults.takeDeployFault(service.spec.name);
  const deploy: Deploy = {
    id: newId("dep"),
    cursor: newCursor(),
    clearCache: false,
    status: "created",
    createdAt,
    updatedAt: createdAt,
    ...request,
    ...(fault !== undefined && { fault }),
  };
  const outcome = service.queue.submit(deploy);
  return { deploy, queued: outcome === "queued" || fault === "queued" };
}
