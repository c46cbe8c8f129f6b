import type { Deploy, LogLine, MetricAnswer, RenderClient, Service } from "../../components/render/client";
import type { LogQuery } from "../../components/render/logs";
import type { MetricQuery, UsageMetric } from "../../components/render/metrics";
import type { ProviderContext } from "../../components/providers/context";
import { createObserved } from "../../components/providers/observed";
import { createReportReader } from "../../components/providers/reports";
import type { ProbeAnswer, ProbeRequest } from "../../components/probes/http";
import type { ScheduleVerdict } from "../../components/plan/schedule/schedule-verdict";
import { createRedactor } from "../../components/secrets";
import { fakeDatabase, fakeSchema, type FakeDatabase } from "./fake-schema";
import type { ProcessRequest, ProcessResult } from "../../components/providers/process";
import { whenTestEnds } from "./when-test-ends";

/** One service in memory; its deploys go live after `deployMs`, unless told otherwise. */
export interface FakeService {
  service: Service;
  envVars: Map<string, string>;
  /** Newest first. */
  deploys: Deploy[];
  /** What the live deploy runs with: the variables as they were when it was created. */
  liveEnv: Map<string, string>;
}

export interface FakeWorld {
  context: ProviderContext;
  database: FakeDatabase;
  /** Every request that changes something, as `PUT ENABLE_X=true`, `POST deploy {…}`, `POST cancel dep-1`. */
  writes: string[];
  log: string[];
  services: Map<string, FakeService>;
  /** Render's clock, in milliseconds since 1970; the monotonic one runs with it from another start. */
  clock: { ms: number };
  /** What services answer to probes, by path; the default is 200 with an empty object. */
  answers: Map<string, (request: ProbeRequest) => ProbeAnswer>;
  /** Decides what becomes of a deploy that was posted; the default goes live. */
  fate: (deploy: Deploy) => { status: string; afterMs: number };
  /** Called before each request; throw to fail it, after its effect with `after`. */
  faults: { before?: (call: string) => void; after?: (call: string) => void };
  processes: ProcessRequest[];
  /** What Render's metrics say; by default a little traffic in each step, without errors and quick. */
  metrics: {
    requests: (query: MetricQuery) => MetricAnswer;
    latency: (query: MetricQuery & { quantile: number }) => MetricAnswer;
    /** By default a third of what may be used. */
    usage: (metric: UsageMetric, query: MetricQuery) => MetricAnswer;
  };
  /** Lines of services' logs, by what was asked for. */
  logs: (query: LogQuery) => LogLine[];
  /** What the team's chat got. */
  told: string[];
  /** The schedule now; undefined: none is enforced. */
  schedule: ScheduleVerdict | undefined;
  run: (request: ProcessRequest) => ProcessResult;
  /** @throws Error where anything that was logged, told or written holds the canary, in clear or in base64. */
  requireNoCanary(): void;
}

/** A secret of every fake world. A form of it in what leaves the world fails the test that made it. */
export const CANARY = "canary/pass+4711";
export const CANARY_URL = `postgres://ada:${encodeURIComponent(CANARY)}@db.example/shop`;
const CANARIES = [CANARY, encodeURIComponent(CANARY), Buffer.from(CANARY).toString("base64")];

export const AT = Date.parse("2026-11-24T21:00:00Z");

/** A world of web and static services with fakes at every port; a call that nobody expected throws. */
export function fakeWorld(
  names: Record<string, "web_service" | "static_site"> = { backend: "web_service" },
): FakeWorld {
  const clock = { ms: AT };
  // It starts elsewhere, as a process's own does: a moment of one taken for one of the other shows.
  const elapsed = () => clock.ms - AT + 4_711;
  const writes: string[] = [];
  const log: string[] = [];
  const services = new Map<string, FakeService>();
  for (const [name, type] of Object.entries(names)) services.set(`srv-${name}`, fakeService(name, type));
  const world: FakeWorld = {
    context: undefined as never,
    database: fakeDatabase(),
    writes,
    log,
    services,
    clock,
    answers: new Map(),
    fate: () => ({ status: "live", afterMs: 3_000 }),
    faults: {},
    processes: [],
    metrics: {
      requests: (query) => steadySeries(query, { statusCode: "200" }, "unitless", 10),
      latency: (query) => steadySeries(query, { quantile: "0.95" }, "ms", 50),
      usage: (metric, query) => steadySeries(query, {}, "bytes", metric.endsWith("-limit") ? 300 : 100),
    },
    logs: () => [],
    told: [],
    schedule: undefined,
    run: () => ({ exitCode: 0, stdout: "", stderr: `connected to ${CANARY_URL}` }),
    requireNoCanary() {
      const out = [...log, ...world.told, ...writes].join("\n");
      const found = CANARIES.find((canary) => out.includes(canary));
      if (found !== undefined) throw new Error(`the canary got out as ${found}:\n${out}`);
    },
  };
  whenTestEnds(() => {
    world.requireNoCanary();
  });
  const render = fakeRender(world);
  let runs = 0;
  world.context = {
    render,
    observed: createObserved(render, { now: () => clock.ms }),
    reports: createReportReader({
      probe: (request) => world.context.probe(request),
      elapsed,
      log: (line) => log.push(line),
    }),
    now: async () => new Date(clock.ms),
    elapsed,
    sleep: async (ms) => {
      clock.ms += ms;
    },
    probe: async (request) => {
      const answer = world.answers.get(new URL(request.url).pathname);
      return answer?.(request) ?? { answered: true, status: 200, body: "{}", ms: 5 };
    },
    // The same answers as probes get, on the same clock.
    fetch: async (url, { method, body }) => {
      const answer = await world.context.probe({
        url,
        method,
        timeoutMs: 10_000,
        ...(body === undefined ? {} : { body }),
      });
      clock.ms += answer.ms;
      if (!answer.answered)
        throw Object.assign(new Error(answer.error), {
          code: answer.measured === false ? "ENOTFOUND" : "ECONNREFUSED",
        });
      return { status: answer.status, text: async () => answer.body };
    },
    schedule: async () => world.schedule,
    team: { tell: async (text) => void world.told.push(text), check: async () => [] },
    requireEngine: async () => undefined,
    engineGone: new AbortController().signal,
    run: async (request) => {
      world.processes.push(request);
      return world.run(request);
    },
    log: (line) => log.push(line),
    secrets: { databaseUrl: CANARY_URL, telegramBotToken: CANARY },
    schema: fakeSchema(world.database, (line) => log.push(line)),
    spentHere: new Set(),
    environment: () => undefined,
    redact: createRedactor([CANARY_URL, CANARY]),
    newRunId: () => `run-${(runs += 1)}`,
  };
  return world;
}

function fakeService(name: string, type: string): FakeService {
  const service: Service = {
    id: `srv-${name}`,
    name,
    ownerId: "tea-1",
    type,
    suspended: "not_suspended",
    dashboardUrl: `https://dashboard.example/${name}`,
    serviceDetails: { url: `https://${name}.example`, sshAddress: `srv-${name}@ssh.example` },
  };
  return {
    service,
    envVars: new Map(),
    deploys: [liveDeploy("dep-first", AT - 86_400_000)],
    liveEnv: new Map(),
  };
}

export function liveDeploy(id: string, createdMs: number, more: Partial<Deploy> = {}): Deploy {
  const at = new Date(createdMs).toISOString();
  return {
    id,
    status: "live",
    trigger: "new_commit",
    createdAt: at,
    finishedAt: at,
    commit: { id: "c0ffee" },
    ...more,
  };
}

/** The same value in each step of the window. */
export function steadySeries(
  query: MetricQuery,
  labels: Record<string, string>,
  unit: string,
  value: number,
): MetricAnswer {
  const [from, to] = [new Date(query.startTime).getTime(), new Date(query.endTime).getTime()];
  const stepMs = (query.resolutionSeconds ?? 60) * 1000;
  const values = Array.from({ length: Math.floor((to - from) / stepMs) }, (_, index) => {
    return { timestamp: new Date(from + index * stepMs).toISOString(), value };
  });
  const fields = Object.entries(labels).map(([field, own]) => ({ field, value: own }));
  return { kind: "data", series: [{ labels: fields, unit, values }] };
}

function fakeRender(world: FakeWorld): RenderClient {
  const of = (id: string) => {
    const found = world.services.get(id);
    if (found === undefined) throw new Error(`no service ${id}`);
    return found;
  };
  const settle = (service: FakeService) => {
    for (const deploy of service.deploys as (Deploy & {
      until?: number;
      fate?: string;
      env?: Map<string, string>;
    })[]) {
      if (deploy.until === undefined || world.clock.ms < deploy.until) continue;
      delete deploy.until;
      deploy.status = deploy.fate ?? "live";
      deploy.finishedAt = new Date(world.clock.ms).toISOString();
      if (deploy.status !== "live") continue;
      if (deploy.env !== undefined) service.liveEnv = deploy.env;
      for (const other of service.deploys)
        if (other !== deploy && other.status === "live") other.status = "deactivated";
    }
    return service.deploys;
  };
  const call = async <T>(name: string, effect: () => T): Promise<T> => {
    world.faults.before?.(name);
    const result = effect();
    world.faults.after?.(name);
    return result;
  };
  let posted = 0;
  const client: Partial<RenderClient> = {
    now: async () => new Date(world.clock.ms),
    findService: ({ name }) => call(`GET service ${name}`, () => of(`srv-${name}`).service),
    firstServices: () =>
      call("GET services", () => ({
        services: [...world.services.values()].map(({ service }) => service),
        complete: true,
      })),
    getService: (id) => call(`GET service ${id}`, () => of(id).service),
    listEnvVars: (id) =>
      call("GET env-vars", () => [...of(id).envVars].map(([key, value]) => ({ key, value }))),
    getEnvVar: (id, key) =>
      call(`GET ${key}`, () => {
        const value = of(id).envVars.get(key);
        return value === undefined ? undefined : { key, value };
      }),
    putEnvVar: (id, key, value) =>
      call(`PUT ${key}`, () => {
        world.writes.push(`PUT ${key}=${value}`);
        of(id).envVars.set(key, value);
      }),
    listDeploys: (id, filter) =>
      call("GET deploys", () => {
        const all = settle(of(id)).map((deploy) => ({ ...deploy }));
        return all.filter(({ status }) => filter?.status === undefined || filter.status.includes(status));
      }),
    getDeploy: (id, deployId) =>
      call(`GET ${deployId}`, () => {
        const found = settle(of(id)).find((deploy) => deploy.id === deployId);
        if (found === undefined) throw new Error(`no deploy ${deployId}`);
        return { ...found };
      }),
    createDeploy: (id, body) =>
      call("POST deploy", () => {
        world.writes.push(`POST deploy ${JSON.stringify(body)}`);
        const deploy = liveDeploy(`dep-${(posted += 1)}`, world.clock.ms, {
          status: "build_in_progress",
          trigger: "api",
        });
        delete (deploy as Partial<Deploy>).finishedAt;
        const { status, afterMs } = world.fate(deploy);
        of(id).deploys.unshift(
          Object.assign(deploy, {
            until: world.clock.ms + afterMs,
            fate: status,
            env: new Map(of(id).envVars),
          }),
        );
        return { kind: "created" as const, deploy: { ...deploy } };
      }),
    cancelDeploy: (id, deployId) =>
      call(`POST cancel ${deployId}`, () => {
        world.writes.push(`POST cancel ${deployId}`);
        const found = of(id).deploys.find((deploy) => deploy.id === deployId) as Deploy & { until?: number };
        delete found.until;
        found.status = "canceled";
        return { kind: "cancelled" as const, deploy: { ...found } };
      }),
    listEnvGroups: () => call("GET env-groups", () => []),
    listEvents: () => call("GET events", () => []),
    listLogs: (query) => call("GET logs", () => world.logs(query)),
    httpRequests: (query) => call("GET http-requests", () => world.metrics.requests(query)),
    usage: (metric, query) => call(`GET ${metric}`, () => world.metrics.usage(metric, query)),
    httpLatency: (query) => call("GET http-latency", () => world.metrics.latency(query)),
  };
  return new Proxy(client, {
    get: (target, key) => {
      const found = target[key as keyof RenderClient];
      if (found === undefined) throw new Error(`nobody expected render.${String(key)}`);
      return found;
    },
  }) as RenderClient;
}
