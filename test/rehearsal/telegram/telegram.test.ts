import { expect, onTestFinished, test } from "vitest";

import { startTelegramStandIn, type TelegramOptions } from "../../../rehearsal/telegram/server";

async function start(options: TelegramOptions = {}) {
  const telegram = await startTelegramStandIn(options);
  onTestFinished(() => telegram.stop());
  const call = async (method: string, body?: unknown, token = telegram.token) => {
    const answer = await fetch(`${telegram.url}/bot${token}/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const retryAfter = answer.headers.get("retry-after");
    return { status: answer.status, body: await answer.json(), ...(retryAfter !== null && { retryAfter }) };
  };
  return { telegram, call };
}

test("the bot, its chat and a message have the shapes of the Bot API, and the message is recorded", async () => {
  const { telegram, call } = await start({ botName: "felix_bot" });
  expect((await call("getMe")).body).toMatchObject({
    ok: true,
    result: { is_bot: true, username: "felix_bot" },
  });
  expect((await call("getChat", { chat_id: telegram.chatId })).body).toMatchObject({
    ok: true,
    result: { type: "supergroup" },
  });
  const sent = await call("sendMessage", {
    chat_id: Number(telegram.chatId),
    text: "phase api begins",
    parse_mode: "HTML",
  });
  expect(sent).toMatchObject({
    status: 200,
    body: { ok: true, result: { message_id: 1, text: "phase api begins" } },
  });
  expect(telegram.messages).toMatchObject([
    { chatId: telegram.chatId, text: "phase api begins", parseMode: "HTML" },
  ]);
  expect(JSON.stringify(telegram.messages)).not.toContain(telegram.token);
  expect(telegram.counts()).toEqual({ getMe: 1, getChat: 1, sendMessage: 1 });
});

test("parameters are taken from the query and from a form as well", async () => {
  const { telegram } = await start();
  const base = `${telegram.url}/bot${telegram.token}`;
  expect((await fetch(`${base}/getChat?chat_id=${telegram.chatId}`)).status).toBe(200);
  const form = new URLSearchParams({ chat_id: telegram.chatId, text: "by form" });
  expect((await fetch(`${base}/sendMessage`, { method: "POST", body: form })).status).toBe(200);
  expect(telegram.messages).toMatchObject([{ text: "by form" }]);
});

test.each([
  ["a wrong token", "getMe", {}, "1:wrong", 401, "Unauthorized"],
  ["an unknown chat", "getChat", { chat_id: "-1" }, undefined, 400, "Bad Request: chat not found"],
  [
    "an empty text",
    "sendMessage",
    { chat_id: "-1001234567890", text: " " },
    undefined,
    400,
    "Bad Request: message text is empty",
  ],
  [
    "a text too long",
    "sendMessage",
    { chat_id: "-1001234567890", text: "x".repeat(4097) },
    undefined,
    400,
    "Bad Request: message is too long",
  ],
])("%s is refused as Telegram does it", async (_what, method, body, token, status, description) => {
  const { telegram, call } = await start();
  expect(await call(method, body, token)).toEqual({
    status,
    body: { ok: false, error_code: status, description },
  });
  expect(telegram.refused()).toEqual([]);
  expect(telegram.messages).toEqual([]);
});

test("a text is measured in characters: 4,096 of them arrive, however many UTF-16 units they take", async () => {
  const { telegram, call } = await start();
  const send = async (text: string) => (await call("sendMessage", { chat_id: telegram.chatId, text })).status;
  expect(await send("🚗".repeat(4096))).toBe(200);
  expect(await send("🚗".repeat(4097))).toBe(400);
});

test("an unknown method and an unknown parameter are refused and recorded", async () => {
  const { telegram, call } = await start();
  expect((await call("deleteWebhook")).status).toBe(404);
  expect((await call("getMe", { verbose: true })).status).toBe(400);
  expect(telegram.refused()).toHaveLength(2);
});

test("faults strike once: too many requests, a broken server, a lost connection, a slow answer", async () => {
  const { telegram, call } = await start();
  telegram.faults.add({ kind: "rate-limited", retryAfterSeconds: 3 }, { method: "sendMessage" });
  telegram.faults.add({ kind: "answer", status: 502, description: "Bad Gateway" });
  telegram.faults.add({ kind: "drop" });
  telegram.faults.add({ kind: "slow", ms: 80 });
  expect((await call("getMe")).status).toBe(502);
  await expect(call("getMe")).rejects.toThrow();
  const began = performance.now();
  expect((await call("getMe")).status).toBe(200);
  expect(performance.now() - began).toBeGreaterThanOrEqual(79);
  expect(await call("sendMessage", { chat_id: telegram.chatId, text: "hello" })).toMatchObject({
    status: 429,
    retryAfter: "3",
    body: { parameters: { retry_after: 3 }, description: "Too Many Requests: retry after 3" },
  });
  expect((await call("sendMessage", { chat_id: telegram.chatId, text: "hello" })).status).toBe(200);
});
