import { describe, expect, test } from "vitest";
import { z } from "zod";

import { parseApiKey, parseBaseUrl } from "../../components/render/address";
import { apiMessageOf, isGarbled, replyOf, requestIdOf } from "../../components/render/reply";
import { decideRetry, type RetryQuestion } from "../../components/render/retry";
import { question, reply } from "./support/retry-question";

describe("an address of Render's API", () => {
  test.each([
    ["https://ada@api.render.com", "must not hold a user or a password"],
    ["https://:pw@api.render.com", "must not hold a user or a password"],
    ["https://api.render.com/v1#a", "must not have a query or a fragment"],
    ["https://api.render.com/v1?a", "must not have a query or a fragment"],
    [
      "http://x127.0.0.1.nip.io",
      "(http://x127.0.0.1.nip.io) must start with https://, because the API key is sent there; http:// is for this machine alone",
    ],
    ["x", "is not a URL"],
  ])("%s is refused in words that hold no secret", (address, why) => {
    const words = `renderApiUrl ${why}. Next: leave it out for Render itself (https://api.render.com/v1).`;
    expect(() => parseBaseUrl(address)).toThrow(words);
  });

  test("is Render's own where none is given, and may be this machine's", () => {
    expect(parseBaseUrl().href).toBe("https://api.render.com/v1");
    expect(parseBaseUrl("http://127.10.20.30:8080").host).toBe("127.10.20.30:8080");
  });

  test.each([
    ["", "empty"],
    ["rnd a", "not one word of plain characters"],
  ])("a key that is none is told by its kind: %j", (key, words) => {
    expect(() => parseApiKey(key)).toThrow(`The Render API key is ${words}. Copy it again`);
    expect(parseApiKey(" rnd_a\n")).toBe("rnd_a");
  });
});

describe("when a request is sent again", () => {
  const ask = (more: Partial<RetryQuestion>) => decideRetry(question(more));

  test.each([
    [408, true],
    [499, false],
    [500, true],
    [501, false],
    [502, true],
    [504, true],
    [505, false],
    [519, false],
    [520, true],
    [524, true],
    [525, false],
  ])("HTTP %i is worth it: %s", (status, retry) => {
    expect(ask({ outcome: reply(status) }).retry).toBe(retry);
  });

  test.each<[string, Partial<RetryQuestion>, number]>([
    ["doubling, half of it by chance", { attempt: 1 }, 375],
    ["doubling, at the second", { attempt: 2 }, 750],
    ["doubling, at the most", { attempt: 4, random: 1 }, 4_000],
    ["when Render said", { outcome: reply(429, { retryAfterMs: 1_000, resetMs: 9_000 }) }, 1_175],
    ["when the window starts anew", { outcome: reply(429, { resetMs: 9_000 }) }, 9_175],
    ["after five seconds, where nothing says", { outcome: reply(429) }, 5_375],
    ["never later than eight seconds by itself", { outcome: reply(429), attempt: 11, random: 1 }, 13_000],
  ])("it is %s", (_case, more, delayMs) => {
    expect(ask(more)).toMatchObject({ retry: true, delayMs });
  });

  test("it is not twelve times, nor where the call's time would be over", () => {
    expect(ask({ outcome: reply(429), attempt: 11 }).retry).toBe(true);
    expect(ask({ outcome: reply(429), attempt: 12 })).toEqual({
      retry: false,
      reason: "Render asked to slow down 12 times",
    });
    expect(ask({ elapsedMs: 120_000 - 376 }).retry).toBe(true);
    expect(ask({ elapsedMs: 120_000 - 375 })).toEqual({
      retry: false,
      reason: "the next attempt would come after the call's time is over",
    });
  });
});

describe("a reply", () => {
  type HttpReply = Parameters<typeof isGarbled>[0];
  const reply = (
    text: string,
    headers: Record<string, string> = {},
    more: Partial<HttpReply> = {},
  ): HttpReply => ({
    kind: "reply",
    status: 200,
    text,
    oversized: false,
    header: (name: string) => headers[name],
    ...more,
  });
  const get = { method: "GET", route: "/services", bucket: "reads" } as const;
  const place = { method: "GET", path: "/services" } as never;
  const schema = z.object({
    id: z.string(),
    kind: z.enum(["a", "b"]),
    list: z.array(z.object({ n: z.number() })),
  });
  const reading =
    (text: string, headers = {}, more: Partial<HttpReply> = {}) =>
    () =>
      replyOf(get, place, reply(text, headers, more)).read(schema);

  test("is garbled where it is no JSON, but not where it was too large to be read", () => {
    expect(isGarbled(reply("<html>"))).toBe(true);
    expect(isGarbled(reply(""))).toBe(true);
    expect(isGarbled(reply("null"))).toBe(false);
    expect(isGarbled(reply("", {}, { oversized: true }))).toBe(false);
  });

  test("is empty where nothing but blanks came", () => {
    const isEmpty = (text: string, more = {}) => replyOf(get, place, reply(text, {}, more)).empty;
    expect([isEmpty(""), isEmpty(" \n"), isEmpty("{}"), isEmpty("", { oversized: true })]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test.each<[string, Record<string, string>, Partial<HttpReply>, string]>([
    ["", {}, {}, "it is not JSON (empty)"],
    ["<a>", { "content-type": "text/html; charset=utf-8" }, {}, "it is not JSON (3 characters, text/html)"],
    ["<a>", { "content-type": "x/text/html" }, {}, "it is not JSON (3 characters, of another type)"],
    ["<a>", {}, {}, "it is not JSON (3 characters, of another type)"],
    ["{}", {}, { oversized: true }, "it is larger than any answer should be"],
    ["7", {}, {}, "it is not as expected: no object"],
    ['{"id": 7}', {}, {}, "id is not as expected: no string"],
    ['{"id": "a", "kind": "c"}', {}, {}, "kind is not as expected: another value"],
    ['{"id": "a", "kind": "a", "list": [{"n": "x"}]}', {}, {}, "list.0.n is not as expected: no number"],
  ])("that is not as expected is told by place and kind, never by value: %s", (text, headers, more, why) => {
    expect(reading(text, headers, more)).toThrow(why);
  });

  test("of a start that cannot be read says that it was started", () => {
    const start = { ...get, method: "POST", once: true } as const;
    expect(() => replyOf(start, place, reply("<a>")).read(schema)).toThrow(
      expect.objectContaining({
        code: "RENDER_ANSWER_LOST",
        message: expect.stringContaining("HTTP 200 came, but it is not JSON"),
      }),
    );
    expect(reading("<a>")).toThrow(expect.objectContaining({ code: "RENDER_UNREADABLE" }));
  });

  test.each([
    ['{"message": " two\\n\\n words "}', "two words"],
    ['{"message": "the key rnd_key"}', "the key [secret]"],
    ['{"message": ""}', undefined],
    ['{"message": 7}', undefined],
    ["{}", undefined],
    ["[]", undefined],
    ["<html>", undefined],
    ["", undefined],
  ])("with an error's words gives them on one line and without the key: %s", (text, words) => {
    expect(apiMessageOf(get, reply(text), "rnd_key")).toBe(words);
    expect(apiMessageOf({ ...get, confidential: true }, reply(text), "rnd_key")).toBeUndefined();
  });

  test.each([
    ["api-7767dddd75-m2trm/tatrYy6WLK-002273", true],
    ["a b", false],
    [" a", false],
    ["a\u001b[31m", false],
    ["a".repeat(120), true],
    ["a".repeat(121), false],
  ])("has an id where it looks like one: %j", (id, isOne) => {
    expect(requestIdOf(reply("", { "render-request-id": id }))).toBe(isOne ? id : undefined);
    expect(requestIdOf(reply(""))).toBeUndefined();
  });
});
