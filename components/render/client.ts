import { setTimeout as delay } from "node:timers/promises";
import { Agent, type Dispatcher } from "undici";

import type { Api, CallOptions } from "./api";
import { parseApiKey, parseBaseUrl } from "./address";
import { createApi, type RequestReport, type WaitReport } from "./call";
import { createServerClock, type LocalClock, type ServerClock } from "./clock";
import { deploysApi, type DeploysApi } from "./deploys";
import { envGroupsApi, type EnvGroupsApi } from "./env-groups";
import { envVarsApi, type EnvVarsApi } from "./env-vars";
import { eventsApi, type EventsApi } from "./events";
import { jobsApi, type JobsApi } from "./jobs";
import { logsApi, type LogsApi } from "./logs";
import { metricsApi, type MetricsApi } from "./metrics";
import { postgresApi, type PostgresApi } from "./postgres";
import { createRateLimiter, sharedRateLimiter } from "./rate-limit";
import { servicesApi, type ServicesApi } from "./services";
import { workspacesApi, type WorkspacesApi } from "./workspaces";

export type { CallOptions } from "./api";
export type { RequestReport, WaitReport } from "./call";
export { classifyDeployStatus, findQueuedDeploy } from "./deploy-status";
export type { CreateDeployBody } from "./deploys";
export { changedNothing } from "./errors";
export type { MetricAnswer } from "./metrics";
export type * from "./types";

export interface RenderClientOptions {
  /** Kept in a closure and sent nowhere but to `baseUrl`; blanks around it are dropped. */
  apiKey: string;
  /** https only, except for loopback hosts. Default: Render's own. */
  baseUrl?: string;
  userAgent?: string;
  /** undici's; a pool of this client's own by default. A proxy's agent fits. */
  dispatcher?: Dispatcher;
  /** Local milliseconds since the epoch. With a clock or a sleep of its own a client has a rate limiter of its own. */
  clock?: { now(): number };
  /** May resolve or reject early when the signal is aborted. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** 0 to 1, for jitter. */
  random?: () => number;
  budgets?: {
    /** Milliseconds for one request to its last byte. Default: 30 000 */
    requestTimeoutMs?: number;
    /** Milliseconds for one page or effect, with its waits and repeats. Default: 120 000 */
    totalMs?: number;
  };
  /** Aborted when nothing is to be done any more: ends every call at once, with the signal's reason. */
  gone?: AbortSignal;
  /** Asked before each attempt of a request that changes something: what it throws ends the call, and nothing is sent. */
  beforeEffect?: () => Promise<void>;
  /** After each attempt. */
  onRequest?: (report: RequestReport) => void;
  /** Before each wait, for a rate limit or a repeat. */
  onWait?: (report: WaitReport) => void;
}

/** Render's public API, as far as a rollout needs it; nothing here can delete anything or replace a list of variables. */
export interface RenderClient
  extends
    WorkspacesApi,
    ServicesApi,
    EnvVarsApi,
    EnvGroupsApi,
    DeploysApi,
    JobsApi,
    EventsApi,
    LogsApi,
    MetricsApi,
    PostgresApi {
  /**
   * Render's clock, from the `Date` header of its replies: never ahead of it, behind by a second or so at most.
   * Asks Render (`GET /owners`, one row) only when no reply came yet.
   */
  now(options?: CallOptions): Promise<Date>;
  /** Ends idle connections of the client's own pool. Not needed for a process to end. */
  close(): Promise<void>;
}

/** A reply larger than this is none that we asked for. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * @throws RolloutError RENDER_URL_INVALID, RENDER_KEY_INVALID; nothing is sent before the first call.
 * @source https://api-docs.render.com/reference
 */
export function createRenderClient(options: RenderClientOptions): RenderClient {
  const baseUrl = parseBaseUrl(options.baseUrl);
  const apiKey = parseApiKey(options.apiKey);
  const clock = options.clock ?? steadyClock;
  const sleep =
    options.sleep ?? ((ms: number, signal?: AbortSignal) => delay(ms, undefined, signal ? { signal } : {}));
  const ownTime = options.clock !== undefined || options.sleep !== undefined;
  const ownPool = options.dispatcher === undefined ? new Agent() : undefined;
  const serverClock = createServerClock(clock);
  const ports = { clock, sleep };
  const api = createApi({
    ...ports,
    baseUrl,
    apiKey,
    serverClock,
    userAgent: options.userAgent ?? "pulumi-rollout",
    dispatcher: options.dispatcher ?? (ownPool as Agent),
    limiter: ownTime ? createRateLimiter(ports) : sharedRateLimiter(baseUrl.href, apiKey, ports),
    random: options.random ?? Math.random,
    requestTimeoutMs: options.budgets?.requestTimeoutMs ?? 30_000,
    totalMs: options.budgets?.totalMs ?? 120_000,
    maxBytes: MAX_BYTES,
    gone: options.gone,
    beforeEffect: options.beforeEffect,
    onRequest: options.onRequest,
    onWait: options.onWait,
  });
  return {
    ...workspacesApi(api),
    ...servicesApi(api),
    ...envVarsApi(api),
    ...envGroupsApi(api),
    ...deploysApi(api),
    ...jobsApi(api),
    ...eventsApi(api),
    ...logsApi(api),
    ...metricsApi(api),
    ...postgresApi(api),
    now: (callOptions) => renderTime(api, serverClock, clock, callOptions),
    close: async () => {
      await ownPool?.close();
    },
  };
}

/** A clock that is set, or a machine that sleeps, must not end a request's patience or move Render's time. */
const steadyClock: LocalClock = {
  now: () => performance.timeOrigin + performance.now(),
  wall: () => Date.now(),
};

async function renderTime(
  api: Api,
  serverClock: ServerClock,
  local: LocalClock,
  options?: CallOptions,
): Promise<Date> {
  const known = serverClock.now();
  if (known !== undefined) return known;
  const request = { method: "GET", route: "/owners", query: { limit: 1 }, bucket: "reads" } as const;
  await api.send(request, options).catch((error: unknown) => {
    // A refusal has a Date as well.
    if (serverClock.now() === undefined) throw error;
  });
  // Without one, which only a proxy that drops headers could bring about, the local clock is all there is.
  return serverClock.now() ?? new Date((local.wall ?? local.now)());
}
