import type { CronJobSpec, ProcessServiceSpec } from "../options";
import type { Artifact, Deploy } from "../state/deploy";
import type { Service } from "../state/service";
import { buildCommit } from "./build-commit";
import type { RuntimeContext } from "./context";
import type { Runtime } from "./runtime";
import { noTarget, suspendedTarget, type Target } from "./targets";
import { pause } from "./wait";
import { exitReason, startInstance, type ProcessInstance } from "./process-instance";

const FIRST_RESTART_MS = 100;
const LONGEST_RESTART_MS = 5000;

/** A service with a process: a new instance starts beside the old one, takes over when it is healthy, and the old one is ended.
 *  A live instance that ends by itself is started again, as Render does. */
export function createProcessRuntime(
  context: RuntimeContext,
  spec: Exclude<ProcessServiceSpec, CronJobSpec>,
  service: () => Service,
): Runtime {
  const { stopSignal } = context;
  let live: ProcessInstance | undefined;
  let askedAt = 0;
  let waking: Promise<void> | undefined;
  /** What the public URL got for an instance. */
  const targets = new WeakMap<ProcessInstance, Target>();

  return {
    build: (deploy: Deploy, signal: AbortSignal): Promise<Artifact> =>
      buildCommit(context, service(), spec, deploy, signal),

    async release(deploy: Deploy, _artifact: Artifact, signal: AbortSignal): Promise<void> {
      const next = await startInstance(context, spec, service(), deploy, signal);
      const before = live;
      takeOver(next);
      if (before !== undefined) context.background(retire(before));
    },

    async restart(): Promise<boolean> {
      if (live === undefined) return false;
      const before = live;
      takeOver(await startInstance(context, spec, service(), before.deploy, stopSignal));
      context.background(retire(before));
      return true;
    },

    instances: () =>
      live === undefined ? [] : [{ id: live.id, pid: live.child.pid, startedAt: live.startedAt }],

    async suspend(): Promise<void> {
      const before = live;
      live = undefined;
      service().site.switchTo(suspendedTarget);
      await before?.child.stop(context.timings.shutdownMs);
    },
  };

  function takeOver(instance: ProcessInstance): void {
    live = instance;
    askedAt = context.clock.ms();
    service().site.switchTo(sleepsWhenIdle(instance));
    context.background(
      instance.child.exited.then((exit) =>
        live === instance ? restart(instance, exitReason(exit)) : undefined,
      ),
    );
  }

  /** On a free plan, whoever asks after a quarter of an hour without a request waits for a new instance. */
  function sleepsWhenIdle(instance: ProcessInstance): Target {
    const idleMs = context.timings.idleMinutes * 60_000;
    const target: Target = {
      answer(request, response) {
        const sleeps =
          spec.type === "web_service" && spec.plan === "free" && context.clock.ms() - askedAt > idleMs;
        askedAt = context.clock.ms();
        if (sleeps) waking ??= wake(instance);
        if (waking === undefined) {
          (live ?? instance).target.answer(request, response);
          return;
        }
        void waking.then(
          () => {
            (live ?? instance).target.answer(request, response);
          },
          () => {
            noTarget.answer(request, response);
          },
        );
      },
    };
    targets.set(instance, target);
    return target;
  }

  async function wake(asleep: ProcessInstance): Promise<void> {
    try {
      await pause(context.timings.wakeMs, stopSignal);
      const awake = await startInstance(context, spec, service(), asleep.deploy, stopSignal);
      if (live === asleep) takeOver(awake);
      await asleep.child.stop(context.timings.shutdownMs);
    } finally {
      waking = undefined;
    }
  }

  /** The old instance finishes what it has begun, stays a while, and is then asked to end. */
  async function retire(instance: ProcessInstance): Promise<void> {
    await Promise.race([
      Promise.all([
        service().site.idle(targets.get(instance) ?? noTarget),
        pause(context.timings.settleMs, stopSignal),
      ]),
      pause(context.timings.settleMs + context.timings.shutdownMs, stopSignal),
    ]);
    await instance.child.stop(context.timings.shutdownMs);
  }

  async function restart(dead: ProcessInstance, reason: Record<string, unknown>): Promise<void> {
    // A deploy may go live meanwhile, and the stand-in may stop: each ends this.
    const stillDown = () => live === dead && !stopSignal.aborted;
    if (!stillDown()) return;
    service().events.add("server_failed", { instanceID: dead.id, reason });
    for (let waitMs = FIRST_RESTART_MS; stillDown(); waitMs = Math.min(waitMs * 2, LONGEST_RESTART_MS)) {
      await pause(waitMs, stopSignal);
      if (!stillDown()) return;
      const again = await startInstance(context, spec, service(), dead.deploy, stopSignal).catch(
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
