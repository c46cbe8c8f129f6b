import { join } from "node:path";

import { Client } from "pg";

import { startPostgres } from "../postgres/start-postgres";
import type { ProcessServiceSpec, ServiceSpec, StaticSiteSpec } from "../render/options";
import { startRenderStandIn } from "../render/server";
import { passTimeWithUsers } from "../users";
import { faultOf, type World } from "../world";
import { answersOf } from "./answers";
import type { Catalogue } from "./catalogue";
import { madeFrom, schemaBefore } from "./schema";

const TIME_ZONE = "Etc/UTC";
/** At any hour: what is rehearsed is the catalogue. */
const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/** A Tuesday, at noon. */
const STARTS_AT = "2026-11-24T12:00:00Z";

/** Services, database and runner made from a catalogue: they answer what it expects, and nothing more. */
export async function startWorldOf(catalogue: Catalogue, latencyIncreasePercent: number): Promise<World> {
  const ids = Object.keys(catalogue.migrations);
  const made = Object.fromEntries(
    Object.entries(catalogue.migrations).map(([id, { shows }]) => [id, madeFrom(id, shows ?? [])]),
  );
  const postgres = await startPostgres();
  const query = async (sql: string) => {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return (await client.query<{ id: string }>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  for (const statement of schemaBefore(catalogue.migrations)) await query(statement);
  await query("CREATE TABLE rehearsed_migrations (id text PRIMARY KEY)");
  const render = await startRenderStandIn({
    services: Object.keys(catalogue.services).map((name) => specOf(catalogue, name, postgres.url)),
    clock: { startAt: new Date(STARTS_AT) },
  }).catch(async (error: unknown) => {
    await postgres.stop();
    throw error;
  });
  const script = join(__dirname, "migrate.mjs");
  const shown = Object.values(catalogue.migrations).every(({ shows }) => shows !== undefined);
  const webs = Object.entries(catalogue.services).filter(([, { kind }]) => kind === "web_service");
  return {
    render,
    serviceCount: Object.keys(catalogue.services).length,
    stackConfig: () => ({
      phase: catalogue.phases[0],
      timeZone: TIME_ZONE,
      renderApiUrl: render.url,
      schedule: { windows: [{ days: DAYS, from: "00:00", to: "00:00" }] },
      sampling: { baselineSamples: 150, batchSamples: 50, warmUp: 5, spread: "0 seconds" },
      thresholds: { advance: { latencyIncreasePercent } },
      backup: { command: "true" },
      // The sites that stand in are none that a browser would find anything on.
      pages: {},
      ...(ids.length > 0 && {
        runner: {
          where: "local",
          commands: {
            ...(!shown && { status: [process.execPath, script, "status"] }),
            apply: [process.execPath, script, "apply", "{id}"],
            rollback: [process.execPath, script, "rollback", "{id}"],
          },
        },
      }),
    }),
    env: () => ({ DATABASE_URL: postgres.url, REHEARSED_MIGRATIONS: JSON.stringify(made) }),
    flagsLive: () =>
      Promise.resolve(
        Object.fromEntries(
          Object.entries(catalogue.flags).map(([flag, { service }]) => [
            flag,
            render.service(service).liveEnv[flag] === "true",
          ]),
        ),
      ),
    migrationsApplied: async () =>
      (await query("SELECT id FROM rehearsed_migrations ORDER BY id")).map(({ id }) => id),
    passTime: (minutes) =>
      passTimeWithUsers(
        render,
        minutes,
        webs.flatMap(([name, { endpoints, healthPath }]) =>
          [...endpoints, healthPath].map((path) => `${render.service(name).url}${path}`),
        ),
      ),
    messages: () => [],
    today: () => render.clock.now().toISOString().slice(0, 10),
    breakFlag: (flag, how = "unhealthy") => {
      const service = catalogue.flags[flag]?.service ?? "";
      render.service(service).setApplicationFaults([faultOf(flag, how)]);
    },
    mend: () => {
      for (const name of Object.keys(catalogue.services)) render.service(name).setApplicationFaults([]);
    },
    flipInDashboard: (service, flag, value) => {
      render.service(service).flipInDashboard(flag, value);
    },
    async stop() {
      await render.stop();
      await postgres.stop();
    },
  };
}

function specOf(catalogue: Catalogue, name: string, databaseUrl: string): ServiceSpec {
  const service = catalogue.services[name];
  const answers = { ANSWERS: JSON.stringify(answersOf(catalogue, name)) };
  if (service?.kind === "static_site") {
    const build = { command: [process.execPath, "build-site.mjs", "{outDir}"], cwd: __dirname, env: answers };
    const site: StaticSiteSpec = { type: "static_site", name, build, publishPath: "dist", envVars: {} };
    return site;
  }
  const start = { command: [process.execPath, "service.mjs"], cwd: __dirname, env: answers };
  const common = { name, start, envVars: { DATABASE_URL: databaseUrl } };
  const specs: Record<string, ProcessServiceSpec> = {
    private_service: { type: "private_service", ...common },
    cron_job: { type: "cron_job", schedule: "0 3 * * *", ...common },
    background_worker: {
      type: "background_worker",
      ...common,
      start: { ...start, command: [process.execPath, "-e", "setInterval(() => {}, 60_000)"] },
    },
  };
  return (
    specs[service?.kind ?? ""] ?? {
      type: "web_service",
      healthCheckPath: service?.healthPath ?? "",
      ...common,
    }
  );
}
