import { newCommitId, newCursor, newId } from "../ids";
import type { ServiceSpec } from "../options";
import { DeployQueue } from "../runtime/deploy-queue";
import { PublicSite } from "../runtime/public-site";
import { createRuntime } from "../runtime/create-runtime";
import { EnvVars } from "./env-vars";
import { EventLog } from "./event-log";
import { SecretFiles } from "./secret-files";
import type { Service } from "./service";
import { Traffic } from "./traffic";
import type { Owner, WorldParts } from "./world";

/** A service with its public URL open and one commit, not deployed yet. */
export async function createService(parts: WorldParts, owner: Owner, spec: ServiceSpec): Promise<Service> {
  const { clock, runtime, logs, options } = parts;
  const id = spec.id ?? newId(spec.type === "cron_job" ? "crn" : "srv");
  const createdAt = clock.stamp();
  const traffic = new Traffic(clock);
  const isWeb = spec.type === "web_service";
  const site = await PublicSite.open((served) => {
    traffic.add(served);
    // Request logs, like metrics, are of web services only, and come with the larger plans.
    if (!isWeb || owner.plan === "hobby") return;
    const labels = {
      host: served.host,
      method: served.method,
      path: served.path,
      statusCode: String(served.status),
    };
    const message = `${served.method} ${served.path} ${served.status} ${served.ms.toFixed(1)}ms`;
    logs.add({ message, resource: id, type: "request", level: "info", labels });
  });
  const service: Service = {
    spec,
    id,
    slug: spec.name,
    cursor: newCursor(),
    ownerId: owner.id,
    createdAt,
    updatedAt: createdAt,
    suspended: false,
    env: new EnvVars(spec.envVars),
    secretFiles: new SecretFiles(),
    patched: { fields: {}, details: {} },
    cronRuns: [],
    usage: {},
    commits: [{ id: spec.commitId ?? newCommitId(), message: "Initial commit", createdAt }],
    deploys: [],
    jobs: [],
    events: new EventLog(clock),
    traffic,
    site,
    runtime: createRuntime(runtime, spec, () => service),
    queue: new DeployQueue(runtime, options.overlapPolicy ?? "wait", () => service),
    applicationFaults: [],
  };
  return service;
}
