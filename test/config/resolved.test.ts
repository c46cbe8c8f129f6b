import { describe, expect, it } from "vitest";

import { formatProblems, parseSources, type StackConfig } from "../../components/config";
import { commandsOf, sourceKindOf, sourceOf, takesId } from "../../components/config/resolve-migrations";
import { MIGRATION_TOOLS } from "../../components/config/migration-tools";
import { validProjectYaml, validStackYaml } from "./wrong-configs";

function load(lines: readonly string[] = [], edit: (text: string) => string = (text) => text): StackConfig {
  const stack = validStackYaml + lines.map((line) => `  felix-hub-rollout:${line}\n`).join("");
  const parsed = parseSources(
    [
      { kind: "stack", file: "Pulumi.prod.yaml", text: stack },
      { kind: "project", file: "Pulumi.yaml", text: edit(validProjectYaml) },
    ],
    { stack: "prod" },
  );
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
  return parsed.config;
}

/** Keys with nothing in them: a field that was not written is not there, for whoever lists the keys. */
function emptyKeys(value: unknown, place = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    inner === undefined ? [`${place}${key}`] : emptyKeys(inner, `${place}${key}.`),
  );
}

describe("config that was read", () => {
  it("holds no key that nobody wrote and that has no default", () => {
    expect(emptyKeys(load())).toEqual([]);
    const bare = (text: string) =>
      text.replace(/\n {2}migrations:[^]*/, "\n").replace(", requires: [001_carts]", "");
    expect(emptyKeys(load([], bare))).toEqual([]);
  });

  it("holds what was written, each at its place", () => {
    const config = load(
      [
        "adopt: preparation",
        "workspace: Shop",
        'override: {migrations: "2026-11-24 by Ada, error-rate: it is known"}',
        'renderApiUrl: "https://render.example/v1//"',
        "serviceIds: {shop-api: srv-abcdefghij0123456789}",
        'serviceUrls: {shop-api: "https://shop.example//"}',
      ],
      (text) =>
        text
          .replace("healthPath: /health}", "healthPath: /health, endpoints: [/orders]}")
          .replace("purpose: Cart,", "purpose: Cart, unset: unknown,"),
    );
    expect(config).toMatchObject({
      adopt: "preparation",
      workspace: "Shop",
      override: { migrations: { checks: ["error-rate"], by: "Ada" } },
      renderApiUrl: "https://render.example/v1",
      flags: [{ key: "ENABLE_CART", unset: "unknown" }, { key: "VITE_NEW_LOOK" }],
    });
    expect(config.services[0]).toMatchObject({
      id: "srv-abcdefghij0123456789",
      url: "https://shop.example",
      endpoints: ["/orders"],
    });
    expect(emptyKeys(config)).toEqual([]);
  });

  it("holds a runner on the operator's machine with its tool and folder, and no more", () => {
    const local = (more: string) => (text: string) =>
      text.replace(/runner:[^]*?\n {2}backup:/, `runner:\n    value: {where: local${more}}\n  backup:`);
    expect(load([], local(", tool: alembic, workingDirectory: ../shop")).runner).toStrictEqual({
      where: "local",
      checkout: false,
      workingDirectory: "../shop",
      tool: "alembic",
      commands: { apply: ["alembic", "upgrade", "{id}"], rollback: ["alembic", "downgrade", "{id}-1"] },
      timeoutSeconds: 900,
    });
    const runner = load(
      [],
      local(', commands: {status: [s], apply: [a, "{id}"]}, timeout: 30 seconds'),
    ).runner;
    expect(runner).toStrictEqual({
      where: "local",
      checkout: false,
      commands: { apply: ["a", "{id}"], status: ["s"] },
      timeoutSeconds: 30,
    });
  });
});

describe("who says whether a migration is applied", () => {
  const shows = [{ table: "carts" }];
  const written = { phase: "api", purpose: "p", rollbackRisk: "low", rollbackLoses: "drops x" } as const;
  const local = { where: "local" } as const;

  it.each([
    [
      "what config names",
      { shows },
      { ...local, source: "status" as const, tool: "knex" as const },
      "status",
    ],
    ["what it shows", { shows }, { ...local, tool: "knex" as const }, "shows"],
    ["the tool's table", {}, { ...local, tool: "knex" as const, commands: { status: ["s"] } }, "ledger"],
    ["the status command", {}, { ...local, commands: { status: ["s"] } }, "status"],
    ["nobody, without a command", {}, local, undefined],
    ["nobody, without a runner", {}, undefined, undefined],
  ])("is %s", (_who, migration, runner, kind) => {
    expect(sourceKindOf(migration, runner)).toBe(kind);
  });

  it("is asked with all that was written and nothing else", () => {
    expect(sourceOf({ ...written, shows }, local)).toStrictEqual({ kind: "shows", facts: shows });
    expect(sourceOf(written, { ...local, source: "shows" })).toStrictEqual({ kind: "shows", facts: [] });
    expect(sourceOf(written, { ...local, source: "ledger" })).toStrictEqual({ kind: "status" });
    expect(sourceOf(written, undefined)).toStrictEqual({ kind: "status" });
    expect(sourceOf(written, { ...local, tool: "knex" })).toStrictEqual({ kind: "ledger", tool: "knex" });
    const ledger = { table: "t", schema: "s", app: "a", linear: true };
    expect(
      sourceOf(
        { ...written, shows, recordedAs: "001.js" },
        { ...local, tool: "knex", source: "ledger", ledger },
      ),
    ).toStrictEqual({ kind: "ledger", tool: "knex", ...ledger, facts: shows, name: "001.js" });
  });
});

describe("the commands of a tool", () => {
  /** As each tool documents them; a step back that names no migration is none. */
  const COMMANDS: Record<(typeof MIGRATION_TOOLS)[number], [string, string?]> = {
    alembic: ["alembic upgrade {id}", "alembic downgrade {id}-1"],
    dbmate: ["dbmate --no-dump-schema up"],
    django: ["python manage.py migrate --noinput"],
    drizzle: ["npx drizzle-kit migrate"],
    flyway: ["flyway migrate -target={id}"],
    "golang-migrate": ["./migrate.sh goto {id}"],
    goose: ["goose up-to {id}"],
    knex: ["npx knex migrate:up {id}", "npx knex migrate:down {id}"],
    laravel: ["php artisan migrate --force --path=database/migrations/{id}.php"],
    liquibase: ["liquibase update"],
    "node-pg-migrate": ["npx node-pg-migrate up"],
    prisma: ["npx prisma migrate deploy"],
    rails: ["bin/rails db:migrate:up VERSION={id}", "bin/rails db:migrate:down VERSION={id}"],
    sequelize: ["npx sequelize-cli db:migrate --to {id}", "npx sequelize-cli db:migrate:undo --name {id}"],
    typeorm: ["npx typeorm migration:run -d data-source.js"],
    umzug: ["node migrate.js up --name {id}", "node migrate.js down --name {id}"],
  };

  it.each(MIGRATION_TOOLS)("are those of %s, and config's own go before them", (tool) => {
    const [apply, rollback] = COMMANDS[tool];
    const brought = commandsOf({ where: "local", tool });
    expect(brought).toStrictEqual({
      apply: apply.split(" "),
      ...(rollback === undefined ? {} : { rollback: rollback.split(" ") }),
    });
    const commands = { apply: ["a"], rollback: ["b"], status: ["c"] };
    expect(commandsOf({ where: "local", tool, commands })).toStrictEqual(commands);
  });

  it("are none without a tool", () => {
    expect(commandsOf({ where: "local" })).toStrictEqual({ apply: [] });
  });
});

it.each([
  [["up", "{id}"], true],
  [["up", "--file=m/{file}"], true],
  [["{id}"], true],
  [["up"], false],
  [["up", "id"], false],
  [[], false],
])("the words %j name one migration: %s", (words, names) => {
  expect(takesId(words)).toBe(names);
});
