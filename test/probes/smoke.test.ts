import { describe, expect, it } from "vitest";

import type { ProbeAnswer, ProbeRequest } from "../../components/probes/http";
import { runSmokeTest, type SmokeRequest } from "../../components/probes/smoke";

const test: SmokeRequest = {
  id: "orders",
  method: "GET",
  url: "https://shop.example/api/orders?key=hidden",
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
