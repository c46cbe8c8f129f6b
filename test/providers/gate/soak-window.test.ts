import { describe, expect, it } from "vitest";

import type { GateInputs } from "../../../components/providers/gate/inputs";
import { judgeSoak } from "../../../components/providers/gate/soak-window";
import type { LogLine, MetricAnswer } from "../../../components/render/client";
import type { LogQuery } from "../../../components/render/logs";
import { AT, fakeWorld, steadySeries, type FakeWorld } from "../../support/fake-context";
import { openGate } from "../../support/gate-world";

const MINUTE = 60_000;
const { endpoints: _endpoints, ...quiet } = openGate.services[0]!;
const inputs: GateInputs = { ...openGate, services: [quiet] };

async function judged(change: (world: FakeWorld) => void, { minutes = 15, gate = inputs } = {}) {
  const world = fakeWorld();
  change(world);
  const checks = await judgeSoak(world.context, gate, new Date(AT - minutes * MINUTE));
  return (kind: string) => checks.find(({ check }) => check === `${kind} backend`);
}

describe("what Render recorded of a soak", () => {
  it("is asked of web services alone", async () => {
    const world = fakeWorld({ backend: "static_site" });
    expect(await judgeSoak(world.context, inputs, new Date(AT - 15 * MINUTE))).toEqual([]);
  });

  it.each([
    ["ms", 50],
    ["Millisecond", 50],
    ["milliseconds", 50],
    ["s", 50_000],
    ["second", 50_000],
    ["seconds", 50_000],
  ])("reads response times in %s", async (unit, ms) => {
    const check = await judged((world) => {
      world.metrics.latency = (query) => steadySeries(query, {}, unit, 50);
    });
    expect(check("soak-latency")?.observed).toBe(`worst p95 ${ms} ms`);
  });

  it.each(["minutes", "items", "xms", "msx", "mseconds", ""])(
    "does not guess at a unit: %s",
    async (unit) => {
      const check = await judged((world) => {
        world.metrics.latency = (query) => steadySeries(query, {}, unit, 50);
      });
      expect(check("soak-latency")).toMatchObject({
        verdict: "could-not-measure",
        summary: `Latency metrics could not be had: response times came in the unit "${unit}", which is not known.`,
      });
    },
  );

  it("finds the status among an answer's labels by what a status looks like, and does without one that has no requests", async () => {
    const labelled = (...labels: string[]) =>
      judged((world) => {
        world.metrics.requests = (query) => {
          const answer = steadySeries(query, {}, "unitless", 10) as Extract<MetricAnswer, { kind: "data" }>;
          const [series] = answer.series;
          const fields = labels.map((value, index) => ({ field: `f${index}`, value }));
          return {
            kind: "data",
            series: [
              { ...series!, labels: fields },
              { ...series!, labels: [], values: [] },
            ],
          };
        };
      });
    expect((await labelled("srv-1503", "5033", "503"))("soak-error-rate")).toMatchObject({
      ...{ verdict: "fail", evidence: { byStatus: { 503: 150 } } },
    });
    expect((await labelled("1503", "5031"))("soak-error-rate")).toMatchObject({
      verdict: "could-not-measure",
      summary: "Request metrics could not be had: requests came without their status.",
    });
  });

  it("is believed with a quarter of the points where the soak has a night in it, with half of them before", async () => {
    const thin = (minutes: number, share: number) =>
      judged(
        (world) => {
          world.metrics.requests = (query) => {
            const answer = steadySeries(query, { statusCode: "200" }, "unitless", 100);
            if (answer.kind !== "data") return answer;
            const [series] = answer.series;
            const few = series!.values.slice(0, Math.ceil(series!.values.length * share));
            return { kind: "data", series: [{ ...series!, values: few }] };
          };
        },
        { minutes },
      );
    expect((await thin(12 * 60, 0.3))("soak-error-rate")?.verdict).toBe("pass");
    expect((await thin(12 * 60, 0.2))("soak-error-rate")?.verdict).toBe("no-data");
    expect((await thin(11 * 60, 0.3))("soak-error-rate")?.verdict).toBe("no-data");
    expect((await thin(11 * 60, 0.6))("soak-error-rate")?.verdict).toBe("pass");
  });

  it("is asked in steps of whole minutes, 180 of them at the most", async () => {
    const steps = async (minutes: number) => {
      let asked = 0;
      await judged(
        (world) => {
          world.metrics.usage = (_metric, { resolutionSeconds }) => {
            asked = resolutionSeconds ?? 0;
            return { kind: "no-data" };
          };
        },
        { minutes },
      );
      return asked;
    };
    expect(await steps(15)).toBe(60);
    expect(await steps(180)).toBe(60);
    expect(await steps(181)).toBe(120);
    expect(await steps(24 * 60)).toBe(480);
  });
});

describe("critical lines of a soak's log", () => {
  const line = (message: string, second: number, id?: string): LogLine => ({
    ...{ message, timestamp: new Date(AT - 60_000 + second * 1000).toISOString(), labels: [] },
    ...(id === undefined ? {} : { id }),
  });

  it("are shown in their order, each once, the earliest first", async () => {
    const check = await judged((world) => {
      world.logs = (query) =>
        query.level?.includes("error") === true
          ? []
          : [
              line("late", 9, "b"),
              line("early", 1, "a"),
              line("late", 9, "b"),
              line("bare", 5),
              line("bare", 5),
            ];
    });
    expect(check("soak-logs")).toMatchObject({ samples: 3, verdict: "fail" });
    const { first } = check("soak-logs")!.evidence as { first: { message: string }[] };
    expect(first.map(({ message }) => message)).toEqual(["early", "bare", "late"]);
  });

  it("are at least so many where either answer was full", async () => {
    const full = (byLevel: boolean, count: number) =>
      judged((world) => {
        world.logs = (query) =>
          (query.level?.includes("critical") === true && !query.level.includes("error")) === byLevel
            ? Array.from({ length: count }, (_, index) => line("x", index, `l${index}`))
            : [];
      });
    expect((await full(true, 50))("soak-logs")?.observed).toBe("at least 50");
    expect((await full(false, 50))("soak-logs")?.observed).toBe("at least 50");
    expect((await full(true, 49))("soak-logs")?.observed).toBe("49");
  });

  it("are looked for by level alone where config names no word, and by words as they are written", async () => {
    const asked: LogQuery[] = [];
    const ask = async (criticalLogs: string[]) => {
      asked.length = 0;
      await judged(
        (world) => {
          world.logs = (query) => {
            asked.push(query);
            return [];
          };
        },
        { gate: { ...inputs, criticalLogs } },
      );
      return asked.filter(({ level }) => level?.includes("error") !== true).map(({ text }) => text?.[0]);
    };
    expect((await ask([])).filter((text) => text?.includes("ERROR") !== true)).toEqual([undefined]);
    expect(await ask(["OUT OF MEMORY", "a.b"])).toContain(String.raw`/OUT OF MEMORY|a\.b/`);
  });

  it("that cannot be read are told with the reason, without a full stop too many", async () => {
    const check = await judged((world) => {
      world.logs = () => {
        throw new Error("GET /v1/logs failed.");
      };
    });
    expect(check("soak-logs")).toMatchObject({
      ...{ verdict: "could-not-measure", summary: "Logs could not be had: GET /v1/logs failed." },
    });
  });
});

describe("a soak whose metrics Render refuses", () => {
  const refused = (): MetricAnswer => ({ kind: "not-available", reason: "no" });

  async function instead(
    refusing: ("requests" | "latency")[],
    change: (world: FakeWorld) => void = () => undefined,
    gate = inputs,
  ) {
    const urls: string[] = [];
    const world = fakeWorld();
    for (const metric of refusing) world.metrics[metric] = refused;
    const { probe } = world.context;
    world.context.probe = (request) => {
      urls.push(new URL(request.url).pathname);
      return probe(request);
    };
    change(world);
    const checks = await judgeSoak(world.context, gate, new Date(AT - 15 * MINUTE));
    return { urls, of: (kind: string) => checks.find(({ check }) => check === `${kind} backend`) };
  }
  const note =
    "Render refuses such metrics here (not every plan has them), so probes answer: they see this moment, not the time before. Made now: 120 requests.";

  it("is answered by a hundred and twenty requests to its endpoints, or to its health check where it has none", async () => {
    const { urls, of } = await instead(["requests", "latency"]);
    expect(urls).toHaveLength(122);
    expect(new Set(urls)).toEqual(new Set(["/health"]));
    expect(of("soak-error-rate")).toMatchObject({ verdict: "pass", samples: 120, observed: "0 %" });
    expect(of("soak-error-rate")?.summary).toContain(note);
    expect(of("soak-latency")).toMatchObject({
      verdict: "pass",
      observed: "p95 is 5 ms",
      summary: `p95 is 5 ms. ${note}`,
    });
    const two = { ...inputs, services: [{ ...quiet, endpoints: ["/a", "/b"] }] };
    const asked = await instead(["requests", "latency"], undefined, two);
    expect(asked.urls).toHaveLength(124);
    expect(new Set(asked.urls)).toEqual(new Set(["/a", "/b"]));
    expect(
      (await instead(["requests"], undefined, { ...inputs, services: [{ ...quiet, endpoints: [] }] })).urls,
    ).toHaveLength(122);
  });

  it("is answered only where it was refused: what is offered stays as it is", async () => {
    const requests = await instead(["requests"]);
    expect(requests.of("soak-error-rate")?.probe).toContain("(instead of metrics)");
    expect(requests.of("soak-latency")?.probe).toContain("/metrics/http-latency");
    expect(requests.of("soak-logs")?.summary).toBe("No critical line in the logs of the window.");
    const latency = await instead(["latency"]);
    expect(latency.of("soak-error-rate")?.probe).toContain("/metrics/http-requests");
    expect(latency.of("soak-latency")?.probe).toContain("(instead of metrics)");
    expect((await instead([])).urls).toEqual([]);
  });

  it("looks at a health answer as the health check does, and at no other so", async () => {
    const down = (path: string) => (world: FakeWorld) => {
      world.answers.set(path, () => ({ answered: true, status: 200, body: '{"database":"down"}', ms: 5 }));
    };
    expect((await instead(["requests"], down("/health"))).of("soak-error-rate")).toMatchObject({
      verdict: "fail",
    });
    const own = { ...inputs, services: [{ ...quiet, endpoints: ["/a"] }] };
    expect((await instead(["requests"], down("/a"), own)).of("soak-error-rate")).toMatchObject({
      verdict: "pass",
    });
  });

  it("is slow above the limit to look into, and knows no time where nothing answered well", async () => {
    const slow = (ms: number) => (world: FakeWorld) => {
      world.answers.set("/health", () => ({ answered: true, status: 200, body: "{}", ms }));
    };
    const latency = async (ms: number) => (await instead(["latency"], slow(ms))).of("soak-latency");
    expect(await latency(2000)).toMatchObject({ verdict: "pass", observed: "p95 is 2000 ms" });
    expect(await latency(2001)).toMatchObject({ verdict: "warn", observed: "p95 is 2001 ms" });
    const silent = await instead(["requests", "latency"], (world) => {
      world.answers.set(
        "/health",
        () => ({ answered: false, measured: false, error: "no name", ms: 1 }) as never,
      );
    });
    expect(silent.of("soak-latency")).toMatchObject({ verdict: "no-data", observed: "no right answer" });
    expect(silent.of("soak-error-rate")).toMatchObject({ verdict: "could-not-measure" });
    expect(silent.of("soak-error-rate")).not.toHaveProperty("observed");
  });

  it("ends after half a minute, and at once where errors say so", async () => {
    const { of } = await instead(["requests"], (world) => {
      world.answers.set("/health", () => ({ answered: true, status: 200, body: "{}", ms: 1000 }));
    });
    // Two to warm up are in the thirty seconds, too.
    expect(of("soak-error-rate")?.samples).toBe(29);
    const broken = await instead(["requests"], (world) => {
      world.answers.set("/health", () => ({ answered: true, status: 500, body: "", ms: 5 }));
    });
    expect(broken.urls).toHaveLength(5);
  });
});
