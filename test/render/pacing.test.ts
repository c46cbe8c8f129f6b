import { describe, expect, test } from "vitest";

import { parsePacing } from "../../components/render/pacing";

const NOW = Date.parse("2026-11-24T21:00:00Z");
const from = (headers: Record<string, string>, now = NOW) => parsePacing((name) => headers[name], now);

describe("what a reply says about the pace", () => {
  test("Ratelimit-Reset below a milliard is seconds left, a cut second longer", () => {
    expect(from({ "ratelimit-limit": "400", "ratelimit-remaining": "0", "ratelimit-reset": "42" })).toEqual({
      limit: 400,
      remaining: 0,
      resetMs: 43_000,
    });
  });

  test("Ratelimit-Reset above a milliard is a moment in seconds since 1970", () => {
    expect(from({ "ratelimit-reset": String(NOW / 1000 + 42) })).toEqual({ resetMs: 42_000 });
  });

  test("a moment is counted from the reply's own Date, however wrong the local clock is", () => {
    const headers = { date: new Date(NOW).toUTCString(), "ratelimit-reset": String(NOW / 1000 + 42) };
    expect(from(headers, NOW + 86_400_000)).toEqual({ resetMs: 42_000 });
  });

  test("a moment that has passed is no wait", () => {
    expect(from({ "ratelimit-reset": String(NOW / 1000 - 10) })).toEqual({ resetMs: 0 });
  });

  test("Retry-After is seconds", () => {
    expect(from({ "retry-after": "17" })).toEqual({ retryAfterMs: 17_000 });
  });

  test("Retry-After is an HTTP date", () => {
    expect(from({ "retry-after": "Tue, 24 Nov 2026 21:00:17 GMT" })).toEqual({ retryAfterMs: 17_000 });
  });

  test("a Retry-After in the past is no wait", () => {
    expect(from({ "retry-after": "Tue, 24 Nov 2026 20:00:00 GMT" })).toEqual({ retryAfterMs: 0 });
  });

  test.each(["soon", "-5", "", "1e3", "NaN"])("a header that says %j is as good as absent", (value) => {
    expect(
      from({ "ratelimit-limit": value, "ratelimit-remaining": value, "ratelimit-reset": value }),
    ).toEqual({});
  });
});
