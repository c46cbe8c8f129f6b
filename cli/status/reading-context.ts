import type { Redactor } from "../../components/secrets";
import type { StackConfig } from "../../components/config";
import type { HttpProbe } from "../../components/probes/http";
import type { Fetch, Sleep } from "../../components/probes/ports";
import type { ProviderContext } from "../../components/providers/context";
import { createReportReader } from "../../components/providers/reports";
import { createSchema } from "../../components/providers/migrations/schema-desk";
import { createObserved } from "../../components/providers/observed";
import { readSchedule } from "../../components/providers/schedule-guard";
import type { RenderClient } from "../../components/render/client";
import type { AskedDatabase, OpenDatabase } from "../shared/shown-migrations";

export interface ReadingPorts {
  probe: HttpProbe;
  fetch: Fetch;
  sleep: Sleep;
  /** Milliseconds on a clock that only moves forward. */
  elapsed(): number;
  openDatabase: OpenDatabase;
}

/**
 * The outside world for one who only looks: what the verbs' judgements ask, they get; every effect is refused, by name.
 * @param redact see `ProviderContext`.
 * @param database can be read only, whoever asks.
 */
export function readingContext(
  render: RenderClient,
  { workspace, schedule }: StackConfig,
  ports: ReadingPorts,
  redact: Redactor,
  database: AskedDatabase,
): ProviderContext {
  const reading = readOnly(render);
  const now = () => reading.now();
  const probe: HttpProbe = (request) => reads(request.method, () => ports.probe(request));
  const context: ProviderContext = {
    schema: undefined as never,
    spentHere: new Set(),
    environment: () => undefined,
    ...("because" in database ? {} : { database: () => database }),
    render: reading,
    observed: createObserved(reading, { workspace }),
    reports: createReportReader({ probe, elapsed: () => ports.elapsed(), log: () => undefined }),
    now,
    elapsed: () => ports.elapsed(),
    sleep: (ms) => ports.sleep(ms),
    probe,
    fetch: (url, init) => reads(init.method, () => ports.fetch(url, init)),
    schedule: () => readSchedule(schedule, now),
    team: { tell: () => refuse("telling the team"), check: () => refuse("a message to the team") },
    requireEngine: () => refuse("what needs an engine"),
    engineGone: new AbortController().signal,
    run: () => refuse("running a command"),
    log: () => undefined,
    secrets: { databaseUrl: undefined, telegramBotToken: undefined },
    redact,
    newRunId: () => {
      throw effectRefused("a run of ours");
    },
  };
  context.schema = createSchema(context);
  return context;
}

// By name and complete, so that a call that the client gets some day is sorted before this compiles.
const CALLS = {
  listOwners: "read",
  listBlueprints: "read",
  getBlueprint: "read",
  getEnvironment: "read",
  listServices: "read",
  firstServices: "read",
  findService: "read",
  getService: "read",
  listEnvVars: "read",
  getEnvVar: "read",
  putEnvVar: "effect",
  listEnvGroups: "read",
  getEnvGroup: "read",
  listDeploys: "read",
  getDeploy: "read",
  createDeploy: "effect",
  cancelDeploy: "effect",
  listJobs: "read",
  getJob: "read",
  createJob: "effect",
  createJobOnce: "effect",
  listEvents: "read",
  listLogs: "read",
  httpRequests: "read",
  httpLatency: "read",
  usage: "read",
  listPostgres: "read",
  getRecovery: "read",
  now: "read",
  close: "read",
} as const satisfies Record<keyof RenderClient, "read" | "effect">;

/** Render's API without its effects. */
export function readOnly(render: RenderClient): RenderClient {
  return new Proxy(render, {
    get: (client, name) => {
      const call = CALLS[name as keyof RenderClient] as "read" | "effect" | undefined;
      return call === "read"
        ? (Reflect.get(client, name) as unknown)
        : () => refuse(`render.${String(name)}`);
    },
  });
}

function reads<T>(method: string | undefined, request: () => Promise<T>): Promise<T> {
  return method === undefined || /^(GET|HEAD)$/i.test(method) ? request() : refuse(`a ${method} request`);
}

function refuse(what: string): Promise<never> {
  return Promise.reject(effectRefused(what));
}

/** A mistake of ours: nothing that only looks has a reason to ask. */
function effectRefused(what: string): Error {
  return new Error(`${what} is an effect, and this only looks`);
}
