import type { Program } from "../options";
import { DeployFailure, type Deploy } from "../state/deploy";
import type { Service } from "../state/service";
import type { RuntimeContext } from "./context";
import { renderEnvironment, withOutDir } from "./environment";
import { newId } from "../ids";

/** Runs a build with the deploy's variables; its output goes to the service's build log.
 *  @throws DeployFailure build_failed with the exit code; the signal's reason when it was aborted. */
export async function runBuild(
  context: RuntimeContext,
  service: Service,
  program: Program,
  deploy: Deploy,
  outDir: string,
  signal: AbortSignal,
): Promise<void> {
  const log = (message: string) => {
    context.logs.add({ message, resource: service.id, type: "build" });
  };
  const { env = {} } = program;
  const child = context.children.start({
    command: program.command.map((argument) => withOutDir(argument, outDir)),
    cwd: deploy.commit.cwd ?? program.cwd,
    env: {
      ...Object.fromEntries(Object.entries(env).map(([key, value]) => [key, withOutDir(value, outDir)])),
      ...deploy.env,
      ...renderEnvironment(service, deploy.commit),
    },
    onLine: log,
  });
  const abort = () => void child.stop(context.timings.shutdownMs);
  signal.addEventListener("abort", abort, { once: true });
  const exit = await child.exited;
  signal.removeEventListener("abort", abort);
  signal.throwIfAborted();
  if (exit.code === 0) return;
  log(`==> Build failed: exited with ${exit.code ?? exit.signal ?? "an unknown status"}`);
  throw buildFailure();
}

/** The failure as deploy_ended tells it: only the build's id. */
export function buildFailure(): DeployFailure {
  return new DeployFailure("build_failed", { buildFailed: { id: newId("bld") } });
}
