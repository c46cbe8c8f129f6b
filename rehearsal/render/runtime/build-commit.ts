import type { ProcessServiceSpec } from "../options";
import type { Artifact, Deploy } from "../state/deploy";
import type { Service } from "../state/service";
import { runBuild } from "./build-program";
import type { RuntimeContext } from "./context";
import { pause } from "./wait";

/** The build of a service that runs a process: what it makes is only noted by its commit. */
export async function buildCommit(
  context: RuntimeContext,
  service: Service,
  spec: ProcessServiceSpec,
  deploy: Deploy,
  signal: AbortSignal,
): Promise<Artifact> {
  const log = (message: string) => {
    context.logs.add({ message, resource: service.id, type: "build" });
  };
  if (spec.image !== undefined) log(`==> Pulling image ${spec.image.path}`);
  else log(`==> Checking out commit ${deploy.commit.id} in branch main`);
  await pause(context.timings.buildMs, signal);
  if (spec.build !== undefined) await runBuild(context, service, spec.build, deploy, "", signal);
  log("==> Build successful");
  return { commit: deploy.commit };
}
