import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { classifyDeployStatus, type RenderClient } from "../../components/render/client";
import type { DeployState } from "../../components/render/deploy-status";
import { clientOf, startServer, type Seen } from "./support/server";

/** A copy of what Render publishes, as far as we use it; derive.mjs says where from. */
const published = JSON.parse(readFileSync(join(__dirname, "published", "description.json"), "utf8")) as {
  operations: Record<string, Operation>;
};

interface Operation {
  query: Record<string, Described & { style?: "repeated" | "commas" }>;
  request?: Described;
  statuses: number[];
  response: Described;
}

interface Described {
  type?: "string" | "number" | "boolean";
  enum?: string[];
  anyOf?: Described[];
  items?: Described;
  fields?: Record<string, Described>;
  required?: string[];
}

const SPAN = { startTime: new Date(0), endTime: new Date(3_600_000) };
const METRIC = { resource: "srv-1", ...SPAN };
const FILTER = { createdAfter: new Date(0), createdBefore: new Date(1), limit: 5 };

/** Each call that the client has, with all that can be given to it. */
const CALLS: Record<
  Exclude<keyof RenderClient, "now" | "close">,
  (client: RenderClient) => Promise<unknown>
> = {
  listOwners: (client) => client.listOwners({ name: ["a", "b"] }),
  listBlueprints: (client) => client.listBlueprints({ ownerId: "tea-1" }),
  getBlueprint: (client) => client.getBlueprint("exs-1"),
  getEnvironment: (client) => client.getEnvironment("evm-1"),
  listServices: (client) => client.listServices({ name: "a", ownerId: "tea-1", type: "web_service" }),
  firstServices: (client) => client.firstServices({ name: "a", ownerId: "tea-1", type: "web_service" }),
  findService: (client) => client.findService({ name: TEXT, ownerId: TEXT }),
  getService: (client) => client.getService("srv-1"),
  listEnvVars: (client) => client.listEnvVars("srv-1"),
  getEnvVar: (client) => client.getEnvVar("srv-1", "K"),
  // Its answer has to name the variable, and the example's text is the name of all.
  putEnvVar: (client) => client.putEnvVar("srv-1", TEXT, "true"),
  listEnvGroups: (client) => client.listEnvGroups({ ownerId: "tea-1" }),
  getEnvGroup: (client) => client.getEnvGroup("evg-1"),
  listDeploys: (client) => client.listDeploys("srv-1", { ...FILTER, status: ["live", "queued"] }),
  getDeploy: (client) => client.getDeploy("srv-1", "dep-1"),
  createDeploy: async (client) => {
    await client.createDeploy("srv-1", { deployMode: "deploy_only" });
    await client.createDeploy("srv-1", { commitId: "c0ffee" });
    await client.createDeploy("srv-1", {});
  },
  cancelDeploy: (client) => client.cancelDeploy("srv-1", "dep-1"),
  listJobs: (client) =>
    client.listJobs("srv-1", {
      status: ["pending", "running"],
      createdAfter: new Date(0),
      createdBefore: new Date(1),
    }),
  getJob: (client) => client.getJob("srv-1", "job-1"),
  createJob: (client) => client.createJob("srv-1", { startCommand: "true", planId: "plan-srv-006" }),
  createJobOnce: (client) =>
    client.createJobOnce("srv-1", { startCommand: "true r1", runId: "r1", createdAfter: new Date(0) }),
  listEvents: (client) => client.listEvents("srv-1", { types: ["deploy_ended"], ...SPAN, limit: 5 }),
  listLogs: (client) =>
    client.listLogs({
      ...{ ownerId: "tea-1", resource: ["srv-1", "srv-2"], ...SPAN, limit: 5, direction: "forward" },
      ...{ type: ["app", "build"], level: ["error"], text: ["/x/"] },
    }),
  httpRequests: (client) => client.httpRequests({ ...METRIC, aggregateBy: "statusCode" }),
  httpLatency: (client) => client.httpLatency({ ...METRIC, quantile: 0.95 }),
  usage: async (client) => {
    for (const metric of [
      "cpu",
      "cpu-limit",
      "memory",
      "memory-limit",
      "active-connections",
      "instance-count",
    ] as const)
      await client.usage(metric, METRIC);
  },
  listPostgres: (client) => client.listPostgres({ name: "db", ownerId: "tea-1" }),
  getRecovery: (client) => client.getRecovery("dpg-1"),
};

/** Fields that we cannot do without and that the description does not promise; every recorded reply has them. */
const BEYOND: Record<string, readonly string[]> = {
  "GET /owners": ["owner"],
  "GET /services/{serviceId}/deploys": ["deploy", "status", "createdAt"],
  "POST /services/{serviceId}/deploys": ["status", "createdAt"],
  "GET /services/{serviceId}/deploys/{deployId}": ["status", "createdAt"],
  "POST /services/{serviceId}/deploys/{deployId}/cancel": ["status", "createdAt"],
};

/** Text, id and moment at once, so that any string of an example will do. */
const TEXT = "2026-11-24T20:00:00Z";

function example(described: Described, keeps: (field: string, required: boolean) => boolean): unknown {
  const { enum: words, anyOf, items, fields, required = [], type } = described;
  if (words !== undefined) return words[0];
  if (anyOf?.[0] !== undefined) return example(anyOf[0], keeps);
  if (items !== undefined) return [example(items, keeps)];
  if (type === "number") return 1;
  if (type === "boolean") return false;
  if (type === "string") return TEXT;
  const kept = Object.entries(fields ?? {}).filter(([name]) => keeps(name, required.includes(name)));
  return Object.fromEntries(kept.map(([name, field]) => [name, example(field, keeps)]));
}

/** The described operation that a request is, by the most words in common. */
function operationOf({ method, path }: Seen): string | undefined {
  const segments = path.split("/");
  return Object.keys(published.operations)
    .filter((name) => {
      const [verb, route = ""] = name.split(" ");
      const parts = route.split("/");
      const fits = (part: string, index: number) => part.startsWith("{") || part === segments[index];
      return verb === method && parts.length === segments.length && parts.every(fits);
    })
    .sort((a, b) => a.split("{").length - b.split("{").length)[0];
}

/** What a request has that the description does not know, in words. */
function strange(seen: Seen, { query, request }: Operation): string[] {
  const parameters = [...new Set(seen.query.keys())].flatMap((name) => {
    const described = query[name];
    const values = seen.query.getAll(name);
    if (described === undefined) return [`query ${name}`];
    const known = (described.items ?? described).enum;
    const each = described.style === "commas" ? values.flatMap((value) => value.split(",")) : values;
    const unknown = each.filter((value) => known !== undefined && !known.includes(value));
    const repeated = values.length > 1 && (described.style !== "repeated" || described.items === undefined);
    return [
      ...unknown.map((value) => `query ${name}=${value}`),
      ...(repeated ? [`query ${name} repeated`] : []),
    ];
  });
  if (seen.body === undefined) return parameters;
  const forms = request?.anyOf ?? [request ?? {}];
  const fields = Object.keys(seen.body as object);
  const fits = forms.some(
    (form) =>
      fields.every((field) => field in (form.fields ?? {})) &&
      (form.required ?? []).every((name) => fields.includes(name)),
  );
  return fits ? parameters : [...parameters, `body ${fields.join(", ")}`];
}

async function callAll(keeps: (operation: string, field: string, required: boolean) => boolean) {
  const unknown: string[] = [];
  const used = new Set<string>();
  const server = await startServer((seen) => {
    const name = operationOf(seen);
    const operation = published.operations[name ?? ""];
    if (name === undefined || operation === undefined) {
      unknown.push(`${seen.method} ${seen.path}`);
      return { status: 404 };
    }
    used.add(name);
    unknown.push(...strange(seen, operation).map((what) => `${name}: ${what}`));
    const status = operation.statuses.find((each) => each < 300) ?? 200;
    return { status, json: example(operation.response, (field, required) => keeps(name, field, required)) };
  });
  const failed: string[] = [];
  const client = clientOf(server);
  for (const [name, call] of Object.entries(CALLS)) {
    await call(client).catch((error: unknown) => failed.push(`${name}: ${String(error)}`));
  }
  return { unknown, failed, used };
}

describe("Render's published description", () => {
  test("knows every route, parameter and field that the client sends", async () => {
    const { unknown, used } = await callAll(() => true);
    expect(unknown).toEqual([]);
    expect([...used].sort()).toEqual(Object.keys(published.operations).sort());
  });

  test("every answer that it describes, with all its fields, is read by the client", async () => {
    expect((await callAll(() => true)).failed).toEqual([]);
  });

  test("so is every answer with no more than the fields that it promises, and a few that every reply has", async () => {
    const { failed } = await callAll(
      (operation, field, required) => required || (BEYOND[operation]?.includes(field) ?? false),
    );
    expect(failed).toEqual([]);
  });

  test("the fields beyond what is promised are needed: without them these are no answers", async () => {
    const { failed } = await callAll((_, __, required) => required);
    const calls = failed.map((line) => line.split(":")[0]).sort();
    expect(calls).toEqual(["cancelDeploy", "createDeploy", "getDeploy", "listDeploys", "listOwners"]);
  });

  test("every status of a deploy that it names is one that we tell running, live, superseded or failed", () => {
    const words = wordsOf("GET /services/{serviceId}/deploys/{deployId}", "status").sort();
    const those = (state: DeployState) => words.filter((word) => classifyDeployStatus(word) === state);
    expect(those("failed")).toEqual(["build_failed", "canceled", "pre_deploy_failed", "update_failed"]);
    expect([those("live"), those("superseded")]).toEqual([["live"], ["deactivated"]]);
    expect(those("running")).toEqual([
      ...["build_in_progress", "created", "pre_deploy_in_progress", "queued", "update_in_progress"],
    ]);
  });

  test("a service is suspended or not, and its statuses of a job are those that we know", () => {
    expect(wordsOf("GET /services/{serviceId}", "suspended")).toEqual(["suspended", "not_suspended"]);
    expect(wordsOf("GET /services/{serviceId}/jobs/{jobId}", "status").sort()).toEqual([
      ...["canceled", "failed", "pending", "running", "succeeded"],
    ]);
  });
});

function wordsOf(operation: string, field: string): string[] {
  return [...(published.operations[operation]?.response.fields?.[field]?.enum ?? [])];
}
