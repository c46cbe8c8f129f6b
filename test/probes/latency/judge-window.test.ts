import { describe, expect, it } from "vitest";
import { judgeWindow, type SoakWindow } from "../../../components/probes/latency/judge-window";

const from = new Date("2026-11-24T21:00:00Z");
const minute = (index: number) => new Date(from.getTime() + (index + 1) * 60_000).toISOString();
const every = (minutes: number, value: number) =>
  Array.from({ length: minutes }, (_, index) => ({ at: minute(index), value }));

const healthy: SoakWindow = {
  from,
  to: new Date("2026-11-24T21:15:00Z"),
  requests: [
    { label: "200", points: every(15, 40) },
    { label: "404", points: every(15, 1) },
  ],
  latency: [
    { label: "0.5", points: every(15, 40) },
    { label: "0.95", points: every(15, 180) },
  ],
  logs: { lines: [] },
  probes: { requests: "GET /metrics/http-requests", latency: "GET /metrics/http-latency", logs: "GET /logs" },
};

const judged = (change: Partial<SoakWindow> = {}, purpose?: "verify" | "advance") => {
  const [rate, latency, logs] = judgeWindow({ ...healthy, ...change }, "2026-11-24T21:16:00.000Z", purpose);
  return { rate: rate!, latency: latency!, logs: logs! };
};

/** 600 requests, so many of them answered with this status. */
const requests = (bad: number, status = "500") => [
  { label: "200", points: [...every(14, 40), { at: minute(14), value: 40 - bad }] },
  { label: status, points: [{ at: minute(14), value: bad }] },
];

describe("a soak window", () => {
  it("that was quiet passes, with what was seen", () => {
    const { rate, latency, logs } = judged();
    expect(rate).toMatchObject({ verdict: "pass", samples: 615, observed: "0 %", threshold: "< 1 %" });
    expect(rate.summary).toBe("0 of 615 requests failed (0 %). The whole window is covered.");
    expect(rate.evidence).toMatchObject({ byStatus: { 200: 600, 404: 15 }, severity: "none" });
    expect(latency).toMatchObject({ verdict: "pass", samples: 15, observed: "worst p95 180 ms" });
    expect(latency.summary).toBe(
      "p95 stayed at or below 2000 ms in all 15 points (worst 180 ms). The whole window is covered.",
    );
    expect(logs).toMatchObject({ verdict: "pass", observed: 0, at: "2026-11-24T21:16:00.000Z" });
  });

  it("counts statuses of 500 and above alone", () => {
    expect(judged({ requests: requests(30, "404") }).rate).toMatchObject({
      verdict: "pass",
      observed: "0 %",
    });
    expect(judged({ requests: requests(30, "503") }).rate).toMatchObject({
      verdict: "fail",
      observed: "5 %",
    });
  });

  it("passes just below 1 % and fails at 1 %", () => {
    expect(judged({ requests: requests(5) }).rate.verdict).toBe("pass");
    expect(judged({ requests: requests(6) }).rate.verdict).toBe("fail");
    expect(judged({ requests: requests(6) }, "verify").rate.verdict).toBe("warn");
  });

  it("warns when p95 was above 2 s at any point, and not at 2 s", () => {
    const latency = (worst: number) => [
      { label: "0.95", points: [...every(14, 180), { at: minute(14), value: worst }] },
    ];
    expect(judged({ latency: latency(2000) }).latency.verdict).toBe("pass");
    expect(judged({ latency: latency(2001) }).latency).toMatchObject({ verdict: "warn" });
    expect(judged({ latency: latency(2001) }).latency.summary).toContain(
      "above 2000 ms in 1 of 15 points (worst 2001 ms)",
    );
    expect(judged({ latency: latency(2001) }).latency.evidence).toMatchObject({
      worst: { at: minute(14), ms: 2001 },
      worstByQuantile: { 0.95: 2001 },
    });
  });

  it("fails on one critical log line, and shows it", () => {
    const lines = [{ at: minute(3), message: "FATAL: connection refused" }];
    const { logs } = judged({ logs: { lines } });
    expect(logs).toMatchObject({ verdict: "fail", samples: 1, observed: "1" });
    expect(logs.summary).toBe(
      "1 critical line in the logs of the window, the first: FATAL: connection refused",
    );
    expect(logs.evidence).toEqual({ first: lines });
    expect(judged({ logs: { lines: [...lines, ...lines] } }).logs.summary).toContain("2 critical lines in");
  });

  it("keeps five log lines at most, each cut", () => {
    const lines = Array.from({ length: 50 }, () => ({ at: minute(3), message: "x".repeat(5000) }));
    const { logs } = judged({ logs: { lines, truncated: true } });
    expect(logs.observed).toBe("at least 50");
    expect(logs.evidence).toEqual({ first: Array(5).fill({ at: minute(3), message: "x".repeat(200) }) });
    expect(JSON.stringify(logs).length).toBeLessThan(2000);
  });

  it("without anything recorded is no-data, not a pass", () => {
    const { rate, latency } = judged({ requests: [], latency: [] });
    expect([rate.verdict, latency.verdict]).toEqual(["no-data", "no-data"]);
    const zero = judged({ requests: [{ label: "200", points: every(15, 0) }] });
    expect(zero.rate).toMatchObject({ verdict: "no-data", samples: 0 });
    expect(zero.rate).not.toHaveProperty("observed");
  });

  it("does not take another time's points for its own", () => {
    const before = [{ at: "2026-11-24T20:59:59Z", value: 400 }];
    const after = [{ at: "2026-11-24T21:15:01Z", value: 400 }];
    expect(judged({ requests: [{ label: "500", points: [...before, ...after] }] }).rate.verdict).toBe(
      "no-data",
    );
  });

  it("takes points of its very beginning and end for its own", () => {
    const ends = [
      { at: from.toISOString(), value: 50 },
      { at: healthy.to.toISOString(), value: 50 },
    ];
    expect(judged({ requests: [{ label: "500", points: ends }] }).rate).toMatchObject({
      verdict: "fail",
      samples: 100,
    });
  });

  it("that cannot be looked at is could-not-measure, with the reason", () => {
    const unavailable = { unavailable: "http-latency needs a Pro workspace" };
    const { rate, latency, logs } = judged({
      requests: unavailable,
      latency: unavailable,
      logs: unavailable,
    });
    expect([rate.verdict, latency.verdict, logs.verdict]).toEqual(Array(3).fill("could-not-measure"));
    expect(latency.summary).toBe("Latency metrics could not be had: http-latency needs a Pro workspace.");
  });

  it("covered in part is said; below half a good value is not believed, a bad one is", () => {
    const good = (minutes: number) => [{ label: "200", points: every(minutes, 100) }];
    expect(judged({ requests: good(11) }).rate).toMatchObject({
      verdict: "pass",
      evidence: { coverage: { share: 0.733 } },
    });
    expect(judged({ requests: good(11) }).rate.summary).toContain("Only 11 of 15 minutes are covered.");
    expect(judged({ requests: good(7) }).rate.verdict).toBe("no-data");
    expect(judged({ requests: [{ label: "500", points: every(7, 100) }] }).rate.verdict).toBe("fail");
    expect(judged({ latency: [{ label: "0.95", points: every(7, 100) }] }).latency.verdict).toBe("no-data");
    expect(judged({ latency: [{ label: "0.95", points: every(7, 3000) }] }).latency.verdict).toBe("warn");
  });

  it("covered by half, or by as much as is asked for, is believed", () => {
    const to = new Date("2026-11-24T21:14:00Z");
    const half = {
      to,
      requests: [{ label: "200", points: every(7, 100) }],
      latency: [{ label: "0.95", points: every(7, 100) }],
    };
    const { rate, latency } = judged(half);
    expect([rate.verdict, latency.verdict]).toEqual(["pass", "pass"]);
    const asked = judged({ ...half, minimumCoverage: 0.51 });
    expect([asked.rate.verdict, asked.latency.verdict]).toEqual(["no-data", "no-data"]);
  });

  it("with too little traffic for a rate is inconclusive", () => {
    expect(judged({ requests: [{ label: "200", points: every(15, 6) }] }).rate.verdict).toBe("inconclusive");
  });
});
