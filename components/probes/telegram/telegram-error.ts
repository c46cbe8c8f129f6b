export type TelegramErrorCode =
  | "TELEGRAM_TOKEN_REFUSED"
  | "TELEGRAM_CHAT_NOT_FOUND"
  | "TELEGRAM_CHAT_MOVED"
  | "TELEGRAM_BOT_REMOVED"
  | "TELEGRAM_RATE_LIMITED"
  | "TELEGRAM_REFUSED"
  | "TELEGRAM_TIMED_OUT"
  | "TELEGRAM_UNREACHABLE"
  | "TELEGRAM_UNREADABLE";

/** The message stands alone: what happened, and what to do. It never holds the token, and there is no `cause`, which might. */
export class TelegramError extends Error {
  override readonly name = "TelegramError";
  constructor(
    readonly code: TelegramErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** What the Bot API says when it refuses. */
export interface Refusal {
  status: number;
  description: string;
  /** Seconds. */
  retryAfter?: number;
  movedTo?: number;
}

/**
 * A refusal in words with a way out.
 * @source Bot API, "Making requests" (`error_code`, `description`, `parameters`). A malformed token is answered with 404, an unknown one with 401.
 */
export function telegramRefused(method: string, chatId: string | undefined, refusal: Refusal): TelegramError {
  const { status, description, retryAfter, movedTo } = refusal;
  const chat = `the chat ${chatId ?? ""}`.trim();
  const said = `Telegram ${method}: ${status} ${description}.`;
  if (status === 401 || status === 404) {
    return new TelegramError(
      "TELEGRAM_TOKEN_REFUSED",
      `${said} The bot's token is not accepted: get the current one from @BotFather (/mybots, API Token) and set it as the secret telegramBotToken.`,
    );
  }
  if (status === 429) {
    return new TelegramError(
      "TELEGRAM_RATE_LIMITED",
      `${said} The bot has sent too much; wait ${retryAfter ?? "some"} seconds and try again.`,
    );
  }
  if (movedTo !== undefined) {
    return new TelegramError(
      "TELEGRAM_CHAT_MOVED",
      `${said} The group has become a supergroup: its chat id is ${movedTo} now; put that into the config.`,
    );
  }
  if (status === 403) {
    return new TelegramError(
      "TELEGRAM_BOT_REMOVED",
      `${said} The bot may not write to ${chat}: add it to the group again (in a private chat, press Start).`,
    );
  }
  if (status === 400 && /chat not found/i.test(description)) {
    return new TelegramError(
      "TELEGRAM_CHAT_NOT_FOUND",
      `${said} The bot does not know ${chat}: check the chat id in the config (a group's is negative), and that the bot is a member.`,
    );
  }
  return new TelegramError(
    "TELEGRAM_REFUSED",
    `${said} See https://core.telegram.org/bots/api for this method.`,
  );
}
