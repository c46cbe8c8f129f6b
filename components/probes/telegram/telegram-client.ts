import { z } from "zod";
import { DEFAULT_TELEGRAM_API_URL } from "../../config/defaults";
import { cutText } from "../../plain-text";
import { createRedactor } from "../../secrets";
import { withDeadline } from "../deadline";
import { describeTransportProblem } from "../transport-problem";
import type { Clock, Fetch, Sleep } from "../ports";
import { telegramRefused, TelegramError, type Refusal } from "./telegram-error";

/** For one request, where nothing is measured. */
export const TELEGRAM_TIMEOUT_MS = 10_000;

export interface TelegramOptions {
  /** From @BotFather, such as `123456:ABC…`. Never shown. */
  token: string;
  /** Default: Telegram's own. */
  apiUrl?: string;
  /** For one request, milliseconds; default {@link TELEGRAM_TIMEOUT_MS}. A check that measures delivery needs more than its threshold. */
  timeoutMs?: number;
  /** Default 30. A longer `retry_after` is not waited for. */
  longestRetryAfterSeconds?: number;
  fetch: Fetch;
  clock: Pick<Clock, "monotonicMs">;
  sleep: Sleep;
  signal?: AbortSignal;
}

/** An answer and how long it took, in milliseconds, a wait for `retry_after` included. */
export interface Timed<T> {
  result: T;
  roundTripMs: number;
}

export type TelegramBot = z.infer<typeof botSchema>;
export type TelegramChat = z.infer<typeof chatSchema>;
export type TelegramMessage = z.infer<typeof messageSchema>;

export interface TelegramClient {
  /** Which bot the token belongs to. */
  getMe(): Promise<Timed<TelegramBot>>;
  /** @param chatId a number as text, or `@channel`. */
  getChat(chatId: string): Promise<Timed<TelegramChat>>;
  /** Plain text, no markup. Not repeated after a lost answer, as it would arrive twice. */
  sendMessage(chatId: string, text: string): Promise<Timed<TelegramMessage>>;
  /** The address as it may be shown: `https://api.telegram.org/bot<redacted>/getMe`. */
  shownUrl(method: string): string;
}

/**
 * The Bot API, as far as we use it. A 429 is waited for and repeated once. All errors are {@link TelegramError}s.
 * The token is part of the request's path, so no URL and no foreign error text ever gets out of here unredacted.
 */
export function createTelegramClient(options: TelegramOptions): TelegramClient {
  const {
    token,
    fetch,
    clock,
    sleep,
    signal,
    timeoutMs = TELEGRAM_TIMEOUT_MS,
    longestRetryAfterSeconds = 30,
  } = options;
  const apiUrl = (options.apiUrl ?? DEFAULT_TELEGRAM_API_URL).replace(/\/+$/, "");
  const redact = createRedactor([token]);

  async function call<T>(
    method: string,
    schema: z.ZodType<T>,
    parameters: CallParameters,
  ): Promise<Timed<T>> {
    // Anything else cannot be a token, and would only make an address that nobody meant.
    if (!/^[\w:-]+$/.test(token))
      throw telegramRefused(method, undefined, { status: 401, description: "the token is malformed" });
    const sentMs = clock.monotonicMs();
    let answer = await send(method, parameters);
    const waitSeconds = answer.refusal?.status === 429 ? answer.refusal.retryAfter : undefined;
    if (waitSeconds !== undefined && waitSeconds <= longestRetryAfterSeconds) {
      await sleep(waitSeconds * 1000, signal);
      answer = await send(method, parameters);
    }
    const roundTripMs = Math.round(clock.monotonicMs() - sentMs);
    if (answer.refusal) throw telegramRefused(method, parameters.chat_id, answer.refusal);
    const result = schema.safeParse(answer.result);
    if (!result.success) throw unreadable(method);
    return { result: result.data, roundTripMs };
  }

  async function send(method: string, parameters: CallParameters): Promise<Answer> {
    const { status, text } = await withDeadline(timeoutMs, signal, async (deadline, wasLate) => {
      try {
        const response = await fetch(`${apiUrl}/bot${token}/${method}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(parameters),
          redirect: "manual",
          signal: deadline,
        });
        return { status: response.status, text: await response.text() };
      } catch (problem) {
        throw unreached(method, problem, wasLate());
      }
    });
    const reply = parseReply(text);
    if (reply?.ok) return { result: reply.result };
    if (!reply) throw unreadable(method, status);
    return {
      refusal: {
        status: reply.error_code ?? status,
        description: cutText(redact(reply.description ?? "no description").replaceAll(/\s+/g, " "), 200),
        ...(reply.parameters?.retry_after !== undefined && { retryAfter: reply.parameters.retry_after }),
        ...(reply.parameters?.migrate_to_chat_id !== undefined && {
          movedTo: reply.parameters.migrate_to_chat_id,
        }),
      },
    };
  }

  function unreached(method: string, problem: unknown, late: boolean): TelegramError {
    const where = new URL(apiUrl).host;
    if (signal?.aborted)
      return new TelegramError("TELEGRAM_UNREACHABLE", `Telegram ${method}: given up before an answer came.`);
    if (late) {
      const message = `Telegram ${method}: no answer from ${where} within ${timeoutMs / 1000} seconds. Try again, and look at https://telegram.org/status.`;
      return new TelegramError("TELEGRAM_TIMED_OUT", message);
    }
    const { words } = describeTransportProblem(problem, false);
    const message = `Telegram ${method}: ${where} cannot be reached: ${words}. Check the network and proxy of this machine.`;
    return new TelegramError("TELEGRAM_UNREACHABLE", message);
  }

  return {
    getMe: () => call("getMe", botSchema, {}),
    getChat: (chatId) => call("getChat", chatSchema, { chat_id: chatId }),
    sendMessage: (chatId, text) => call("sendMessage", messageSchema, { chat_id: chatId, text }),
    shownUrl: (method) => `${apiUrl}/bot<redacted>/${method}`,
  };
}

interface CallParameters {
  chat_id?: string;
  text?: string;
}

interface Answer {
  result?: unknown;
  refusal?: Refusal;
}

const botSchema = z.object({ id: z.number(), username: z.string().optional() });
const chatSchema = z.object({ id: z.number(), type: z.string(), title: z.string().optional() });
const messageSchema = z.object({ message_id: z.number() });

const replySchema = z.object({
  ok: z.boolean(),
  result: z.unknown().optional(),
  error_code: z.number().optional(),
  description: z.string().optional(),
  parameters: z
    .object({ retry_after: z.number().optional(), migrate_to_chat_id: z.number().optional() })
    .optional(),
});

function parseReply(text: string): z.infer<typeof replySchema> | undefined {
  try {
    return replySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function unreadable(method: string, status?: number): TelegramError {
  const shown = status === undefined ? "" : ` (status ${status})`;
  return new TelegramError(
    "TELEGRAM_UNREADABLE",
    `Telegram ${method}: the answer${shown} is not the Bot API's. Is a proxy or a wrong API address in between?`,
  );
}
