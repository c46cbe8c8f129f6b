import { newCursor, newId } from "../ids";
import { runJob } from "../runtime/run-job";
import type { Commit } from "./deploy";
import { savedEnvironment } from "./env-group";
import type { Job } from "./job";
import type { Service } from "./service";
import type { World } from "./world";

const BASE_PLAN = "plan-srv-006";

/** Makes a job with the variables as they are saved at this moment, deployed or not, and starts it. */
export function startJob(
  world: World,
  service: Service,
  commit: Commit,
  request: {
    startCommand: string;
    planId?: string | undefined;
    env?: Readonly<Record<string, string>>;
    /** Default: the job's own id. */
    logResource?: string;
  },
): Job {
  const id = newId("job");
  const abort = new AbortController();
  const fault = world.faults.takeJobFault(service.spec.name);
  const job: Job = {
    id,
    logResource: request.logResource ?? id,
    cursor: newCursor(),
    serviceId: service.id,
    startCommand: request.startCommand,
    planId: request.planId ?? BASE_PLAN,
    env: { ...request.env, ...savedEnvironment(world, service) },
    commit,
    status: "pending",
    createdAt: world.clock.stamp(),
    ...(fault !== undefined && { fault }),
    done: Promise.resolve(),
    async cancel() {
      abort.abort();
      await job.done;
    },
  };
  service.jobs.push(job);
  job.done = runJob(world.runtime, service, job, AbortSignal.any([abort.signal, world.runtime.stopSignal]));
  return job;
}
