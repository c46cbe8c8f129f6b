import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createRedactor, looksSecret, redactedJson, secretsOfEnvironment } from "../../components/secrets";

const PASSWORD = "pä/ss wörd+&";
const LONG = `LONGKEY${"+/=".repeat(40)}`;
const URL_OF_DATABASE = `postgres://ada:${encodeURIComponent(PASSWORD)}@dpg-abc-a.frankfurt-postgres.render.com/shop`;

describe("a secret", () => {
  const redact = createRedactor([URL_OF_DATABASE, "rnd_canary12345", "a plain token"]);
  const json = JSON.stringify(PASSWORD).slice(1, -1);

  it.each([
    ["as given", URL_OF_DATABASE],
    ["percent-decoded", decodeURIComponent(URL_OF_DATABASE)],
    ["as its decoded password alone", `the password is ${PASSWORD}!`],
    ["as its encoded password alone", `password ${encodeURIComponent(PASSWORD)}`],
    ["percent-encoded in lower case", encodeURIComponent(PASSWORD).toLowerCase()],
    ["percent-encoded twice", encodeURIComponent(encodeURIComponent(PASSWORD))],
    ["encoded in part", PASSWORD.replace("/", "%2F").replace(" ", "+")],
    ["as JSON", json],
    ["as JSON in ASCII", json.replaceAll("ä", "\\u00e4").replaceAll("ö", "\\u00F6")],
    [
      "as a form of Render's internal host",
      `postgresql://ada:${encodeURIComponent(PASSWORD)}@dpg-abc-a/shop`,
    ],
    ["with another scheme", `postgresql+psycopg://ada:${PASSWORD}@localhost:5432/shop`],
    ["in basic authentication", `Basic ${Buffer.from(`ada:${PASSWORD}`).toString("base64")}`],
    ["in base64, not at its beginning", Buffer.from(`x=${URL_OF_DATABASE}`).toString("base64url")],
    ["with colours inside", URL_OF_DATABASE.replace("ada", "\u001b[31mada\u001b[0m")],
    ["as a word of a text", "token: a plain token."],
    ["in XML", PASSWORD.replace("&", "&amp;")],
  ])("is hidden %s", (_how, text) => {
    const shown = redact(text);
    expect(shown).toContain("[secret]");
    for (const part of [PASSWORD, encodeURIComponent(PASSWORD), "ss w", "ss%20w", "a plain token"])
      expect(shown).not.toContain(part);
  });

  it("does not hide what surrounds it", () => {
    expect(redact(`cannot connect with ${URL_OF_DATABASE}: timed out`)).toBe(
      "cannot connect with [secret]: timed out",
    );
  });

  it.each([
    ["in the middle", `cannot log in with ${PASSWORD.slice(0, 8)}…, says the server`],
    ["in the middle of its own escape", `${encodeURIComponent(PASSWORD).slice(0, -2)}…`],
    ["of an address", `the URL is ${URL_OF_DATABASE.slice(0, 40)}…`],
    ["behind more characters than are told apart", `${LONG.slice(0, 80)}…`],
  ])("that was cut off %s is hidden up to the cut", (_where, text) => {
    const cut = createRedactor([URL_OF_DATABASE, PASSWORD, LONG]);
    expect(cut(text)).toMatch(/^(?:(?:cannot log in with|the URL is) )?\[secret\]…(?:, says the server)?$/);
    expect(cut(PASSWORD.slice(0, 5))).toBe(PASSWORD.slice(0, 5));
  });

  it("alone is hidden where all else has to stay as it is", () => {
    const line = `\u001b[31mkey rnd_canary12345\u001b[39m ::error:: token=other1`;
    expect(redact.known(line)).toBe(`\u001b[31mkey [secret]\u001b[39m ::error:: token=other1`);
  });

  it("that is one of the names in its own address does not hide each mention of that name", () => {
    const local = createRedactor(["postgres://postgres:postgres@127.0.0.1:5432/postgres"]);
    expect(local("postgres is up")).toBe("postgres is up");
    expect(local("postgres://postgres:postgres@127.0.0.1:5432/postgres")).not.toContain("postgres:postgres");
  });

  it("is hidden from when it becomes known, and what was known before stays hidden", () => {
    const later = createRedactor(["first canary"]);
    later.hide(undefined, "second canary");
    expect(later("first canary, second canary")).toBe("[secret], [secret]");
  });

  it("with characters that are made plain before they are shown is hidden all the same", () => {
    for (const secret of ["\u3164       !", "pass\u202Eword!", "two\nlines of it", "bell\u0007bell"])
      expect(createRedactor([secret])(`it is ${secret}.`)).toBe("it is [secret].");
  });

  it("of any characters is hidden as it is, encoded and in base64, whatever stands around it", () => {
    const secret = fc
      .string({ unit: "grapheme", minLength: 8, maxLength: 30 })
      .filter((text) => text.trim() === text && !/\p{C}|[\u0085\u2028\u2029]|::|##/u.test(text));
    fc.assert(
      fc.property(secret, fc.string({ maxLength: 5 }), (text, around) => {
        const hide = createRedactor([text]);
        for (const form of [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)])
          expect(hide(`${around} ${form} ${around}`)).toContain("[secret]");
        const encoded = Buffer.from(`${around}${text}${around}`).toString("base64");
        expect(hide(encoded)).not.toContain(Buffer.from(text).toString("base64").slice(0, -4));
      }),
    );
  });
});

describe("what looks like a secret", () => {
  const redact = createRedactor([]);

  it.each([
    ["connect to postgres://ada:pass@db.example/shop", "connect to postgres://[secret]@db.example/shop"],
    ["redis://:pass@cache:6379", "redis://[secret]@cache:6379"],
    ["amqps://ada:pa/ss@w@queue/x", "amqps://[secret]@queue/x"],
    ["key rnd_Abc123456 refused", "key [secret] refused"],
    [
      "https://api.telegram.org/bot123456789:AAH-abcdefghijklmnopqrstuvw/getMe",
      "https://api.telegram.org/bot[secret]/getMe",
    ],
    ["Authorization: Bearer abc", "Authorization: [secret]"],
    ["sent bearer abcdefgh12", "sent bearer [secret]"],
    ["host=db password=hunter22 user=ada", "host=db password=[secret] user=ada"],
    ["PGPASSWORD='a b' pg_dump", "PGPASSWORD=[secret] pg_dump"],
  ])("is hidden though nobody knows it: %s", (text, shown) => {
    expect(redact(text)).toBe(shown);
  });

  it.each([
    "https://shop.example:8443/a@b",
    "http://[::1]:8080/x:y@z",
    "backend: wrote ENABLE_TOKEN=true",
    "the bearer of bad news",
    "password: not set",
    "2026-11-24T21:05:10Z",
  ])("is not seen in %s", (text) => {
    expect(redact(text)).toBe(text);
  });

  it("in a config file is a key, a token or a password in an address", () => {
    expect(["rnd_abcdef12", "https://a:b@c", "123456789:AAHabcdefghijklmnopqrst"].map(looksSecret)).toEqual([
      true,
      true,
      true,
    ]);
    expect(["ENABLE_TOKEN=abcdefgh", "https://shop.example/a@b", "12:30"].map(looksSecret)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("in an environment goes by its name, or by its form", () => {
    const env = {
      DATABASE_URL: "a",
      MY_API_KEY: "b",
      QUEUE: "amqp://a:b@c",
      HOME: "/root",
      TOKEN_FILE: "/t",
      SMOKE_TOKEN: "c",
    };
    expect(secretsOfEnvironment(env)).toEqual(["a", "b", "amqp://a:b@c", "c"]);
  });
});

describe("text from outside", () => {
  const redact = createRedactor([]);

  it.each([
    ["colours", "\u001b[31mred\u001b[0m", "red"],
    ["a title", "\u001b]0;owned\u0007text", "text"],
    ["a link", "\u001b]8;;https://evil.example\u001b\\text\u001b]8;;\u001b\\", "text"],
    ["a title that does not end", "text\u001b]0;owned", "text"],
    ["moves of the cursor", "a\u001b[2K\u001b[1Gb\u0008\u0007", "ab"],
    ["controls of eight bits", "a\u009b31mb", "ab"],
    ["marks of direction", "pay \u202eevil\u202c \u2066x\u2069", "pay evil x"],
    ["carriage returns", "10 %\r20 %\r\nend", "10 %\n20 %\nend"],
    [
      "a workflow command",
      "a\n::error file=x::owned\n  ::set-output name=a::b",
      "a\n: :error file=x::owned\n  : :set-output name=a::b",
    ],
    ["an older workflow command", "x ##[error]owned", "x ## [error]owned"],
    ["a separator of lines", "a\u2028::error::b", "a\n: :error::b"],
  ])("loses %s", (_what, text, plain) => {
    expect(redact(text)).toBe(plain);
  });

  it("keeps its lines, tabs, letters of any script, and words with two colons inside", () => {
    const text = "a\tb\nкафе 日本 👩‍🔧 std::vector a :: b";
    expect(redact(text)).toBe(text);
  });

  it("is done once: what came out goes through unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const once = redact(text);
        expect(redact(once)).toBe(once);
      }),
    );
  });

  it("is treated in every text of a JSON value, keys too, and other values stay", () => {
    expect(redactedJson({ rnd_abcdef12: ["\u001b[1mx", 1, null, { a: true }] }, redact)).toEqual({
      "[secret]": ["x", 1, null, { a: true }],
    });
  });
});
