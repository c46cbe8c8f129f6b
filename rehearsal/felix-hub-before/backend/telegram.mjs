const TIMEOUT_MS = 5_000;

/**
 * Sends one message through the Bot API's sendMessage; answers with {} or {problem}.
 * The bot's token is part of the URL, and errors of fetch may repeat a URL: so a problem is always in our own words.
 */
export async function sendTelegram({ apiUrl, botToken, chatId }, text) {
  if (!botToken || !chatId) return { problem: "TELEGRAM_BOT_TOKEN or TELEGRAM_CHAT_ID is not set" };
  let response;
  try {
    response = await fetch(`${apiUrl}/bot${botToken}/sendMessage`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ chat_id: chatId, text }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    if (error.name === "TimeoutError")
      return { problem: `Telegram did not answer within ${TIMEOUT_MS / 1000} s` };
    return { problem: `Telegram could not be reached (${error.cause?.code ?? "no answer"})` };
  }
  const body = await response.json().catch(() => undefined);
  if (body?.ok === true) return {};
  return { problem: `Telegram answered ${response.status}: ${describe(body, botToken)}` };
}

function describe(body, botToken) {
  return String(body?.description ?? "not in the Bot API's form").replaceAll(botToken, "<token>");
}
