import { describe, expect, test } from "vitest";

import { isCertificate, unreachable, waitTooLong } from "../../components/render/error-messages";
import { changedNothing, isStatus, RenderError } from "../../components/render/errors";
import { failureOf, type Failure } from "../../components/render/failure";

const place = {
  method: "GET",
  route: "/services/{id}",
  path: "/services/srv-1",
  host: "api.render.com",
  attempts: 1,
  elapsedMs: 1_234,
};
const WHERE = "GET /services/srv-1 at api.render.com";
const reply = (status: number, text = "", headers: Record<string, string> = {}): Failure["outcome"] => ({
  kind: "reply",
  status,
  text,
  oversized: false,
  header: (name: string) => headers[name],
});
const broken = (kind: "lost" | "not-sent", timedOut: boolean, code = "ECONNRESET") =>
  ({ kind, timedOut, code, permanent: false }) as unknown as Failure["outcome"];
const fail = (outcome: Failure["outcome"], once = false, more: Partial<typeof place> = {}) =>
  failureOf({
    request: {
      method: "GET",
      route: place.route,
      bucket: "reads",
      ...(once ? { once: true } : {}),
    },
    place: { ...place, ...more },
    outcome,
    gaveUp: "it failed 5 times",
    hidden: "rnd_key",
  });

describe("a request that is given up", () => {
  test.each<[string, RenderError, string, string]>([
    [
      "its answer did not come",
      fail(broken("lost", true)),
      "RENDER_TIMEOUT",
      `Render did not answer in time: ${WHERE} (after 1.2 s). Next: see`,
    ],
    [
      "its connection broke",
      fail(broken("lost", false)),
      "RENDER_UNREACHABLE",
      `Render could not be reached: ${WHERE} failed with a broken connection (ECONNRESET) (after 1.2 s). Next: check the network and https`,
    ],
    [
      "it was not sent in time",
      fail(broken("not-sent", true), true),
      "RENDER_TIMEOUT",
      "Render did not answer in time",
    ],
    [
      "it was not sent, of a start",
      fail(broken("not-sent", false), true),
      "RENDER_UNREACHABLE",
      "Render could not be reached",
    ],
    [
      "a start's answer did not come",
      fail(broken("lost", true), true),
      "RENDER_ANSWER_LOST",
      `The answer to ${WHERE} was lost: none came in time. Render may have executed it`,
    ],
    [
      "a start's connection broke",
      fail(broken("lost", false), true),
      "RENDER_ANSWER_LOST",
      "was lost: its connection broke (ECONNRESET). Render",
    ],
    [
      "several attempts",
      fail(broken("lost", true), false, { attempts: 3 }),
      "RENDER_TIMEOUT",
      " (3 attempts in 1.2 s). Next",
    ],
    ["none", fail(broken("lost", true), false, { attempts: 0 }), "RENDER_TIMEOUT", `${WHERE}. Next`],
    [
      "a 500",
      fail(reply(500)),
      "RENDER_REFUSED",
      `Render has a problem of its own: ${WHERE} answered HTTP 500. Next: see https://status.render.com, then run the same command again; it looks before it writes. It was not asked again: it failed 5 times.`,
    ],
    [
      "a 429",
      fail(reply(429)),
      "RENDER_REFUSED",
      "and run the same command again. It was not asked again: it failed 5 times.",
    ],
    [
      "a 401 with words",
      fail(reply(401, '{"message": "no rnd_key"}')),
      "RENDER_REFUSED",
      'answered HTTP 401. Render says: "no [secret]". Next: create one',
    ],
    [
      "a 302",
      fail(reply(302, "", { location: "https://evil.example/x?y" })),
      "RENDER_REFUSED",
      "Render's address sends on to evil.example, which is not followed because it would carry the key there",
    ],
    [
      "a 302 within",
      fail(reply(302, "", { location: "/login" })),
      "RENDER_REFUSED",
      "sends on to api.render.com, which",
    ],
    ["a 302 to nowhere", fail(reply(302)), "RENDER_REFUSED", "sends on elsewhere, which"],
    [
      "a 399",
      fail(reply(399)),
      "RENDER_REFUSED",
      "set renderApiUrl to the API's own address (https://api.render.com/v1).",
    ],
    [
      "a request id",
      fail(reply(404, "", { "render-request-id": "r-1" })),
      "RENDER_REFUSED",
      "answered HTTP 404 (request r-1). Next",
    ],
  ])("says what became of it: %s", (_case, error, code, words) => {
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error).toMatchObject({ method: "GET", route: "/services/{id}" });
  });

  test("asks nobody again about what would be the same", () => {
    expect(fail(reply(404)).message).not.toContain("not asked again");
    expect(fail(reply(404)).message).toMatch(/the workspace it is in\.$/);
  });

  test.each([
    [408, true],
    [500, true],
    [501, false],
    [502, true],
    [503, false],
    [504, true],
    [519, false],
    [520, true],
    [524, true],
    [525, false],
    [400, false],
    [429, false],
  ])("of a start may have been executed behind HTTP %i: %s", (status, lost) => {
    const error = fail(reply(status, "", { "render-request-id": "r-1" }), true);
    expect(error.code).toBe(lost ? "RENDER_ANSWER_LOST" : "RENDER_REFUSED");
    expect(error.status).toBe(status);
    expect(
      error.message.includes(`HTTP ${status} came in its place (request r-1). Render may have executed it`),
    ).toBe(lost);
    expect(fail(reply(status)).code).toBe("RENDER_REFUSED");
  });
});

describe("a network's codes", () => {
  test.each([
    ["ECONNREFUSED", "nothing listening there (ECONNREFUSED)", ""],
    ["ENOTFOUND", "a name that does not resolve (ENOTFOUND)", ", renderApiUrl"],
    ["EAI_AGAIN", "a name server that did not answer (EAI_AGAIN)", ""],
    ["UND_ERR_SOCKET", "a broken connection (UND_ERR_SOCKET)", ""],
    ["UND_ERR_CONNECT_TIMEOUT", "no connection in time (UND_ERR_CONNECT_TIMEOUT)", ""],
    ["EWHAT", "EWHAT", ""],
    [
      "CERT_HAS_EXPIRED",
      "a certificate that is not trusted (CERT_HAS_EXPIRED)",
      ", what stands between you and Render (NODE_EXTRA_CA_CERTS),",
    ],
  ])("are told in words: %s", (code, words, advice) => {
    expect(unreachable(place, code).message).toBe(
      `Render could not be reached: ${WHERE} failed with ${words} (after 1.2 s). Next: check the network${advice} and https://status.render.com, then run the same command again; it looks before it writes.`,
    );
  });

  test("of a certificate are known by their beginning alone", () => {
    expect(
      ["ERR_TLS_CERT_ALTNAME_INVALID", "SELF_SIGNED_CERT_IN_CHAIN", "X_CERT_", "ECERT_X"].map(isCertificate),
    ).toEqual([true, true, false, false]);
  });
});

test("no room within the rate limit says why, and what else may use it", () => {
  const error = waitTooLong({ ...place, attempts: 2 }, "it would take 90 s");
  expect(error.code).toBe("RENDER_TIMEOUT");
  expect(error.message).toContain(
    `${WHERE} was not sent, because it would take 90 s (2 attempts in 1.2 s). Next: wait a minute`,
  );
});

describe("an error of Render's", () => {
  const error = (code: RenderError["code"], status?: number) =>
    new RenderError({
      code,
      message: "m",
      method: "PUT",
      route: "/x",
      ...(status === undefined ? {} : { status }),
    });

  test.each<[unknown, boolean]>([
    [error("RENDER_UNREACHABLE"), true],
    [error("RENDER_REFUSED", 499), true],
    [error("RENDER_REFUSED", 500), false],
    [error("RENDER_REFUSED"), false],
    [error("RENDER_TIMEOUT"), false],
    [error("RENDER_ANSWER_LOST", 400), false],
    [new Error("RENDER_UNREACHABLE"), false],
  ])("certainly changed nothing, or may have: %#", (each, nothing) => {
    expect(changedNothing(each)).toBe(nothing);
  });

  test.each<[unknown, boolean]>([
    [error("RENDER_REFUSED", 404), true],
    [error("RENDER_REFUSED", 400), true],
    [error("RENDER_REFUSED", 401), false],
    [error("RENDER_REFUSED"), false],
    [error("RENDER_ANSWER_LOST", 404), false],
    [new Error("404"), false],
  ])("is known by its status where it is a refusal: %#", (each, is) => {
    expect(isStatus(each, 400, 404)).toBe(is);
  });

  test.each([
    ["RENDER_UNREACHABLE", "transport"],
    ["RENDER_TIMEOUT", "transport"],
    ["RENDER_ANSWER_LOST", "transport"],
    ["RENDER_UNREADABLE", "unreadable"],
    ["RENDER_REFUSED", "refusal"],
  ] as const)("%s is of the kind %s", (code, kind) => {
    expect(error(code)).toMatchObject({ kind, name: "RenderError" });
  });
});
