import type { WebServiceSpec } from "../options";
import type { Artifact, Deploy } from "../state/deploy";
import type { Service } from "../state/service";
import { runBuild } from "./build-program";
import type { RuntimeContext } from "./context";
import type { Runtime } from "./runtime";
import { suspendedTarget } from "./targets";
import { pause } from "./wait";
import { exitReason, startWebInstance, type WebInstance } from "./web-instance";

const FIRST_RESTART_MS = 100;
const LONGEST_RESTART_MS = 5000;

/** A web service: a new instance starts beside the old one, takes over when it is healthy, and the old one is ended.
 *  A live instance that ends by itself is started again, as Render does. */
export function createWebRuntime(
  context: RuntimeContext,
  spec: WebServiceSpec,
  service: () => Service,
): Runtime {
  const { stopSignal } = context;
  let live: WebInstance | undefined;

  return {
    async build(deploy: Deploy, signal: AbortSignal): Promise<Artifact> {
      const log = (message: string) => {
        context.logs.add({ message, resource: service().id, type: "build" });
      };
      log(`==> Checking out commit ${deploy.commit.id} in branch main`);
      await pause(context.timings.buildMs, signal);
      if (spec.build !== undefined) await runBuild(context, service(), spec.build, deploy, "", signal);
      log("==> Build successful");
      return { commit: deploy.commit };
    },

    async release(deploy: Deploy, _artifact: Artifact, signal: AbortSignal): Promise<void> {
      const next = await startWebInstance(context, spec, service(), deploy, signal);
      const before = live;
      takeOver(next);
      if (before !== undefined) context.background(retire(before));
    },

    async suspend(): Promise<void> {
      const before = live;
      live = undefined;
      service().site.switchTo(suspendedTarget);
      await before?.child.stop(context.timings.shutdownMs);
    },
  };

  function takeOver(instance: WebInstance): void {
    live = instance;
    service().site.switchTo(instance.target);
    context.background(
      instance.child.exited.then((exit) =>
        live === instance ? restart(instance, exitReason(exit)) : undefined,
      ),
    );
  }

  /** The old instance finishes what it has begun, stays a while, and is then asked to end. */
  async function retire(instance: WebInstance): Promise<void> {
    await Promise.race([
      Promise.all([service().site.idle(instance.target), pause(context.timings.settleMs, stopSignal)]),
      pause(context.timings.settleMs + context.timings.shutdownMs, stopSignal),
    ]);
    await instance.child.stop(context.timings.shutdownMs);
  }

  async function restart(dead: WebInstance, reason: Record<string, unknown>): Promise<void> {
    // A deploy may go live meanwhile, and the stand-in may stop: each ends this.
    const stillDown = () => live === dead && !stopSignal.aborted;
    if (!stillDown()) return;
    service().events.add("server_failed", { instanceID: dead.id, reason });
    for (let waitMs = FIRST_RESTART_MS; stillDown(); waitMs = Math.min(waitMs * 2, LONGEST_RESTART_MS)) {
      await pause(waitMs, stopSignal);
      if (!stillDown()) return;
      const again = await startWebInstance(context, spec, service(), dead.deploy, stopSignal).catch(
        () => undefined,
      );
      // Not healthy yet: once more, after a longer while.
      if (again === undefined) continue;
      if (!stillDown()) {
        await again.child.stop(context.timings.shutdownMs);
        return;
      }
      takeOver(again);
      service().events.add("server_available", {});
    }
  }
}
