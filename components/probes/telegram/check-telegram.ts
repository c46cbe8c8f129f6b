import { asJson, type CheckResult, type Verdict } from "../verdict";
import type { TelegramClient } from "./telegram-client";
import { TelegramError } from "./telegram-error";
import { checkId } from "../check-id";

export interface TelegramCheck {
  client: TelegramClient;
  /** The operators' chat. */
  chatId: string;
  /** What the operators read. */
  text: string;
  /** Milliseconds that a message may take from sending to Telegram's "delivered to the chat"; the runbook's 5000. */
  thresholdMs?: number;
  now: () => Date;
}

/**
 * Proves the channel before it is needed: whose token it is, that the bot sees the chat, and a message with its round trip.
 *
 * Refused (token, chat, rights) and slower than the threshold are `fail`; not reached and rate limited are `could-not-measure`.
 * Never throws a TelegramError.
 */
export async function checkTelegram(check: TelegramCheck): Promise<CheckResult> {
  const { client, chatId, text, thresholdMs = 5000, now } = check;
  const evidence: { bot?: string; chat?: string; getMeMs?: number; getChatMs?: number; messageId?: number } =
    {};
  const answer = (
    method: string,
    rest: Pick<CheckResult, "verdict" | "summary" | "observed">,
  ): CheckResult => ({
    check: checkId("telegram"),
    ...rest,
    threshold: `≤ ${thresholdMs} ms`,
    probe: `POST ${client.shownUrl(method)}`,
    at: now().toISOString(),
    evidence: asJson(evidence),
  });
  let method = "getMe";
  try {
    const me = await client.getMe();
    Object.assign(evidence, { bot: me.result.username ?? String(me.result.id), getMeMs: me.roundTripMs });
    method = "getChat";
    const chat = await client.getChat(chatId);
    Object.assign(evidence, { chat: chat.result.title ?? chat.result.type, getChatMs: chat.roundTripMs });
    method = "sendMessage";
    const message = await client.sendMessage(chatId, text);
    evidence.messageId = message.result.message_id;
    const { roundTripMs } = message;
    const inTime = roundTripMs <= thresholdMs;
    return answer(method, {
      verdict: inTime ? "pass" : "fail",
      summary: `A message to the operators' chat took ${roundTripMs} ms${inTime ? "" : `, more than the ${thresholdMs} ms allowed`}.`,
      observed: `${roundTripMs} ms`,
    });
  } catch (problem) {
    if (!(problem instanceof TelegramError)) throw problem;
    return answer(method, { verdict: verdictOf(problem, method), summary: problem.message });
  }
}

function verdictOf({ code }: TelegramError, method: string): Verdict {
  switch (code) {
    case "TELEGRAM_TOKEN_REFUSED":
    case "TELEGRAM_CHAT_NOT_FOUND":
    case "TELEGRAM_CHAT_MOVED":
    case "TELEGRAM_BOT_REMOVED":
    case "TELEGRAM_REFUSED":
      return "fail";
    case "TELEGRAM_TIMED_OUT":
      // The bot and the chat were answered for a moment ago: then it is the message that is late.
      return method === "sendMessage" ? "fail" : "could-not-measure";
    case "TELEGRAM_RATE_LIMITED":
    case "TELEGRAM_UNREACHABLE":
    case "TELEGRAM_UNREADABLE":
      return "could-not-measure";
  }
}
