import { describe, expect, it } from "vitest";
import {
  judgeEndpoints,
  sampleBaseline,
  type Baseline,
  type EndpointProbe,
} from "../../../components/probes/latency/judge-endpoints";
import { fakeService, FakeTime, fetchFailed, type FakeAnswer } from "./fake-service";
import { seededRandom, serviceTime } from "./seeded-random";

const at = (path: string) => `https://api.example/${path}?key=canary-secret`;
const endpoints = [
  { id: "health", method: "GET", url: at("health"), health: true },
  { id: "orders", method: "GET", url: at("orders") },
  { id: "parts", method: "GET", url: at("parts") },
];
const plan = { baselineSamples: 400, batch: 100, looks: 4, warmUp: 5 };

function probing(
  seed: number,
  change: (answer: FakeAnswer, random: () => number) => FakeAnswer = (same) => same,
) {
  const time = new FakeTime();
  const random = seededRandom(seed);
  const service = fakeService(time, () => change({ ms: serviceTime(random) }, random));
  const probe: EndpointProbe = {
    endpoints,
    purpose: "advance",
    plan,
    timeoutMs: 5000,
    spreadMs: 2000,
    fetch: service.fetch,
    clock: time.clock,
    sleep: time.sleep,
  };
  return { probe, asked: service.asked };
}

const healthyBaseline = async (): Promise<Baseline> => (await sampleBaseline(probing(1).probe)).baseline;

const judge = async (seed: number, change?: Parameters<typeof probing>[1]) => {
  const { probe, asked } = probing(seed, change);
  const { results, samples } = await judgeEndpoints({ ...probe, baseline: await healthyBaseline() });
  const [errors, latency] = results;
  return { errors: errors!, latency: latency!, samples, asked };
};

describe("a baseline", () => {
  it("holds every endpoint's percentiles and distribution in under 1.2 kB each", async () => {
    const { baseline, errors } = await sampleBaseline(probing(1).probe);
    expect(errors).toMatchObject({ check: "error-rate", verdict: "pass", samples: 800 });
    expect(Object.keys(baseline.endpoints).sort()).toEqual(["health", "orders", "parts"]);
    expect(baseline.endpoints["orders"]).toMatchObject({ n: 400, failures: 0, distribution: { n: 400 } });
    expect(JSON.stringify(baseline).length).toBeLessThan(3 * 1200);
    expect(JSON.parse(JSON.stringify(baseline))).toEqual(baseline);
  });

  it("of a system that is already ill ends early, and says so", async () => {
    const { probe, asked } = probing(1, () => ({ status: 500 }));
    expect((await sampleBaseline(probe)).errors).toMatchObject({ verdict: "fail" });
    expect(asked.length).toBeLessThan(3 * 10);
  });
});

describe("judging endpoints", () => {
  it("passes an unchanged system", async () => {
    const { errors, latency } = await judge(2);
    expect([errors.verdict, latency.verdict]).toEqual(["pass", "pass"]);
    expect(latency.evidence).toMatchObject({
      baselineTakenAt: expect.stringContaining("2026-11-24T21:") as string,
    });
  });

  it("fails a system that became 30 % slower, without its error rate", async () => {
    const { errors, latency } = await judge(3, ({ ms = 0 }) => ({ ms: ms * 1.3 }));
    expect([errors.verdict, latency.verdict]).toEqual(["pass", "fail"]);
    expect(latency.summary).toContain("above the allowed +10 %");
  });

  it("stops a 6 % breakage long before the samples run out", async () => {
    const { errors, latency, samples } = await judge(4, (same, random) =>
      random() < 0.06 ? { ...same, status: 500 } : same,
    );
    expect(errors).toMatchObject({ verdict: "fail", evidence: { severity: "immediate" } });
    expect(samples).toBeLessThan(400);
    expect(latency.verdict).not.toBe("pass");
  });

  it("stops a dead service within the first rounds", async () => {
    const { errors, latency, samples } = await judge(5, () => ({ problem: fetchFailed("ECONNREFUSED") }));
    expect(errors).toMatchObject({ verdict: "fail", evidence: { severity: "immediate" } });
    expect(latency.verdict).toBe("no-data");
    expect(samples).toBeLessThan(10);
  });

  it("does not blame the service when the network is gone", async () => {
    const { errors, latency, samples } = await judge(6, () => ({ problem: fetchFailed("ENOTFOUND") }));
    expect([errors.verdict, latency.verdict]).toEqual(["could-not-measure", "no-data"]);
    expect(samples).toBe(5);
  });

  it("puts a few early blips into proportion with more samples, although latency is clear", async () => {
    // Places of orders and parts in the order of the rounds, none of the health check.
    let requests = 0;
    const { errors, latency, asked } = await judge(7, (same) =>
      [50, 151, 250].includes(++requests) ? { ...same, status: 502 } : same,
    );
    expect(errors).toMatchObject({
      verdict: "pass",
      observed: expect.stringMatching(/^0\.\d+ %$/) as string,
    });
    expect(latency.verdict).toBe("pass");
    expect(asked.length).toBeGreaterThan(3 * 110);
  });

  it("without a baseline judges errors and says no-data for latency", async () => {
    const { probe } = probing(8);
    const { results } = await judgeEndpoints({ ...probe, baseline: null });
    expect(results.map(({ check, verdict }) => [check, verdict])).toEqual([
      ["error-rate", "pass"],
      ["api-latency", "no-data"],
    ]);
  });

  it("compares by the rule that it is given, and tells each look", async () => {
    const looks: [number, string][] = [];
    const { probe } = probing(3, ({ ms = 0 }) => ({ ms: ms * 1.3 }));
    const { results } = await judgeEndpoints({
      ...probe,
      baseline: await healthyBaseline(),
      rule: { allowedIncreasePercent: 60, confidence: 0.98 },
      onLook: (look, { verdict }) => looks.push([look, verdict]),
    });
    expect(results[1]).toMatchObject({
      verdict: "pass",
      threshold: "< +60 % vs baseline, confidence 0.98",
      evidence: { looks: "1 of 4" },
    });
    expect(looks).toEqual([[1, "pass"]]);
  });

  it("warms up before the first look alone", async () => {
    const { probe, asked } = probing(3, ({ ms = 0 }) => ({ ms: ms * 1.1 }));
    const seen: boolean[] = [];
    const { results, samples } = await judgeEndpoints({
      ...probe,
      baseline: await healthyBaseline(),
      onSample: ({ warmUp }) => seen.push(warmUp === true),
    });
    expect(results[1]).toMatchObject({ verdict: "inconclusive", evidence: { looks: "4 of 4" } });
    expect(samples).toBe(3 * 4 * 100);
    expect(asked).toHaveLength(3 * (5 + 4 * 100));
    expect(seen.filter(Boolean)).toHaveLength(15);
    expect(results[1]?.summary).not.toContain("Sampling was stopped");
    expect(results[1]?.summary).not.toContain("Not compared");
  });

  it("says that errors cut the comparison short, where it was not clear by then", async () => {
    let requests = 0;
    const { latency } = await judge(3, ({ ms = 0 }) =>
      ++requests > 200 ? { status: 500 } : { ms: ms * 1.1 },
    );
    expect(latency).toMatchObject({ verdict: "inconclusive" });
    expect(latency.summary).toContain("Sampling was stopped before the answer was clear.");
    const clear = await judge(5, () => ({ status: 500 }));
    expect(clear.latency.summary).not.toContain("Sampling was stopped");
  });

  it("names what only one side has, and leaves the health check out of the comparison", async () => {
    const baseline = await healthyBaseline();
    const { orders, health } = baseline.endpoints;
    const { results } = await judgeEndpoints({
      ...probing(2).probe,
      baseline: { ...baseline, endpoints: { orders: orders!, health: health!, gone: orders! } },
    });
    expect(results[1]?.summary).toMatch(/\. Not compared: gone, parts\.$/);
    expect(Object.keys((results[1]?.evidence as { endpoints: object }).endpoints)).toEqual(["orders"]);
    expect(results[1]?.observed).toMatch(/^\+?-?\d+(\.\d)? %$/);
  });

  it("compares health checks where there is nothing else", async () => {
    const { probe } = probing(1);
    const alone = { ...probe, endpoints: endpoints.slice(0, 1) };
    const { baseline } = await sampleBaseline(alone);
    const { results } = await judgeEndpoints({ ...alone, baseline });
    expect(results.map(({ verdict }) => verdict)).toEqual(["pass", "pass"]);
  });

  it("shows how far response times shifted, with its sign", async () => {
    expect((await judge(3, ({ ms = 0 }) => ({ ms: ms * 2 }))).latency.observed).toMatch(/^\+\d/);
    expect((await judge(3, ({ ms = 0 }) => ({ ms: ms / 2 }))).latency.observed).toMatch(/^-\d/);
    const { errors, latency } = await judge(6, () => ({ problem: fetchFailed("ENOTFOUND") }));
    expect(errors).not.toHaveProperty("observed");
    expect(latency).not.toHaveProperty("observed");
    expect((await judge(2)).errors).toMatchObject({
      observed: "0 %",
      threshold: "< 1 %, at once above 5 %",
    });
  });

  it("takes the usual plan where it is given none, by the number of the API's endpoints", async () => {
    const { plan: _none, ...probe } = probing(1).probe;
    expect((await sampleBaseline(probe)).baseline.endpoints["orders"]?.n).toBe(400);
    const alone = { ...probe, endpoints: endpoints.slice(0, 2) };
    expect((await sampleBaseline(alone)).baseline.endpoints["orders"]?.n).toBe(1000);
  });

  it("turns a pass with a slow tail into a warning", async () => {
    const { latency } = await judge(9, ({ ms = 0 }) => ({ ms: ms > 13.5 ? ms * 6 : ms * 0.97 }));
    expect(latency).toMatchObject({ verdict: "warn", evidence: { tail: { slower: true } } });
    expect(latency.summary).toMatch(
      /But [1-9]\d*(\.\d)? % of the times are beyond the old p95: investigate\.$/,
    );
    expect((await judge(2)).latency.summary).not.toContain("But");
  });

  it("does not make a warning of a failure whose tail is slow, too", async () => {
    const { latency } = await judge(3, ({ ms = 0 }) => ({ ms: ms * 3 }));
    expect(latency).toMatchObject({ verdict: "fail", evidence: { tail: { slower: true } } });
    expect(latency.summary).not.toContain("But");
  });

  it("keeps its evidence below 3 kB, with the exact probes and no secret", async () => {
    const { errors, latency } = await judge(10);
    const text = JSON.stringify([errors, latency]);
    expect(text.length).toBeLessThan(3000);
    expect(latency.probe).toBe(
      "GET https://api.example/health, GET https://api.example/orders, GET https://api.example/parts",
    );
    expect(text).not.toContain("canary");
  });
});
