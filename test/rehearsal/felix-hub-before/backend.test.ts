import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";

import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { startDatabase, type Database } from "../../../rehearsal/felix-hub-before/database";
import { eventually, getJson, runNode, startBackend, stopBackends } from "./processes";

let database: Database;
let base: { DATABASE_URL: string };
const servers: Server[] = [];

beforeAll(async () => {
  database = await startDatabase();
  base = { DATABASE_URL: database.url };
}, 30_000);

afterEach(async () => {
  await stopBackends();
  for (const server of servers.splice(0)) server.close();
});

afterAll(() => database.stop());

const migrate = (...args: string[]) => runNode(["migrations/run-migrations.mjs", ...args], base);

describe("with all flags off", () => {
  it("is healthy, reports its flags and nothing else, and serves orders and parts as before the rollout", async () => {
    const { url } = await startBackend({
      ...base,
      ENABLE_CAR_NUMBER: "false",
      ENABLE_PART_CATEGORIES: "True",
    });
    expect(await getJson(`${url}/health`)).toEqual({ status: 200, body: { status: "ok", database: "ok" } });
    expect(await getJson(`${url}/api/feature-flags`)).toEqual({
      status: 200,
      body: {
        ENABLE_CAR_NUMBER: false,
        ENABLE_PART_CATEGORIES: false,
        ENABLE_TG_ADMIN_NOTIFS: false,
        ENABLE_TG_MECH_NOTIFS: false,
      },
    });
    const { orders } = (await getJson(`${url}/api/orders?limit=2`)).body as {
      orders: Record<string, unknown>[];
    };
    expect(orders.map(({ id }) => id)).toEqual([320, 319]);
    expect(orders[0]).not.toHaveProperty("car_number");
    const { parts } = (await getJson(`${url}/api/parts`)).body as { parts: unknown[] };
    expect(parts).toHaveLength(12);
    expect(parts[0]).toEqual({ name: "Air filter" });
    expect((await getJson(`${url}/api/categories`)).status).toBe(404);
    expect((await fetch(`${url}/api/notifications/test`, { method: "POST" })).status).toBe(404);
    expect((await getJson(`${url}/api/orders?limit=many`)).status).toBe(400);
    expect((await getJson(`${url}/api/unknown`)).status).toBe(404);
  });
});

describe("with a flag on", () => {
  it("needs the flag's migration: 500 and an ERROR in the log without it, the new field with it", async () => {
    const { url, log } = await startBackend({ ...base, ENABLE_CAR_NUMBER: "true" });
    expect(await getJson(`${url}/api/orders`)).toEqual({ status: 500, body: { error: "internal error" } });
    await eventually(() =>
      log.some(({ level, reason }) => level === "ERROR" && reason === 'column "car_number" does not exist'),
    );
    await migrate("apply", "001_add_car_number_column");
    const { orders } = (await getJson(`${url}/api/orders?limit=1`)).body as { orders: unknown[] };
    expect(orders[0]).toMatchObject({ id: 320, car_number: null });
    await migrate("rollback");
    expect((await getJson(`${url}/api/orders`)).status).toBe(500);
    expect((await getJson(`${url}/health`)).status).toBe(200);
  });

  it("serves parts by category once the tables are there", async () => {
    const { url } = await startBackend({ ...base, ENABLE_PART_CATEGORIES: "true" });
    expect((await getJson(`${url}/api/parts`)).status).toBe(500);
    expect((await getJson(`${url}/api/categories`)).status).toBe(500);
    await migrate("apply", "002_create_categories_parts_tables");
    const { parts } = (await getJson(`${url}/api/parts`)).body as { parts: unknown[] };
    expect(parts[0]).toMatchObject({ name: "Brake disc", category: "brakes" });
    const { categories } = (await getJson(`${url}/api/categories`)).body as { categories: unknown[] };
    expect(categories[0]).toMatchObject({ slug: "brakes", parts: 2 });
    await migrate("rollback");
  });
});

describe("notifications", () => {
  const TOKEN = "123456:canary-token";

  async function startTelegram(answer: (path: string) => { status: number; body: unknown }) {
    const requests: { path: string; body: unknown }[] = [];
    const server = createHttpServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        requests.push({ path: request.url ?? "", body: JSON.parse(text) as unknown });
        const { status, body } = answer(request.url ?? "");
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  const testMessage = async (url: string) => {
    const response = await fetch(`${url}/api/notifications/test`, { method: "POST" });
    return { status: response.status, text: await response.text() };
  };

  it("the test goes out through the Bot API, once for each flag that is on, and the answer has its round trip", async () => {
    const telegram = await startTelegram(() => ({
      status: 200,
      body: { ok: true, result: { message_id: 7 } },
    }));
    const settings = { TELEGRAM_API_URL: telegram.url, TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_CHAT_ID: "-1007" };
    const backend = await startBackend({
      ...base,
      ...settings,
      ENABLE_TG_ADMIN_NOTIFS: "true",
      ENABLE_TG_MECH_NOTIFS: "true",
    });
    const { status, text } = await testMessage(backend.url);
    expect(status).toBe(200);
    const body = JSON.parse(text) as { roundTripMs: number; sent: { audience: string; ms: number }[] };
    expect(body.sent.map(({ audience }) => audience)).toEqual(["admins", "mechanics"]);
    expect(body.roundTripMs).toBe(Math.max(...body.sent.map(({ ms }) => ms)));
    expect(telegram.requests.map(({ path }) => path)).toEqual([
      `/bot${TOKEN}/sendMessage`,
      `/bot${TOKEN}/sendMessage`,
    ]);
    expect(telegram.requests[0]?.body).toMatchObject({ chat_id: "-1007" });
  });

  it.each([
    [
      "refuses",
      { status: 401, body: { ok: false, description: `Unauthorized: ${TOKEN}` } },
      "Telegram answered 401: Unauthorized: <token>",
    ],
    ["answers nonsense", { status: 502, body: "?" }, "Telegram answered 502: not in the Bot API's form"],
  ])(
    "a Bot API that %s is a 502 and an ERROR, and the token is never printed",
    async (_what, answer, words) => {
      const telegram = await startTelegram(() => answer);
      const settings = { TELEGRAM_API_URL: telegram.url, TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_CHAT_ID: "1" };
      const backend = await startBackend({ ...base, ...settings, ENABLE_TG_ADMIN_NOTIFS: "true" });
      const { status, text } = await testMessage(backend.url);
      expect(status).toBe(502);
      expect(text).toContain(words);
      await eventually(() =>
        backend.log.some(({ level, status: logged }) => level === "ERROR" && logged === 502),
      );
      expect(text + backend.output()).not.toContain("canary-token");
    },
  );

  it.each([
    ["that is not there", { TELEGRAM_API_URL: "http://127.0.0.1:9" }, "could not be reached (no answer)"],
    [
      "with an address that is none",
      { TELEGRAM_API_URL: "nowhere" },
      "could not be reached (ERR_INVALID_URL)",
    ],
    ["without a token", { TELEGRAM_BOT_TOKEN: "" }, "TELEGRAM_BOT_TOKEN or TELEGRAM_CHAT_ID is not set"],
  ])("a Bot API %s is a 502, and the token is never printed", async (_what, settings, words) => {
    const good = { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_CHAT_ID: "1", ENABLE_TG_MECH_NOTIFS: "true" };
    const backend = await startBackend({ ...base, ...good, ...settings });
    const { status, text } = await testMessage(backend.url);
    expect(status).toBe(502);
    expect(text).toContain(words);
    expect(text + backend.output()).not.toContain("canary-token");
  });
});

describe("a database in trouble", () => {
  it("that goes away makes /health say so; when it is back, so is the backend, without a restart", async () => {
    const own = await startDatabase();
    const backend = await startBackend({ DATABASE_URL: own.url });
    expect((await getJson(`${backend.url}/api/orders?limit=1`)).status).toBe(200);
    await own.stop();
    expect(await getJson(`${backend.url}/health`)).toEqual({
      status: 503,
      body: { status: "degraded", database: "down" },
    });
    expect((await getJson(`${backend.url}/api/orders`)).status).toBe(500);
    expect((await getJson(`${backend.url}/api/feature-flags`)).status).toBe(200);
    const again = await startDatabase({ port: Number(new URL(own.url).port) });
    expect(await getJson(`${backend.url}/health`)).toEqual({
      status: 200,
      body: { status: "ok", database: "ok" },
    });
    expect((await getJson(`${backend.url}/api/orders?limit=1`)).status).toBe(200);
    const told = backend.log.filter(
      ({ message }) => message === "the database does not answer" || message === "healthy again",
    );
    expect(told.map(({ level, message }) => `${level} ${message}`)).toEqual([
      "ERROR the database does not answer",
      "INFO healthy again",
    ]);
    await again.stop();
  }, 30_000);

  it("that accepts connections and never answers: /health is 503 within two seconds and a bit", async () => {
    const silent = createServer(() => undefined);
    servers.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const url = `postgres://nobody@127.0.0.1:${(silent.address() as AddressInfo).port}/none`;
    const backend = await startBackend({ DATABASE_URL: url });
    const began = performance.now();
    expect(await getJson(`${backend.url}/health`)).toMatchObject({ status: 503, body: { database: "down" } });
    expect(performance.now() - began).toBeLessThan(3_500);
  });
});

describe("start and end", () => {
  it("SIGTERM: the request in flight is answered, then the process ends with 0", async () => {
    const backend = await startBackend(base);
    const blocker = new pg.Client({ connectionString: database.url });
    blocker.on("error", () => undefined);
    await getJson(`${backend.url}/health`);
    await blocker.connect();
    await blocker.query("BEGIN");
    const inFlight = getJson(`${backend.url}/api/orders?limit=1`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const ended = backend.stop();
    await eventually(() =>
      backend.log.some(({ message }) => message === "SIGTERM: finishing the requests in flight"),
    );
    await blocker.query("COMMIT");
    expect((await inFlight).status).toBe(200);
    expect(await ended).toBe(0);
    await blocker.end();
  });

  it("logs JSON lines with INFO, WARNING and ERROR, and never the connection string", async () => {
    const backend = await startBackend(base);
    await getJson(`${backend.url}/api/orders?limit=1`);
    await getJson(`${backend.url}/api/unknown`);
    await eventually(() => backend.log.length === 3);
    expect(backend.log[1]).toMatchObject({
      level: "INFO",
      message: "request",
      method: "GET",
      path: "/api/orders",
      status: 200,
    });
    expect(backend.log[2]).toMatchObject({ level: "WARNING", path: "/api/unknown", status: 404 });
    expect(backend.log[1]!.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(backend.output()).not.toContain("only-for-rehearsal");
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ["no DATABASE_URL", { PORT: "0" }, /DATABASE_URL is not set/],
    ["no usable PORT", { DATABASE_URL: "postgres://x", PORT: "http" }, /PORT must be set to a port number/],
    [
      "a fault that is none",
      { DATABASE_URL: "postgres://x", PORT: "0", FELIX_FAULTS: '[{"kind":"odd"}]' },
      /unknown kind "odd"/,
    ],
  ])("with %s it ends at once with exit code 2 and says why", async (_what, env, words) => {
    const ended = await runNode(["server.mjs"], env);
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      level: "ERROR",
      message: expect.stringMatching(words) as string,
    });
  });
});
