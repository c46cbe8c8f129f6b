import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { realFetch, realSleep } from "../../../components/probes/ports";
import { realClock } from "../../support/real-clock";
import {
  sampleEndpoints,
  shownProbe,
  type Endpoint,
  type SampleOptions,
} from "../../../components/probes/latency/sample-endpoints";
import { summarize, summarizeByEndpoint } from "../../../components/probes/latency/summarize";
import { fakeService, FakeTime, fetchFailed, type FakeAnswer } from "./fake-service";

const get = (id: string, rest: Partial<Endpoint> = {}): Endpoint => ({
  id,
  method: "GET",
  url: `https://api.example/${id}`,
  ...rest,
});

function sampling(answer: (url: string, number: number) => FakeAnswer, options: Partial<SampleOptions> = {}) {
  const time = new FakeTime();
  const { asked, fetch } = fakeService(time, answer);
  const run = sampleEndpoints({
    endpoints: [get("a")],
    samples: 3,
    warmUp: 0,
    spreadMs: 0,
    timeoutMs: 5000,
    fetch,
    clock: time.clock,
    sleep: time.sleep,
    ...options,
  });
  return { time, asked, run };
}

describe("sampling", () => {
  it("asks all endpoints in each round, a different one first each time", async () => {
    const { asked, run } = sampling(() => ({}), { endpoints: [get("a"), get("b"), get("c")] });
    await run;
    expect(asked.map((line) => line.at(-1)).join("")).toBe("abcbcacab");
  });

  it("throws the warm-up away and shows it to the observer", async () => {
    const seen: (boolean | undefined)[] = [];
    const { asked, run } = sampling((_, number) => ({ ms: number < 2 ? 900 : 10 }), {
      warmUp: 2,
      onSample: (sample) => {
        seen.push(sample.warmUp);
        return undefined;
      },
    });
    expect((await run).samples.map(({ ms }) => ms)).toEqual([10, 10, 10]);
    expect(asked).toHaveLength(5);
    expect(seen).toEqual([true, true, undefined, undefined, undefined]);
  });

  it("starts the rounds evenly over the given time, and catches up after a slow one", async () => {
    const { time, run } = sampling((_, number) => ({ ms: number === 1 ? 250 : 10 }), {
      samples: 4,
      spreadMs: 400,
    });
    await run;
    // Rounds are due at 0, 100, 200, 300; the second ends at 350, so the third and the fourth are started at once.
    expect(time.slept).toEqual([90]);
    expect(time.ms).toBe(100 + 250 + 10 + 10);
  });

  it("takes no time for the spread of samples where there are only rounds to warm up", async () => {
    const { time, asked, run } = sampling(() => ({}), { samples: 0, warmUp: 3, spreadMs: 400 });
    expect(await run).toEqual({ samples: [], stoppedEarly: false });
    expect(asked).toHaveLength(3);
    expect(time.slept).toEqual([]);
  });

  it("never waits for a round that is due now", async () => {
    const { time, run } = sampling(() => ({ ms: 100 }), { samples: 4, spreadMs: 400 });
    await run;
    expect(time.slept).toEqual([]);
  });

  it("asks nothing more once the signal came while it waited for the next round", async () => {
    const controller = new AbortController();
    const { asked, run } = sampling(() => ({}), {
      signal: controller.signal,
      spreadMs: 400,
      sleep: () => {
        controller.abort();
        return Promise.resolve();
      },
    });
    expect(await run).toMatchObject({ stoppedEarly: true, samples: [{ endpoint: "a" }] });
    expect(asked).toHaveLength(1);
  });

  it("ends at once when the observer says stop", async () => {
    const { asked, run } = sampling(() => ({}), { samples: 100, onSample: () => "stop" });
    expect(await run).toMatchObject({ stoppedEarly: true, samples: [{ endpoint: "a" }] });
    expect(asked).toHaveLength(1);
  });

  it("ends without a sample for the request that the signal cut off", async () => {
    const controller = new AbortController();
    const { run } = sampling(
      (_, number) => {
        if (number === 2) controller.abort();
        return number === 2 ? { problem: new DOMException("aborted", "AbortError") } : {};
      },
      { samples: 100, signal: controller.signal },
    );
    const { samples, stoppedEarly } = await run;
    expect(stoppedEarly).toBe(true);
    expect(samples).toHaveLength(2);
  });

  it("of no endpoints is empty", async () => {
    expect(await sampling(() => ({}), { endpoints: [] }).run).toEqual({ samples: [], stoppedEarly: false });
  });
});

describe("a sample", () => {
  const one = async (answer: FakeAnswer, endpoint: Partial<Endpoint> = {}) =>
    (await sampling(() => answer, { samples: 1, endpoints: [get("a", endpoint)] }).run).samples[0];

  it.each([
    [200, true],
    [302, true],
    [399, true],
    [400, false],
    [404, false],
    [500, false],
    [503, false],
  ])("with status %i and nothing declared is ok: %s", async (status, ok) => {
    expect(await one({ status })).toMatchObject({ status, ok, measured: true });
  });

  it("is held to the declared status alone", async () => {
    expect(await one({ status: 401 }, { expectStatus: 401 })).toMatchObject({ ok: true });
    expect(await one({ status: 200 }, { expectStatus: 401 })).toMatchObject({
      ok: false,
      error: "status 200 instead of 401",
    });
  });

  it("with a good status fails when its body says that the database is down", async () => {
    const inspect = (body: string) => (body.includes('"database":"ok"') ? undefined : "database: down");
    expect(await one({ body: '{"database":"ok"}' }, { inspect })).toMatchObject({ ok: true });
    expect(await one({ body: '{"database":"down"}' }, { inspect })).toMatchObject({
      ok: false,
      measured: true,
      error: "database: down",
    });
  });

  it.each([
    ["ECONNREFUSED", true, "connection refused"],
    ["ECONNRESET", true, "connection cut off"],
    ["UND_ERR_SOCKET", true, "connection cut off"],
    ["UND_ERR_HEADERS_TIMEOUT", true, "no answer in time"],
    ["CERT_HAS_EXPIRED", true, "no answer (CERT_HAS_EXPIRED)"],
    ["ENOTFOUND", false, "name not found (ENOTFOUND)"],
    ["EAI_AGAIN", false, "name server did not answer (EAI_AGAIN)"],
    ["ENETUNREACH", false, "no route to the network (ENETUNREACH)"],
    ["UND_ERR_CONNECT_TIMEOUT", false, "no connection in time (UND_ERR_CONNECT_TIMEOUT)"],
  ])("that ends in %s says about the service: %s", async (code, measured, error) => {
    expect(await one({ problem: fetchFailed(code) })).toMatchObject({
      status: 0,
      ok: false,
      measured,
      error,
    });
  });

  it("says what was wrong, and nothing where nothing was", async () => {
    expect(await one({ status: 503 })).toMatchObject({ error: "status 503" });
    expect(await one({ status: 199 })).toMatchObject({ ok: false, error: "status 199" });
    expect(await one({ status: 200 })).not.toHaveProperty("error");
    expect(await one({ status: 200 })).not.toHaveProperty("health");
    expect(await one({ status: 200 }, { health: true })).toMatchObject({ health: true });
  });

  it("of an endpoint that is meant to answer 429 is held to that", async () => {
    expect(await one({ status: 429 }, { expectStatus: 429 })).toMatchObject({ ok: true, measured: true });
    expect(await one({ status: 200 }, { expectStatus: 429 })).toMatchObject({ ok: false, measured: true });
    expect(await one({ status: 429 }, { expectStatus: 401 })).toMatchObject({ measured: false });
  });

  it("that this machine slept through is none of the service's failures", async () => {
    const since: number[] = [];
    const slept = (answer: boolean) =>
      sampling(() => ({ ms: 30, problem: fetchFailed("ECONNRESET") }), {
        samples: 2,
        disturbed: (sinceMs) => {
          since.push(sinceMs);
          return answer;
        },
      }).run;
    expect((await slept(true)).samples).toEqual(
      [0, 1].map(() => ({
        ...{ endpoint: "a", ms: 30, status: 0, ok: false, measured: false },
        error: "connection cut off, while this machine slept",
      })),
    );
    // Asked about the time since its own request was sent.
    expect(since).toEqual([0, 30]);
    expect((await slept(false)).samples[0]).toMatchObject({ measured: true, error: "connection cut off" });
  });

  it("that was rate limited says nothing about the service", async () => {
    expect(await one({ status: 429 })).toMatchObject({
      ...{ status: 429, ok: false, measured: false, error: "rate limited (429)" },
    });
  });
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("against a real server", () => {
  const server = createServer((request, response) => {
    if (request.url === "/silent") return;
    response.statusCode = request.url === "/broken" ? 500 : 200;
    setTimeout(() => response.end("ok"), 5);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it("undici's fetch is timed, a wrong answer and a silent one are the service's failures, a closed port too", async () => {
    const origin = await listen(server);
    const gone = createServer();
    const closed = await listen(gone);
    await new Promise((resolve) => gone.close(resolve));
    const ports = { warmUp: 0, spreadMs: 10, fetch: realFetch, clock: realClock, sleep: realSleep };
    const answered = await sampleEndpoints({
      endpoints: [
        { id: "fine", method: "GET", url: `${origin}/fine` },
        { id: "broken", method: "GET", url: `${origin}/broken` },
        { id: "closed", method: "GET", url: closed },
      ],
      samples: 2,
      // Long enough for an answer on a busy machine.
      timeoutMs: 5_000,
      ...ports,
    });
    const silent = await sampleEndpoints({
      endpoints: [{ id: "silent", method: "GET", url: `${origin}/silent` }],
      samples: 1,
      timeoutMs: 100,
      ...ports,
    });
    const samples = [...answered.samples, ...silent.samples];
    const byId = summarizeByEndpoint(samples);
    expect(byId["fine"]).toMatchObject({ n: 2, failures: 0, errors: 0 });
    expect(byId["fine"]?.p50).toBeGreaterThanOrEqual(4);
    expect(byId["broken"]).toMatchObject({ failures: 2, p50: null });
    expect(byId["silent"]).toMatchObject({ failures: 1, errors: 0 });
    expect(byId["closed"]).toMatchObject({ failures: 2, errors: 0 });
    expect(
      samples
        .filter((sample) => !sample.ok)
        .map((sample) => sample.error)
        .sort(),
    ).toEqual(["connection refused", "connection refused", "no answer in time", "status 500", "status 500"]);
  });
});

describe("a summary", () => {
  const sample = (ms: number, ok = true, measured = true) => ({
    endpoint: "a",
    ms,
    status: 200,
    ok,
    measured,
  });

  it("has percentiles over right answers, and errors apart from failures", () => {
    const samples = [
      ...Array.from({ length: 101 }, (_, index) => sample(index)),
      sample(1, false),
      sample(0, false, false),
    ];
    expect(summarize(samples)).toMatchObject({ n: 103, p50: 50, p95: 95, p99: 99, failures: 1, errors: 1 });
    expect(summarize(samples).errorRate).toBeCloseTo(1 / 102, 10);
  });

  it("of requests that all broke has no error rate, and of answers that were all wrong no times", () => {
    expect(summarize([sample(1, false, false)])).toMatchObject({
      n: 1,
      errorRate: null,
      errors: 1,
      failures: 0,
    });
    expect(summarize([sample(1, false)])).toMatchObject({ errorRate: 1, errors: 0, failures: 1, p50: null });
  });

  it("sorts the times before it takes percentiles of them", () => {
    const samples = Array.from({ length: 101 }, (_, index) => sample((index * 37) % 101));
    expect(summarize(samples)).toMatchObject({ p50: 50, p95: 95, p99: 99, distribution: { n: 101 } });
  });

  it("of nothing has no numbers", () => {
    expect(summarize([])).toEqual({
      n: 0,
      p50: null,
      p95: null,
      p99: null,
      errorRate: null,
      failures: 0,
      errors: 0,
      distribution: { n: 0, sortedMs: [] },
    });
  });
});

it("an endpoint is shown without what may be secret in its URL", () => {
  expect(shownProbe({ method: "GET", url: "https://user:canary@api.example/orders?key=canary#canary" })).toBe(
    "GET https://api.example/orders",
  );
});
