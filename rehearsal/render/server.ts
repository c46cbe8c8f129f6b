import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import Fastify, { type FastifyInstance } from "fastify";

import { serve, serveBroken, serveUnknown, type ApiState } from "./api/serve";
import { Clock } from "./clock";
import { Faults } from "./faults";
import type { StandInOptions } from "./options";
import { defaultRateLimits, RateLimiter } from "./rate-limits";
import { RequestLog } from "./request-log";
import { allRoutes } from "./routes/all-routes";
import { Children } from "./runtime/children";
import { createServiceHandle, type ServiceHandle } from "./service-handle";
import { createWorld, requireNamed } from "./state/create-world";
import { LogStore } from "./state/log-store";
import { requestDeploy } from "./state/request-deploy";
import { branchTip, liveDeploy, type Service } from "./state/service";
import type { World } from "./state/world";

export interface RenderStandIn {
  /** Base of the API: `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  readonly apiKey: string;
  readonly workspace: { readonly id: string; readonly name: string };
  readonly clock: Clock;
  readonly requests: RequestLog;
  readonly faults: Faults;
  /** @throws Error when there is no such service. */
  service(name: string): ServiceHandle;
  /** Id of a Postgres by its name. @throws Error when there is none. */
  postgresId(name: string): string;
  /** A line of level critical in a service's log. */
  addCriticalLogLine(service: string, message: string): void;
  /** Process ids of all that runs for the services now. */
  pids(): number[];
  /** Ends every process that it started, closes every port, removes its files. */
  stop(): Promise<void>;
}

/** Starts the stand-in for Render's API on 127.0.0.1 and deploys every service once; settles when all are live.
 *  Needs the loopback interface and nothing else.
 *  @throws Error with the tail of the log when a first deploy fails. */
export async function startRenderStandIn(options: StandInOptions): Promise<RenderStandIn> {
  const clock = new Clock(options.clock?.startAt);
  const faults = new Faults();
  const logs = new LogStore(clock, options.logLagMs ?? 0);
  const requests = new RequestLog();
  const stopping = new AbortController();
  const directory = await mkdtemp(join(tmpdir(), "render-stand-in-"));
  const children = new Children(directory);
  const {
    settleMs = 200,
    shutdownMs = 2000,
    healthTimeoutMs = 15_000,
    buildMs = 0,
    jobStartMs = 20,
    wakeMs = 0,
    idleMinutes = 15,
  } = options;
  const runtime = {
    clock,
    faults,
    logs,
    children,
    directory,
    timings: { settleMs, shutdownMs, healthTimeoutMs, buildMs, jobStartMs, wakeMs, idleMinutes },
    stopSignal: stopping.signal,
    // A wait that ends because the stand-in stops is no failure.
    background: (work: Promise<unknown>) => void work.catch(() => undefined),
  };
  const world = await createWorld({ options, clock, faults, logs, runtime });
  const apiKey = options.apiKey ?? `rnd_${randomBytes(16).toString("hex")}`;
  const limiter = new RateLimiter(clock, { ...defaultRateLimits, ...options.rateLimits });
  const app = createApp({ world, log: requests, limiter, apiKey });

  const stop = async () => {
    stopping.abort(new Error("the stand-in stops"));
    await app.close();
    await children.stopAll(shutdownMs);
    await Promise.all(world.services.map(({ site }) => site.close()));
    await rm(directory, { recursive: true, force: true });
  };

  try {
    await Promise.all(world.services.map((service) => deployFirst(world, service)));
    const address = await app.listen({ host: "127.0.0.1", port: 0 });
    return {
      url: `${address}/v1`,
      apiKey,
      workspace: { id: world.owner.id, name: world.owner.name },
      clock,
      requests,
      faults,
      service: (name) => createServiceHandle(world, requireNamed(world.services, name)),
      postgresId: (name) => requirePostgresId(world, name),
      addCriticalLogLine(name, message) {
        const resource = requireNamed(world.services, name).id;
        logs.add({ message, resource, type: "app", level: "critical" });
      },
      pids: () => children.pids(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function createApp(state: ApiState): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true, bodyLimit: 1_048_576 });
  // Bodies are read as text whatever their type says: what is in them is judged route by route, strictly.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    done(null, body);
  });
  for (const route of allRoutes) {
    app.route({
      method: route.method,
      url: route.template.replace(/\{(\w+)\}/g, ":$1"),
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        await serve(state, route, request, reply);
        return reply;
      },
    });
  }
  app.setErrorHandler((error, request, reply) => {
    serveBroken(state, error, request, reply);
  });
  app.setNotFoundHandler((request, reply) => {
    serveUnknown(state, request, reply);
  });
  return app;
}

async function deployFirst(world: World, service: Service): Promise<void> {
  requestDeploy(world, service, {
    trigger: "new_commit",
    mode: "build_and_deploy",
    commit: branchTip(service),
  });
  await service.queue.idle();
  if (liveDeploy(service) !== undefined) return;
  const lines = world.logs.arrived().filter(({ labels }) => labels["resource"] === service.id);
  const tail = lines.slice(-20).map(({ message }) => `  ${message}`);
  throw new Error(
    [`the first deploy of ${service.spec.name} did not go live; its log ends with:`, ...tail].join("\n"),
  );
}

function requirePostgresId(world: World, name: string): string {
  const found = world.postgres.find(({ spec }) => spec.name === name);
  if (found === undefined) throw new Error(`the stand-in has no Postgres ${name}`);
  return found.id;
}
