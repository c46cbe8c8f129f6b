import { dirname, join } from "node:path";

import type { StaticSiteSpec, WebServiceSpec } from "../render/options";

export const BACKEND = "felix-hub-backend";
export const FRONTEND = "felix-hub-mechanics-frontend";

/** Versions of the customer's code, for `pushCommit(…, directory)`; what is live first is the one as it is today. */
export const versions = {
  /** The back end without the need for migration 001 while its flag is off. */
  carNumberOptional: join(__dirname, "versions", "car-number-optional"),
  /** A back end that needs neither the column of migration 001 nor the tables of 002. */
  schemaOptional: join(__dirname, "versions", "schema-optional"),
  /** A front end whose VITE_ENABLE_… decide what visitors see. */
  frontEndFlagsWork: join(__dirname, "versions", "front-end-flags-work"),
} as const;

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
  /** Default "free", as the customer's is: no jobs, no shell. */
  plan?: string;
  /** Where the Bot API is; without it (and the token and the chats) the backend's notifications cannot be sent. */
  telegramUrl?: string;
  telegramBotToken?: string;
  adminChatIds?: string;
  /** The backend's public address as the mechanics' site shall call it; without it the site says that it has no orders. */
  backendUrl?: string;
  /** Seed of chance: an equal one gives the same service times and the same failing requests; default: others in each process. */
  seed?: string | number;
  faults?: readonly Fault[];
}

/** The customer's two services before the rollout: some flags "false", some not there yet, and variables that are none of ours. */
export function felixHubServices(options: FelixHubOptions): [WebServiceSpec, StaticSiteSpec] {
  return [backend(options), frontend(options)];
}

/** Where the customer's migrations run: a checkout, here the sample's own. */
export const checkout = join(__dirname, "backend");

/** The runner that knows no state, and the files by themselves; `{id}` becomes a migration's id. */
export const migrationRunner = {
  all: {
    status: [process.execPath, "migrations/run_migrations.mjs", "status"],
    apply: [process.execPath, "migrations/run_migrations.mjs", "apply"],
    rollback: [process.execPath, "migrations/run_migrations.mjs", "rollback"],
  },
  each: {
    apply: [process.execPath, "migrations/{id}.mjs"],
    rollback: [process.execPath, "migrations/{id}.mjs", "rollback"],
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
  return {
    type: "web_service",
    name: BACKEND,
    plan: options.plan ?? "free",
    start: {
      command: [process.execPath, "server.mjs"],
      cwd: checkout,
      env: {
        ...faultVariables(options.faults ?? []),
        ...(options.seed === undefined ? {} : { FELIX_SEED: String(options.seed) }),
      },
    },
    jobs: { cwd: checkout },
    healthCheckPath: "/health",
    envVars: {
      DATABASE_URL: options.databaseUrl,
      SECRET_KEY: "9f1c-only-for-rehearsal-7e20",
      ALLOWED_ORIGINS: "*",
      ENABLE_CAR_NUMBER: "false",
      ENABLE_TG_ADMIN_NOTIFS: "false",
      ...telegramVariables(options),
    },
  };
}

function telegramVariables(options: FelixHubOptions): Record<string, string> {
  const { telegramUrl, telegramBotToken, adminChatIds } = options;
  return {
    ...(telegramUrl === undefined ? {} : { TELEGRAM_API_URL: telegramUrl }),
    ...(telegramBotToken === undefined ? {} : { TELEGRAM_BOT_TOKEN: telegramBotToken }),
    ...(adminChatIds === undefined ? {} : { ADMIN_CHAT_IDS: adminChatIds }),
  };
}

function frontend({ backendUrl }: FelixHubOptions): StaticSiteSpec {
  const vite = join(dirname(require.resolve("vite/package.json")), "bin", "vite.js");
  // The native loader reads the config in place; the default one writes a compiled copy into node_modules.
  const options = ["--outDir", "{outDir}", "--emptyOutDir", "--configLoader", "native"];
  return {
    type: "static_site",
    name: FRONTEND,
    build: { command: [process.execPath, vite, "build", ...options], cwd: join(__dirname, "frontend") },
    publishPath: "dist",
    rewriteAllTo: "/index.html",
    envVars: {
      ...(backendUrl === undefined ? {} : { VITE_API_URL: `${backendUrl}/api` }),
      SKIP_INSTALL_DEPS: "true",
      VITE_ENABLE_MECH_I18N: "false",
    },
  };
}
