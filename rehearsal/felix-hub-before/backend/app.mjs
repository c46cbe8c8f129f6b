import { setTimeout as realSleep } from "node:timers/promises";

import fastify, { LogController } from "fastify";

import { logOptions } from "./log.mjs";
import { catalogueRoutes } from "./routes/catalogue.mjs";
import { healthRoutes } from "./routes/health.mjs";
import { notificationRoutes } from "./routes/notifications.mjs";
import { orderRoutes } from "./routes/orders.mjs";
import { createServiceTimes } from "./service-time.mjs";

const realClock = { now: () => performance.now(), sleep: (ms) => realSleep(ms) };

/**
 * The backend, not yet listening.
 * @param options.clock the time that requests take passes on it: {now(): ms, sleep(ms)}.
 */
export function createApp({ pool, flags, faults, seed, telegram, clock = realClock, logStream }) {
  const app = fastify({
    logger: logOptions(logStream),
    logController: new LogController({ disableRequestLogging: true }),
  });
  const serviceTime = createServiceTimes(seed);

  let closing = false;

  app.addHook("preClose", async () => {
    closing = true;
  });
  app.decorateRequest("began", 0);
  app.decorateRequest("failure", undefined);
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
  app.addHook("onResponse", async (request, reply) => {
    // Health checks come every few seconds, and would hide everything else.
    if (request.url === "/health") return;
    const level = reply.statusCode >= 500 ? "error" : reply.statusCode >= 400 ? "warn" : "info";
    const ms = Math.round((clock.now() - request.began) * 10) / 10;
    const line = { method: request.method, path: request.url.split("?")[0], status: reply.statusCode, ms };
    request.log[level]({ ...line, ...request.failure }, "request");
  });
  app.setErrorHandler((error, request, reply) => {
    if (error.statusCode >= 400 && error.statusCode < 500) {
      return reply.code(error.statusCode).send({ error: error.message });
    }
    request.failure = { reason: error.message, code: error.code };
    return reply.code(500).send({ error: "internal error" });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: "not found" }));

  app.get("/api/feature-flags", async () => flags);
  healthRoutes(app, { pool, faults });
  orderRoutes(app, { pool, flags });
  catalogueRoutes(app, { pool, flags });
  notificationRoutes(app, { flags, telegram, clock });
  return app;
}

/** The flags' report is not what a bug in a feature breaks. */
function isBusiness(request) {
  return request.url.startsWith("/api/") && !request.url.startsWith("/api/feature-flags");
}
