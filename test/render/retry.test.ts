import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { decideRetry, type Outcome } from "../../components/render/retry";
import { question, reply } from "./support/retry-question";

describe("whether to send a request again", () => {
  test.each([
    ["a GET whose answer was lost", question({}), true],
    ["a GET whose answer cannot be read", question({ outcome: { kind: "garbled" } }), true],
    [
      "a GET whose answer could not be read three times",
      question({ outcome: { kind: "garbled" }, attempt: 3 }),
      false,
    ],
    ["a GET after 500", question({ outcome: reply(500) }), true],
    ["a GET after 503", question({ outcome: reply(503) }), true],
    ["a GET after a gateway's 522", question({ outcome: reply(522) }), true],
    ["a GET after 429", question({ outcome: reply(429) }), true],
    [
      "a POST of a deploy after 429, which was not executed",
      question({ once: true, outcome: reply(429) }),
      true,
    ],
    [
      "a POST of a deploy that was never sent",
      question({ once: true, outcome: { kind: "not-sent", permanent: false } }),
      true,
    ],
    ["a POST of a deploy whose answer was lost", question({ once: true }), false],
    ["a POST of a deploy after 500", question({ once: true, outcome: reply(500) }), false],
    ["a POST of a deploy after 503", question({ once: true, outcome: reply(503) }), false],
    ["anything after 400", question({ outcome: reply(400) }), false],
    ["anything after 401", question({ outcome: reply(401) }), false],
    ["anything after 404", question({ outcome: reply(404) }), false],
    ["anything after a redirect", question({ outcome: reply(302) }), false],
    ["anything after 501, which stays", question({ outcome: reply(501) }), false],
    [
      "a connection whose certificate is not trusted",
      question({ outcome: { kind: "not-sent", permanent: true } }),
      false,
    ],
    ["a GET that failed five times", question({ attempt: 5 }), false],
  ] as const)("%s", (_, asked, expected) => {
    expect(decideRetry(asked).retry).toBe(expected);
  });

  test.each([500, 503, 522])("Retry-After of a %i counts as that of a 429 does", (status) => {
    const decision = decideRetry(question({ outcome: reply(status, { retryAfterMs: 20_000 }) }));
    expect(decision).toMatchObject({ retry: true, reason: "Render said when to ask again" });
    expect(decision.retry && decision.delayMs).toBeGreaterThanOrEqual(20_000);
  });

  test("Retry-After beats our own backoff and Ratelimit-Reset, and is never undercut", () => {
    const outcome = reply(429, { retryAfterMs: 2_000, resetMs: 50_000 });
    const decision = decideRetry(question({ outcome, attempt: 4 }));
    expect(decision).toMatchObject({ retry: true, delayMs: 2_175 });
  });

  test("a 429 without Retry-After waits for the window's end", () => {
    const decision = decideRetry(question({ outcome: reply(429, { resetMs: 30_000 }) }));
    expect(decision).toMatchObject({ retry: true, delayMs: 30_175 });
  });

  test("a Retry-After beyond the call's time ends it at once", () => {
    const decision = decideRetry(question({ outcome: reply(429, { retryAfterMs: 3_600_000 }) }));
    expect(decision).toEqual({
      retry: false,
      reason: "the next attempt would come after the call's time is over",
    });
  });

  test("backoff doubles, half of it by chance", () => {
    const delays = [1, 2, 3, 4].map((attempt) =>
      [0, 1].map((random) => decideRetry(question({ attempt, random }))),
    );
    expect(delays.map((pair) => pair.map((each) => (each.retry ? each.delayMs : NaN)))).toEqual([
      [250, 500],
      [500, 1_000],
      [1_000, 2_000],
      [2_000, 4_000],
    ]);
  });
});

describe("properties of the decision", () => {
  const pacing = fc.record(
    { retryAfterMs: fc.nat(200_000), resetMs: fc.nat(200_000), remaining: fc.nat(400), limit: fc.nat(400) },
    { requiredKeys: [] },
  );
  const outcome: fc.Arbitrary<Outcome> = fc.oneof(
    fc.record({ kind: fc.constant("reply" as const), status: fc.integer({ min: 300, max: 599 }), pacing }),
    fc.record({ kind: fc.constant("not-sent" as const), permanent: fc.boolean() }),
    fc.constant({ kind: "lost" as const }),
  );

  test("a call never waits beyond its total budget, and always ends", () => {
    const run = fc.record({
      outcomes: fc.array(fc.tuple(outcome, fc.nat(40_000), fc.double({ min: 0, max: 1, noNaN: true })), {
        minLength: 1,
        maxLength: 200,
      }),
      once: fc.boolean(),
      totalMs: fc.integer({ min: 1, max: 300_000 }),
    });
    fc.assert(
      fc.property(run, ({ outcomes, once, totalMs }) => {
        let elapsedMs = 0;
        for (let attempt = 1; ; attempt += 1) {
          const [ended, took, random] = outcomes[attempt % outcomes.length]!;
          elapsedMs += Math.min(took, totalMs - elapsedMs);
          const decision = decideRetry({ outcome: ended, once, attempt, elapsedMs, totalMs, random });
          if (!decision.retry) return;
          expect(decision.delayMs).toBeGreaterThan(0);
          elapsedMs += decision.delayMs;
          expect(elapsedMs).toBeLessThan(totalMs);
          expect(attempt).toBeLessThan(12);
        }
      }),
    );
  });

  test("what starts something is never repeated after it may have been executed", () => {
    fc.assert(
      fc.property(outcome, fc.integer({ min: 1, max: 20 }), fc.nat(100_000), (ended, attempt, elapsedMs) => {
        const decision = decideRetry(question({ outcome: ended, once: true, attempt, elapsedMs }));
        const certainlyNot = ended.kind === "not-sent" || (ended.kind === "reply" && ended.status === 429);
        if (!certainlyNot) expect(decision.retry).toBe(false);
      }),
    );
  });
});
