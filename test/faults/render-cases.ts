import { isDeepStrictEqual } from "node:util";

import { RolloutError } from "../../components/errors";
import { changedNothing, createRenderClient, type RenderClient } from "../../components/render/client";
import { RenderError } from "../../components/render/errors";
import { noFindings, type FaultCase, type Findings } from "./fault-case";
import { ScriptedRender, VALUE_CANARY } from "./scripted-render";
import { WIRE_FAULTS, type WireFault } from "./wire-faults";

const KEY = "rnd_CANARYKEY0123456789";
const since = new Date("2026-11-24T20:59:00Z");
const window = { resource: "srv-1", startTime: "2026-11-24T20:00:00Z", endTime: "2026-11-24T21:00:00Z" };

/** Something that the product asks of Render. */
interface Request {
  /** The route that goes wrong. */
  route: string;
  ask(render: RenderClient): Promise<unknown>;
  isList?: boolean;
  /** For what changes something. */
  writes?: {
    /** What the server notes for one execution. */
    effect: string;
    /** Executed twice it does more than executed once. */
    once?: boolean;
    /** The next run: by the product's own way of finding out what has become of it. */
    again(render: RenderClient): Promise<unknown>;
    /** Whether all is as declared then. */
    isDone(server: ScriptedRender): boolean;
    /** Whether an answer says that it is done; any does, where this is left out. */
    claims?(value: unknown): boolean;
  };
}

const createJobOnce = (render: RenderClient) =>
  render.createJobOnce("srv-1", {
    startCommand: "env ROLLOUT_RUN_ID=run-7 migrate",
    runId: "run-7",
    createdAfter: since,
  });

const RENDER_REQUESTS: Request[] = [
  { route: "GET /owners", isList: true, ask: (render) => render.listOwners() },
  { route: "GET /blueprints", isList: true, ask: (render) => render.listBlueprints() },
  { route: "GET /blueprints/{blueprintId}", ask: (render) => render.getBlueprint("exs-1") },
  { route: "GET /environments/{environmentId}", ask: (render) => render.getEnvironment("evm-1") },
  { route: "GET /env-groups", ask: (render) => render.listEnvGroups() },
  { route: "GET /env-groups/{envGroupId}", ask: (render) => render.getEnvGroup("evg-1") },
  {
    route: "GET /services",
    isList: true,
    ask: (render) => render.findService({ name: "felix-hub-backend" }),
  },
  { route: "GET /services/{serviceId}", ask: (render) => render.getService("srv-1") },
  { route: "GET /services/{serviceId}/env-vars", isList: true, ask: (render) => render.listEnvVars("srv-1") },
  {
    route: "GET /services/{serviceId}/env-vars/{envVarKey}",
    ask: (render) => render.getEnvVar("srv-1", "ENABLE_X"),
  },
  { route: "GET /services/{serviceId}/deploys", ask: (render) => render.listDeploys("srv-1") },
  {
    route: "GET /services/{serviceId}/deploys/{deployId}",
    ask: (render) => render.getDeploy("srv-1", "dep-1"),
  },
  { route: "GET /services/{serviceId}/jobs", isList: true, ask: (render) => render.listJobs("srv-1") },
  { route: "GET /services/{serviceId}/jobs/{jobId}", ask: (render) => render.getJob("srv-1", "job-1") },
  { route: "GET /services/{serviceId}/events", ask: (render) => render.listEvents("srv-1") },
  { route: "GET /logs", ask: (render) => render.listLogs({ ownerId: "tea-1", resource: "srv-1" }) },
  { route: "GET /metrics/http-requests", ask: (render) => render.httpRequests(window) },
  { route: "GET /metrics/http-latency", ask: (render) => render.httpLatency({ ...window, quantile: 0.95 }) },
  { route: "GET /metrics/memory", ask: (render) => render.usage("memory", window) },
  { route: "GET /postgres", isList: true, ask: (render) => render.listPostgres() },
  { route: "GET /postgres/{postgresId}/recovery", ask: (render) => render.getRecovery("dpg-1") },
  {
    route: "PUT /services/{serviceId}/env-vars/{envVarKey}",
    ask: (render) => render.putEnvVar("srv-1", "ENABLE_X", "true"),
    writes: {
      effect: "PUT ENABLE_X=true",
      again: (render) => render.putEnvVar("srv-1", "ENABLE_X", "true"),
      isDone: ({ variables }) =>
        variables.get("ENABLE_X") === "true" &&
        variables.get("SECRET_KEY_BASE") === VALUE_CANARY &&
        variables.size === 2,
    },
  },
  {
    route: "POST /services/{serviceId}/deploys",
    ask: (render) => render.createDeploy("srv-1", { deployMode: "deploy_only" }),
    writes: {
      effect: "POST deploy",
      once: true,
      // As components/providers/deploy does: one that is under way is found and followed.
      again: async (render) => {
        const running = (await render.listDeploys("srv-1")).find(
          ({ status }) => status === "build_in_progress",
        );
        if (running === undefined) await render.createDeploy("srv-1", { deployMode: "deploy_only" });
      },
      isDone: ({ deploys }) => deploys.length === 2,
    },
  },
  {
    route: "POST /services/{serviceId}/deploys/{deployId}/cancel",
    ask: (render) => render.cancelDeploy("srv-1", "dep-1"),
    writes: {
      effect: "POST cancel dep-1",
      again: (render) => render.cancelDeploy("srv-1", "dep-1"),
      isDone: ({ deploys }) => deploys[0]?.["status"] === "canceled",
      claims: (value) => (value as { kind: string }).kind === "cancelled",
    },
  },
  {
    route: "POST /services/{serviceId}/jobs",
    ask: createJobOnce,
    writes: {
      effect: "POST job env ROLLOUT_RUN_ID=run-7 migrate",
      once: true,
      again: createJobOnce,
      isDone: ({ jobs }) => jobs.length === 2,
    },
  },
];

/** Every request that the product sends to Render, with everything that goes wrong on a wire. */
export function renderCases(): FaultCase[] {
  return RENDER_REQUESTS.flatMap((request) =>
    WIRE_FAULTS.filter(({ lists }) => lists !== true || request.isList === true).map((fault) => ({
      area: "Render",
      step: request.route,
      fault: fault.name,
      run: () => tryOut(request, fault),
    })),
  );
}

type Ended = { ok: true; value: unknown } | { ok: false; error: unknown };

async function tryOut(request: Request, fault: WireFault): Promise<Findings> {
  const server = await ScriptedRender.start();
  const said: string[] = [];
  try {
    const expected = request.writes === undefined ? await request.ask(client(server.url, said)) : undefined;
    server.break(request.route, fault);
    const ended = await settle(
      request.ask(client(fault.refused === true ? server.closedUrl : server.url, said, 1_000)),
    );
    server.mend();
    const findings = noFindings();
    judgeWords(findings, ended, said, server);
    if (request.writes === undefined) judgeRead(findings, ended, expected, fault);
    else judgeWrite(findings, ended, request.writes, server, fault);
    await judgeNextRun(findings, request, expected, server, said);
    return findings;
  } finally {
    await server.stop();
  }
}

/** Waits between requests cost nothing. @param patienceMs real time for one request, on a machine that may be busy. */
function client(baseUrl: string, said: string[], patienceMs = 20_000): RenderClient {
  let now = Date.parse("2026-11-24T21:00:00Z");
  return createRenderClient({
    apiKey: KEY,
    baseUrl,
    clock: { now: () => now },
    sleep: async (ms) => {
      now += ms;
      await Promise.resolve();
    },
    random: () => 0.5,
    budgets: { requestTimeoutMs: patienceMs },
    onRequest: (report) => said.push(JSON.stringify(report)),
    onWait: (report) => said.push(JSON.stringify(report)),
  });
}

function settle(call: Promise<unknown>): Promise<Ended> {
  return call.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error }),
  );
}

function judgeWords(findings: Findings, ended: Ended, said: readonly string[], server: ScriptedRender): void {
  const words = [...said];
  if (!ended.ok) {
    const { error } = ended;
    if (!(error instanceof RolloutError) || !/^[A-Z_]{6,}$/.test(error.code)) {
      findings.wrong.push(`not an error of ours: ${String(error)}`);
    } else {
      const { message, stack = "", code } = error;
      words.push(message, stack, JSON.stringify(error));
      if (message.length < 60) findings.wrong.push(`"${message}" says too little`);
      if (error instanceof RenderError && !message.includes(`${error.method} /`)) {
        findings.wrong.push(`"${message}" (${code}) does not say at what`);
      }
      if (!/\b(Next|run|again|look|check|create|set|ask|wait)\b/i.test(message))
        findings.wrong.push(`"${message}" shows no way on`);
    }
  }
  for (const secret of [KEY, VALUE_CANARY]) {
    if (words.some((each) => each.includes(secret))) findings.leaked.push("a secret is in what was said");
  }
  if (server.strays.length > 0) findings.leaked.push(`a redirect was followed: ${server.strays.join("; ")}`);
}

function judgeRead(findings: Findings, ended: Ended, expected: unknown, fault: WireFault): void {
  if (ended.ok) {
    // A word that is new is handed on as it came; all else must be what Render has.
    if (fault.name === "404" && ended.value === undefined) return;
    if (isDeepStrictEqual(ended.value, expected)) return;
    if (fault.harmless === true && sameBut(ended.value, expected, "quantum")) return;
    if (isRefusedMetric(ended.value, fault)) return;
    if (isDeepStrictEqual(withoutNames(ended.value), withoutNames(expected)) && fault.harmless === false)
      return;
    findings.wrong.push(`read ${JSON.stringify(ended.value)} for ${JSON.stringify(expected)}`);
  } else if (fault.passes && fault.harmless !== false) {
    findings.wrong.push(`given up, although asking again would have helped: ${String(ended.error)}`);
  }
}

/** What a metric answers to a 400: that it is not to be had, which is neither a number nor "no data". */
function isRefusedMetric(value: unknown, fault: WireFault): boolean {
  return fault.name === "400" && (value as { kind?: unknown } | undefined)?.kind === "not-available";
}

function sameBut(value: unknown, expected: unknown, word: string): boolean {
  if (isDeepStrictEqual(value, expected) || value === word) return true;
  if (typeof value !== "object" || typeof expected !== "object" || value === null || expected === null)
    return false;
  const keys = new Set([...Object.keys(value), ...Object.keys(expected)]);
  return [...keys].every((key) =>
    sameBut((value as Record<string, unknown>)[key], (expected as Record<string, unknown>)[key], word),
  );
}

/** Optional labels may be missing in an answer that is read all the same. */
function withoutNames(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (key, each: unknown) => (["id", "name"].includes(key) ? undefined : each)),
  );
}

function judgeWrite(
  findings: Findings,
  ended: Ended,
  { effect, once = false, isDone, claims = () => true }: NonNullable<Request["writes"]>,
  server: ScriptedRender,
  fault: WireFault,
): void {
  const times = server.effects.filter((each) => each === effect).length;
  if (once && times > 1) findings.doubled.push(`${effect}: ${times} times`);
  if (ended.ok && claims(ended.value) && !isDone(server))
    findings.lost.push(`said to be done, and is not: ${effect}`);
  if (!ended.ok && changedNothing(ended.error) && times > 0)
    findings.lost.push(`said to be not done, and is: ${effect}`);
  // One that was answered by nothing readable is looked up by who asked, components/providers/feature-flag.ts.
  const isUnreadable = !ended.ok && (ended.error as Partial<RenderError>).code === "RENDER_UNREADABLE";
  if (!ended.ok && !isUnreadable && fault.passes && fault.harmless !== false && !once) {
    findings.wrong.push(`given up, although asking again would have helped: ${String(ended.error)}`);
  }
}

async function judgeNextRun(
  findings: Findings,
  request: Request,
  expected: unknown,
  server: ScriptedRender,
  said: string[],
): Promise<void> {
  const { writes } = request;
  const next = await settle((writes?.again ?? request.ask)(client(server.url, said)));
  if (!next.ok) findings.wrong.push(`the next run failed: ${String(next.error)}`);
  else if (writes === undefined && !isDeepStrictEqual(next.value, expected)) {
    findings.wrong.push(`the next run read ${JSON.stringify(next.value)}`);
  }
  if (writes === undefined) return;
  const times = server.effects.filter((each) => each === writes.effect).length;
  if (writes.once === true && times > 1)
    findings.doubled.push(`${writes.effect}: ${times} times after the next run`);
  if (!writes.isDone(server)) findings.lost.push(`not there after the next run: ${writes.effect}`);
}
