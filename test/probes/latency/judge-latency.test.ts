import { describe, expect, it } from "vitest";
import { compactDistribution } from "../../../components/probes/latency/distribution";
import { defaultSamplePlan, judgeLatency } from "../../../components/probes/latency/judge-latency";
import type { Sample } from "../../../components/probes/latency/sample-endpoints";
import { seededRandom, serviceTime, serviceTimes } from "./seeded-random";

const ids = ["orders", "parts", "categories", "search"];

/** One whole judgement with the default plan: a baseline, then a system slower by `factor`. */
async function simulate(endpoints: number, factor: number, seed: number) {
  const random = seededRandom(seed);
  const plan = defaultSamplePlan(endpoints);
  const probed = ids.slice(0, endpoints);
  return judgeLatency({
    baseline: Object.fromEntries(
      probed.map((id) => [id, compactDistribution(serviceTimes(plan.baselineSamples, random))]),
    ),
    plan,
    takeBatch: async (count) => ({
      stoppedEarly: false,
      samples: Array.from({ length: count }, () =>
        probed.map((id) => sample(id, serviceTime(random, { medianMs: 9 * factor }))),
      ).flat(),
    }),
  });
}

const sample = (endpoint: string, ms: number): Sample => ({
  endpoint,
  ms,
  status: 200,
  ok: true,
  measured: true,
});

async function share(endpoints: number, factor: number, runs: number, verdicts: string[]) {
  let hits = 0;
  let looks = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const judged = await simulate(endpoints, factor, seed * 1009 + endpoints);
    if (verdicts.includes(judged.comparison.verdict)) hits++;
    looks += judged.looks;
  }
  return { share: hits / runs, looks: looks / runs };
}

describe("the sequential latency judge, with lognormal service times and outliers", () => {
  it.each([
    { endpoints: 1, runs: 150 },
    { endpoints: 2, runs: 100 },
    { endpoints: 4, runs: 60 },
  ])(
    "passes an unchanged system ($endpoints endpoints) at least 97 times in 100",
    async ({ endpoints, runs }) => {
      expect((await share(endpoints, 1, runs, ["pass"])).share).toBeGreaterThanOrEqual(0.97);
    },
  );

  it.each([
    { endpoints: 1, runs: 150 },
    { endpoints: 4, runs: 40 },
  ])("fails a system 30 % slower ($endpoints endpoints) as often, and early", async ({ endpoints, runs }) => {
    const { share: failed, looks } = await share(endpoints, 1.3, runs, ["fail"]);
    expect(failed).toBeGreaterThanOrEqual(0.97);
    expect(looks).toBeLessThan(1.5);
  });

  it("decides wrongly about a system that sits exactly on the limit as seldom as the confidence says", async () => {
    // 2 % at most in either direction; of 100 runs more than 6 would be a chance below 1 in 100.
    const verdicts: string[] = [];
    for (let seed = 1; seed <= 100; seed++) verdicts.push((await simulate(1, 1.1, seed)).comparison.verdict);
    expect(verdicts.filter((verdict) => verdict === "pass").length).toBeLessThanOrEqual(6);
    expect(verdicts.filter((verdict) => verdict === "fail").length).toBeLessThanOrEqual(6);
  });
});

it("the plan of one endpoint alone asks more of it than the plan of several", () => {
  const alone = { baselineSamples: 1000, batch: 150, looks: 4, warmUp: 20 };
  const oneOfSeveral = { baselineSamples: 400, batch: 100, looks: 4, warmUp: 20 };
  expect([0, 1, 2, 9].map(defaultSamplePlan)).toEqual([alone, alone, oneOfSeveral, oneOfSeveral]);
});

describe("the sequential latency judge", () => {
  const times = serviceTimes(400, seededRandom(3));
  const baseline = { orders: compactDistribution(times) };
  const batches = (factor: number, stopAt = Infinity) => {
    const asked: [number, number][] = [];
    return {
      asked,
      takeBatch: async (count: number, look: number) => {
        asked.push([count, look]);
        const part = times.slice((look - 1) * count, look * count);
        return { stoppedEarly: look >= stopAt, samples: part.map((ms) => sample("orders", ms * factor)) };
      },
    };
  };
  const plan = { batch: 100, looks: 4 };

  it("takes further batches while the answer is not clear, then says inconclusive", async () => {
    const source = batches(1.1);
    const judged = await judgeLatency({ baseline, plan, takeBatch: source.takeBatch });
    expect(judged).toMatchObject({ looks: 4, comparison: { verdict: "inconclusive" }, stoppedEarly: false });
    expect(source.asked).toEqual([
      [100, 1],
      [100, 2],
      [100, 3],
      [100, 4],
    ]);
    expect(judged.samples).toHaveLength(400);
  });

  it("stops at the first clear answer", async () => {
    const source = batches(2);
    const judged = await judgeLatency({ baseline, plan, takeBatch: source.takeBatch });
    expect(judged).toMatchObject({ looks: 1, comparison: { verdict: "fail" } });
  });

  it("keeps its first clear answer when more batches are asked for", async () => {
    const source = batches(2);
    const judged = await judgeLatency({ baseline, plan, takeBatch: source.takeBatch, enough: () => false });
    expect(judged).toMatchObject({ looks: 4, comparison: { verdict: "fail" } });
    expect(judged.comparison.endpoints["orders"]?.n.candidate).toBe(100);
  });

  it("goes on up to the limit where there is no baseline and more is asked for", async () => {
    const source = batches(1);
    const judged = await judgeLatency({
      baseline: {},
      plan,
      takeBatch: source.takeBatch,
      enough: () => false,
    });
    expect(judged).toMatchObject({ looks: 4, comparison: { verdict: "no-data" }, stoppedEarly: false });
  });

  it("tells each look with what it showed", async () => {
    const seen: [number, string][] = [];
    const { takeBatch } = batches(1.1);
    const onLook = (look: number, { verdict }: { verdict: string }) => seen.push([look, verdict]);
    await judgeLatency({ baseline, plan: { batch: 100, looks: 2 }, takeBatch, onLook });
    expect(seen).toEqual([
      [1, "inconclusive"],
      [2, "inconclusive"],
    ]);
  });

  it("ends when its samples are stopped from outside", async () => {
    const source = batches(1.1, 2);
    const judged = await judgeLatency({ baseline, plan, takeBatch: source.takeBatch });
    expect(judged).toMatchObject({ looks: 2, stoppedEarly: true, comparison: { verdict: "inconclusive" } });
  });

  it("without a baseline takes one batch and says no-data", async () => {
    const source = batches(1);
    const judged = await judgeLatency({ baseline: {}, plan, takeBatch: source.takeBatch });
    expect(judged).toMatchObject({ looks: 1, comparison: { verdict: "no-data" } });
  });
});
