import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client } from "pg";
import { quote } from "shell-quote";

import { startDatabase, type Database } from "./felix-hub-before/database";
import {
  BACKEND,
  FRONTEND,
  backupCommand,
  felixHubServices,
  migrationRunner,
} from "./felix-hub-before/services";
import { startRenderStandIn, type RenderStandIn } from "./render/server";
import { startTelegramStandIn, type TelegramStandIn } from "./telegram/server";
import { passTimeWithUsers } from "./users";

/** Everything outside the program: the stand-ins, and the hands of other people in them. */
export interface World {
  render: RenderStandIn;
  serviceCount: number;
  /** Config of a stack that runs against this world; no secrets. */
  stackConfig(): Record<string, unknown>;
  /** What the operator's shell exports. */
  env(): Record<string, string>;
  /** By the services' own word; a flag that nobody reports is off. */
  flagsLive(): Promise<Record<string, boolean>>;
  migrationsApplied(): Promise<string[]>;
  /** On Render's clock, with users at work. */
  passTime(minutes: number): Promise<void>;
  /** What stands in the operators' chat, oldest first. */
  messages(): readonly string[];
  /** Date on Render's clock in the stack's time zone, `YYYY-MM-DD`. */
  today(): string;
  /** From the next deploy on the backend is unhealthy, or four times as slow, while this flag is on. */
  breakFlag(flag: string, how?: "unhealthy" | "slow"): void;
  mend(): void;
  flipInDashboard(service: string, flag: string, value: string): void;
  stop(): Promise<void>;
}

const DATABASE = "felix-hub-db";
export const TIME_ZONE = "Europe/Berlin";
/** A Tuesday, ten in the evening in the stack's time zone: the window that the runbook recommends. */
const STARTS_AT = "2026-11-24T21:00:00Z";

export async function startWorld(): Promise<World> {
  const backups = mkdtempSync(join(tmpdir(), "felix-backups-"));
  const database = await startDatabase();
  const telegram = await startTelegramStandIn();
  const render = await startStandIn(database, telegram).catch(async (error: unknown) => {
    await telegram.stop();
    await database.stop();
    throw error;
  });
  const addresses = [
    `${render.service(BACKEND).url}/api/feature-flags`,
    `${render.service(FRONTEND).url}/feature-flags.json`,
  ];
  return {
    render,
    serviceCount: addresses.length,
    stackConfig: () => ({
      telegram: { chatId: telegram.chatId, apiUrl: telegram.url },
      // A laptop with other things to do is no place to see ten per cent: `npm run -s bench:gates` shows what that takes.
      sampling: { baselineSamples: 150, batchSamples: 50, warmUp: 5, spread: "0 seconds" },
      thresholds: { advance: { latencyIncreasePercent: 75 } },
      prerequisites: {
        "team-informed": { phase: "preparation", purpose: "The team knows and is available" },
        restorable: {
          phase: "preparation",
          purpose: "The database can be restored",
          postgresRecovery: DATABASE,
        },
        "telegram-received": { phase: "notifications", purpose: "A mechanic has received a notification" },
      },
      phase: "preparation",
      timeZone: TIME_ZONE,
      renderApiUrl: render.url,
      runner: { where: "render-job", service: BACKEND, ...migrationRunner, timeout: "2 minutes" },
      backup: { command: quote(backupCommand(join(backups, "felix-hub.jsonl"))), timeout: "1 minute" },
    }),
    env: () => ({ DATABASE_URL: database.url, TELEGRAM_BOT_TOKEN: telegram.token }),
    async flagsLive() {
      const reports = await Promise.all(addresses.map(readFlags));
      return Object.assign({}, ...reports) as Record<string, boolean>;
    },
    migrationsApplied: () => readApplied(database),
    passTime: (minutes) =>
      passTimeWithUsers(
        render,
        minutes,
        ["/api/orders", "/api/parts"].map((path) => `${render.service(BACKEND).url}${path}`),
      ),
    messages: () => telegram.messages.map(({ text }) => text),
    today: () => new Intl.DateTimeFormat("sv-SE", { timeZone: TIME_ZONE }).format(render.clock.now()),
    breakFlag: (flag, how = "unhealthy") => {
      const fault = how === "slow" ? { flag, kind: how, percent: 300 } : { flag, kind: how };
      render.service(BACKEND).setApplicationFaults([fault]);
    },
    mend: () => {
      render.service(BACKEND).setApplicationFaults([]);
    },
    flipInDashboard: (service, flag, value) => {
      render.service(service).flipInDashboard(flag, value);
    },
    async stop() {
      await render.stop();
      await telegram.stop();
      await database.stop();
      rmSync(backups, { recursive: true, force: true });
    },
  };
}

function startStandIn(database: Database, telegram: TelegramStandIn): Promise<RenderStandIn> {
  const bot = {
    telegramUrl: telegram.url,
    telegramBotToken: telegram.token,
    telegramChatId: telegram.chatId,
  };
  return startRenderStandIn({
    services: felixHubServices({ databaseUrl: database.url, seed: 1, ...bot }),
    postgres: [{ name: DATABASE }],
    clock: { startAt: new Date(STARTS_AT) },
  });
}

async function readFlags(url: string): Promise<Record<string, boolean>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  return (await response.json()) as Record<string, boolean>;
}

async function readApplied(database: Database): Promise<string[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string | null }>(
      "SELECT to_regclass('schema_migrations')::text AS id",
    );
    if (rows[0]?.id == null) return [];
    const applied = await client.query<{ id: string }>("SELECT id FROM schema_migrations ORDER BY id");
    return applied.rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}
