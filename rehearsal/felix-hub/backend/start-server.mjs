import { randomUUID } from "node:crypto";

import { createApp } from "./app.mjs";
import { createPool } from "./database.mjs";
import { createFaults } from "./faults.mjs";
import { createLog } from "./log.mjs";
import { readSettings } from "./settings.mjs";
import { importApplication } from "./tables.mjs";

// Render waits 30 seconds before it kills.
const SHUTDOWN_WITHIN_MS = 25_000;

/**
 * Starts a version of the backend with the environment's settings.
 * @param version.needsCarNumber whether its code needs the column of migration 001 even with the flag off: today's does.
 * @param version.needsCatalogue the same of migration 002's tables; a version that does not need them makes none at its start.
 */
export async function startServer(version) {
  const log = createLog();
  try {
    await start(version, log);
  } catch (error) {
    log.error("felix_hub.backend.app", `cannot start: ${error.message}`);
    process.exit(2);
  }
}

async function start({ needsCarNumber, needsCatalogue = true }, log) {
  const settings = readSettings(process.env);
  const { seed = randomUUID() } = settings;
  const faults = createFaults(settings.faults, settings.flags, seed);
  log.server("Starting gunicorn 21.2.0");
  if (faults.crashes) {
    log.error("felix_hub.backend.app", "unhandled error while starting");
    process.exit(1);
  }
  const pool = createPool(settings.databaseUrl);
  const makesTables = needsCatalogue || settings.flags.ENABLE_PART_CATEGORIES;
  if (makesTables) await importApplication(pool, log);
  const app = createApp({ pool, settings, faults, seed, log, needsCarNumber, needsCatalogue });
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void stop(app, pool, log, signal));
  const address = await app.listen({ port: settings.port, host: settings.host });
  log.server(`Listening at: ${address} (${process.pid})`);
}

/** Takes no new connection, answers what is in flight, and goes. */
async function stop(app, pool, log, signal) {
  log.server(`Handling signal: ${signal.slice(3).toLowerCase()}`);
  setTimeout(() => process.exit(1), SHUTDOWN_WITHIN_MS).unref();
  await app.close();
  await pool.end();
  process.exit(0);
}
