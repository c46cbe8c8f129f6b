import { randomUUID } from "node:crypto";

import { createApp } from "./app.mjs";
import { createPool } from "./database.mjs";
import { createFaults } from "./faults.mjs";
import { readSettings } from "./settings.mjs";

// Render waits 30 seconds before it kills.
const SHUTDOWN_WITHIN_MS = 25_000;

try {
  await start();
} catch (error) {
  logBare(`cannot start: ${error.message}`);
  process.exit(2);
}

async function start() {
  const settings = readSettings(process.env);
  const { flags, seed = randomUUID() } = settings;
  const faults = createFaults(settings.faults, flags, seed);
  if (faults.crashes) {
    logBare("unhandled error while starting");
    process.exit(1);
  }
  const pool = createPool(settings.databaseUrl, (error) => {
    app.log.warn({ reason: error.message }, "a database connection was lost");
  });
  const app = createApp({ pool, flags, faults, seed, telegram: settings.telegram });
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void stop(app, pool, signal));
  await app.listen({
    port: settings.port,
    host: settings.host,
    listenTextResolver: (address) => `listening on ${address}`,
  });
}

/** Takes no new connection, answers what is in flight, and goes. */
async function stop(app, pool, signal) {
  app.log.info(`${signal}: finishing the requests in flight`);
  setTimeout(() => process.exit(1), SHUTDOWN_WITHIN_MS).unref();
  await app.close();
  await pool.end();
  process.exit(0);
}

/** For what goes wrong before there is a logger. */
function logBare(message) {
  console.log(JSON.stringify({ level: "ERROR", time: new Date().toISOString(), message }));
}
