import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client } from "pg";
import { quote } from "shell-quote";

import { startRenderStandIn, type RenderStandIn } from "../render/server";
import { startTelegramStandIn, type TelegramStandIn } from "../telegram/server";
import { passTimeWithUsers } from "../users";
import { faultOf, type World } from "../world";
import { createCheckout, type Checkout } from "./checkout";
import { startDatabase, type Database } from "./database";
import { pages } from "./pages";
import { BACKEND, FRONTEND, backupCommand, felixHubServices, migrationRunner, versions } from "./services";

/** The rehearsal's world, and what only its story needs. */
export interface FelixHubWorld extends World {
  /** What stands in the way of the next backups: a disk that is full, say. */
  breakBackups(broken: boolean): void;
  /** Somebody merges and deploys a version of the code that needs the migrations only while their flags are on. */
  shipCodeWithoutNeed(): Promise<void>;
  /** The backend answers nothing for so long (real milliseconds). */
  outage(ms: number): Promise<void>;
  rowsIn(table: string): Promise<number>;
}

const DATABASE = "felix-hub-db";
const TIME_ZONE = "Europe/Berlin";
/** A Tuesday, ten in the evening in the stack's time zone: the window that the runbook recommends. */
const STARTS_AT = "2026-11-24T21:00:00Z";

/**
 * @param latencyIncreasePercent how far above the baseline response times may be before a gate says no.
 * @param browser whether gates open the front end in one; then its build knows where the back end is.
 */
export async function startFelixHubWorld(
  latencyIncreasePercent = 75,
  browser = false,
): Promise<FelixHubWorld> {
  const folder = mkdtempSync(join(tmpdir(), "rollout-rehearsal-world-"));
  const checkout = createCheckout();
  const [database, telegram] = await Promise.all([startDatabase(), startTelegramStandIn()]);
  const stopAll = async () => {
    await telegram.stop();
    await database.stop();
    checkout.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  const render = await startStandIn(database, telegram, checkout).catch(async (error: unknown) => {
    await stopAll();
    throw error;
  });
  const backend = render.service(BACKEND);
  if (browser) {
    const site = render.service(FRONTEND);
    site.flipInDashboard("VITE_API_URL", `${backend.url}/api`);
    await site.deployByHand({ mode: "build_and_deploy" });
  }
  const fullDisk = join(folder, "disk-is-full");
  const backup = quote(backupCommand(join(folder, "felix-hub.jsonl")));
  return {
    render,
    serviceCount: 2,
    stackConfig: () => ({
      phase: "preparation",
      timeZone: TIME_ZONE,
      renderApiUrl: render.url,
      telegram: { chatId: telegram.chatId, apiUrl: telegram.url },
      sampling: { baselineSamples: 150, batchSamples: 50, warmUp: 5, spread: "0 seconds" },
      thresholds: { advance: { latencyIncreasePercent } },
      pages: browser ? pages : {},
      runner: {
        where: "local",
        service: BACKEND,
        checkout: true,
        workingDirectory: "felix_hub/backend",
        commands: migrationRunner.each,
        timeout: "2 minutes",
      },
      backup: {
        command: `test ! -e ${quote([fullDisk])} || { echo "no space left on device" >&2; exit 1; }; ${backup}`,
        timeout: "1 minute",
      },
      prerequisites: {
        "team-informed": { phase: "preparation", purpose: "The team knows and is available" },
        "telegram-received": { phase: "notifications", purpose: "A mechanic has received a notification" },
      },
    }),
    env: () => ({
      DATABASE_URL: database.url,
      TELEGRAM_BOT_TOKEN: telegram.token,
      ROLLOUT_CHECKOUT: checkout.directory,
    }),
    async flagsLive() {
      const report = (await readJson(`${backend.url}/api/config/feature-flags`)) as Record<string, boolean>;
      const built = Object.entries(render.service(FRONTEND).liveEnv).filter(([key]) =>
        key.startsWith("VITE_ENABLE_"),
      );
      return { ...report, ...Object.fromEntries(built.map(([key, value]) => [key, value === "true"])) };
    },
    async migrationsApplied() {
      const [shown] = await query<{ one: boolean; two: boolean }>(database.url, SHOWN);
      return [
        ...(shown?.one === true ? ["001_add_car_number_column"] : []),
        ...(shown?.two === true ? ["002_create_categories_parts_tables"] : []),
      ];
    },
    passTime: (minutes) =>
      passTimeWithUsers(
        render,
        minutes,
        ["/api/orders", "/api/parts"].map((path) => `${backend.url}${path}`),
      ),
    messages: () => telegram.messages.map(({ text }) => text),
    today: () => new Intl.DateTimeFormat("sv-SE", { timeZone: TIME_ZONE }).format(render.clock.now()),
    breakFlag: (flag, how = "unhealthy") => {
      backend.setApplicationFaults([faultOf(flag, how)]);
    },
    mend: () => {
      backend.setApplicationFaults([]);
    },
    flipInDashboard: (service, flag, value) => {
      render.service(service).flipInDashboard(flag, value);
    },
    breakBackups(broken) {
      if (broken) writeFileSync(fullDisk, "");
      else if (existsSync(fullDisk)) rmSync(fullDisk);
    },
    async shipCodeWithoutNeed() {
      const message = "Read what the migrations added only while its flag is on";
      backend.pushCommit(message, versions.schemaOptional, checkout.moveOn(message));
      await backend.deployByHand({ mode: "build_and_deploy" });
    },
    outage: (ms) => backend.outage(ms),
    async rowsIn(table) {
      const [row] = await query<{ n: number }>(database.url, `SELECT count(*)::int AS n FROM ${table}`);
      return row?.n ?? 0;
    },
    async stop() {
      await render.stop();
      await stopAll();
    },
  };
}

const SHOWN = `SELECT
  EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'orders' AND column_name = 'car_number') AS one,
  to_regclass('categories') IS NOT NULL AND to_regclass('parts') IS NOT NULL AS two`;

function startStandIn(
  database: Database,
  telegram: TelegramStandIn,
  checkout: Checkout,
): Promise<RenderStandIn> {
  const [backend, frontend] = felixHubServices({
    databaseUrl: database.url,
    seed: 1,
    telegramUrl: telegram.url,
    telegramBotToken: telegram.token,
    adminChatIds: telegram.chatId,
  });
  return startRenderStandIn({
    services: [{ ...backend, commitId: checkout.commitId }, frontend],
    postgres: [{ name: DATABASE, plan: "free", connectionString: database.url }],
    workspace: { plan: "hobby" },
    clock: { startAt: new Date(STARTS_AT) },
  });
}

async function readJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  return response.json();
}

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
