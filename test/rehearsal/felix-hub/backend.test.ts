import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { startDatabase, type Database } from "../../../rehearsal/felix-hub/database";
import { versions } from "../../../rehearsal/felix-hub/services";
import { startTelegramStandIn, type TelegramStandIn } from "../../../rehearsal/telegram/server";
import { askJson, runNode, startBackend, stopBackends } from "./processes";

const OFF = {
  ENABLE_CAR_NUMBER: false,
  ENABLE_MECH_I18N: false,
  ENABLE_PART_CATEGORIES: false,
  ENABLE_TG_ADMIN_NOTIFS: false,
  ENABLE_TG_MECH_NOTIFS: false,
  ENABLE_UI_REFRESH: false,
};
const ON = Object.fromEntries(Object.keys(OFF).map((flag) => [flag, true]));
const NOWHERE = "postgres://nobody@127.0.0.1:1/none";
const ORDER = {
  mechanic_name: "Ada",
  telegram_id: "7000001",
  category: "Тормоза",
  selected_parts: ["Brake pads"],
};

let database: Database;
let telegram: TelegramStandIn;

beforeAll(async () => {
  [database, telegram] = await Promise.all([startDatabase(), startTelegramStandIn({ chatId: "-1001" })]);
}, 60_000);
afterEach(stopBackends);
afterAll(() => Promise.all([database.stop(), telegram.stop()]));

const bot = () => ({ TELEGRAM_API_URL: telegram.url, TELEGRAM_BOT_TOKEN: telegram.token });

/** A backend on a database of its own; with 001 applied, unless not. */
async function start(
  env: Record<string, string> = {},
  options: { migrated?: boolean; version?: string } = {},
) {
  const url = await database.createAnother();
  if (options.migrated !== false)
    await runNode(["migrations/001_add_car_number_column.mjs"], { DATABASE_URL: url });
  const backend = await startBackend({ DATABASE_URL: url, ...env }, options.version);
  return {
    backend,
    ask: (path: string, body?: unknown) => askJson(`${backend.url}${path}`, body),
    sql: async (text: string) => {
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(text)).rows;
      } finally {
        await client.end();
      }
    },
  };
}

describe("what the backend reports", () => {
  it.each([
    ["nothing set: off in production", {}, OFF],
    ["nothing set: on in staging", { ENVIRONMENT: "staging" }, ON],
    ["nothing set: on by FLASK_ENV", { FLASK_ENV: "Development" }, ON],
    [
      "words for on, and no others",
      {
        ENABLE_CAR_NUMBER: "1",
        ENABLE_MECH_I18N: "Yes",
        ENABLE_UI_REFRESH: " on ",
        ENABLE_PART_CATEGORIES: "enabled",
      },
      { ...OFF, ENABLE_CAR_NUMBER: true, ENABLE_MECH_I18N: true, ENABLE_UI_REFRESH: true },
    ],
    [
      "off, said so, in staging",
      { ENVIRONMENT: "staging", ENABLE_CAR_NUMBER: "false" },
      { ...ON, ENABLE_CAR_NUMBER: false },
    ],
  ])("is six booleans (%s)", async (_, env, expected) => {
    const backend = await startBackend({ DATABASE_URL: NOWHERE, ...env });
    expect(await askJson(`${backend.url}/api/config/feature-flags`)).toEqual({ status: 200, body: expected });
    expect((await askJson(`${backend.url}/api/feature-flags`)).status).toBe(404);
  });

  it("is healthy with 200 even without a database, which only a field tells", async () => {
    const backend = await startBackend({ DATABASE_URL: NOWHERE });
    expect(await askJson(`${backend.url}/health`)).toEqual({
      status: 200,
      body: {
        status: "healthy",
        database: "disconnected",
        timestamp: expect.stringMatching(/^\d{4}-.*\.\d{6}$/) as unknown,
      },
    });
    expect(backend.output()).toMatch(/^ERROR:felix_hub\.backend\.app:❌ Database initialization error/m);
  });
});

describe("without migration 001", () => {
  it("the orders are 500 whatever the flag says, and the health stays 200", async () => {
    const { ask, backend } = await start({}, { migrated: false });
    expect((await ask("/api/orders")).status).toBe(500);
    expect((await ask("/health")).body).toMatchObject({ status: "healthy", database: "connected" });
    expect(backend.output()).toMatch(
      /^ERROR:felix_hub\.backend\.app:Error fetching orders: \(psycopg2\.errors\.UndefinedColumn\)/m,
    );
  });

  it("a version of the code that names the column only with the flag on answers", async () => {
    const { ask } = await start({}, { migrated: false, version: versions.carNumberOptional });
    expect((await ask("/api/orders")).status).toBe(200);
    expect((await ask("/api/orders", { ...ORDER, vin: "WVWZZZ1J" })).status).toBe(201);
    const on = await start(
      { ENABLE_CAR_NUMBER: "true" },
      { migrated: false, version: versions.carNumberOptional },
    );
    expect((await on.ask("/api/orders")).status).toBe(500);
  });
});

describe("the tables of 002", () => {
  it("are made, empty, by every start of the service, and the missing column is not", async () => {
    const { sql } = await start({}, { migrated: false });
    expect(
      await sql("SELECT (SELECT count(*)::int FROM categories) AS c, (SELECT count(*)::int FROM parts) AS p"),
    ).toEqual([{ c: 0, p: 0 }]);
    expect(
      await sql(
        "SELECT 1 AS there FROM information_schema.columns WHERE table_name = 'orders' AND column_name = 'car_number'",
      ),
    ).toEqual([]);
  });

  it("are answered as bare arrays, the same with the flag on and off, and 500 once they are gone", async () => {
    for (const flag of ["true", "false"]) {
      const { ask, sql } = await start({ ENABLE_PART_CATEGORIES: flag });
      expect([await ask("/api/categories"), await ask("/api/parts")]).toEqual([
        { status: 200, body: [] },
        { status: 200, body: [] },
      ]);
      await sql("DROP TABLE parts; DROP TABLE categories");
      expect([(await ask("/api/categories")).status, (await ask("/api/parts")).status]).toEqual([500, 500]);
    }
  });
});

describe("an order", () => {
  it("needs a car number while the flag is on, and a VIN while it is off", async () => {
    const on = await start({ ENABLE_CAR_NUMBER: "y" });
    const of = async (world: typeof on, more: object) => {
      const { status, body } = await world.ask("/api/orders", { ...ORDER, ...more });
      return [
        status,
        (body as { error?: string; car_number?: string }).error ??
          (body as { car_number: string }).car_number,
      ];
    };
    expect(await of(on, {})).toEqual([400, "carNumber обязателен при создании заказа"]);
    expect(await of(on, { carNumber: "a b" })).toEqual([
      400,
      "carNumber должен содержать 4-10 символов и состоять из букв и цифр",
    ]);
    expect(await of(on, { carNumber: "ab123" })).toEqual([201, "AB123"]);
    const off = await start();
    expect(await of(off, {})).toEqual([400, "Отсутствует обязательное поле: vin"]);
    expect(await of(off, { vin: "wvwz1" })).toEqual([201, "WVWZ1"]);
  });

  it("is in a bare array, newest first, and has no path to test notifications", async () => {
    const { ask } = await start();
    await ask("/api/orders", { ...ORDER, vin: "WVWZ1" });
    const { body } = await ask("/api/orders?limit=2");
    expect(body).toHaveLength(2);
    expect(body).toMatchObject([{ vin: "WVWZ1", selected_parts: ["Brake pads"], status: "новый" }, {}]);
    expect((await ask("/api/notifications/test", {})).status).toBe(404);
    expect((await ask("/api/mechanic/orders")).status).toBe(401);
  });
});

describe("notifications", () => {
  it("go out inside the request, and leave a row for each admin that says success although one was not reached", async () => {
    const { ask, sql, backend } = await start({
      ...bot(),
      ENABLE_TG_ADMIN_NOTIFS: "on",
      ADMIN_CHAT_IDS: "-1001, 22",
    });
    const before = telegram.messages.length;
    expect((await ask("/api/orders", { ...ORDER, vin: "WVWZ1" })).status).toBe(201);
    expect(telegram.messages).toHaveLength(before + 1);
    expect(await sql("SELECT telegram_id, success FROM notification_logs ORDER BY id")).toEqual([
      { telegram_id: "-1001", success: true },
      { telegram_id: "22", success: true },
    ]);
    expect(backend.output()).toContain(
      "ERROR:services.telegram:Failed to notify admin chat 22 about order 321",
    );
    expect(backend.output()).not.toContain("CRITICAL");
    const [{ id } = {}] = await sql("SELECT max(id) AS id FROM orders");
    expect((await fetch(`${backend.url}/api/orders/${String(id)}`, { method: "DELETE" })).status).toBe(500);
  });

  it("that cannot be sent take seconds and fail no order: a DEAD_LETTER in the log, with the token in the line before", async () => {
    const { ask, sql, backend } = await start({
      ...bot(),
      TELEGRAM_API_URL: "http://127.0.0.1:1",
      ENABLE_TG_ADMIN_NOTIFS: "true",
      ADMIN_CHAT_IDS: "-1001",
    });
    expect((await ask("/api/orders", { ...ORDER, vin: "WVWZ1" })).status).toBe(201);
    expect(await sql("SELECT success, error_message FROM notification_logs")).toEqual([
      { success: false, error_message: "Failed to send to all admins" },
    ]);
    expect(backend.output()).toMatch(
      /^ERROR:services\.telegram:DEAD_LETTER: Failed to send message to -1001 after 3 attempts/m,
    );
    expect(backend.output()).toContain(`/bot${telegram.token}/sendMessage`);
  }, 20_000);

  it("tell a mechanic of the status of an order with the other flag on, and nobody with both off", async () => {
    const patch = async (url: string) =>
      fetch(`${url}/api/orders/1`, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ status: "готов-2" }),
      });
    const off = await start(bot());
    await patch(off.backend.url);
    expect(await off.sql("SELECT * FROM notification_logs")).toEqual([]);
    const on = await start({ ...bot(), ENABLE_TG_MECH_NOTIFS: "t" });
    expect((await patch(on.backend.url)).status).toBe(200);
    expect(await on.sql("SELECT notification_type, success FROM notification_logs")).toEqual([
      { notification_type: "mechanic_status_change", success: false },
    ]);
    expect(on.backend.output()).toMatch(/Failed to notify mechanic \d+ about order 1/);
  });
});

it("answers what is in flight when it is asked to go, and ends with 0", async () => {
  const { backend, ask } = await start();
  const answers = Array.from({ length: 5 }, () => ask("/api/orders"));
  await answers[0];
  expect(await backend.stop()).toBe(0);
});
