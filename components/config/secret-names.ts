/** Secrets, and the environment variables that may hold them instead. Only ever encrypted in the stack file. */
export const SECRETS = {
  renderApiKey: { environment: "RENDER_API_KEY", purpose: "API key of Render." },
  databaseUrl: {
    environment: "DATABASE_URL",
    purpose:
      "Connection string of the database, for a local runner. The backup command reads its own environment alone.",
  },
  smokeToken: { environment: "SMOKE_TOKEN", purpose: "Token that smoke tests send to a service." },
  smokePassword: { environment: "SMOKE_PASSWORD", purpose: "Password that smoke tests log in with." },
  telegramBotToken: { environment: "TELEGRAM_BOT_TOKEN", purpose: "Token of the Telegram bot." },
} as const;

export type SecretName = keyof typeof SECRETS;
