export const FLAGS = [
  "ENABLE_CAR_NUMBER",
  "ENABLE_PART_CATEGORIES",
  "ENABLE_TG_ADMIN_NOTIFS",
  "ENABLE_TG_MECH_NOTIFS",
];

/** The environment, read once and checked. Throws with a sentence that names the variable, never its value. */
export function readSettings(env) {
  if (!env.DATABASE_URL) throw new Error("DATABASE_URL is not set");
  const port = Number(env.PORT);
  if (env.PORT === undefined || !Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error("PORT must be set to a port number (0: any free one)");
  }
  return {
    port,
    host: env.HOST ?? "127.0.0.1",
    databaseUrl: env.DATABASE_URL,
    // Only the word itself turns a feature on.
    flags: Object.fromEntries(FLAGS.map((flag) => [flag, env[flag] === "true"])),
    seed: env.FELIX_SEED,
    faults: env.FELIX_FAULTS,
    telegram: {
      apiUrl: env.TELEGRAM_API_URL ?? "https://api.telegram.org",
      botToken: env.TELEGRAM_BOT_TOKEN,
      chatId: env.TELEGRAM_CHAT_ID,
    },
  };
}
