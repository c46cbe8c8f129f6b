import { describe, expect, it } from "vitest";

import { formatProblems, parseSources } from "../../components/config";
import { validProjectYaml, validStackYaml } from "./wrong-configs";

type Edit = (text: string) => string;

function linesOf({
  stack = [],
  edit = (text) => text,
}: {
  stack?: readonly string[];
  edit?: Edit;
}): string[] {
  const lines = stack.map((line) => `  felix-hub-rollout:${line}\n`).join("");
  const parsed = parseSources(
    [
      { kind: "stack", file: "Pulumi.prod.yaml", text: validStackYaml + lines },
      { kind: "project", file: "Pulumi.yaml", text: edit(validProjectYaml) },
    ],
    { stack: "prod" },
  );
  // Places are the business of wrong-configs.test.ts; here it is what is found, and what is allowed.
  return parsed.ok
    ? []
    : formatProblems(parsed.problems)
        .split("\n")
        .map((line) => line.replace(/^\S+:\d+:\d+: /, ""));
}

const runner =
  (value: string): Edit =>
  (text) =>
    text.replace(/runner:[^]*?\n {2}backup:/, `runner:\n    value: ${value}\n  backup:`);
const shop =
  (more: string): Edit =>
  (text) =>
    text.replace("healthPath: /health", more);
const also =
  (key: string, ...entries: string[]): Edit =>
  (text) =>
    `${text}  ${key}:\n    value:\n${entries.map((entry) => `      ${entry}\n`).join("")}`;

describe("a runner", () => {
  it.each<[string, string[]]>([
    ['{where: local, commands: {status: [s], apply: [a, "{id}"]}}', []],
    ["{where: local, tool: knex}", []],
    ["{where: local, source: ledger, tool: knex}", []],
    [
      '{where: local, checkout: true, commands: {status: [s], apply: [a, "{id}"]}}',
      [
        "runner.service: found nothing; allowed: a web service (shop-api), as checkout: true compares its commit",
      ],
    ],
    [
      '{where: render-job, commands: {status: [s], apply: [a, "{id}"]}}',
      ["runner.service: found nothing; allowed: a web service (shop-api), as where is render-job"],
    ],
    [
      '{where: ssh, service: shop-app, commands: {status: [s], apply: [a, "{id}"]}}',
      ['runner.service: found "shop-app"; allowed: a web service (shop-api); did you mean "shop-api"?'],
    ],
    [
      "{where: local, commands: {status: [s]}}",
      ["runner.commands.apply: found nothing; allowed: commands.apply, the words that apply migrations"],
    ],
    [
      "{where: local, source: status, tool: knex}",
      ['runner.source: found "status"; allowed: runner.commands.status, which tells it'],
    ],
    [
      '{where: local, source: ledger, commands: {status: [s], apply: [a, "{id}"]}}',
      ['runner.source: found "ledger"; allowed: runner.tool, whose table is read'],
    ],
    [
      '{where: local, commands: {status: ["$A", "x$B", "$C/d", "${LONG}", "${L M}"], apply: [a, "{id}"]}}',
      ["$A", "${LONG}"].map(
        (word) =>
          `runner.commands.status[${word === "$A" ? 0 : 3}]: found "${word}"; allowed: a word as it is: no shell reads these commands and fills in variables`,
      ),
    ],
    [
      '{where: local, commands: {status: [s], apply: [a, "x${id}", "${id}"]}}',
      [
        'runner.commands.apply[1]: found "x${id}"; allowed: {id}, without $',
        'runner.commands.apply[2]: found "${id}"; allowed: a word as it is: no shell reads these commands and fills in variables',
      ],
    ],
    [
      '{where: local, commands: {status: [s], apply: [a, "{id}"], rollback: []}}',
      [
        'runner.commands.rollback: found an empty list; allowed: a list of words, the first one the program: ["python", "migrate.py"]',
      ],
    ],
  ])("is looked at as a whole: %s", (value, lines) => {
    expect(linesOf({ edit: runner(value) })).toEqual(lines);
  });
});

describe("an address", () => {
  const SECRET =
    "found an address with credentials (not shown); allowed: an address without a user and a password";
  const PLAIN = "allowed: https://…; http:// only on this machine (127.0.0.1, [::1], localhost)";

  it.each<[string, string | undefined]>([
    ["http://127.0.0.10:8080", undefined],
    ["http://[::1]:8080", undefined],
    ["http://localhost:8080", undefined],
    ["https://ada@shop.example", SECRET],
    ["https://:pw@shop.example", SECRET],
    [
      "https://shop.example/#a",
      'found an address with "?" or "#" (not shown); allowed: an address that ends before "?" and "#"',
    ],
    ["http://localhost.example", `found "http://localhost.example"; ${PLAIN}`],
    ["http://mylocalhost", `found "http://mylocalhost"; ${PLAIN}`],
  ])("of a service is refused where it is no plain one: %s", (address, words) => {
    const lines = linesOf({ stack: [`serviceUrls: {shop-api: "${address}"}`] });
    expect(lines).toEqual(words === undefined ? [] : [`serviceUrls.shop-api: ${words}`]);
  });

  it("of the team's chat is looked at, too", () => {
    const lines = linesOf({ stack: ['telegram: {chatId: "@shop", apiUrl: "no url"}'] });
    expect(lines).toEqual(['telegram.apiUrl: found "no url"; allowed: an address: "https://…"']);
  });
});

describe("times of a request", () => {
  it.each([
    ["GET", []],
    ["HEAD", []],
    [
      "POST",
      [
        "smoke.orders.times: found times of a POST; allowed: times only where the method is GET or HEAD; withinSeconds limits one request of any kind",
      ],
    ],
  ])("are measured where it only reads: %s", (method, lines) => {
    const test = `orders: {phase: smoke, service: shop-api, path: /orders, method: ${method}, times: {requests: 20, p95Seconds: 1}}`;
    expect(linesOf({ edit: also("smoke", test) })).toEqual(lines);
  });

  it("may hold what a step before has taken, and nothing else", () => {
    const test = (name: string) =>
      also(
        "smoke",
        `orders: {phase: smoke, service: shop-api, path: "/orders/{${name}}", before: [{path: /login, take: {id: token}}]}`,
      );
    expect(linesOf({ edit: test("id") })).toEqual([]);
    expect(linesOf({ edit: test("ix") })[0]).toContain(
      "smoke.orders.path: found {ix}; allowed: a name that a step before takes",
    );
  });

  it("may be left away for any", () => {
    const test = "orders: {phase: smoke, service: shop-api, path: /orders, method: POST}";
    expect(linesOf({ edit: also("smoke", test) })).toEqual([]);
  });
});

describe("dates that no calendar has, or in the wrong order, are refused:", () => {
  const schedule = (blackout: string) =>
    `schedule: {windows: [{days: [monday], from: "20:00", to: "22:00"}], blackouts: [{${blackout}, reason: x}]}`;
  const NO_DATE = "allowed: a date, one that the calendar has";

  it.each<[string, string[]]>([
    [schedule("from: 2026-02-01, to: 2026-02-01"), []],
    [schedule("from: 2026-02-30"), [`schedule.blackouts[0].from: found "2026-02-30"; ${NO_DATE}`]],
    [
      schedule("from: 2026-02-01, to: 2026-02-30"),
      [`schedule.blackouts[0].to: found "2026-02-30"; ${NO_DATE}`],
    ],
    [
      schedule("from: 2026-02-02, to: 2026-02-01"),
      ['schedule.blackouts[0].to: found "2026-02-01"; allowed: 2026-02-02, its beginning, or later'],
    ],
    ["rebaseline: 2026-02-30", [`rebaseline: found "2026-02-30"; ${NO_DATE}`]],
    [
      'scheduleOverride: "2026-02-30 by Ada: it must"',
      [
        'scheduleOverride: found "2026-02-30 by Ada: it must"; allowed: a date, a name and a reason: "2026-11-24 by Ada: the parts list must go live", one that the calendar has',
      ],
    ],
  ])("%s", (line, lines) => {
    expect(linesOf({ stack: [line] })).toEqual(lines);
  });
});

describe("a sign-off", () => {
  const items = also(
    "prerequisites",
    "training: {phase: api, purpose: Training}",
    "pitr: {phase: api, purpose: Recovery, postgresRecovery: shop-db}",
  );

  it.each<[string, string[]]>([
    ["training", []],
    ["trainin", ['acknowledged: found "trainin"; allowed: training; did you mean "training"?']],
    ["pitr", ['acknowledged: found "pitr"; allowed: training']],
  ])("is of an item that people sign: %s", (item, lines) => {
    expect(linesOf({ stack: [`acknowledged: {${item}: "2026-11-24 by Ada"}`], edit: items })).toEqual(lines);
  });
});

describe("a value of several forms is refused in the words of the one that was begun:", () => {
  it.each<[string, string]>([
    ["health: {path: 7}", 'health.path: found 7; allowed: a path: "/" and no spaces, "?" or "#"'],
    ["health: 7", "health: found 7; allowed: a map with path and expect"],
    [
      "healthPath: /h, reports: {pat: /x}",
      'reports: found the unknown key "pat"; allowed: path, at, names, on, absent, none; did you mean "path"?',
    ],
    [
      "healthPath: /h, reports: {path: x}",
      'reports.path: found "x"; allowed: a path: "/" and no spaces, "?" or "#"',
    ],
    ...(
      [
        ["7", "7"],
        ["[a]", "a list"],
        ["null", "nothing"],
      ] as const
    ).map(([value, found]): [string, string] => [
      `healthPath: /h, reports: ${value}`,
      `reports: found ${found}; allowed: a path: "/flags"; a map with path, at, names, on and absent; or {none: "why it cannot"}`,
    ]),
    [
      "health: {path: /h, expect: {a: {no: 1}}}",
      'health.expect.a: found the unknown key "no"; allowed: type, atLeast, atMost',
    ],
    [
      "health: {path: /h, expect: {a: {atLeast: x}}}",
      'health.expect.a.atLeast: found "x"; allowed: a number',
    ],
    [
      "health: {path: /h, expect: {a: [1]}}",
      'health.expect.a: found a list; allowed: a value ("ok", 3, true, null), or a map with type, atLeast or atMost (a number, or the length of a list)',
    ],
  ])("%s", (more, line) => {
    expect(linesOf({ edit: shop(more) })).toEqual([`services.shop-api.${line}`]);
  });

  it("a key that is not allowed stands where its map does", () => {
    expect(linesOf({ stack: ["soak: {apii: 1 hour}"] })).toEqual([
      'soak: found the unknown key "apii"; allowed: preparation, migrations, api, ui, notifications, smoke, monitoring, complete; did you mean "api"?',
    ]);
  });
});
