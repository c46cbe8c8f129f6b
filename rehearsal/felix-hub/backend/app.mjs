import { setTimeout as realSleep } from "node:timers/promises";

import fastify from "fastify";

import { oneAtATime } from "./one-at-a-time.mjs";
import { catalogueRoutes } from "./routes/catalogue.mjs";
import { healthRoutes } from "./routes/health.mjs";
import { orderRoutes } from "./routes/orders.mjs";
import { createServiceTimes } from "./service-time.mjs";

const realClock = { now: () => performance.now(), sleep: (ms) => realSleep(ms) };

/**
 * The backend, not yet listening.
 * @param options.clock the time that requests take, and the pauses between two attempts at Telegram, pass on it: {now(): ms, sleep(ms)}.
 */
export function createApp({
  pool,
  settings,
  faults,
  seed,
  log,
  needsCarNumber = true,
  needsCatalogue = true,
  clock = realClock,
}) {
  const { flags, telegram, allowAnyCarNumber } = settings;
  const app = fastify({ logger: false });
  const serviceTime = createServiceTimes(seed);
  let closing = false;

  app.addHook("preClose", async () => {
    closing = true;
  });
  app.decorateRequest("began", 0);
  oneAtATime(app);
  app.addHook("onRequest", async (request) => {
    request.began = clock.now();
  });
  app.addHook("preHandler", async (request) => {
    await clock.sleep(serviceTime());
    const flag = isBusiness(request) ? faults.failingFlag() : undefined;
    if (flag !== undefined) throw new Error(`unexpected state in the code behind ${flag}`);
  });
  app.addHook("onSend", async (request, reply) => {
    const added = faults.addedMs(clock.now() - request.began);
    if (added > 0) await clock.sleep(added);
    reply.header("Server-Timing", `app;dur=${(clock.now() - request.began).toFixed(3)}`);
    // A connection kept open after its last answer would keep the process from ending.
    if (closing) reply.header("Connection", "close");
    // The mechanics' site is served from another origin.
    reply.header("Access-Control-Allow-Origin", "*");
  });
  app.setErrorHandler((error, request, reply) => {
    if (error.statusCode >= 400 && error.statusCode < 500)
      return reply.code(error.statusCode).send({ error: error.message });
    log.error("felix_hub.backend.app", `Internal server error: ${error.message}`);
    return reply.code(500).send({ error: "Внутренняя ошибка сервера" });
  });
  app.setNotFoundHandler((request, reply) =>
    request.url.startsWith("/api/mechanic/")
      ? reply.code(401).send({ error: "Требуется авторизация" })
      : reply.code(404).send({ error: "Ресурс не найден" }),
  );

  const parts = {
    pool,
    flags,
    faults,
    telegram,
    allowAnyCarNumber,
    log,
    clock,
    needsCarNumber,
    needsCatalogue,
  };
  app.get("/api/config/feature-flags", async () => flags);
  healthRoutes(app, parts);
  orderRoutes(app, parts);
  catalogueRoutes(app, parts);
  return app;
}

/** The flags' report is not what a bug in a feature breaks. */
function isBusiness(request) {
  return request.url.startsWith("/api/") && !request.url.startsWith("/api/config/");
}
