import { databaseAnswers } from "../database.mjs";

export function healthRoutes(app, { pool, faults, log }) {
  // Always 200 and "healthy": only the field `database` tells anything. A rehearsal's bug is the one thing that makes it 503.
  app.get("/health", async (request, reply) => {
    const database = (await databaseAnswers(pool)) ? "connected" : "disconnected";
    const flag = faults.unhealthyFlag();
    if (flag !== undefined) {
      log.error("felix_hub.backend.app", `a worker that ${flag} starts has stopped`);
      return reply.code(503).send({ error: "Service Unavailable" });
    }
    const timestamp = new Date().toISOString().replace("Z", "000");
    return { database, status: "healthy", timestamp };
  });
}
