import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { aDeploy, aJob, aService } from "../render/support/replies";
import { send, type HealthyAnswer, type WireFault } from "./wire-faults";

/** Stands for variables' values wherever a test looks for leaks. */
export const VALUE_CANARY = "canary-of-a-variable";
const AT = "2026-11-24T20:00:00.000001Z";

/** A Render of a few lines with a memory, one for each case, whose first matching requests go wrong as told. */
export class ScriptedRender {
  url = "";
  /** Of an address at which nobody listens. */
  closedUrl = "";
  /** What got done, one entry each time: `PUT ENABLE_X=true`. */
  readonly effects: string[] = [];
  readonly variables = new Map([
    ["ENABLE_X", "false"],
    ["SECRET_KEY_BASE", VALUE_CANARY],
  ]);
  readonly jobs: Record<string, unknown>[] = [aJob({ id: "job-1", serviceId: "srv-1" })];
  readonly deploys: Record<string, unknown>[] = [aDeploy({ id: "dep-1" })];
  /** Requests that a redirect led elsewhere, with their headers. */
  readonly strays: string[] = [];
  requests = 0;

  private readonly servers: Server[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private fault: { fault: WireFault; route: string; left: number } | undefined;
  private elsewhere = "";

  static async start(): Promise<ScriptedRender> {
    const render = new ScriptedRender();
    const stray = await render.listen((line, headers, _body, response) => {
      render.strays.push(`${line} ${JSON.stringify(headers)}`);
      response.writeHead(200).end("{}");
    });
    render.elsewhere = `${stray}/v1/elsewhere`;
    render.url = `${await render.listen((line, _headers, body, response) => {
      render.answer(line, body, response);
    })}/v1`;
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    render.closedUrl = `http://127.0.0.1:${(closed.address() as AddressInfo).port}/v1`;
    await new Promise((resolve) => closed.close(resolve));
    return render;
  }

  /** @param route as the client's: `PUT /services/{serviceId}/env-vars/{envVarKey}`. */
  break(route: string, fault: WireFault): void {
    this.fault = { fault, route, left: fault.times ?? 1 };
  }

  mend(): void {
    this.fault = undefined;
    for (const timer of this.timers) clearInterval(timer);
  }

  async stop(): Promise<void> {
    this.mend();
    for (const server of this.servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  private answer(line: string, body: string, response: ServerResponse): void {
    this.requests += 1;
    response.on("error", () => undefined);
    const url = new URL(line.split(" ")[1] ?? "", "http://render");
    const path = url.pathname.replace(/^\/v1/, "");
    const method = line.split(" ")[0] ?? "";
    const act = () => this.act(method, path, url.searchParams, body);
    const { fault } = this;
    if (fault !== undefined && fault.left > 0 && matches(fault.route, method, path)) {
      fault.left -= 1;
      fault.fault.strike?.({
        response,
        act,
        elsewhere: this.elsewhere,
        every: (ms, action) => this.timers.add(setInterval(action, ms)),
        later: (ms, action) => this.timers.add(setTimeout(action, ms)),
      });
      return;
    }
    send(response, act());
  }

  private act(method: string, path: string, query: URLSearchParams, body: string): HealthyAnswer {
    const given = body === "" ? {} : (JSON.parse(body) as Record<string, unknown>);
    const wanted = (key: string) => query.getAll(key);
    const parts = path.split("/").slice(1);
    const route = `${method} ${path}`;
    const list = (wrapper: string, rows: unknown[]) => ({
      status: 200,
      json: query.has("cursor") ? [] : rows.map((row, index) => ({ cursor: `c${index}`, [wrapper]: row })),
    });
    const found = (json: unknown): HealthyAnswer =>
      json === undefined ? { status: 404, json: { message: "not found" } } : { status: 200, json };
    if (method === "PUT" && parts[2] === "env-vars") {
      const key = decodeURIComponent(parts[3] ?? "");
      this.variables.set(key, String(given["value"]));
      this.effects.push(`PUT ${key}=${String(given["value"])}`);
      return { status: 200, json: { key, value: given["value"] } };
    }
    if (method === "POST") return this.post(parts, given);
    switch (parts[2] ?? parts[0] ?? "") {
      case "env-vars": {
        const rows = [...this.variables].map(([key, value]) => ({ key, value }));
        return parts[3] === undefined
          ? list("envVar", rows)
          : found(rows.find(({ key }) => key === decodeURIComponent(parts[3] ?? "")));
      }
      case "deploys": {
        const statuses = wanted("status");
        const rows = this.deploys.filter(
          ({ status }) => statuses.length === 0 || statuses.includes(String(status)),
        );
        return parts[3] === undefined
          ? list("deploy", rows)
          : found(this.deploys.find(({ id }) => id === parts[3]));
      }
      case "jobs":
        return parts[3] === undefined
          ? list("job", this.jobs)
          : found(this.jobs.find(({ id }) => id === parts[3]));
      case "events":
        return list("event", [
          { id: "evt-1", type: "deploy_ended", timestamp: AT, serviceId: "srv-1", details: {} },
        ]);
      case "services":
        return parts[1] === undefined
          ? list("service", [aService({ id: "srv-1" })])
          : found(aService({ id: parts[1] }));
      case "owners":
        return list("owner", [{ id: "tea-1", name: "The shop", email: "a@b.example", type: "team" }]);
      case "blueprints": {
        const blueprint = { id: "exs-1", name: "shop", status: "in_sync", autoSync: true };
        return parts[1] === undefined
          ? list("blueprint", [blueprint])
          : found({ ...blueprint, resources: [] });
      }
      case "environments":
        return found({ id: "evm-1", name: "prod", projectId: "prj-1", protectedStatus: "protected" });
      case "env-groups": {
        const group = { id: "evg-1", name: "shared", ownerId: "tea-1", serviceLinks: [] };
        return parts[1] === undefined
          ? { status: 200, json: [group] }
          : found({ ...group, envVars: [{ key: "SHARED", value: VALUE_CANARY }] });
      }
      case "recovery":
        return found({ recoveryStatus: "AVAILABLE", startsAt: AT });
      case "postgres": {
        const database = { id: "dpg-1", name: "db", status: "available", plan: "basic_256mb", version: "15" };
        return parts[1] === undefined ? list("postgres", [database]) : found(database);
      }
      case "logs":
        return {
          status: 200,
          json: { hasMore: false, logs: [{ id: "log-1", message: "a line", timestamp: AT, labels: [] }] },
        };
      case "metrics":
        return {
          status: 200,
          json: [
            {
              labels: [{ field: "statusCode", value: "200" }],
              unit: "unitless",
              values: [{ timestamp: AT, value: 3 }],
            },
          ],
        };
    }
    throw new Error(`the scripted Render knows nothing of ${route}`);
  }

  private post(parts: readonly string[], given: Record<string, unknown>): HealthyAnswer {
    const [, serviceId, kind, id, verb] = parts;
    if (verb === "cancel") {
      const rows = kind === "jobs" ? this.jobs : this.deploys;
      const row = rows.find((each) => each["id"] === id);
      if (row === undefined) return { status: 404, json: { message: "not found" } };
      row["status"] = "canceled";
      this.effects.push(`POST cancel ${id ?? ""}`);
      return { status: 200, json: row };
    }
    if (kind === "deploys") {
      const deploy = aDeploy({
        id: `dep-${this.deploys.length + 1}`,
        status: "build_in_progress",
        finishedAt: null,
      });
      this.deploys.unshift(deploy);
      this.effects.push("POST deploy");
      return { status: 201, json: deploy };
    }
    const job = aJob({
      id: `job-${this.jobs.length + 1}`,
      serviceId,
      startCommand: given["startCommand"],
      status: "pending",
      finishedAt: null,
    });
    this.jobs.unshift(job);
    this.effects.push(`POST job ${String(given["startCommand"])}`);
    return { status: 201, json: job };
  }

  private async listen(
    handle: (line: string, headers: unknown, body: string, response: ServerResponse) => void,
  ): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("error", () => undefined);
      request.on("end", () => {
        handle(
          `${request.method ?? ""} ${request.url ?? ""}`,
          request.headers,
          Buffer.concat(chunks).toString(),
          response,
        );
      });
    });
    server.on("clientError", (_error, socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}

function matches(route: string, method: string, path: string): boolean {
  const [routeMethod, template = ""] = route.split(" ");
  if (routeMethod !== method) return false;
  const pattern = template.replace(/\{[^}]+\}/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(path);
}
