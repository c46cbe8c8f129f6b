import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { onTestFinished } from "vitest";

import { execute } from "../../../cli/shared/run-command";
import { PATIENCE } from "../../../cli/verify/look/ports";
import type { Addresses } from "../../../cli/verify/read/addresses";
import { NO_CHROMIUM } from "../../../cli/shared/open-pages";
import { verifyCommand, type VerifyOptions } from "../../../cli/verify/options";
import { verify, type VerifyPorts } from "../../../cli/verify/recipe";
import type { VerifyReport } from "../../../cli/verify/report";
import type { OpenRender } from "../../../cli/shared/render-access";
import { createHttpProbe } from "../../../components/probes/http";
import { realFetch } from "../../../components/probes/ports";
import { summarizeByEndpoint } from "../../../components/probes/latency/summarize";
import type { RenderClient } from "../../../components/render/client";
import { fakeWorld } from "../../support/fake-context";
import { fakeDesk, STACK, stackFile, storedGate, storedMigrations, type FakeDesk } from "./fake-desk";

export const BACKEND = "felix-hub-backend";
export const FRONTEND = "felix-hub-mechanics-frontend";
export const MIGRATIONS = ["001_add_car_number_column", "002_create_categories_parts_tables"];

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
/** By path; what is not named is a 404. */
export type Answers = Record<string, Handler>;

export const json =
  (body: unknown, status = 200): Handler =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
export const html =
  (body: string, status = 200): Handler =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "text/html" }).end(body);
  };
export const redirect =
  (to: string, status = 302): Handler =>
  (_request, response) => {
    response.writeHead(status, { location: to }).end();
  };
/** Takes the request and says nothing. */
export const silence: Handler = () => undefined;
export const after =
  (ms: number, handler: Handler): Handler =>
  (request, response) => {
    setTimeout(() => {
      handler(request, response);
    }, ms);
  };

export const PAGE = `<!doctype html><html><head><title>Felix</title><link rel="stylesheet" href="/a.css"></head>
<body><script type="module" src="/a.js"></script></body></html>`;

/** What the services say in phase api. */
export const FLAGS = {
  ...{ ENABLE_CAR_NUMBER: true, ENABLE_PART_CATEGORIES: true },
  ...{ ENABLE_TG_ADMIN_NOTIFS: false, ENABLE_TG_MECH_NOTIFS: false },
};
const SITE_FLAGS = { VITE_ENABLE_MECH_I18N: false, VITE_ENABLE_UI_REFRESH: false };

/** A server on loopback; it ends with the test. Its answers may be exchanged. */
export async function serve(answers: Answers): Promise<{ url: string; answers: Answers; asked: string[] }> {
  const site = { url: "", answers, asked: [] as string[] };
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    site.asked.push(`${request.method ?? ""} ${path}`);
    const handler = site.answers[path];
    if (handler !== undefined) handler(request, response);
    else response.writeHead(404).end("not here");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  site.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return site;
}

/** An address at which nobody listens. */
export async function nowhere(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

export const healthyBackend = (): Answers => ({
  "/health": json({ status: "ok", database: "ok" }),
  "/api/feature-flags": json(FLAGS),
  "/api/orders": json({ orders: [] }),
  "/api/parts": json({ parts: [] }),
});

export const healthyFrontend = (): Answers => ({
  "/": html(PAGE),
  "/a.css": (_request, response) => response.end("body {}"),
  "/a.js": (_request, response) => response.end("export {}"),
  "/feature-flags.json": json(SITE_FLAGS),
});

/** What the gate of preparation has measured: every endpoint's times around so many milliseconds. */
export function storedBaseline(ms: number) {
  const times = Array.from({ length: 100 }, (_, index) => ms * (0.8 + (0.4 * index) / 99));
  const samples = ["/api/orders", "/api/parts"].flatMap((path) =>
    times.map((time) => ({
      endpoint: `${BACKEND} ${path}`,
      ms: time,
      status: 200,
      ok: true,
      measured: true,
    })),
  );
  const gate = storedGate("preparation", "succeeded", "closed");
  const baseline = { takenAt: "", method: "", endpoints: summarizeByEndpoint(samples) };
  return { ...gate, outputs: { ...gate.outputs, baseline } };
}

export interface VerifiedSystem {
  desk: FakeDesk;
  /** Values on Render, by service. */
  values: Record<string, Map<string, string>>;
  /** Called before each of the two requests that there are; throw to fail it. */
  faults: { before?: (call: string) => void };
  ports: VerifyPorts;
  /** Puts the back end on this plan. */
  plan(name: string): void;
  openRender: OpenRender;
  /** With `--stack`. */
  verify(options?: VerifyOptions): Promise<number>;
  /** The same, as data. */
  report(options?: VerifyOptions): Promise<{ code: number; report: VerifyReport }>;
  /** As data, without a stack. */
  reportAt(addresses: Addresses): Promise<{ code: number; report: VerifyReport }>;
}

/** A stack in phase `api` whose files, Render, state and services agree; tests change what they need otherwise. */
export function verifiedSystem(
  urls: { backend: string; frontend: string },
  { more = "", state = usualState() } = {},
): VerifiedSystem {
  const desk = fakeDesk({ text: stackFile("api", more), state });
  const world = fakeWorld({ [BACKEND]: "web_service", [FRONTEND]: "static_site" });
  const addresses = { [BACKEND]: urls.backend, [FRONTEND]: urls.frontend };
  for (const [name, url] of Object.entries(addresses))
    world.services.get(`srv-${name}`)!.service.serviceDetails = { url };
  for (const [key, on] of Object.entries(FLAGS))
    if (on) world.services.get(`srv-${BACKEND}`)!.envVars.set(key, "true");
  // Nothing else may be asked of Render.
  const { findService, listEnvVars } = world.context.render;
  // A workspace too large for one list: each service is asked by itself, and may fail by itself.
  const firstServices: RenderClient["firstServices"] = async () => ({ services: [], complete: false });
  const openRender: OpenRender = async () =>
    ({
      firstServices,
      findService,
      listEnvVars,
      now: () => Promise.reject(new Error("not asked here")),
    }) as RenderClient;
  const ports: VerifyPorts = {
    probe: createHttpProbe(),
    fetch: realFetch,
    sleep: async () => undefined,
    elapsed: () => performance.now(),
    now: () => new Date("2026-11-24T21:10:05Z"),
    patience: PATIENCE,
    openDatabase: async () => ({ because: "DATABASE_URL is not set here" }),
    openPages: async () => ({ because: NO_CHROMIUM }),
    openScreen: () => undefined,
    columns: undefined,
  };
  const run = (options: VerifyOptions) => verify(desk, system.openRender, system.ports, options);
  const asData = async (options: VerifyOptions) => {
    desk.data.length = 0;
    const code = await run({ ...options, json: true });
    return { code, report: JSON.parse(desk.data.join("")) as VerifyReport };
  };
  const system: VerifiedSystem = {
    desk,
    values: Object.fromEntries(
      Object.keys(addresses).map((name) => [name, world.services.get(`srv-${name}`)!.envVars]),
    ),
    faults: world.faults,
    ports,
    plan(name) {
      const { service } = world.services.get(`srv-${BACKEND}`)!;
      service.serviceDetails = { ...service.serviceDetails, plan: name };
    },
    openRender,
    verify: (options = {}) => run({ stack: STACK, ...options }),
    report: (options = {}) => asData({ stack: STACK, ...options }),
    reportAt: (addresses) => asData(addresses),
  };
  return system;
}

export const usualState = () => [
  storedBaseline(100),
  storedGate("migrations", "succeeded", "closed"),
  storedGate("api", "succeeded"),
  storedMigrations(MIGRATIONS),
];

/** The command line as a person types it, up to the recipe. */
export async function typed(
  system: Pick<VerifiedSystem, "desk" | "openRender" | "ports">,
  ...args: string[]
): Promise<{ code: number; said: string }> {
  let said = "";
  const code = await execute<VerifyOptions>(
    verifyCommand(),
    (options) => verify(system.desk, system.openRender, system.ports, options),
    ["node", "verify", ...args],
    (text) => {
      said += text;
    },
  );
  return { code, said };
}

/** Verdicts by row, as `flag ENABLE_CAR_NUMBER: pass`. */
export function verdicts({ rows }: VerifyReport): string[] {
  return rows.map(({ kind, service, name, verdict }) => {
    const where = service === null ? "" : service === BACKEND ? "backend " : "frontend ";
    return `${where}${kind}${name === null ? "" : ` ${name}`}: ${verdict}`;
  });
}

export function row(report: VerifyReport, kind: string, name: string | null = null, service?: string) {
  const found = report.rows.find(
    (each) => each.kind === kind && each.name === name && (service === undefined || each.service === service),
  );
  if (found === undefined) throw new Error(`no row ${kind} ${name ?? ""}`);
  return found;
}

/** The healthy system, with some answers exchanged. */
export async function servedSystem(
  { backend = {}, frontend = {} }: { backend?: Answers; frontend?: Answers } = {},
  options: Parameters<typeof verifiedSystem>[1] = {},
) {
  const back = await serve({ ...healthyBackend(), ...backend });
  const front = await serve({ ...healthyFrontend(), ...frontend });
  return Object.assign(verifiedSystem({ backend: back.url, frontend: front.url }, options), { back, front });
}

/** Verdicts of the healthy system. */
export const WELL = [
  "backend health: pass",
  "backend flag ENABLE_CAR_NUMBER: pass",
  "backend flag ENABLE_PART_CATEGORIES: pass",
  "backend flag ENABLE_TG_ADMIN_NOTIFS: pass",
  "backend flag ENABLE_TG_MECH_NOTIFS: pass",
  "backend endpoint /api/orders: pass",
  "backend endpoint /api/parts: pass",
  "frontend health: pass",
  "frontend flag VITE_ENABLE_MECH_I18N: pass",
  "frontend flag VITE_ENABLE_UI_REFRESH: pass",
  "frontend page: pass",
  "error-rate: pass",
  "response-times: pass",
  "migrations: no-data",
];

/** The same, but for some rows. */
export const except = (...changed: string[]) =>
  WELL.map((line) => changed.find((other) => other.startsWith(`${line.split(":")[0]}:`)) ?? line);
