import { z } from "zod";
import { gateSharedShape, gateStackShape } from "./gates";
import * as words from "./words";

/** What is each stack's own, and each change of it one reviewed line: never in Pulumi.yaml. */
export const stackOnlyShape = {
  phase: words.phase.describe(
    "The phase that the rollout stands in. To advance, name the next one; to go back, an earlier one.",
  ),
  hold: z
    .array(words.flagKey, { error: "a list of flags" })
    .optional()
    .describe("Flags that stay off whatever the phase says: a partial rollback."),
  adopt: words.phase
    .optional()
    .describe(
      "Takes over a system that is part-way already: the gates before this phase need not have been open.",
    ),
  acknowledged: z
    .record(words.line, words.signature, { error: "a map of items and signatures" })
    .optional()
    .describe('By item: who signed off what no machine can check, as "2026-11-24 by Ada".'),
  acceptDataLoss: z
    .record(words.migrationId, words.signature, { error: "a map of migration ids and signatures" })
    .optional()
    .describe('By migration: who accepts that its rollback loses data, as "2026-11-24 by Ada". Counts once.'),
  override: z
    .partialRecord(words.phase, words.override, { error: "a map of phases and overrides" })
    .optional()
    .describe(
      'By phase: checks that its gate may fail for a day, by whose word and why, as "2026-11-24 by Ada, error-rate: the orders need migration 001, which is next". Never about data loss.',
    ),
  serviceIds: z
    .record(words.serviceName, words.serviceId, { error: "a map of services and ids" })
    .optional()
    .describe("By service: its id on Render. Looked up by name where it is absent."),
  serviceUrls: z
    .record(words.serviceName, words.httpUrl, { error: "a map of services and addresses" })
    .optional()
    .describe("By service: its public address. Asked from Render where it is absent."),
  serviceNames: z
    .record(words.serviceName, words.serviceName, { error: "a map of services and names" })
    .optional()
    .describe("By service: its name on Render, where it is not the catalogue's."),
  ...gateStackShape,
};

/** What a stack may say, or Pulumi.yaml for all stacks. */
export const sharedShape = {
  timeZone: words.line
    .optional()
    .describe("IANA time zone, for times and dates that people read and write. Default: Europe/Berlin."),
  workspace: words.line
    .optional()
    .describe("Name or id (tea-…, usr-…) of the workspace on Render; needed where the key reaches several."),
  renderApiUrl: words.httpUrl.optional().describe("Render's API. Default: https://api.render.com/v1."),
  deployTimeout: words.duration
    .optional()
    .describe('How long a deploy may take until it is live. Default: "30 minutes".'),
  ...gateSharedShape,
};

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
