const MAX_RETRIES = 3;
const TIMEOUT_MS = 10_000;
const LOGGER = "services.telegram";

/**
 * Sends one message by the Bot API, three times at the most, with 1 and 2 seconds in between; the request that caused it
 * waits. Answers whether it arrived. As at the customer's, an error of the connection puts the URL, token and all, into the log.
 */
export async function sendTelegram({ apiUrl, botToken }, chatId, text, { log, clock }) {
  const path = `/bot${botToken}/sendMessage`;
  for (let attempt = 0; attempt < MAX_RETRIES; attempt++) {
    const delayMs = 1000 * 2 ** attempt;
    const last = attempt === MAX_RETRIES - 1;
    try {
      const response = await fetch(`${apiUrl}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ chat_id: chatId, text, parse_mode: "HTML", disable_web_page_preview: false }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.status === 200) return true;
      const body = await response.text();
      if (response.status === 429) {
        const seconds = retryAfter(body) ?? delayMs / 1000;
        log.warning(LOGGER, `Rate limit hit, retrying after ${seconds}s`);
        await clock.sleep(seconds * 1000);
        continue;
      }
      log.error(LOGGER, `Failed to send message: ${response.status} - ${body}`);
      if (response.status >= 400 && response.status < 500) return false;
    } catch (error) {
      const { hostname, port } = new URL(apiUrl);
      log.error(
        LOGGER,
        error.name === "TimeoutError"
          ? `Timeout sending message to ${chatId} (attempt ${attempt + 1}/${MAX_RETRIES})`
          : `Request error sending message to ${chatId}: HTTPConnectionPool(host='${hostname}', port=${port}): Max retries ` +
              `exceeded with url: ${path} (Caused by ${error.cause?.code ?? error.name})`,
      );
    }
    if (!last) await clock.sleep(delayMs);
  }
  log.error(
    LOGGER,
    `DEAD_LETTER: Failed to send message to ${chatId} after ${MAX_RETRIES} attempts. Message preview: ${text.slice(0, 100)}...`,
  );
  return false;
}

function retryAfter(body) {
  try {
    return JSON.parse(body).parameters?.retry_after;
  } catch {
    return undefined;
  }
}
