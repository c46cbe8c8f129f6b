import { sendTelegram } from "../telegram.mjs";

const AUDIENCES = [
  { audience: "admins", flag: "ENABLE_TG_ADMIN_NOTIFS" },
  { audience: "mechanics", flag: "ENABLE_TG_MECH_NOTIFS" },
];

export function notificationRoutes(app, { flags, telegram, clock }) {
  /** Sends one test message for each kind of notification that is on, and says how long the slowest took. */
  app.post("/api/notifications/test", async (request, reply) => {
    const on = AUDIENCES.filter(({ flag }) => flags[flag]);
    if (on.length === 0) return reply.code(404).send({ error: "not found" });
    const sent = await Promise.all(on.map(({ audience }) => sendOne(audience, telegram, clock)));
    const failed = sent.find(({ problem }) => problem !== undefined);
    if (failed !== undefined) {
      request.failure = { reason: `the test for ${failed.audience} was not sent: ${failed.problem}` };
      return reply.code(502).send({ error: failed.problem, sent });
    }
    return { roundTripMs: Math.max(...sent.map(({ ms }) => ms)), sent };
  });
}

async function sendOne(audience, telegram, clock) {
  const began = clock.now();
  const { problem } = await sendTelegram(telegram, `Felix Hub: a test of the notifications for ${audience}.`);
  return { audience, ms: Math.round(clock.now() - began), ...(problem === undefined ? {} : { problem }) };
}
