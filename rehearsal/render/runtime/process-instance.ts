import { connect } from "node:net";

import type { CronJobSpec, ProcessServiceSpec } from "../options";
import { randomText } from "../ids";
import { DeployFailure, type Deploy } from "../state/deploy";
import type { Service } from "../state/service";
import type { Child, Exit } from "./children";
import type { RuntimeContext } from "./context";
import { renderEnvironment } from "./environment";
import { processTarget, type Target } from "./targets";
import { pause } from "./wait";
import { freePort } from "../../free-port";

/** One running process of a service. */
export interface ProcessInstance {
  /** Service id and a slug, as Render names instances. */
  readonly id: string;
  readonly deploy: Deploy;
  readonly child: Child;
  readonly target: Target;
  /** Microseconds since 1970. */
  readonly startedAt: number;
}

const HEALTH_PROBE_MS = 5000;
const BETWEEN_PROBES_MS = 25;
const WORKER_STARTS_MS = 150;

/** Starts the service's command with the deploy's variables and waits until it is healthy.
 *  @throws DeployFailure update_failed (and the process is gone); the signal's reason when it was aborted. */
export async function startInstance(
  context: RuntimeContext,
  spec: Exclude<ProcessServiceSpec, CronJobSpec>,
  service: Service,
  deploy: Deploy,
  signal: AbortSignal,
): Promise<ProcessInstance> {
  const port = await freePort();
  const id = `${service.id}-${randomText(5)}`;
  const child = context.children.start({
    command: spec.start.command,
    cwd: deploy.commit.cwd ?? spec.start.cwd,
    env: {
      ...spec.start.env,
      ...deploy.env,
      ...renderEnvironment(service, deploy.artifact?.commit ?? deploy.commit),
      RENDER_INSTANCE_ID: id,
      PORT: String(port),
      ...(service.applicationFaults.length > 0 && {
        FELIX_FAULTS: JSON.stringify(service.applicationFaults),
      }),
    },
    onLine: (message) => {
      context.logs.add({ message, resource: service.id, type: "app", instance: id });
    },
  });
  try {
    if (spec.type === "background_worker") await stayUp(child, signal);
    else {
      const path = spec.type === "web_service" ? spec.healthCheckPath : "";
      await becomeHealthy(child, port, path, context.timings.healthTimeoutMs, signal);
    }
  } catch (error) {
    await child.stop(context.timings.shutdownMs);
    throw error;
  }
  return { id, deploy, child, target: processTarget(port), startedAt: context.clock.stamp() };
}

/** Why a process ended, in the words of Render's events. */
export function exitReason(exit: Exit): Record<string, unknown> {
  if (exit.code === 0) return { evicted: false, earlyExit: true };
  return { evicted: false, nonZeroExit: exit.code ?? 128 };
}

async function becomeHealthy(
  child: Child,
  port: number,
  path: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  let gone: Exit | undefined;
  void child.exited.then((exit) => {
    gone = exit;
  });
  let last = "no answer yet";
  while (performance.now() < giveUpAt) {
    signal.throwIfAborted();
    if (gone !== undefined) throw new DeployFailure("update_failed", { failure: exitReason(gone) });
    last = path === "" ? await probePort(port) : await probeHealth(port, path, signal);
    if (last === "ok") return;
    await pause(BETWEEN_PROBES_MS, signal);
  }
  const reason = {
    evicted: false,
    timedOutSeconds: Math.ceil(timeoutMs / 1000),
    unhealthy: `HTTP health check failed (${last})`,
  };
  throw new DeployFailure("update_failed", { failure: reason });
}

/** A worker has nothing to ask: it is live when its process has not ended at once. */
async function stayUp(child: Child, signal: AbortSignal): Promise<void> {
  const gone = await Promise.race([child.exited, pause(WORKER_STARTS_MS, signal)]);
  if (gone !== undefined) throw new DeployFailure("update_failed", { failure: exitReason(gone) });
}

async function probeHealth(port: number, path: string, signal: AbortSignal): Promise<string> {
  try {
    const probe = AbortSignal.any([signal, AbortSignal.timeout(HEALTH_PROBE_MS)]);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      redirect: "manual",
      signal: probe,
      headers: { connection: "close" },
    });
    await answer.arrayBuffer();
    return answer.status >= 200 && answer.status < 400 ? "ok" : `status ${answer.status}`;
  } catch {
    return "no answer";
  }
}

function probePort(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve("ok");
    });
    socket.once("error", () => {
      resolve("no connection");
    });
  });
}
