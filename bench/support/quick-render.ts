import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** One service of the stand-in. */
export interface QuickService {
  name: string;
  type: "web_service" | "static_site";
  flags: readonly string[];
}

export interface QuickRender {
  url: string;
  /** `GET /services/{}/env-vars` for each request since the last call, in order. */
  taken(): string[];
  /** The flags that run on a service. */
  running(name: string): Record<string, string>;
  /** From the first deploy's start to the last one's end since the last call, milliseconds. */
  deploysTook(): number;
  stop(): Promise<void>;
}

interface Deploy {
  id: string;
  status: string;
  trigger: string;
  createdAt: string;
  finishedAt: string | null;
  commit: { id: string };
}

interface Held extends QuickService {
  id: string;
  envVars: Map<string, string>;
  live: Map<string, string>;
  url: string;
  deploys: Deploy[];
}

const PAGE = 20;
const API_KEY = "rnd_only_for_benchmarks";

/**
 * A Render in memory, for benchmarks alone: it answers what the program asks, at once, and judges nothing. A deploy is
 * live after `deployMs`. The services themselves listen beside it, healthy, with a report of their flags.
 */
export async function startQuickRender(
  services: readonly QuickService[],
  deployMs: number,
): Promise<QuickRender & { apiKey: string }> {
  const held = new Map<string, Held>();
  const servers: Server[] = [];
  for (const [index, service] of services.entries()) {
    const id = `srv-${String(index).padStart(20, "0")}`;
    const own = {
      ...service,
      id,
      envVars: new Map(),
      live: new Map(),
      url: "",
      deploys: [deploy("dep-0", "live")],
    };
    own.url = await listen(servers, (path) => siteOf(own, path));
    held.set(id, own);
  }
  let requests: string[] = [];
  let spans: { from: number; to: number }[] = [];
  let count = 0;
  const timers = new Set<NodeJS.Timeout>();

  const serviceJson = ({ id, name, type, url }: Held) => ({
    ...{ id, name, type, ownerId: "tea-1", suspended: "not_suspended", autoDeploy: "no" },
    dashboardUrl: `https://dashboard.example/${id}`,
    serviceDetails: { url, plan: "starter", region: "frankfurt" },
  });

  function start(service: Held): Deploy {
    const made = deploy(`dep-${(count += 1)}`, "update_in_progress");
    const values = new Map(service.envVars);
    const from = performance.now();
    service.deploys.unshift(made);
    const timer = setTimeout(() => {
      timers.delete(timer);
      for (const other of service.deploys) if (other.status === "live") other.status = "deactivated";
      made.status = "live";
      made.finishedAt = new Date().toISOString();
      service.live = values;
      spans.push({ from, to: performance.now() });
    }, deployMs);
    timers.add(timer);
    return made;
  }

  function answer(method: string, url: URL, body: string): Answer {
    const [, first, id = "", what, key] = url.pathname.replace(/^\/v1/, "").split("/");
    const service = held.get(id);
    if (first === "owners") return { json: [{ cursor: "o", owner: { id: "tea-1", name: "bench" } }] };
    if (first === "services" && id === "") {
      const name = url.searchParams.get("name");
      const found = [...held.values()].filter((each) => name === null || each.name === name);
      return { json: page(url, found.map(serviceJson), "service") };
    }
    if (first !== "services" || service === undefined) return { json: [] };
    if (what === undefined) return { json: serviceJson(service) };
    if (what === "env-vars" && method === "PUT") {
      const { value } = JSON.parse(body) as { value: string };
      service.envVars.set(decodeURIComponent(key ?? ""), value);
      return { json: { key: decodeURIComponent(key ?? ""), value } };
    }
    if (what === "env-vars" && key !== undefined) {
      const value = service.envVars.get(decodeURIComponent(key));
      return value === undefined ? { status: 404, json: {} } : { json: { key, value } };
    }
    if (what === "env-vars") {
      return {
        json: page(
          url,
          [...service.envVars].map(([name, value]) => ({ key: name, value })),
          "envVar",
        ),
      };
    }
    if (what === "deploys" && method === "POST" && key === undefined)
      return { status: 201, json: start(service) };
    if (what === "deploys" && key !== undefined)
      return { json: service.deploys.find((each) => each.id === key) };
    if (what === "deploys") {
      const statuses = url.searchParams.getAll("status");
      const listed = service.deploys.filter(
        ({ status }) => statuses.length === 0 || statuses.includes(status),
      );
      return { json: page(url, listed, "deploy") };
    }
    return { json: [] };
  }

  const origin = await listen(servers, (path, method, body) => {
    const url = new URL(path, "http://localhost");
    requests.push(`${method} ${templateOf(url.pathname)}`);
    return answer(method, url, body);
  });

  return {
    url: `${origin}/v1`,
    apiKey: API_KEY,
    taken: () => {
      const all = requests;
      requests = [];
      return all;
    },
    running: (name) => {
      const found = [...held.values()].find((service) => service.name === name);
      return Object.fromEntries(found?.live ?? []);
    },
    deploysTook: () => {
      const all = spans;
      spans = [];
      if (all.length === 0) return 0;
      return Math.max(...all.map(({ to }) => to)) - Math.min(...all.map(({ from }) => from));
    },
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

interface Answer {
  status?: number;
  json?: unknown;
  html?: string;
}

/** @returns the address of a server that is ended by `stop`. */
async function listen(
  servers: Server[],
  answer: (path: string, method: string, body: string) => Answer,
): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const { status = 200, json, html } = answer(request.url ?? "", request.method ?? "", body);
      response.writeHead(status, { "content-type": html === undefined ? "application/json" : "text/html" });
      response.end(html ?? JSON.stringify(json ?? {}));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function siteOf({ flags, live }: Held, path: string): Answer {
  if (path === "/health") return { json: { status: "ok", database: "ok" } };
  if (path !== "/flags") return { html: "<!doctype html><title>A page</title><p>Well." };
  return { json: Object.fromEntries(flags.map((flag) => [flag, live.get(flag) === "true"])) };
}

function deploy(id: string, status: string): Deploy {
  const at = new Date().toISOString();
  const finishedAt = status === "live" ? at : null;
  return { id, status, trigger: "api", createdAt: at, finishedAt, commit: { id: "c0ffee" } };
}

function page(url: URL, rows: readonly unknown[], wrapper: string): unknown[] {
  const limit = Number(url.searchParams.get("limit") ?? PAGE);
  const cursor = url.searchParams.get("cursor");
  const from = cursor === null ? 0 : Number(cursor.slice(1)) + 1;
  return rows.slice(from, from + limit).map((row, index) => ({ cursor: `c${from + index}`, [wrapper]: row }));
}

/** Ids and keys taken out, so that requests of one operation count together. */
function templateOf(path: string): string {
  return path
    .replace(/^\/v1/, "")
    .replace(/\/(srv|dep|job|tea)-[\w]+/g, "/{}")
    .replace(/\/env-vars\/.+$/, "/env-vars/{}");
}
