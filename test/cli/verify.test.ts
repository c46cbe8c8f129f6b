import { describe, expect, it } from "vitest";

import { realFetch } from "../../components/probes/ports";
import { STACK, storedMigrations } from "./support/fake-desk";
import {
  after,
  BACKEND,
  FLAGS,
  except,
  FRONTEND,
  html,
  json,
  MIGRATIONS,
  nowhere,
  PAGE,
  redirect,
  row,
  serve,
  healthyBackend,
  servedSystem,
  silence,
  storedBaseline,
  usualState,
  verdicts,
  verifiedSystem,
  WELL,
  type Answers,
} from "./support/verified-system";

describe("a healthy system", () => {
  it("passes in every row, with exit code 0, and only reads", async () => {
    const healthy = await servedSystem();
    const { code, report } = await healthy.report();
    expect(verdicts(report)).toEqual(WELL);
    expect(code).toBe(0);
    expect(report.well).toBe(true);
    expect(row(report, "health", null, BACKEND).seen).toMatch(/^HTTP 200 in [\d.]+ ms$/);
    expect(row(report, "flag", "ENABLE_CAR_NUMBER").seen).toBe("declared on, on Render on, runs on");
    expect(row(report, "flag", "VITE_ENABLE_UI_REFRESH").seen).toBe("declared off, on Render off, runs off");
    expect(row(report, "endpoint", "/api/orders").seen).toMatch(
      /^p50 [\d.]+ ms, p95 [\d.]+ ms, p99 [\d.]+ ms; baseline p50 100 ms, p95 118 ms$/,
    );
    expect(row(report, "error-rate").seen).toBe("0 of 100 requests failed (0 %).");
    expect(row(report, "response-times").seen).toMatch(
      /^Latency changed by −.* below the allowed \+10 % .*100 samples/,
    );
    expect(row(report, "page").seen).toMatch(/^[\d.]+ ms with 2 files$/);
    expect(row(report, "migrations").seen).toBe(
      `not asked, because DATABASE_URL is not set here; the last update left ${MIGRATIONS.join(", ")}`,
    );
    expect(
      [...healthy.back.asked, ...healthy.front.asked].filter((line) => !line.startsWith("GET ")),
    ).toEqual([]);
    expect(healthy.desk.calls).toEqual([]);
  });

  it("is one JSON object with keys that stay", async () => {
    const { report } = await (await servedSystem()).report({ samples: 5 });
    expect(Object.keys(report)).toEqual(["stack", "at", "well", "rows", "endpoints", "notes"]);
    expect(report).toMatchObject({ stack: STACK, at: "2026-11-24T21:10:05.000Z", notes: [] });
    for (const each of report.rows)
      expect(Object.keys(each)).toEqual(["kind", "service", "name", "verdict", "seen", "wanted", "figure"]);
    expect(Object.keys(report.endpoints)).toEqual([`${BACKEND} /api/orders`, `${BACKEND} /api/parts`]);
    expect(report.endpoints[`${BACKEND} /api/orders`]).toEqual({
      n: 5,
      p50: expect.any(Number),
      p95: expect.any(Number),
      p99: expect.any(Number),
      errorRate: 0,
    });
  });

  it("is a table for people, each service under its name, and one sentence beside it", async () => {
    const { desk, verify } = await servedSystem();
    expect(await verify()).toBe(0);
    const lines = desk.data.join("\n").split("\n");
    const beginnings = lines.map((line) => line.replace(/^[│├┌└] ?/, "").trimEnd());
    expect(beginnings.some((line) => line.startsWith(BACKEND))).toBe(true);
    expect(beginnings.some((line) => line.startsWith("all together"))).toBe(true);
    expect(desk.said).toEqual([
      "Nothing is wrong. Not known: migrations.",
      "The way back: npm run rollback -- --stack prod --full",
    ]);
  });
});

describe("a slow system", () => {
  it("is worse than the baseline, and beyond the time to investigate, with exit code 1", async () => {
    const slow = await servedSystem(
      { backend: { "/api/orders": after(15, json({})), "/api/parts": after(15, json({})) } },
      {
        more: "  felix-hub-rollout:thresholds: {investigate: {p95Seconds: 0.012}}\n",
        state: [storedBaseline(5), ...usualState().slice(1)],
      },
    );
    const { code, report } = await slow.report({ samples: 25 });
    expect(code).toBe(1);
    expect(row(report, "endpoint", "/api/orders")).toMatchObject({
      verdict: "warn",
      wanted: "p95 ≤ 12 ms, below 1 % failed",
    });
    expect(row(report, "response-times").verdict).toBe("fail");
    expect(row(report, "response-times").seen).toMatch(/^Latency changed by \+.* above the allowed \+10 %/);
  });

  it("says so of a page that loads slowly", async () => {
    const slow = await servedSystem(
      { frontend: { "/a.js": after(30, json({})) } },
      { more: "  felix-hub-rollout:thresholds: {investigate: {p95Seconds: 0.025}}\n" },
    );
    const { code, report } = await slow.report({ samples: 1 });
    expect(code).toBe(1);
    expect(row(report, "page")).toMatchObject({ verdict: "warn", wanted: "loads within 25 ms" });
  });

  it("is asked no longer than somebody waits: what is there by then is judged", async () => {
    const slow = await servedSystem();
    let clock = 0;
    slow.ports = {
      ...slow.ports,
      elapsed: () => clock,
      fetch: (...request) => {
        clock += 10;
        return realFetch(...request);
      },
      patience: { ...slow.ports.patience, samplingMs: 200 },
    };
    const { report } = await slow.report({ samples: 1_000 });
    // 21 requests of three endpoints, of which the first two each do not count.
    expect(report.endpoints[`${BACKEND} /api/parts`]!.n).toBe(5);
    expect(row(report, "error-rate")).toMatchObject({
      verdict: "inconclusive",
      seen: expect.stringMatching(/^0 of 10 requests failed .* Asking was ended after 200 ms\.$/) as string,
    });
  });

  it("warns where only the slowest answers became slower", async () => {
    let asked = 0;
    const sometimes: Answers[string] = (request, response) => {
      asked += 1;
      (asked % 4 === 0 ? after(30, json({})) : json({}))(request, response);
    };
    const state = [storedBaseline(20), ...usualState().slice(1)];
    const slow = await servedSystem(
      { backend: { "/api/orders": sometimes, "/api/parts": sometimes } },
      { state },
    );
    const { code, report } = await slow.report({ samples: 25 });
    expect(code).toBe(1);
    expect(row(report, "response-times").verdict).toBe("warn");
    expect(row(report, "response-times").seen).toMatch(
      /% of the times are beyond the old p95: investigate\.$/,
    );
  });
});

describe("a half-broken system", () => {
  it("fails in what is broken alone, with exit code 1, and says what next", async () => {
    const state = [...usualState().slice(0, 3), storedMigrations(MIGRATIONS.slice(0, 1))];
    const broken = await servedSystem(
      {
        backend: {
          "/api/parts": html("<html><title>502 Bad Gateway</title></html>", 502),
          "/api/feature-flags": json({ ...FLAGS, ENABLE_CAR_NUMBER: false }),
        },
        frontend: { "/a.js": html(PAGE) },
      },
      { state },
    );
    broken.values[BACKEND]!.set("ENABLE_PART_CATEGORIES", "false");
    const { code, report } = await broken.report({ samples: 10 });
    expect(code).toBe(1);
    expect(verdicts(report)).toEqual(
      except(
        "backend flag ENABLE_CAR_NUMBER: fail",
        "backend flag ENABLE_PART_CATEGORIES: fail",
        "backend endpoint /api/parts: fail",
        "frontend page: fail",
        "error-rate: fail",
        "response-times: inconclusive",
        "migrations: fail",
      ),
    );
    expect(row(report, "flag", "ENABLE_CAR_NUMBER").seen).toBe("declared on, on Render on, runs off");
    expect(row(report, "flag", "ENABLE_PART_CATEGORIES").seen).toBe("declared on, on Render off, runs on");
    expect(row(report, "endpoint", "/api/parts").seen).toMatch(/; \d of \d failed \(status 502\)$/);
    expect(row(report, "page").seen).toBe(`/a.js: an HTML page, "Felix", instead of the file`);
    expect(row(report, "migrations").seen).toBe(
      `not asked, because DATABASE_URL is not set here; the last update left ${MIGRATIONS[0]!}; missing: ${MIGRATIONS[1]!}`,
    );
    expect(broken.desk.said).toEqual([
      `Look at: flag ENABLE_CAR_NUMBER, flag ENABLE_PART_CATEGORIES, endpoint /api/parts of ${BACKEND}, page of ${FRONTEND}, error rate, migrations.`,
      "Next: `npm run status -- --stack prod` says where the rollout stands.",
      "The way back: npm run rollback -- --stack prod --full",
    ]);
  });

  it("fails where the service says that its database is down", async () => {
    const broken = await servedSystem({ backend: { "/health": json({ database: "down" }) } });
    const { code, report } = await broken.report();
    expect(code).toBe(1);
    expect(row(report, "health", null, BACKEND)).toMatchObject({
      verdict: "fail",
      seen: 'HTTP 200 {"database":"down"} (database: down)',
    });
    expect(row(report, "endpoint", "/api/orders")).toMatchObject({
      verdict: "could-not-measure",
      seen: "not asked: the service's health check did not pass",
    });
  });

  it("warns of an endpoint that fails now and then, with the share that it shows", async () => {
    let asked = 0;
    const sometimes: Answers[string] = (request, response) => {
      asked += 1;
      json({}, asked === 20 ? 500 : 200)(request, response);
    };
    const { code, report } = await (await servedSystem({ backend: { "/api/orders": sometimes } })).report();
    expect(code).toBe(1);
    expect(row(report, "endpoint", "/api/orders").verdict).toBe("warn");
    expect(row(report, "endpoint", "/api/orders").seen).toMatch(/; 1 of 50 failed \(status 500\)$/);
    expect(row(report, "error-rate")).toMatchObject({ verdict: "warn", figure: 1 });
  });

  it("could not measure an endpoint that only limits the rate, and blames no service for it", async () => {
    const limited = await servedSystem({ backend: { "/api/orders": json({}, 429) } });
    const { code, report } = await limited.report({ samples: 3 });
    expect(code).toBe(1);
    expect(row(report, "endpoint", "/api/orders")).toMatchObject({
      verdict: "could-not-measure",
      seen: "baseline p50 100 ms, p95 118 ms; 3 of 3 could not be measured (rate limited (429))",
    });
    expect(row(report, "endpoint", "/api/parts").verdict).toBe("pass");
  });
});

describe("a dead system", () => {
  it("fails within seconds, exit code 1, and says of the rest that nobody could ask", async () => {
    const dead = verifiedSystem({ backend: await nowhere(), frontend: await nowhere() });
    const began = performance.now();
    const { code, report } = await dead.report();
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(code).toBe(1);
    expect(verdicts(report)).toEqual(
      WELL.map((line) => {
        const [name = ""] = line.split(": ");
        if (name === "migrations") return line;
        return `${name}: ${name.includes("health") ? "fail" : /flag|endpoint|page/.test(name) ? "could-not-measure" : "no-data"}`;
      }),
    );
    expect(row(report, "health", null, BACKEND).seen).toBe("connection refused");
    expect(row(report, "flag", "ENABLE_CAR_NUMBER").seen).toBe(
      "declared on, on Render on, runs ? (connection refused)",
    );
    expect(row(report, "page").seen).toBe("not loaded: the health check did not pass");
    expect(row(report, "response-times").seen).toBe("no new times to compare with the baseline");
  });

  it("is not waited for when it takes requests and stays silent", async () => {
    const silent = await servedSystem({ backend: { "/health": silence, "/api/feature-flags": silence } });
    silent.ports = { ...silent.ports, patience: { healthMs: 50, requestMs: 50, samplingMs: 1_000 } };
    const began = performance.now();
    const { code, report } = await silent.report();
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(code).toBe(1);
    expect(row(report, "health", null, BACKEND)).toMatchObject({
      verdict: "fail",
      seen: "no answer within 0.05 s",
    });
  });

  it("could not be measured where its name is not known: that is nobody's failure yet", async () => {
    const lost = await servedSystem();
    lost.ports = {
      ...lost.ports,
      probe: async () => ({ answered: false, error: "name not found (ENOTFOUND)", ms: 1, measured: false }),
    };
    const { code, report } = await lost.report();
    expect(code).toBe(1);
    expect(row(report, "health", null, BACKEND)).toMatchObject({
      verdict: "could-not-measure",
      seen: "name not found (ENOTFOUND)",
    });
  });
});

describe("what is not the service itself is told plainly", () => {
  it("an error page of a proxy", async () => {
    const page = html("<!DOCTYPE html><html><head><title>Service Suspended</title></head></html>", 503);
    const { report } = await (await servedSystem({ backend: { "/health": page } })).report({ samples: 1 });
    expect(row(report, "health", null, BACKEND).seen).toBe(`HTTP 503, an HTML page, "Service Suspended"`);
  });

  it("a redirect of the health check, of an endpoint and of the page", async () => {
    const away = redirect("https://elsewhere.example/");
    const moved = await servedSystem({
      backend: { "/health": away, "/api/orders": away },
      frontend: { "/": away },
    });
    const { code, report } = await moved.report({ samples: 3 });
    expect(code).toBe(1);
    expect(row(report, "health", null, BACKEND)).toMatchObject({
      verdict: "warn",
      seen: expect.stringMatching(
        /^HTTP 302 in [\d.]+ ms, a redirect: this is perhaps not the service's own address$/,
      ) as string,
    });
    expect(row(report, "endpoint", "/api/orders").verdict).toBe("warn");
    expect(row(report, "endpoint", "/api/orders").seen).toMatch(
      /; HTTP 302, a redirect: these are not the endpoint's own times$/,
    );
    expect(row(report, "page")).toMatchObject({
      verdict: "fail",
      seen: "/: HTTP 302, a redirect to somewhere else",
    });
  });

  it("a front end under the back end's address", async () => {
    const front = await serve(new Proxy({}, { get: () => html(PAGE), has: () => true }));
    const mixed = verifiedSystem({ backend: front.url, frontend: front.url });
    const { code, report } = await mixed.report({ samples: 1 });
    expect(code).toBe(1);
    expect(row(report, "flag", "ENABLE_CAR_NUMBER")).toMatchObject({
      verdict: "could-not-measure",
      seen: 'declared on, on Render on, runs ? (the answer is an HTML page, "Felix", and no report)',
    });
    expect(row(report, "endpoint", "/api/orders").seen).toMatch(/; it answers with an HTML page$/);
  });
});

describe("a free instance that sleeps", () => {
  /** It answers 503 until somebody has asked so often, as Render's proxy does for one that starts. */
  async function sleeping(plan: string, asks: number) {
    let asked = 0;
    const backend = healthyBackend();
    const awake = backend["/health"]!;
    backend["/health"] = (request, response) => {
      asked += 1;
      if (asked <= asks) response.writeHead(503).end();
      else awake(request, response);
    };
    const system = await servedSystem({ backend });
    system.plan(plan);
    return system.report();
  }

  it("is woken before anything is judged, and that is told", async () => {
    const { report } = await sleeping("free", 4);
    expect(report.rows.find(({ kind }) => kind === "health")).toMatchObject({ verdict: "pass" });
    expect(report.notes.join("\n")).toMatch(/was asleep.*it answered after \d+ s/);
  });

  it("on a paid plan would be down, and is told so at once", async () => {
    const { report } = await sleeping("starter", 4);
    expect(report.rows.find(({ kind }) => kind === "health")).toMatchObject({ verdict: "fail" });
  });
});
