import type { AddressInfo } from "node:net";
import { timingSafeEqual } from "node:crypto";

import Fastify, { type FastifyReply } from "fastify";
import { z } from "zod";

import { TelegramFaults } from "./faults";

export interface TelegramMessage {
  chatId: string;
  text: string;
  /** Real time of arrival. */
  at: Date;
  parseMode?: string;
}

export interface TelegramStandIn {
  /** Base of the Bot API: a method is at `<url>/bot<token>/<method>`. */
  readonly url: string;
  readonly token: string;
  readonly chatId: string;
  /** What was sent, oldest first. */
  readonly messages: readonly TelegramMessage[];
  readonly faults: TelegramFaults;
  /** How often each method was called. */
  counts(): Record<string, number>;
  /** Methods and parameters that the stand-in does not know, a sentence each; a test wants none. */
  refused(): readonly string[];
  stop(): Promise<void>;
}

export interface TelegramOptions {
  /** Default: a made-up one in Telegram's shape. */
  token?: string;
  /** The one chat that the bot is a member of; default a supergroup's id. */
  chatId?: string;
  botName?: string;
  chatTitle?: string;
}

const chatId = z.union([z.string(), z.number()]).transform(String);
const METHODS = {
  getMe: z.strictObject({}),
  getChat: z.strictObject({ chat_id: chatId }),
  sendMessage: z.strictObject({
    chat_id: chatId,
    text: z.string(),
    parse_mode: z.enum(["HTML", "Markdown", "MarkdownV2"]).optional(),
    disable_notification: z.union([z.boolean(), z.enum(["true", "false"])]).optional(),
    disable_web_page_preview: z.union([z.boolean(), z.enum(["true", "false"])]).optional(),
    link_preview_options: z.unknown().optional(),
    message_thread_id: z.union([z.number(), z.string()]).optional(),
  }),
};
/** In characters as people count them: an emoji of two UTF-16 units is one. */
const LONGEST_MESSAGE = 4096;

/** Starts a stand-in for Telegram's Bot API on 127.0.0.1, with one bot in one chat.
 *  @source https://core.telegram.org/bots/api */
export async function startTelegramStandIn(options: TelegramOptions = {}): Promise<TelegramStandIn> {
  const token = options.token ?? "7000000001:AAExampleExampleExampleExampleExample";
  const chat = {
    id: Number(options.chatId ?? "-1001234567890"),
    title: options.chatTitle ?? "Operators",
    type: "supergroup",
  };
  const bot = {
    id: Number(token.split(":")[0]),
    is_bot: true,
    first_name: "Rollout",
    username: options.botName ?? "rollout_bot",
  };
  const messages: TelegramMessage[] = [];
  const calls: Record<string, number> = {};
  const refusals: string[] = [];
  const faults = new TelegramFaults();
  let lastMessageId = 0;

  const app = Fastify({ logger: false, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    done(null, body);
  });
  app.setNotFoundHandler((request, reply) => {
    refusals.push(`${request.method}: no such path`);
    fail(reply, 404, "Not Found");
  });
  app.all("/:bot/:method", async (request, reply) => {
    const { bot: pathToken, method } = request.params as { bot: string; method: string };
    calls[method] = (calls[method] ?? 0) + 1;
    const fault = faults.take(method);
    if (fault?.kind === "slow") await new Promise((resolve) => setTimeout(resolve, fault.ms));
    if (fault?.kind === "drop") {
      reply.hijack();
      request.raw.socket.destroy();
      return;
    }
    if (fault?.kind === "rate-limited") {
      const seconds = fault.retryAfterSeconds;
      void reply.header("Retry-After", String(seconds));
      fail(reply, 429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
      return;
    }
    if (fault?.kind === "answer") {
      fail(reply, fault.status, fault.description ?? "Internal Server Error");
      return;
    }
    if (!sameText(pathToken, `bot${token}`)) {
      fail(reply, 401, "Unauthorized");
      return;
    }
    if (!isMethod(method)) {
      refusals.push(`${method}: no such method`);
      fail(reply, 404, "Not Found: method not found");
      return;
    }
    const parsed = METHODS[method].safeParse(
      parametersOf(request.query, request.body, request.headers["content-type"]),
    );
    if (!parsed.success) {
      const problems = parsed.error.issues.map(({ path, message }) =>
        `${path.map(String).join(".")} ${message}`.trim(),
      );
      refusals.push(`${method}: ${problems.join("; ")}`);
      fail(reply, 400, `Bad Request: ${problems.join("; ")}`);
      return;
    }
    answer(reply, method, parsed.data);
  });
  await app.listen({ host: "127.0.0.1", port: 0 });

  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    token,
    chatId: String(chat.id),
    messages,
    faults,
    counts: () => ({ ...calls }),
    refused: () => [...refusals],
    stop: () => app.close(),
  };

  function answer(
    reply: FastifyReply,
    method: keyof typeof METHODS,
    parameters: Record<string, unknown>,
  ): void {
    if (method === "getMe") {
      succeed(reply, {
        ...bot,
        can_join_groups: true,
        can_read_all_group_messages: false,
        supports_inline_queries: false,
      });
      return;
    }
    if (parameters["chat_id"] !== String(chat.id)) {
      fail(reply, 400, "Bad Request: chat not found");
      return;
    }
    if (method === "getChat") {
      succeed(reply, {
        ...chat,
        permissions: { can_send_messages: true },
        accent_color_id: 0,
        max_reaction_count: 11,
      });
      return;
    }
    const text = String(parameters["text"]);
    if (text.trim() === "") fail(reply, 400, "Bad Request: message text is empty");
    else if (Array.from(text).length > LONGEST_MESSAGE) fail(reply, 400, "Bad Request: message is too long");
    else {
      lastMessageId += 1;
      const at = new Date();
      const parseMode = parameters["parse_mode"];
      messages.push({
        chatId: String(chat.id),
        text,
        at,
        ...(typeof parseMode === "string" && { parseMode }),
      });
      succeed(reply, {
        message_id: lastMessageId,
        from: bot,
        chat,
        date: Math.floor(at.getTime() / 1000),
        text,
      });
    }
  }
}

function isMethod(name: string): name is keyof typeof METHODS {
  return Object.hasOwn(METHODS, name);
}

/** Telegram takes parameters from the query, a form or a JSON body. */
function parametersOf(query: unknown, body: unknown, contentType: string | undefined): unknown {
  const asked = { ...(query as Record<string, unknown>) };
  if (typeof body !== "string" || body === "") return asked;
  if (contentType?.startsWith("application/x-www-form-urlencoded") === true) {
    return { ...asked, ...Object.fromEntries(new URLSearchParams(body)) };
  }
  try {
    return { ...asked, ...(JSON.parse(body) as Record<string, unknown>) };
  } catch {
    return { ...asked, body: "not JSON" };
  }
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function succeed(reply: FastifyReply, result: unknown): void {
  void reply.type("application/json").send(JSON.stringify({ ok: true, result }));
}

function fail(
  reply: FastifyReply,
  status: number,
  description: string,
  parameters?: Record<string, unknown>,
): void {
  const body = {
    ok: false,
    error_code: status,
    description,
    ...(parameters !== undefined && { parameters }),
  };
  void reply.code(status).type("application/json").send(JSON.stringify(body));
}
