import { dirname, join } from "node:path";

import type { StaticSiteSpec, WebServiceSpec } from "../render/options";

export const BACKEND = "felix-hub-backend";
export const FRONTEND = "felix-hub-mechanics-frontend";

/** A bug that the sample backend has while a flag is on. */
export type Fault = { flag: string } & (
  | { kind: "slow"; percent: number }
  /** @param rate share of the /api requests that fail, above 0 and up to 1; the flags' report never does. */
  | { kind: "errors"; rate: number }
  /** "deploy": from the start, so a deploy never gets live; "later" (default): after three good health checks. */
  | { kind: "unhealthy"; during?: "deploy" | "later" }
  | { kind: "crash" }
);

export interface FelixHubOptions {
  databaseUrl: string;
  /** Where the Bot API is; without it (and the token and the chat) the backend's notifications cannot be sent. */
  telegramUrl?: string;
  telegramBotToken?: string;
  telegramChatId?: string;
  /** The backend's public address as the mechanics' site shall call it; without it the site says that it has no orders. */
  backendUrl?: string;
  /** The same seed gives the same service times and the same failing requests; default: others in each process. */
  seed?: string | number;
  faults?: readonly Fault[];
}

/** The customer's two services before the rollout: some flags "false", some not there yet, and variables that are none of ours. */
export function felixHubServices(options: FelixHubOptions): [WebServiceSpec, StaticSiteSpec] {
  return [backend(options), frontend(options)];
}

/** The runbook's runner; `workingDirectory` is where a job starts as well. `{id}` becomes a migration's id. */
export const migrationRunner = {
  workingDirectory: join(__dirname, "backend"),
  commands: {
    status: [process.execPath, "migrations/run-migrations.mjs", "status", "--json"],
    apply: [process.execPath, "migrations/run-migrations.mjs", "apply", "{id}"],
    rollback: [process.execPath, "migrations/run-migrations.mjs", "rollback", "{id}"],
  },
};

/** Argument vector that backs up the database at DATABASE_URL and reads the backup again; exit code 0 = verified. */
export function backupCommand(file: string): string[] {
  return [process.execPath, join(__dirname, "backend", "backup.mjs"), file];
}

/** The variables that give the backend its bugs; they are the stand-in's doing, so they belong in `start.env`. */
export function faultVariables(faults: readonly Fault[]): { FELIX_FAULTS: string } {
  return { FELIX_FAULTS: JSON.stringify(faults) };
}

function backend(options: FelixHubOptions): WebServiceSpec {
  const cwd = join(__dirname, "backend");
  return {
    type: "web_service",
    name: BACKEND,
    start: {
      command: [process.execPath, "server.mjs"],
      cwd,
      env: {
        ...faultVariables(options.faults ?? []),
        ...(options.seed === undefined ? {} : { FELIX_SEED: String(options.seed) }),
      },
    },
    jobs: { cwd },
    healthCheckPath: "/health",
    envVars: {
      DATABASE_URL: options.databaseUrl,
      SECRET_KEY_BASE: "9f1c-only-for-rehearsal-7e20",
      LOG_LEVEL: "info",
      WORKSHOP_TIME_ZONE: "Europe/Berlin",
      ENABLE_CAR_NUMBER: "false",
      ENABLE_TG_ADMIN_NOTIFS: "false",
      ...telegramVariables(options),
    },
  };
}

function telegramVariables({
  telegramUrl,
  telegramBotToken,
  telegramChatId,
}: FelixHubOptions): Record<string, string> {
  return {
    ...(telegramUrl === undefined ? {} : { TELEGRAM_API_URL: telegramUrl }),
    ...(telegramBotToken === undefined ? {} : { TELEGRAM_BOT_TOKEN: telegramBotToken }),
    ...(telegramChatId === undefined ? {} : { TELEGRAM_CHAT_ID: telegramChatId }),
  };
}

function frontend({ backendUrl }: FelixHubOptions): StaticSiteSpec {
  const vite = join(dirname(require.resolve("vite/package.json")), "bin", "vite.js");
  return {
    type: "static_site",
    name: FRONTEND,
    build: {
      // The native loader reads the config in place; the default one writes a compiled copy into node_modules.
      command: [
        process.execPath,
        vite,
        "build",
        "--outDir",
        "{outDir}",
        "--emptyOutDir",
        "--configLoader",
        "native",
      ],
      cwd: join(__dirname, "frontend"),
    },
    publishPath: "dist",
    envVars: {
      ...(backendUrl === undefined ? {} : { VITE_API_URL: backendUrl }),
      SKIP_INSTALL_DEPS: "true",
      VITE_ENABLE_MECH_I18N: "false",
    },
  };
}
