import { describe, expect, it } from "vitest";

import type { ProbeAnswer, ProbeRequest } from "../../components/probes/http";
import { runSmokeTest, type SmokeRequest, type SmokeStep } from "../../components/probes/smoke";

const test: SmokeRequest = {
  id: "orders",
  method: "GET",
  path: "/api/orders?key=hidden",
  urlOf: (path) => new URL(path, "https://shop.example").href,
  status: 200,
  json: { orders: { type: "array" } },
  withinSeconds: 2,
};
const good: ProbeAnswer = { answered: true, status: 200, body: '{"orders":[]}', ms: 120 };

function run(answer: ProbeAnswer, more: Partial<SmokeRequest> = {}) {
  const asked: ProbeRequest[] = [];
  const probe = (request: ProbeRequest) => {
    asked.push(request);
    return Promise.resolve(answer);
  };
  const now = () => new Date("2026-11-24T21:00:00Z");
  return runSmokeTest({ ...test, ...more }, { probe, now }).then((result) => ({ result, asked }));
}

describe("a smoke test", () => {
  it("passes with the expected answer in time, and shows its probe without the query", async () => {
    const { result } = await run(good);
    expect(result).toMatchObject({
      check: "smoke orders",
      verdict: "pass",
      samples: 1,
      observed: "status 200, 120 ms",
    });
    expect(result.threshold).toBe("status 200, 1 place of its JSON, ≤ 2000 ms");
    expect(JSON.stringify(result)).not.toContain("hidden");
  });

  it.each<[string, Partial<ProbeAnswer>, "pass" | "fail", string]>([
    ["on the bound", { ms: 2000 }, "pass", "as expected, in 2000 ms"],
    ["a millisecond over it", { ms: 2001 }, "fail", "took 2001 ms, more than 2000 ms"],
    ["another status", { status: 503, body: "" }, "fail", "status 503 instead of 200"],
    ["other JSON", { body: '{"orders":{}}' }, "fail", "orders is an object, expected an array"],
  ])("%s: %s", async (_case, more, verdict, words) => {
    const { result } = await run({ ...good, ...more } as ProbeAnswer);
    expect(result.verdict).toBe(verdict);
    expect(result.summary).toContain(words);
  });

  it("hides in what it tells whatever its caller knows to be secret", async () => {
    const probe = () => Promise.resolve({ ...good, body: '{"orders":"staple-correct is wrong"}' });
    const now = () => new Date("2026-11-24T21:00:00Z");
    const redact = (text: string) => text.replaceAll("staple-correct", "[secret]");
    const json = { orders: "ok" };
    const result = await runSmokeTest({ ...test, json }, { probe, now, redact });
    expect(result.summary).toContain('orders is "[secret] is wrong"');
    expect(JSON.stringify(result)).not.toContain("staple-correct");
  });

  describe("with times", () => {
    /** Answers that take so long, one after the other. */
    function timed(ms: number[], more: Partial<SmokeRequest> = {}, last: ProbeAnswer = good) {
      let asked = 0;
      const probe = () => {
        const took = ms[asked++];
        return Promise.resolve(took === undefined ? last : { ...good, ms: took });
      };
      const now = () => new Date("2026-11-24T21:00:00Z");
      const times = { requests: 20, p95Seconds: 1 };
      return runSmokeTest({ ...test, withinSeconds: 9, times, ...more }, { probe, now }).then((result) => ({
        result,
        asked,
      }));
    }
    const quick = Array<number>(19).fill(100);

    it("asks as often as it says, and passes where the percentiles are within their limits", async () => {
      const { result, asked } = await timed([...quick, 900]);
      expect(asked).toBe(20);
      expect(result).toMatchObject({ verdict: "pass", samples: 20 });
      expect(result.summary).toBe("orders: as expected, p50 100 ms, p95 140 ms, p99 748 ms of 20 requests.");
      expect(result.threshold).toContain("p95 ≤ 1000 ms");
    });

    it("fails where one is above its limit, and a rollback is not judged by it", async () => {
      const slow = [...Array<number>(10).fill(100), ...Array<number>(10).fill(1_500)];
      const { result } = await timed(slow);
      expect(result).toMatchObject({ verdict: "fail", about: "times" });
      expect(result.summary).toContain("p95 1500 ms, more than 1000 ms");
    });

    it("ends at the first answer that is wrong", async () => {
      const { result, asked } = await timed([100, 100], {}, { ...good, status: 500 });
      expect(asked).toBe(3);
      expect(result.summary).toContain("request 3 of 20: status 500 instead of 200");
      expect(result.about).toBeUndefined();
    });
  });

  it("fails when the service refuses, and could not measure when it cannot be reached from here", async () => {
    expect((await run({ answered: false, error: "connection refused", ms: 1 })).result.verdict).toBe("fail");
    const blind = await run({ answered: false, error: "name not found", ms: 1, measured: false });
    expect(blind.result.verdict).toBe("could-not-measure");
  });

  it("sends a body as JSON, with the method that is declared", async () => {
    const { asked } = await run(good, { method: "POST", body: { to: "admins" } });
    expect(asked[0]).toMatchObject({
      method: "POST",
      body: '{"to":"admins"}',
      headers: { "content-type": "application/json" },
    });
  });
});

describe("a chain of requests", () => {
  const ok = (body: unknown): ProbeAnswer => ({
    answered: true,
    status: 200,
    body: JSON.stringify(body),
    ms: 5,
  });
  const login: SmokeStep = {
    ...{ method: "POST", path: "/login", status: 200, json: {}, take: { token: "data.token" } },
    body: { name: "smoke", password: { secret: "smokePassword" } },
  };
  const chain: SmokeRequest = {
    ...test,
    ...{ method: "GET", path: "/orders/{order}?full=1", json: { id: "o 1/2" }, withinSeconds: 2 },
    headers: { Authorization: "Bearer {token}", "X-Key": { secret: "smokeToken" } },
    before: [
      login,
      {
        ...login,
        path: "/orders",
        take: { order: "id" },
        headers: { Authorization: "Bearer {token}" },
        body: { part: "{token}" },
      },
    ],
    cleanUp: [{ method: "DELETE", path: "/orders/{order}", status: 204, json: {} }],
  };
  const answers: Record<string, ProbeAnswer> = {
    "POST /login": ok({ data: { token: "t0p-secret-token" } }),
    "POST /orders": ok({ id: "o 1/2" }),
    "GET /orders/o%201%2F2": ok({ id: "o 1/2" }),
    "DELETE /orders/o%201%2F2": { answered: true, status: 204, body: "", ms: 3 },
  };

  async function play(changed: Record<string, ProbeAnswer> = {}, secrets: Record<string, string> = SECRETS) {
    const asked: ProbeRequest[] = [];
    const probe = async (request: ProbeRequest) => {
      asked.push(request);
      const name = `${request.method ?? "GET"} ${new URL(request.url).pathname}`;
      return { ...answers, ...changed }[name] ?? { answered: true as const, status: 404, body: "", ms: 1 };
    };
    const now = () => new Date("2026-11-24T21:00:00Z");
    const result = await runSmokeTest(chain, { probe, now, secret: (name) => secrets[name] });
    return {
      result,
      asked,
      calls: asked.map(({ method, url }) => `${method ?? ""} ${new URL(url).pathname}`),
    };
  }
  const SECRETS = { smokePassword: "p4ssw0rd-canary", smokeToken: "key-canary" };

  it("takes values from one answer into the next request: path, headers and body; secrets are sent and never told", async () => {
    const { result, asked } = await play();
    expect(result).toMatchObject({ verdict: "pass", samples: 3 });
    expect(asked[0]?.body).toBe('{"name":"smoke","password":"p4ssw0rd-canary"}');
    expect(asked[1]).toMatchObject({
      body: '{"part":"t0p-secret-token"}',
      headers: { Authorization: "Bearer t0p-secret-token" },
    });
    expect(asked[2]?.url).toBe("https://shop.example/orders/o%201%2F2?full=1");
    expect(asked[2]?.headers).toEqual({ Authorization: "Bearer t0p-secret-token", "X-Key": "key-canary" });
    expect(result.probe).toBe(
      "POST https://shop.example/login, then POST https://shop.example/orders, then GET https://shop.example/orders/{order}",
    );
    expect(JSON.stringify(result)).not.toMatch(/canary|t0p-secret/);
  });

  it("cleans up whatever became of the rest, and stops at the first step that is wrong", async () => {
    const { result, calls } = await play({
      "GET /orders/o%201%2F2": { answered: true, status: 500, body: "", ms: 1 },
    });
    expect(calls.at(-1)).toBe("DELETE /orders/o%201%2F2");
    expect(result).toMatchObject({ verdict: "fail" });
    expect(result.summary).toContain("step 3 of 3, GET /orders/{order}?full=1: status 500 instead of 200");
    const early = await play({ "POST /orders": { answered: true, status: 400, body: "", ms: 1 } });
    // Nothing was made, so there is nothing to clean up.
    expect(early.calls).toEqual(["POST /login", "POST /orders"]);
    expect(early.result.summary).toContain("step 2 of 3");
  });

  it("warns where cleaning up fails: something may be left", async () => {
    const { result } = await play({
      "DELETE /orders/o%201%2F2": { answered: false, error: "no answer", ms: 1 },
    });
    expect(result).toMatchObject({ verdict: "warn" });
    expect(result.summary).toContain(
      "cleaning up failed, so something may be left: DELETE /orders/{order}: no answer",
    );
  });

  it("could not be measured without its secret, and sends nothing then", async () => {
    const { result, calls } = await play({}, {});
    expect(result).toMatchObject({ verdict: "could-not-measure" });
    expect(result.summary).toContain("not set: smokePassword");
    expect(calls).toEqual([]);
  });

  it.each([
    ["nothing stands there", ok({ data: {} }), 'nothing to take at "data.token" (token)'],
    ["no JSON", { answered: true as const, status: 200, body: "welcome", ms: 1 }, "the answer is not JSON"],
  ])("fails where there is nothing to take: %s", async (_why, answer, words) => {
    const { result } = await play({ "POST /login": answer });
    expect(result.verdict).toBe("fail");
    expect(result.summary).toContain(words);
  });

  it("expects a bare list by the empty place", async () => {
    const list = { ...test, json: { "": { type: "array" as const, atLeast: 1 } } };
    expect((await run({ ...good, body: "[1]" }, list)).result.verdict).toBe("pass");
    expect((await run({ ...good, body: "[]" }, list)).result.summary).toContain("the answer has 0 entries");
  });
});

describe("what a smoke test tells", () => {
  const ms = (value: number): ProbeAnswer => ({ ...good, ms: value });
  const inTurn = async (answers: ProbeAnswer[], more: Partial<SmokeRequest> = {}) => {
    const asked: ProbeRequest[] = [];
    const result = await runSmokeTest(
      { ...test, ...more },
      {
        probe: async (request) => answers[Math.min(asked.push(request) - 1, answers.length - 1)]!,
        now: () => new Date("2026-11-24T21:00:00Z"),
      },
    );
    return { result, asked };
  };
  const step = (more: Partial<SmokeStep> = {}): SmokeStep => ({
    method: "POST",
    path: "/login",
    status: 200,
    json: {},
    ...more,
  });

  it("is only late where only that is wrong: a rollback is judged by anything else", async () => {
    expect((await run(ms(2001))).result).toMatchObject({ verdict: "fail", about: "times" });
    expect((await run({ ...ms(2001), status: 500 } as ProbeAnswer)).result).not.toHaveProperty("about");
    expect((await run({ ...good, status: 500 })).result).not.toHaveProperty("about");
    expect((await run(good)).result).not.toHaveProperty("about");
  });

  it("is percentiles in whatever order the answers came, each against its own limit, met exactly", async () => {
    const answers = [300, 100, 200].map(ms);
    const times = { requests: 3, p50Seconds: 0.2, p95Seconds: 0.29 };
    expect((await inTurn(answers, { times })).result).toMatchObject({
      ...{ verdict: "pass", samples: 3, observed: "p50 200 ms, p95 290 ms, p99 298 ms" },
      summary: "orders: as expected, p50 200 ms, p95 290 ms, p99 298 ms of 3 requests.",
    });
    const late = (await inTurn(answers, { times: { ...times, p99Seconds: 0.297 } })).result;
    expect(late).toMatchObject({
      verdict: "fail",
      about: "times",
      summary: "orders: p99 298 ms, more than 297 ms.",
    });
    const broken = (await inTurn([ms(100), { ...good, status: 500 }], { times })).result;
    expect(broken.summary).toBe("orders: request 2 of 3: status 500 instead of 200.");
    expect(broken).not.toHaveProperty("about");
  });

  it("names the step that went wrong, and asks no step behind it; alone it is no step", async () => {
    const { result, asked } = await inTurn([{ ...good, status: 401 }], { before: [step()] });
    expect(result.summary).toBe("orders: step 1 of 2, POST /login: status 401 instead of 200.");
    expect(asked).toHaveLength(1);
    expect((await run({ ...good, status: 401 })).result.summary).toBe("orders: status 401 instead of 200.");
  });

  it("has nothing observed where nothing could be asked", async () => {
    const { result, asked } = await run(good, { path: "/orders/{id}" });
    expect(result).toMatchObject({ verdict: "could-not-measure" });
    expect(result).not.toHaveProperty("observed");
    expect(asked).toEqual([]);
  });

  it("waits fifteen seconds for an answer, and twice the bound where that is longer", async () => {
    const patience = async (withinSeconds?: number) => {
      const { withinSeconds: _none, ...rest } = test;
      const asked: ProbeRequest[] = [];
      await runSmokeTest(
        { ...rest, ...(withinSeconds === undefined ? {} : { withinSeconds }) },
        { probe: async (request) => (asked.push(request), good), now: () => new Date() },
      );
      return asked[0]!.timeoutMs;
    };
    expect([await patience(), await patience(2), await patience(10)]).toEqual([15_000, 15_000, 20_000]);
  });

  it("sends no body and no type of one where there is none", async () => {
    const { asked } = await run(good);
    expect(asked[0]).not.toHaveProperty("body");
    expect(asked[0]?.headers).toEqual({});
    const posted = await run(good, { method: "POST", body: { a: ["x", { b: 1 }] } });
    expect(posted.asked[0]).toMatchObject({
      body: '{"a":["x",{"b":1}]}',
      headers: { "content-type": "application/json" },
    });
  });

  it("looks into no answer of another status, and hides what it took where that is long enough to be a token", async () => {
    const token = (value: string): ProbeAnswer => ({ ...good, body: JSON.stringify({ token: value }) });
    const login = step({ take: { t: "token" } });
    const wrong = { ...good, status: 500, body: '{"orders":3}' } as ProbeAnswer;
    const secret = await inTurn([token("t0ken!"), { answered: false, error: "t0ken! refused", ms: 1 }], {
      before: [login],
    });
    expect(secret.result.summary).toContain("[taken] refused");
    const short = await inTurn([token("17abc"), { answered: false, error: "17abc refused", ms: 1 }], {
      before: [login],
    });
    expect(short.result.summary).toContain("17abc refused");
    expect((await inTurn([wrong])).result.summary).toBe("orders: status 500 instead of 200.");
    const lost = await inTurn([{ ...wrong, status: 200, body: "{}" } as ProbeAnswer], { before: [login] });
    expect(lost.result.summary).toContain('nothing to take at "token" (t)');
  });

  it("takes a number as well as a text, and nothing else", async () => {
    const made = (id: unknown): ProbeAnswer => ({ ...good, body: JSON.stringify({ id, orders: [] }) });
    const make = step({ take: { id: "id" } });
    const { asked } = await inTurn([made(7), good], { before: [make], path: "/orders/{id}" });
    expect(asked[1]?.url).toBe("https://shop.example/orders/7");
    const { result } = await inTurn([made(true)], { before: [make], path: "/orders/{id}" });
    expect(result.summary).toContain('nothing to take at "id" (id)');
  });

  it("warns of what could not be put back, and skips what was never made", async () => {
    const gone = step({ method: "DELETE", path: "/orders/1" });
    const { result } = await inTurn([good, { ...good, status: 500 }], { cleanUp: [gone] });
    expect(result).toMatchObject({ verdict: "warn" });
    expect(result.summary).toContain(
      "cleaning up failed, so something may be left: DELETE /orders/1: status 500",
    );
    const never = await inTurn([good], { cleanUp: [step({ path: "/orders/{id}" })] });
    expect(never.result.verdict).toBe("pass");
    expect(never.asked).toHaveLength(1);
    const failed = await inTurn([{ ...good, status: 500 }], { cleanUp: [gone] });
    expect(failed.result.verdict).toBe("fail");
  });

  it.each<[Partial<SmokeRequest>, string]>([
    [{ json: {}, withinSeconds: 1 }, "status 200, ≤ 1000 ms"],
    [{ json: { a: 1, b: 2 } }, "status 200, 2 places of its JSON, ≤ 2000 ms"],
    [
      { json: { a: 1 }, times: { requests: 2, p95Seconds: 1 } },
      "status 200, 1 place of its JSON, ≤ 2000 ms, p95 ≤ 1000 ms",
    ],
  ])("%j is held against %s", async (more, threshold) => {
    expect((await run(good, more)).result.threshold).toBe(threshold);
  });
});
