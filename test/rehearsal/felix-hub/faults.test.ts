import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { mean, median, quantile } from "simple-statistics";
import { beforeAll, describe, expect, it } from "vitest";

import { faultVariables, type Fault } from "../../../rehearsal/felix-hub/services";
import { BACKEND, runNode } from "./processes";

const FLAG = "ENABLE_TG_MECH_NOTIFS";
const ON = { ENABLE_CAR_NUMBER: false, [FLAG]: true };
const OFF = { ENABLE_CAR_NUMBER: false, [FLAG]: false };

interface Reply {
  statusCode: number;
  headers: Record<string, string>;
  json(): unknown;
}
interface App {
  inject(request: string): Promise<Reply>;
}
type Flags = Record<string, boolean>;

/** The backend's plain JavaScript, as far as these tests use it. */
interface Modules {
  createApp(options: Record<string, unknown>): App;
  createFaults(json: string, flags: Flags, seed: string): unknown;
  createServiceTimes(seed: string): () => number;
}
let backend: Modules;

beforeAll(async () => {
  const modules = await Promise.all(
    ["app", "faults", "service-time"].map((name) => import(pathToFileURL(join(BACKEND, `${name}.mjs`)).href)),
  );
  backend = Object.assign({}, ...(modules as object[])) as Modules;
});

/** The backend on a clock of its own, on which nothing but the service times passes. */
function appWith(faults: readonly Fault[], flags: Flags, seed = "1"): { app: App; logged: string[] } {
  let now = 0;
  const logged: string[] = [];
  const log = (level: string) => (name: string, message: string) =>
    logged.push(`${level}:${name}:${message}`);
  const app = backend.createApp({
    settings: { flags, telegram: { adminChatIds: [] }, allowAnyCarNumber: false },
    seed,
    faults: backend.createFaults(faultVariables(faults).FELIX_FAULTS, flags, seed),
    pool: { query: () => Promise.resolve({ rows: [] }) },
    clock: {
      now: () => now,
      sleep: (ms: number) => {
        now += ms;
        return Promise.resolve();
      },
    },
    log: { error: log("ERROR"), warning: log("WARNING") },
  });
  return { app, logged };
}

/** The milliseconds that the handler took by its own clock. */
async function ownTimes(app: App, requests: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < requests; n += 1) {
    const { headers } = await app.inject("/api/orders");
    times.push(Number(/dur=([\d.]+)/.exec(headers["server-timing"] ?? "")?.[1]));
  }
  return times;
}

describe("service times", () => {
  it("are those of a real service: median about 8 ms, skewed to the right, the same for the same seed", () => {
    const next = backend.createServiceTimes("1");
    const times = Array.from({ length: 4_000 }, next);
    expect(median(times)).toBeGreaterThan(7.6);
    expect(median(times)).toBeLessThan(8.4);
    expect(mean(times)).toBeGreaterThan(median(times) * 1.05);
    expect(quantile(times, 0.99)).toBeGreaterThan(2.4 * median(times));
    expect(Math.min(...times)).toBeGreaterThan(0.5);
    expect(Array.from({ length: 50 }, backend.createServiceTimes("1"))).toEqual(times.slice(0, 50));
    expect(Array.from({ length: 50 }, backend.createServiceTimes("2"))).not.toEqual(times.slice(0, 50));
  });
});

describe("slow", () => {
  const slow: Fault[] = [{ flag: FLAG, kind: "slow", percent: 30 }];

  it("with the flag on, each request takes 30 % longer than it would have", async () => {
    const plain = await ownTimes(appWith([], ON).app, 60);
    const slowed = await ownTimes(appWith(slow, ON).app, 60);
    for (const [n, ms] of slowed.entries()) expect(ms / plain[n]!).toBeCloseTo(1.3, 2);
  });

  it("is measurable: with other requests than the baseline's, the median is 20 to 40 % higher", async () => {
    const baseline = await ownTimes(appWith([], ON, "before").app, 600);
    const slowed = await ownTimes(appWith(slow, ON, "after").app, 600);
    expect(median(slowed) / median(baseline)).toBeGreaterThan(1.2);
    expect(median(slowed) / median(baseline)).toBeLessThan(1.4);
  });

  it("with the flag off, nothing is slower", async () => {
    expect(await ownTimes(appWith(slow, OFF).app, 20)).toEqual(await ownTimes(appWith([], OFF).app, 20));
  });
});

describe("errors", () => {
  const errors: Fault[] = [{ flag: FLAG, kind: "errors", rate: 0.06 }];

  async function failures(app: App, requests: number): Promise<number> {
    let failed = 0;
    for (let n = 0; n < requests; n += 1)
      failed += (await app.inject("/api/orders")).statusCode === 500 ? 1 : 0;
    return failed;
  }

  it("with the flag on, that share of the requests fails, each with an ERROR in the log", async () => {
    const { app, logged } = appWith(errors, ON);
    const failed = await failures(app, 500);
    expect(failed).toBeGreaterThan(15);
    expect(failed).toBeLessThan(50);
    expect(logged.filter((line) => line.startsWith("ERROR:"))).toHaveLength(failed);
    expect(await failures(appWith(errors, ON).app, 500)).toBe(failed);
  });

  it("with the flag off, none fails", async () => {
    expect(await failures(appWith(errors, OFF).app, 200)).toBe(0);
  });

  it("reaches every /api path except the flags' own report, and never /health", async () => {
    const { app } = appWith([{ flag: FLAG, kind: "errors", rate: 1 }], ON);
    const statuses = ["/api/orders", "/api/parts", "/api/config/feature-flags", "/health"].map(
      async (path) => (await app.inject(path)).statusCode,
    );
    expect(await Promise.all(statuses)).toEqual([500, 500, 200, 200]);
  });
});

describe("unhealthy", () => {
  async function health(fault: Fault, flags: Flags, times: number): Promise<number[]> {
    const { app } = appWith([fault], flags);
    const statuses: number[] = [];
    for (let n = 0; n < times; n += 1) statuses.push((await app.inject("/health")).statusCode);
    return statuses;
  }

  it("later (the default) lets a deploy's first three health checks pass", async () => {
    expect(await health({ flag: FLAG, kind: "unhealthy" }, ON, 5)).toEqual([200, 200, 200, 503, 503]);
    expect(await health({ flag: FLAG, kind: "unhealthy", during: "later" }, ON, 4)).toEqual([
      200, 200, 200, 503,
    ]);
  });

  it("during the deploy, lets none pass; the database is not to blame", async () => {
    expect(await health({ flag: FLAG, kind: "unhealthy", during: "deploy" }, ON, 2)).toEqual([503, 503]);
    const { app } = appWith([{ flag: FLAG, kind: "unhealthy", during: "deploy" }], ON);
    expect((await app.inject("/health")).json()).toEqual({ error: "Service Unavailable" });
  });

  it("with the flag off, is healthy", async () => {
    expect(await health({ flag: FLAG, kind: "unhealthy", during: "deploy" }, OFF, 5)).toEqual([
      200, 200, 200, 200, 200,
    ]);
  });
});

describe("crash", () => {
  const env = {
    PORT: "0",
    DATABASE_URL: "postgres://nobody@127.0.0.1:9/none",
    ...faultVariables([{ flag: FLAG, kind: "crash" }]),
  };

  it("with the flag on, the process ends with exit code 1 while it starts, and says that in the log", async () => {
    const ended = await runNode(["server.mjs"], { ...env, [FLAG]: "true" });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("ERROR:felix_hub.backend.app:unhandled error while starting\n");
  });
});

describe("a list that makes no sense", () => {
  it.each([
    ["{}", "FELIX_FAULTS must be a list"],
    ['[{"kind":"toString","flag":"A"}]', 'unknown kind "toString"'],
    ['[{"kind":"slow","flag":"A"}]', "slow needs percent"],
    ['[{"kind":"errors","flag":"A","rate":6}]', "errors needs rate"],
    ['[{"kind":"unhealthy","flag":"A","during":"now"}]', "unhealthy takes during"],
    ['[{"kind":"crash"}]', "crash needs the flag"],
  ])("%s is refused", (json, words) => {
    expect(() => backend.createFaults(json, ON, "1")).toThrow(words);
  });
});
