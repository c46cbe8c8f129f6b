import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startRenderStandIn } from "../../rehearsal/render/server";
import { passTimeWithUsers } from "../../rehearsal/users";
import { faultOf, type World } from "../../rehearsal/world";

/** Stands for the API key wherever a test looks for leaks. */
export const API_KEY_CANARY = "rnd_canary0123456789canary";
const FIXTURES = join(__dirname, "..", "e2e", "fixtures");
const BACKEND = "felix-hub-backend";
const FRONTEND = "felix-hub-mechanics-frontend";

export interface SmallWorld extends World {
  /** What the runner changed, oldest first. */
  schemaChanges(): SchemaChange[];
}

export interface SchemaChange {
  command: "apply" | "rollback";
  /** Something was there, and is not any more. */
  dropped: boolean;
  /** Milliseconds since 1970. */
  at: number;
  /** The process that had started the runner. */
  parent: number;
}

/** The rehearsal's world without its weight: the same stand-in for Render, services of a few lines, no database. */
export async function startSmallWorld({ apiKey = API_KEY_CANARY } = {}): Promise<SmallWorld> {
  const folder = mkdtempSync(join(tmpdir(), "felix-small-"));
  const ledger = join(folder, "applied.json");
  const render = await startRenderStandIn({
    services: [
      {
        type: "web_service",
        name: BACKEND,
        start: { command: [process.execPath, "backend.mjs"], cwd: FIXTURES },
        healthCheckPath: "/health",
        envVars: { SECRET_KEY_BASE: "canary-of-the-service" },
      },
      {
        type: "static_site",
        name: FRONTEND,
        build: { command: [process.execPath, "build-site.mjs", "{outDir}"], cwd: FIXTURES },
        publishPath: "dist",
        envVars: {},
      },
    ],
    clock: { startAt: new Date("2026-11-24T21:00:00Z") },
    settleMs: 50,
    apiKey,
    // More deploys a minute than any rollout makes.
    rateLimits: { deploys: 1_000 },
  });
  // Somebody has merged something that is not live yet: a flag flip must not ship it.
  for (const name of [BACKEND, FRONTEND]) render.service(name).pushCommit("Not released yet");
  const runner = (command: string) => [
    process.execPath,
    join(FIXTURES, "run-migrations.mjs"),
    ledger,
    command,
  ];
  const readFlags = async (url: string) => (await (await fetch(url)).json()) as Record<string, boolean>;
  return {
    render,
    serviceCount: 2,
    stackConfig: () => ({
      phase: "preparation",
      timeZone: "Europe/Berlin",
      renderApiUrl: render.url,
      runner: {
        where: "local",
        source: "status",
        commands: { status: runner("status"), apply: runner("apply"), rollback: runner("rollback") },
      },
      backup: { command: "true" },
      // These services have no more than health and flags.
      services: {
        [BACKEND]: { kind: "web_service", healthPath: "/health", reports: "/api/feature-flags" },
        [FRONTEND]: { kind: "static_site", healthPath: "/", reports: "/feature-flags.json" },
      },
      smoke: {},
      pages: {},
      prerequisites: {},
    }),
    env: () => ({}),
    flagsLive: async () => ({
      ...(await readFlags(`${render.service(BACKEND).url}/api/feature-flags`)),
      ...(await readFlags(`${render.service(FRONTEND).url}/feature-flags.json`)),
    }),
    migrationsApplied: async () =>
      existsSync(ledger) ? (JSON.parse(readFileSync(ledger, "utf8")) as string[]) : [],
    passTime: (minutes) =>
      passTimeWithUsers(render, minutes, [`${render.service(BACKEND).url}/api/feature-flags`]),
    messages: () => [],
    schemaChanges: () =>
      existsSync(`${ledger}.log`)
        ? readFileSync(`${ledger}.log`, "utf8")
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line) as SchemaChange)
        : [],
    today: () => render.clock.now().toISOString().slice(0, 10),
    breakFlag: (flag, how = "unhealthy") => {
      render.service(BACKEND).setApplicationFaults([faultOf(flag, how)]);
    },
    mend: () => {
      render.service(BACKEND).setApplicationFaults([]);
    },
    flipInDashboard: (service, flag, value) => {
      render.service(service).flipInDashboard(flag, value);
    },
    async stop() {
      await render.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
