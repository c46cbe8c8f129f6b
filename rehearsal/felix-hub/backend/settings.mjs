/** In the order of the flags' report. */
export const FLAGS = [
  "ENABLE_CAR_NUMBER",
  "ENABLE_MECH_I18N",
  "ENABLE_PART_CATEGORIES",
  "ENABLE_TG_ADMIN_NOTIFS",
  "ENABLE_TG_MECH_NOTIFS",
  "ENABLE_UI_REFRESH",
];
const ON = new Set(["1", "true", "t", "yes", "y", "on"]);
/** Where a flag that is not set counts as on. */
const FLAGS_DEFAULT_ON = new Set(["staging", "stage", "development", "dev", "testing", "test"]);

/** The environment, read once. Nothing of it is refused but a port: the customer's application starts with whatever it finds. */
export function readSettings(env) {
  const port = Number(env.PORT);
  if (env.PORT === undefined || !Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error("PORT must be set to a port number (0: any free one)");
  }
  return {
    port,
    host: env.HOST ?? "127.0.0.1",
    databaseUrl: env.DATABASE_URL,
    flags: readFlags(env),
    allowAnyCarNumber: isOn(env.ALLOW_ANY_CAR_NUMBER, false),
    seed: env.FELIX_SEED,
    faults: env.FELIX_FAULTS,
    telegram: {
      apiUrl: env.TELEGRAM_API_URL ?? "https://api.telegram.org",
      botToken: env.TELEGRAM_BOT_TOKEN || env.BOT_TOKEN,
      adminChatIds: (env.ADMIN_CHAT_IDS ?? "")
        .split(",")
        .map((id) => id.trim())
        .filter((id) => id !== ""),
    },
  };
}

export function readFlags(env) {
  const environment = (env.ENVIRONMENT || env.APP_ENV || env.FLASK_ENV || "production").toLowerCase();
  const unset = FLAGS_DEFAULT_ON.has(environment);
  return Object.fromEntries(FLAGS.map((flag) => [flag, isOn(env[flag], unset)]));
}

function isOn(value, unset) {
  return value === undefined ? unset : ON.has(value.trim().toLowerCase());
}
