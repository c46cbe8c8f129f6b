import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { realFetch, realSleep, type Fetch } from "../../../components/probes/ports";
import { realClock } from "../../support/real-clock";
import { checkTelegram } from "../../../components/probes/telegram/check-telegram";
import { createTelegramClient } from "../../../components/probes/telegram/telegram-client";
import { TelegramError } from "../../../components/probes/telegram/telegram-error";

const token = "123456:canary-token_AAA";
const chatId = "-100200300";

interface Reply {
  status?: number;
  /** An object is sent as JSON. */
  body?: unknown;
  /** Milliseconds. */
  ms?: number;
  problem?: Error;
}

const results: Record<string, unknown> = {
  getMe: { id: 1, is_bot: true, username: "felix_ops_bot" },
  getChat: { id: -100200300, type: "supergroup", title: "Operators" },
  sendMessage: { message_id: 42, date: 0 },
};
const refusal = (status: number, description: string, parameters?: object): Reply => ({
  status,
  body: { ok: false, error_code: status, description, ...(parameters && { parameters }) },
});

/** A Bot API that answers well, but for the replies given for a method, which are used up one by one. */
function botApi(replies: Record<string, Reply[]> = {}, options: { token?: string } = {}) {
  const asked: { url: string; body: unknown }[] = [];
  const slept: number[] = [];
  let nowMs = 0;
  const fetch: Fetch = async (url, { body }) => {
    asked.push({ url, body: JSON.parse(body ?? "null") });
    const method = url.split("/").at(-1)!;
    const reply = replies[method]?.shift() ?? {};
    nowMs += reply.ms ?? 80;
    if (reply.problem) throw reply.problem;
    const answer = reply.body ?? { ok: true, result: results[method] };
    return {
      status: reply.status ?? 200,
      text: async () => (typeof answer === "string" ? answer : JSON.stringify(answer)),
    };
  };
  const client = createTelegramClient({
    token,
    fetch,
    clock: { monotonicMs: () => nowMs },
    sleep: async (ms) => {
      slept.push(ms);
      nowMs += ms;
    },
    ...options,
  });
  const check = () =>
    checkTelegram({
      client,
      chatId,
      text: "Rollout: phase api begins",
      now: () => new Date("2026-11-24T21:00:00Z"),
    });
  return { asked, slept, client, check };
}

const problemOf = async (promise: Promise<unknown>) => {
  const problem = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(problem instanceof TelegramError)) throw new Error("expected a TelegramError");
  return problem;
};
const network = (code: string) =>
  new TypeError(`fetch failed: https://api.telegram.org/bot${token}/getMe`, {
    cause: Object.assign(new Error(`${code} bot${token}`), { code }),
  });

describe("the Telegram client", () => {
  it("puts the token into the path and the parameters into the body", async () => {
    const { asked, client } = botApi();
    await client.getMe();
    await client.getChat(chatId);
    const sent = await client.sendMessage(chatId, "hello");
    expect(asked).toEqual([
      { url: `https://api.telegram.org/bot${token}/getMe`, body: {} },
      { url: `https://api.telegram.org/bot${token}/getChat`, body: { chat_id: chatId } },
      { url: `https://api.telegram.org/bot${token}/sendMessage`, body: { chat_id: chatId, text: "hello" } },
    ]);
    expect(sent).toEqual({ result: { message_id: 42 }, roundTripMs: 80 });
  });

  it("waits for retry_after once and counts the wait into the round trip", async () => {
    const { slept, client } = botApi({
      sendMessage: [refusal(429, "Too Many Requests", { retry_after: 3 })],
    });
    expect((await client.sendMessage(chatId, "hello")).roundTripMs).toBe(80 + 3000 + 80);
    expect(slept).toEqual([3000]);
  });

  it("gives up when the second answer is 429 too", async () => {
    const limited = () => refusal(429, "Too Many Requests: retry after 3", { retry_after: 3 });
    const { asked, client } = botApi({ getMe: [limited(), limited()] });
    expect(await problemOf(client.getMe())).toMatchObject({ code: "TELEGRAM_RATE_LIMITED" });
    expect(asked).toHaveLength(2);
  });

  it("does not wait for longer than 30 seconds", async () => {
    const { slept, client } = botApi({ getMe: [refusal(429, "Too Many Requests", { retry_after: 31 })] });
    const { code, message } = await problemOf(client.getMe());
    expect(code).toBe("TELEGRAM_RATE_LIMITED");
    expect(message).toContain("wait 31 seconds");
    expect(slept).toEqual([]);
  });

  it.each([
    ["a token that is not known", refusal(401, "Unauthorized"), "TELEGRAM_TOKEN_REFUSED", "@BotFather"],
    ["a token that is not one", refusal(404, "Not Found"), "TELEGRAM_TOKEN_REFUSED", "telegramBotToken"],
    [
      "a chat that is not known",
      refusal(400, "Bad Request: chat not found"),
      "TELEGRAM_CHAT_NOT_FOUND",
      "-100200300",
    ],
    [
      "a group that was upgraded",
      refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", {
        migrate_to_chat_id: -100777,
      }),
      "TELEGRAM_CHAT_MOVED",
      "-100777",
    ],
    [
      "a bot that was kicked",
      refusal(403, "Forbidden: bot was kicked from the group chat"),
      "TELEGRAM_BOT_REMOVED",
      "add it to the group again",
    ],
    [
      "anything else",
      refusal(400, "Bad Request: message text is empty"),
      "TELEGRAM_REFUSED",
      "message text is empty",
    ],
    [
      "a foreign page",
      { status: 502, body: "<html>Bad gateway</html>" },
      "TELEGRAM_UNREADABLE",
      "status 502",
    ],
    [
      "a result of another shape",
      { body: { ok: true, result: "yes" } },
      "TELEGRAM_UNREADABLE",
      "wrong API address",
    ],
    ["no name", { problem: network("ENOTFOUND") }, "TELEGRAM_UNREACHABLE", "name not found (ENOTFOUND)"],
    ["no listener", { problem: network("ECONNREFUSED") }, "TELEGRAM_UNREACHABLE", "connection refused"],
  ] as const)("has its own words for %s", async (_, reply: Reply, code, words) => {
    const problem = await problemOf(botApi({ getChat: [reply] }).client.getChat(chatId));
    expect(problem.code).toBe(code);
    expect(problem.message).toContain("Telegram getChat");
    expect(problem.message).toContain(words);
  });

  it("sends nothing when the token cannot be one", async () => {
    for (const malformed of ["", "12 34", "a/b", "new\nline"]) {
      const { asked, client } = botApi({}, { token: malformed });
      expect(await problemOf(client.getMe())).toMatchObject({ code: "TELEGRAM_TOKEN_REFUSED" });
      expect(asked).toEqual([]);
    }
  });
});

describe("the token", () => {
  it("is in no error, no result and nothing that can be inspected", async () => {
    const seen: string[] = [];
    const bad: Reply[] = [
      refusal(401, `Unauthorized: ${token}`),
      refusal(400, `Bad Request: no ${token} here`),
      { body: `<html>${token}</html>` },
      { problem: network("ENOTFOUND") },
      { problem: new TypeError(`Failed to parse URL from https://x/bot${token}/getMe`) },
    ];
    for (const reply of bad) {
      const { client, check } = botApi({ getMe: [reply, { ...reply }] });
      const problem = await problemOf(client.getMe());
      seen.push(
        problem.message,
        problem.stack ?? "",
        inspect(problem, { depth: 9 }),
        JSON.stringify(problem),
      );
      seen.push(JSON.stringify(await check()), inspect(client, { depth: 9, showHidden: true }));
    }
    seen.push(JSON.stringify(await botApi().check()));
    expect(seen.join("\n")).not.toContain("canary-token");
    expect(botApi().client.shownUrl("getMe")).toBe("https://api.telegram.org/bot<redacted>/getMe");
  });
});

describe("the Telegram check", () => {
  it("passes with the bot, the chat and the message's round trip", async () => {
    expect(await botApi().check()).toEqual({
      check: "telegram",
      verdict: "pass",
      summary: "A message to the operators' chat took 80 ms.",
      observed: "80 ms",
      threshold: "≤ 5000 ms",
      probe: "POST https://api.telegram.org/bot<redacted>/sendMessage",
      at: "2026-11-24T21:00:00.000Z",
      evidence: { bot: "felix_ops_bot", chat: "Operators", getMeMs: 80, getChatMs: 80, messageId: 42 },
    });
  });

  it("passes at 5000 ms and fails at 5001", async () => {
    expect(await botApi({ sendMessage: [{ ms: 5000 }] }).check()).toMatchObject({ verdict: "pass" });
    expect(await botApi({ sendMessage: [{ ms: 5001 }] }).check()).toMatchObject({
      verdict: "fail",
      summary: "A message to the operators' chat took 5001 ms, more than the 5000 ms allowed.",
    });
  });

  it.each([
    ["getMe", refusal(401, "Unauthorized"), "fail"],
    ["getChat", refusal(400, "Bad Request: chat not found"), "fail"],
    ["sendMessage", refusal(403, "Forbidden: bot was kicked from the group chat"), "fail"],
    ["getMe", { problem: network("ENOTFOUND") }, "could-not-measure"],
    ["sendMessage", refusal(429, "Too Many Requests", { retry_after: 60 }), "could-not-measure"],
    ["getChat", { body: "<html>" }, "could-not-measure"],
  ] as const)(
    "that ends at %s tells not working from not measured (case %#)",
    async (method, reply: Reply, verdict) => {
      const { asked, check } = botApi({ [method]: [reply] });
      const result = await check();
      expect(result).toMatchObject({
        verdict,
        probe: `POST https://api.telegram.org/bot<redacted>/${method}`,
      });
      expect(asked.at(-1)?.url.endsWith(method)).toBe(true);
    },
  );
});

describe("against a real server", () => {
  const server = createServer((request, response) => {
    const method = request.url?.split("/").at(-1) ?? "";
    if (method === "sendMessage") return;
    response.end(JSON.stringify({ ok: true, result: results[method] }));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it("a message without an answer in time is a failure, as bot and chat were answered for", async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const clientOf = (timeoutMs: number) =>
      createTelegramClient({
        token,
        apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
        timeoutMs,
        fetch: realFetch,
        clock: realClock,
        sleep: realSleep,
      });
    // What is answered has all the time that a busy machine needs; the message is never answered, so no time is too short.
    const client = { ...clientOf(60_000), sendMessage: clientOf(150).sendMessage };
    const result = await checkTelegram({
      client,
      chatId,
      text: "hello",
      thresholdMs: 100,
      now: () => new Date(0),
    });
    expect(result).toMatchObject({ verdict: "fail", evidence: { bot: "felix_ops_bot", chat: "Operators" } });
    expect(result.summary).toContain("within 0.15 seconds");
  });
});
