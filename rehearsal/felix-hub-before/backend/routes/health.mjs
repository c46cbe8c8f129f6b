import { databaseAnswers } from "../database.mjs";

export function healthRoutes(app, { pool, faults }) {
  let wasHealthy = true;

  app.get("/health", async (request, reply) => {
    const database = (await databaseAnswers(pool)) ? "ok" : "down";
    const flag = database === "ok" ? faults.unhealthyFlag() : undefined;
    const healthy = database === "ok" && flag === undefined;
    if (healthy !== wasHealthy) logChange(request.log, healthy, database, flag);
    wasHealthy = healthy;
    return reply.code(healthy ? 200 : 503).send({ status: healthy ? "ok" : "degraded", database });
  });
}

/** Told once when it turns, not at every check. */
function logChange(log, healthy, database, flag) {
  if (healthy) log.info("healthy again");
  else if (database === "down") log.error("the database does not answer");
  else log.error(`a worker that ${flag} starts has stopped`);
}
