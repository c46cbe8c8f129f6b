import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";

import { answersOf, pleasing } from "../../rehearsal/any/answers";
import { readCatalogue, type Catalogue } from "../../rehearsal/any/catalogue";
import { madeFrom, schemaBefore } from "../../rehearsal/any/schema";

function catalogueOf(text: string): Catalogue {
  const folder = mkdtempSync(join(tmpdir(), "rehearsed-project-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  writeFileSync(join(folder, "Pulumi.yaml"), text);
  return readCatalogue(folder);
}

const BAKERY = `
name: bakery
config:
  services:
    value:
      api:
        kind: web_service
        health: { path: /healthz, expect: { db.status: up } }
        reports: { path: /flags, at: data.flags, names: { NEW_OVEN: newOven } }
        endpoints: [/orders, { path: /cakes }]
      shop: { kind: static_site, healthPath: /, reports: { none: it cannot } }
  flags:
    value: { NEW_OVEN: { service: api, phase: api } }
  soak: { value: { api: 1 hour } }
  smoke:
    value:
      cakes: { service: api, phase: api, path: /cakes, json: { "": { type: array, atLeast: 2 } } }
      price: { service: api, phase: api, path: /price, json: { total.cents: { atLeast: 5 } } }
  prerequisites: { value: { team: { phase: preparation } } }
`;

test("a catalogue's services, soaks and sign-offs are read, in old words and new", () => {
  const catalogue = catalogueOf(BAKERY);
  expect(catalogue.services["api"]).toEqual({
    kind: "web_service",
    healthPath: "/healthz",
    healthAnswer: { "db.status": "up" },
    report: { path: "/flags", at: "data.flags", names: { NEW_OVEN: "newOven" } },
    endpoints: ["/orders", "/cakes"],
  });
  expect(catalogue.services["shop"]).not.toHaveProperty("report");
  expect([catalogue.soak, catalogue.prerequisites]).toEqual([{ api: 60 }, { preparation: ["team"] }]);
  expect(catalogue.phases).toHaveLength(8);
  expect(
    catalogueOf(
      "name: x\nconfig: { services: { value: { a: {} } }, phases: { value: [one, { name: two }] } }",
    ).phases,
  ).toEqual(["one", "two"]);
  expect(() => catalogueOf("name: x")).toThrow("names no services");
});

test("a made-up service answers what health and smoke tests expect, each in its place", () => {
  const { paths, flags } = answersOf(catalogueOf(BAKERY), "api");
  expect(paths).toEqual({
    "/healthz": { status: "ok", db: { status: "up" } },
    "/orders": [],
    "/cakes": [{}, {}],
    "/price": { total: { cents: 5 } },
  });
  expect(flags).toEqual(["NEW_OVEN"]);
});

test("whatever literal is expected at a dotted place stands there", () => {
  const word = fc.stringMatching(/^[a-z]{1,5}$/);
  fc.assert(
    fc.property(
      word,
      word,
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
      (a, b, value) => {
        expect(pleasing({ [`${a}.${b}`]: value })).toEqual({ [a]: { [b]: value } });
      },
    ),
  );
});

test("a schema is made from facts: what they stand on before, tables first forwards and last backwards", () => {
  const migrations = {
    one: {
      shows: [
        { index: "by_car", on: "orders.car" },
        { column: "orders.car", type: "varchar(20)" },
      ],
    },
    two: {
      shows: [
        { foreignKey: "parts.category_id", references: "categories.id" },
        { table: "parts" },
        { table: "categories" },
      ],
    },
  };
  expect(schemaBefore(migrations)).toEqual(['CREATE TABLE IF NOT EXISTS "orders" (id serial PRIMARY KEY)']);
  expect(madeFrom("one", migrations.one.shows)).toEqual({
    apply: [
      'ALTER TABLE "orders" ADD COLUMN IF NOT EXISTS "car" varchar(20)',
      'CREATE INDEX IF NOT EXISTS "by_car" ON "orders" ("car")',
    ],
    rollback: ['DROP INDEX IF EXISTS "by_car"', 'ALTER TABLE IF EXISTS "orders" DROP COLUMN IF EXISTS "car"'],
  });
  const { apply, rollback } = madeFrom("two", migrations.two.shows);
  expect(apply.slice(0, 2).every((line) => line.startsWith("CREATE TABLE"))).toBe(true);
  expect(rollback.slice(-2).every((line) => line.startsWith("DROP TABLE"))).toBe(true);
  expect(() => madeFrom("three", [{ query: "SELECT 1" }])).toThrow("cannot be rehearsed");
});
