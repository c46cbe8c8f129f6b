import { describe, expect, it } from "vitest";

import { judgeClosing } from "../../../components/providers/gate/closing";
import { gateVerbs, type GateInputs, type GateOutputs } from "../../../components/providers/gate/gate";
import { scheduleVerdict } from "../../../components/plan/schedule/schedule-verdict";
import type { Schedule } from "../../../components/config";
import type { MetricAnswer } from "../../../components/render/client";
import type { MetricQuery } from "../../../components/render/metrics";
import { runbookSchedule } from "../../plan/schedule/runbook-schedule";
import { AT, CANARY, liveDeploy, steadySeries, type FakeWorld } from "../../support/fake-context";
import { closedGate, every, measuredWorld, openedGate, openGate, refusalOf } from "../../support/gate-world";

const { endpoints: _endpoints, ...unmeasured } = openGate.services[0]!;
const quick: GateInputs = { ...openGate, services: [unmeasured] };

/** A gate that passed, and its soak over. */
async function soaked(
  inputs: GateInputs = quick,
  world = measuredWorld({ ms: 20 }).world,
): Promise<{ world: FakeWorld; outs: GateOutputs }> {
  const outs = await openedGate(world, inputs);
  world.clock.ms += 901_000;
  return { world, outs };
}

function sentences(world: FakeWorld, outs: GateOutputs, news: Partial<GateInputs> = {}): Promise<string[]> {
  return judgeClosing(world.context, outs, { ...closedGate(quick), ...news }).then(
    ({ refusals }) => refusals,
  );
}

/** 100 requests a minute, so many of which end with a 500. */
function withErrors(perHundred: number): (query: MetricQuery) => MetricAnswer {
  return (query) => {
    const good = steadySeries(query, { statusCode: "200" }, "unitless", 100 - perHundred);
    const bad = steadySeries(query, { statusCode: "500" }, "unitless", perHundred);
    return good.kind === "data" && bad.kind === "data"
      ? { kind: "data", series: [...good.series, ...bad.series] }
      : good;
  };
}

const notOffered = (): MetricAnswer => ({ kind: "not-available", reason: "needs a Pro workspace" });

describe("closing judges the soak by Render's metrics", () => {
  it.each([
    [0.99, true],
    [1, false],
    [5.1, false],
  ])("with %s %% of errors: may close is %s", async (percent, closes) => {
    const { world, outs } = await soaked();
    world.metrics.requests = withErrors(percent);
    const refusals = await sentences(world, outs);
    expect(refusals).toHaveLength(closes ? 0 : 1);
    if (!closes) expect(refusals[0]).toContain("api: soak-error-rate backend: fail:");
  });

  it.each([
    [2, "pass"],
    [2.001, "warn"],
  ])("a p95 of %s s in the window: %s, which stops nothing", async (seconds, verdict) => {
    const { world, outs } = await soaked();
    world.metrics.latency = (query) => steadySeries(query, { quantile: "0.95" }, "seconds", seconds);
    const { refusals, evidence } = await judgeClosing(world.context, outs, closedGate(quick));
    expect(refusals).toEqual([]);
    expect(evidence.find(({ check }) => check.startsWith("soak-latency"))?.verdict).toBe(verdict);
  });

  it("asks for one quantile at a time, and needs no label to tell them apart", async () => {
    const { world, outs } = await soaked();
    const asked: unknown[] = [];
    world.metrics.latency = (query) => {
      asked.push(query.quantile);
      return steadySeries(query, { instance: "srv-backend-x7k2p" }, "ms", 1000 * query.quantile);
    };
    const { refusals, evidence } = await judgeClosing(world.context, outs, closedGate(quick));
    expect(asked.toSorted()).toEqual([0.5, 0.95, 0.99]);
    expect(refusals).toEqual([]);
    expect(evidence.find(({ check }) => check.startsWith("soak-latency"))).toMatchObject({
      verdict: "pass",
      evidence: { worstByQuantile: { 0.5: 500, 0.95: 950, 0.99: 990 } },
    });
  });

  it("judges by p95 where the other quantiles cannot be had, and by nothing without p95", async () => {
    const { world, outs } = await soaked();
    const latency = async (known: number[]) => {
      world.metrics.latency = (query) => {
        if (!known.includes(query.quantile)) throw new Error("Render answered 500");
        return steadySeries(query, {}, "ms", 80);
      };
      const { evidence } = await judgeClosing(world.context, outs, closedGate(quick));
      return evidence.find(({ check }) => check.startsWith("soak-latency"))?.verdict;
    };
    expect(await latency([0.95])).toBe("pass");
    expect(await latency([0.5, 0.99])).toBe("could-not-measure");
  });

  it("refuses a critical line in the log, with the line and without its secret", async () => {
    const { world, outs } = await soaked();
    const line = {
      id: "l1",
      message: `CRITICAL key ${CANARY} is lost`,
      timestamp: new Date(AT + 5_000).toISOString(),
      labels: [],
    };
    world.logs = ({ text }) => (text === undefined ? [] : [line]);
    const [refusal] = await sentences(world, outs);
    expect(refusal).toContain("api: soak-logs backend: fail: 1 critical line");
    expect(refusal).toContain("CRITICAL key [secret] is lost");
  });

  it("asks for no more than the seven days that Render keeps, however long the soak was", async () => {
    const { world, outs } = await soaked();
    const day = 86_400_000;
    world.clock.ms += 10 * day;
    const asked: number[] = [];
    const usual = world.metrics.requests;
    world.metrics.requests = (query) => {
      asked.push(new Date(query.startTime).getTime());
      return usual(query);
    };
    await judgeClosing(world.context, outs, closedGate(quick));
    // Shares of 4xx are held against the window before.
    expect(Math.max(...asked)).toBe(world.clock.ms - 7 * day);
  });

  it("shows the first line of errors, in part and without its secret", async () => {
    const { world, outs } = await soaked();
    const line = (id: string, seconds: number, message: string) => ({
      ...{ id, message, labels: [] },
      timestamp: new Date(AT + seconds * 1000).toISOString(),
    });
    const first = `ERROR key ${CANARY} is lost ${"x".repeat(200)}`;
    world.logs = ({ level }) =>
      level?.includes("error") === true ? [line("l2", 9, "ERROR later"), line("l1", 5, first)] : [];
    const { evidence } = await judgeClosing(world.context, outs, closedGate(quick));
    const summary = evidence.find(({ check }) => check.startsWith("soak-error-lines"))?.summary;
    expect(summary).toMatch(/^2 lines of errors .*, the first: ERROR key \[secret\] is lost x{20,120}$/);
  });

  it("asks for lines of level critical and for config's words, in the window", async () => {
    const { world, outs } = await soaked();
    const asked: unknown[] = [];
    world.logs = ({ level, text, startTime, type }) => {
      asked.push({ level, text, startTime, type });
      return [];
    };
    await sentences(world, outs, { criticalLogs: ["CRITICAL", "out of (memory)"] });
    // Those of the check of error lines ask for their own words.
    asked.splice(2);
    const from = { startTime: new Date(outs.passedAt!), type: ["app"] };
    expect(asked).toEqual([
      { ...from, level: ["critical"], text: undefined },
      { ...from, level: undefined, text: ["/CRITICAL|out of \\(memory\\)/"] },
    ]);
  });

  it("takes no traffic for no answer: refused by default, a warning where config says so", async () => {
    const { world, outs } = await soaked();
    world.metrics.requests = world.metrics.latency = () => ({ kind: "no-data" });
    const refusals = await sentences(world, outs);
    expect(refusals[0]).toContain("api: soak-error-rate backend: no-data: No requests were seen.");
    expect(refusals[0]).toContain(
      "leave `npm run verify -- --stack prod --watch` running, or set gates.noData: warn",
    );
    expect(await sentences(world, outs, { rules: { ...quick.rules, noData: "warn" } })).toEqual([]);
  });

  it("takes too little traffic for inconclusive", async () => {
    const { world, outs } = await soaked();
    world.metrics.requests = (query) => steadySeries(query, { statusCode: "200" }, "unitless", 2);
    expect((await sentences(world, outs))[0]).toContain("soak-error-rate backend: inconclusive");
  });

  it("says that it could not measure when Render's metrics break", async () => {
    const { world, outs } = await soaked();
    world.metrics.requests = () => {
      throw new Error("Render answered 500");
    };
    const refusals = await sentences(world, outs);
    expect(refusals).toEqual([
      expect.stringContaining(
        "soak-error-rate backend: could-not-measure: Request metrics could not be had: Render answered 500",
      ),
    ]);
    expect(await sentences(world, outs, { rules: { ...quick.rules, couldNotMeasure: "warn" } })).toEqual([]);
  });

  it("asks probes where the plan has no metrics, and the evidence says so", async () => {
    const { world, times } = measuredWorld({ ms: 20 });
    const { outs } = await soaked(openGateWithBaselineOff(), world);
    world.metrics.requests = world.metrics.latency = notOffered;
    const { refusals, evidence } = await judgeClosing(
      world.context,
      outs,
      closedGate(openGateWithBaselineOff()),
    );
    expect(refusals).toEqual([]);
    const rate = evidence.find(({ check }) => check === "soak-error-rate backend")!;
    expect(rate).toMatchObject({ verdict: "pass", samples: 120 });
    expect(rate.summary).toContain(
      "Render refuses such metrics here (not every plan has them), so probes answer",
    );
    expect(rate.probe).toContain("GET https://backend.example/api/orders (instead of metrics)");
    expect(evidence.find(({ check }) => check === "soak-latency backend")).toMatchObject({
      verdict: "pass",
      samples: 120,
    });
    times.fails = every(50);
    const [refusal] = (await judgeClosing(world.context, outs, closedGate(openGateWithBaselineOff())))
      .refusals;
    expect(refusal).toContain("soak-error-rate backend: fail");
  });

  it("reads no metrics while anything else is missing, and none for a phase that does not soak", async () => {
    const { world, outs } = await soaked();
    world.metrics.requests = world.metrics.latency = () => {
      throw new Error("nobody should ask");
    };
    expect(await sentences(world, outs, { items: [{ id: "team", purpose: "Team told" }] })).toHaveLength(1);
    expect(await sentences(world, outs, { soakSeconds: 0 })).toEqual([]);
  });

  it("counts a day's window with nobody in the night as covered", async () => {
    const { world, outs } = await soaked();
    world.clock.ms = AT + 86_500_000;
    const daytime = (answer: MetricAnswer): MetricAnswer =>
      answer.kind !== "data"
        ? answer
        : {
            kind: "data",
            series: answer.series.map((series) => ({ ...series, values: series.values.slice(60, 120) })),
          };
    world.metrics.requests = (query) => daytime(steadySeries(query, { statusCode: "200" }, "unitless", 10));
    world.metrics.latency = (query) => daytime(steadySeries(query, { quantile: "0.95" }, "ms", 10));
    expect(await sentences(world, outs, { soakSeconds: 86_400 })).toEqual([]);
  });
});

/** Measured, and compared with nothing. */
function openGateWithBaselineOff(): GateInputs {
  return { ...openGate, rules: { ...openGate.rules, noData: "warn" } };
}

describe("closing asks for signatures", () => {
  const items = [{ id: "telegram-received", purpose: "A notification has come" }];

  it("refuses an item that nobody has signed, with the line to add", async () => {
    const { world, outs } = await soaked();
    expect(await sentences(world, outs, { items })).toEqual([
      "api: not signed off: telegram-received (A notification has come); add to acknowledged in Pulumi.prod.yaml: telegram-received: 2026-11-24 by <name>",
    ]);
  });

  it("takes a signature of the day, and keeps it as evidence", async () => {
    const { world, outs } = await soaked();
    const news = { ...closedGate(quick), items, acknowledged: { "telegram-received": "2026-11-24 by Ada" } };
    const after = (await gateVerbs(world.context).update("id", outs, news)).outs!;
    expect(after.acknowledged).toEqual(news.acknowledged);
    expect(after.closing).toContainEqual(
      expect.objectContaining({ check: "acknowledged telegram-received", observed: "2026-11-24 by Ada" }),
    );
  });

  it("takes none of before the phase was live, except for preparation's items", async () => {
    const { world, outs } = await soaked();
    const old = { items, acknowledged: { "telegram-received": "2026-11-23 by Ada" } };
    expect((await sentences(world, outs, old))[0]).toContain(
      "was signed off on 2026-11-23, before the phase was live (2026-11-24)",
    );
    expect(await sentences(world, outs, { ...old, phase: "preparation" })).toEqual([]);
  });
});

describe("closing asks Render whether the database can be restored", () => {
  const databases = [{ id: "restorable", database: "shop-db" }];
  const recovery = (world: FakeWorld, recoveryStatus: string, minutesAgo = 60) => {
    const startsAt = new Date(world.clock.ms - minutesAgo * 60_000).toISOString();
    Object.assign(world.context.render, {
      listPostgres: async () => [{ id: "dpg-1", name: "shop-db", status: "available" }],
      getRecovery: async () => ({ recoveryStatus, startsAt }),
    });
  };

  it.each([
    ["AVAILABLE", 10, true],
    ["AVAILABLE", 9, false],
    ["BACKUP_NOT_READY", 60, false],
    ["NOT_AVAILABLE", 60, false],
  ])("%s since %s minutes: may close is %s", async (status, minutes, closes) => {
    const { world, outs } = await soaked();
    recovery(world, status, minutes);
    const refusals = await sentences(world, outs, { databases });
    expect(refusals.length === 0).toBe(closes);
  });

  it("could not measure a database that is not there", async () => {
    const { world, outs } = await soaked();
    Object.assign(world.context.render, { listPostgres: async () => [] });
    expect((await sentences(world, outs, { databases }))[0]).toContain(
      'could-not-measure: no database on Render is called "shop-db"',
    );
  });

  it("only warns while the gate is open: a rollback to it must pass", async () => {
    const { world } = measuredWorld({ ms: 20 });
    recovery(world, "NOT_AVAILABLE");
    const outs = await openedGate(world, { ...quick, databases });
    expect(outs.checks.find(({ check }) => check === "prerequisite restorable")?.verdict).toBe("warn");
  });
});

describe("the schedule", () => {
  const schedule = (world: FakeWorld, more: Partial<Schedule> = {}) => {
    world.context.schedule = async () =>
      scheduleVerdict({ ...runbookSchedule, ...more }, new Date(world.clock.ms));
  };
  const atNoon = Date.parse("2026-11-25T11:00:00Z");

  it("refuses a closing outside of its windows, in preview and in the update, and says when it opens", async () => {
    const { world, outs } = await soaked();
    schedule(world);
    world.clock.ms = atNoon;
    const verbs = gateVerbs(world.context);
    for (const attempt of [
      verbs.diff("id", outs, closedGate(quick)),
      verbs.update("id", outs, closedGate(quick)),
    ]) {
      const { message } = await refusalOf(attempt);
      expect(message).toContain("api: the schedule is shut.");
      expect(message).toContain("Next opening: Wednesday 2026-11-25 22:00 (UTC+01:00)");
      expect(message).toContain("scheduleOverride");
    }
  });

  it("lets an override through, and keeps its reason as evidence", async () => {
    const { world, outs } = await soaked();
    schedule(world, { override: { date: "2026-11-25", by: "Ada", reason: "the fair opens" } });
    world.clock.ms = atNoon;
    const after = (await gateVerbs(world.context).update("id", outs, closedGate(quick))).outs!;
    expect(after.closing?.find(({ check }) => check === "schedule")?.summary).toContain(
      "by an override of Ada: the fair opens",
    );
  });

  it("is never asked on the way back: a gate is opened again, flags go off, at any time", async () => {
    const { world, outs } = await soaked();
    const verbs = gateVerbs(world.context);
    const shut = (await verbs.update("id", outs, closedGate(quick))).outs!;
    schedule(world);
    world.clock.ms = atNoon;
    expect(await verbs.diff("id", shut, quick)).toEqual({ changes: true });
    expect((await verbs.update("id", shut, quick)).outs).toMatchObject({
      status: "succeeded",
      direction: "rollback",
    });
    const off = { ...quick, services: [{ ...unmeasured, flags: { ENABLE_X: "false" } }] };
    expect(await verbs.diff("id", outs, off)).toEqual({ changes: true });
  });

  it("refuses in preview to turn a flag on that was held back", async () => {
    const { world, outs } = await soaked();
    schedule(world);
    world.clock.ms = atNoon;
    const held = { ...outs, services: [{ ...unmeasured, flags: { ENABLE_X: "false" } }] };
    const { message } = await refusalOf(gateVerbs(world.context).diff("id", held, quick));
    expect(message).toContain("api: turning on ENABLE_X: the schedule is shut.");
  });
});

describe("the same minute", () => {
  it("refuses the next phase during the soak with the time that is left, and lets the rollback pass", async () => {
    const { world, outs } = await soaked();
    world.clock.ms = Date.parse(outs.passedAt!) + 60_000;
    const verbs = gateVerbs(world.context);
    const { message } = await refusalOf(verbs.diff("id", outs, closedGate(quick)));
    expect(message).toBe("api: soaked 1m00s of 15m00s; may end at 22:16 Europe/Berlin");
    const shut = { ...outs, state: "closed" as const };
    expect(await verbs.diff("id", shut, { ...quick, deploys: { backend: "dep-2" } })).toEqual({
      changes: true,
    });
    expect((await verbs.update("id", shut, quick)).outs?.status).toBe("succeeded");
  });
});

describe("an override in the hour in which the stack's day has begun and the day of UTC has not", () => {
  const override = {
    ...{ text: "2026-11-25 by Ada, soak: it is known", date: "2026-11-25", by: "Ada", reason: "it is known" },
    checks: ["soak", "soak-error-rate"],
  };
  const halfPastMidnight = Date.parse("2026-11-24T23:30:00Z");

  it("counts for a check of the soak", async () => {
    const { world, outs } = await soaked();
    world.clock.ms = halfPastMidnight;
    world.metrics.requests = withErrors(5.1);
    expect(await sentences(world, outs)).toHaveLength(1);
    expect(await sentences(world, outs, { override })).toEqual([]);
  });

  it("counts for the soak itself", async () => {
    const { world, outs } = await soaked();
    const passedAt = new Date(halfPastMidnight - 60_000).toISOString();
    world.clock.ms = halfPastMidnight;
    expect(await sentences(world, { ...outs, passedAt })).toHaveLength(1);
    expect(await sentences(world, { ...outs, passedAt }, { override })).toEqual([]);
  });
});

describe("a deploy that became live after the gate had passed", () => {
  it("starts the soak again from when it was live, not from when it was made", async () => {
    const { world, outs } = await soaked();
    const passed = Date.parse(outs.passedAt!);
    const live = new Date(passed + 600_000).toISOString();
    world.services.get("srv-backend")!.deploys = [
      liveDeploy("dep-of-others", passed - 60_000, { finishedAt: live }),
    ];
    world.clock.ms = passed + 960_000;
    const { message } = await refusalOf(
      gateVerbs(world.context).diff("id", outs, closedGate({ ...quick, timeZone: "America/New_York" })),
    );
    expect(message).toBe("api: soaked 6m00s of 15m00s; may end at 16:26 America/New_York");
  });
});

describe("what stands in state", () => {
  it("has times, checks, samples, verdicts, acknowledgements and what the closing rested on, below 20 kB", async () => {
    const inputs = { ...quick, items: [{ id: "team", purpose: "Team told" }] };
    const { world, outs } = await soaked(inputs);
    const news = { ...closedGate(inputs), acknowledged: { team: "2026-11-24 by Ada" } };
    const after = (await gateVerbs(world.context).update("id", outs, news)).outs!;
    expect(after).toMatchObject({
      verifiedAt: outs.verifiedAt,
      passedAt: outs.passedAt,
      acknowledged: news.acknowledged,
    });
    expect(after.closing?.map(({ check, verdict }) => `${check}: ${verdict}`)).toEqual([
      "soak: pass",
      "soak-error-rate backend: pass",
      "soak-latency backend: pass",
      "soak-logs backend: pass",
      "soak-memory backend: pass",
      "soak-cpu backend: pass",
      "soak-error-lines backend: pass",
      "soak-client-errors backend: pass",
      "acknowledged team: pass",
    ]);
    for (const check of [...after.checks, ...after.closing!]) {
      expect(check).toMatchObject({
        probe: expect.any(String),
        at: expect.any(String),
        summary: expect.any(String),
      });
    }
    expect(JSON.stringify(after).length).toBeLessThan(20_000);
  });
});
