import type { StackConfig } from "../../components/config";
import { RolloutError } from "../../components/errors";
import { createTelegramClient } from "../../components/probes/telegram/telegram-client";
import { TelegramError } from "../../components/probes/telegram/telegram-error";
import type { Fetch, Sleep } from "../../components/probes/ports";
import { fine, type Finding } from "./finding";

/** The team's chat: whether there is a token, a bot behind it, and a chat that the bot is in. No message is sent. */
export async function lookAtTeam(
  { telegram }: StackConfig,
  token: string | undefined,
  ports: { fetch: Fetch; sleep: Sleep; elapsed: () => number },
): Promise<Finding[]> {
  if (telegram === undefined) return [];
  const name = `chat ${telegram.chatId}`;
  if (token === undefined)
    return [
      {
        about: "team",
        name,
        result: "mend",
        found: "the stack names a chat, and there is no telegramBotToken",
        next: "`pulumi config set --secret telegramBotToken`, or export TELEGRAM_BOT_TOKEN",
      },
    ];
  const client = createTelegramClient({
    token,
    apiUrl: telegram.apiUrl,
    longestRetryAfterSeconds: 5,
    fetch: ports.fetch,
    clock: { monotonicMs: ports.elapsed },
    sleep: ports.sleep,
  });
  try {
    const { result: bot } = await client.getMe();
    await client.getChat(telegram.chatId);
    return [fine("team", name, `the bot ${bot.username ?? bot.id} is in it; no message was sent`)];
  } catch (error) {
    if (!(error instanceof TelegramError) && !(error instanceof RolloutError)) throw error;
    const [what = "", next] = error.message.split(/\s*\bNext: /);
    return [
      { about: "team", name, result: "mend", found: what, next: next ?? "invite the bot into the chat" },
    ];
  }
}
