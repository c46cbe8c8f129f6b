import type { CronJobSpec } from "../options";
import type { Service } from "../state/service";
import { buildCommit } from "./build-commit";
import type { RuntimeContext } from "./context";
import type { Runtime } from "./runtime";

/** A cron job has builds and nothing that stays: a release is done when the next run would take it. */
export function createCronRuntime(
  context: RuntimeContext,
  spec: CronJobSpec,
  service: () => Service,
): Runtime {
  return {
    build: (deploy, signal) => buildCommit(context, service(), spec, deploy, signal),
    release: () => Promise.resolve(),
    restart: () => Promise.resolve(false),
    instances: () => [],
    suspend: () => Promise.resolve(),
  };
}
