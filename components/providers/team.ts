import { RolloutError } from "../errors";
import type { Fetch } from "../probes/ports";
import { checkTelegram } from "../probes/telegram/check-telegram";
import {
  createTelegramClient,
  TELEGRAM_TIMEOUT_MS,
  type TelegramClient,
} from "../probes/telegram/telegram-client";
import { TelegramError } from "../probes/telegram/telegram-error";
import type { CheckResult } from "../probes/verdict";
import { checkId } from "../probes/check-id";

/** The operators' chat. */
export interface Team {
  /** Tells the team; never throws, and never holds the rollout up for long: what could not be told is logged. */
  tell(text: string): Promise<void>;
  /** Proves the channel with a message; nothing where the stack names no chat. */
  check(text: string): Promise<CheckResult[]>;
}

export interface TeamOptions {
  telegram: { chatId: string; apiUrl: string } | undefined;
  token: string | undefined;
  /** For a message from sending to Telegram's answer, milliseconds. */
  thresholdMs: number;
  fetch: Fetch;
  elapsed: () => number;
  sleep: (ms: number) => Promise<void>;
  now: () => Promise<Date>;
  redact: (text: string) => string;
  log: (line: string) => void;
}

/** Telegram takes 4096 characters. */
const LONGEST_MESSAGE = 3_500;

export function createTeam(options: TeamOptions): Team {
  const { telegram, token, fetch, elapsed, sleep, log, redact } = options;
  if (telegram === undefined) return { tell: () => Promise.resolve(), check: () => Promise.resolve([]) };
  const { chatId, apiUrl } = telegram;
  const clientWith = (secret: string, timeoutMs: number): TelegramClient =>
    createTelegramClient({
      token: secret,
      apiUrl,
      timeoutMs,
      longestRetryAfterSeconds: 5,
      fetch,
      clock: { monotonicMs: elapsed },
      sleep,
    });
  return {
    async tell(text) {
      const why =
        token === undefined
          ? NO_TOKEN
          : await told(clientWith(token, TELEGRAM_TIMEOUT_MS), chatId, redact(text));
      if (why !== undefined) log(`the team was not told: ${why}`);
    },
    async check(text) {
      const now = await options.now();
      if (token === undefined) {
        const base = {
          check: checkId("telegram"),
          probe: `POST ${apiUrl}/bot<redacted>/getMe`,
          at: now.toISOString(),
        };
        return [{ ...base, verdict: "could-not-measure", summary: NO_TOKEN }];
      }
      const { thresholdMs } = options;
      const client = clientWith(token, Math.max(TELEGRAM_TIMEOUT_MS, thresholdMs * 2));
      return [await checkTelegram({ client, chatId, text: redact(text), thresholdMs, now: () => now })];
    },
  };
}

const NO_TOKEN =
  "telegramBotToken is not set: run `pulumi config set --secret telegramBotToken`, or export TELEGRAM_BOT_TOKEN";

async function told(client: TelegramClient, chatId: string, text: string): Promise<string | undefined> {
  try {
    await client.sendMessage(chatId, text.slice(0, LONGEST_MESSAGE));
    return undefined;
  } catch (problem) {
    if (problem instanceof TelegramError || problem instanceof RolloutError) return problem.message;
    throw problem;
  }
}
