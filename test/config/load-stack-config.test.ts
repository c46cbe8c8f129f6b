import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  formatProblems,
  loadStackConfig,
  PHASES,
  parsePulumiValues,
  parseSources,
  type StackConfig,
} from "../../components/config";
import { parseStackConfig, type ParsedConfig } from "../../components/config/parse-stack-config";
import { asPulumiHandsOver } from "./as-pulumi-hands-over";
import { validProjectYaml, validStackYaml } from "./wrong-configs";

const names = { project: "felix-hub-rollout", stack: "prod" };

function sources(stackYaml: string, projectYaml = validProjectYaml) {
  return [
    { kind: "stack" as const, file: "Pulumi.prod.yaml", text: stackYaml },
    { kind: "project" as const, file: "Pulumi.yaml", text: projectYaml },
  ];
}

function configOf(parsed: ParsedConfig): StackConfig {
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
  return parsed.config;
}

function load(...lines: string[]): StackConfig {
  return configOf(
    parseSources(sources(`${validStackYaml}${lines.map((line) => `  ${line}\n`).join("")}`), {
      stack: "prod",
    }),
  );
}

function linesOf(parsed: ParsedConfig): string {
  return parsed.ok ? "" : formatProblems(parsed.problems);
}

describe("a way back", () => {
  it.each([
    "felix-hub-rollout:adopt: monitoring",
    'felix-hub-rollout:override: {smoke: "2026-11-24 by Ada, error-rate: it is known"}',
    "felix-hub-rollout:hold: [ENABLE_CART]",
    'felix-hub-rollout:acceptDataLoss: {001_carts: "2026-11-24 by Ada"}',
  ])("is not refused for what the file says of a phase that is left: %s", (line) => {
    for (const phase of PHASES) {
      const stack = `${validStackYaml.replace(/phase: .*/, `phase: ${phase}`)}  ${line}\n`;
      const lines = linesOf(parseSources(sources(stack), { stack: "prod" }));
      expect(lines.split("\n").filter((each) => !each.includes("backup"))).toEqual([""]);
    }
  });
});

describe("a valid config", () => {
  it("comes out with every default filled in", () => {
    expect(load()).toEqual({
      ...names,
      phase: "migrations",
      hold: [],
      acknowledged: {},
      acceptDataLoss: {},
      override: {},
      timeZone: "Europe/Berlin",
      renderApiUrl: "https://api.render.com/v1",
      deployTimeoutSeconds: 1800,
      services: [
        { key: "shop-api", renderName: "shop-api", kind: "web_service", healthPath: "/health" },
        { key: "shop-site", renderName: "shop-site", kind: "static_site", healthPath: "/" },
      ],
      flags: [
        {
          key: "ENABLE_CART",
          serviceKey: "shop-api",
          phase: "api",
          purpose: "Cart",
          requires: ["001_carts"],
        },
        {
          key: "VITE_NEW_LOOK",
          serviceKey: "shop-site",
          phase: "ui",
          purpose: "New look",
          requires: [],
          buildTime: true,
        },
      ],
      migrations: [
        {
          id: "001_carts",
          phase: "migrations",
          purpose: "Carts",
          rollbackRisk: "low",
          rollbackLoses: "drops the table carts",
          source: { kind: "status" },
        },
        {
          id: "002_wishes",
          phase: "ui",
          purpose: "Wishes",
          rollbackRisk: "high",
          rollbackLoses: "drops the table wishes",
          source: { kind: "status" },
        },
      ],
      runner: {
        where: "render-job",
        serviceKey: "shop-api",
        checkout: false,
        commands: {
          status: ["python", "migrate.py", "status"],
          apply: ["python", "migrate.py", "apply", "{id}"],
          rollback: ["python", "migrate.py", "rollback", "{id}"],
        },
        timeoutSeconds: 900,
      },
      backup: { command: 'pg_dump "$DATABASE_URL"', timeoutSeconds: 900 },
      soakSeconds: {
        preparation: 0,
        migrations: 0,
        api: 0,
        ui: 0,
        notifications: 0,
        smoke: 0,
        monitoring: 0,
        complete: 0,
      },
      thresholds: {
        advance: {
          ...{ errorRatePercent: 1, latencyIncreasePercent: 10 },
          ...{ p50Seconds: 0.5, p95Seconds: 1, p99Seconds: 2 },
        },
        investigate: {
          ...{ errorRatePercent: 2, p95Seconds: 2, memoryPercent: 75, cpuPercent: 90 },
          ...{ errorLinesPerMinute: 1, clientErrorIncreasePercent: 2 },
          ...{ connectionsPercent: 75, notificationFailurePercent: 5 },
        },
        immediate: {
          ...{ errorRatePercent: 5, p95Seconds: 3, memoryPercent: 90 },
          ...{ errorLinesPerMinute: 10, clientErrorIncreasePercent: 10 },
        },
        telegramSeconds: 5,
      },
      gates: { couldNotMeasure: "fail", noData: "fail", inconclusive: "fail" },
      smoke: [],
      prerequisites: [],
      criticalLogs: ["CRITICAL", "FATAL"],
      schedule: {
        timeZone: "Europe/Berlin",
        windows: [{ days: ["tuesday", "wednesday", "thursday"], from: "22:00", to: "02:00" }],
        blackouts: [],
        holidays: [],
        fridayRule: true,
      },
      sampling: { batches: 4, warmUp: 20, spreadSeconds: 60, timeoutSeconds: 10 },
    });
  });

  it("comes out with what gates ask, when and where", () => {
    const config = load(
      'felix-hub-rollout:scheduleOverride: "2026-11-24 by Ada: the parts list must go live"',
      "felix-hub-rollout:rebaseline: 2026-11-24T22:10",
      "felix-hub-rollout:smoke: {cart: {phase: api, service: shop-api, path: /cart?all=1, json: {items: {type: array}}, needs: [ENABLE_CART]}}",
      "felix-hub-rollout:smokeCommand: {command: ./smoke.sh}",
      "felix-hub-rollout:pages: {shop: {service: shop-site, path: '/#/cart', whenOn: {ENABLE_CART: {visible: ['#cart']}}}}",
      "felix-hub-rollout:prerequisites: {team: {phase: preparation, purpose: Team told}, backup: {phase: preparation, purpose: Restorable, postgresRecovery: shop-db}}",
      "felix-hub-rollout:sampling: {baselineSamples: 50, spread: 5 seconds}",
      'felix-hub-rollout:telegram: {chatId: "-1001234567890"}',
    );
    expect(config).toMatchObject({
      rebaseline: "2026-11-24T22:10",
      schedule: { override: { date: "2026-11-24", by: "Ada", reason: "the parts list must go live" } },
      smoke: [
        {
          id: "cart",
          method: "GET",
          status: 200,
          json: { items: { type: "array" } },
          needs: ["ENABLE_CART"],
        },
      ],
      smokeCommand: { phase: "smoke", command: "./smoke.sh", timeoutSeconds: 900 },
      pages: [
        {
          ...{ id: "shop", phase: "preparation", serviceKey: "shop-site", path: "/#/cart" },
          ...{ visible: [], hidden: [], whenOff: {}, ignore: [], withinSeconds: 3, growthPercent: 50 },
          whenOn: { ENABLE_CART: { visible: ["#cart"], hidden: [] } },
        },
      ],
      prerequisites: [{ id: "backup", postgresRecovery: "shop-db" }, { id: "team" }],
      sampling: { baselineSamples: 50, spreadSeconds: 5 },
      telegram: { chatId: "-1001234567890", apiUrl: "https://api.telegram.org" },
    });
  });

  it("has no schedule where a stack says that it is not enforced", () => {
    expect(load("felix-hub-rollout:schedule: {enforce: false}")).not.toHaveProperty("schedule");
  });

  it("comes out with everything that a stack may say", () => {
    const config = load(
      "felix-hub-rollout:hold: [VITE_NEW_LOOK]",
      "felix-hub-rollout:adopt: migrations",
      "felix-hub-rollout:acknowledged: {team: 2026-11-24 by Ada}",
      'felix-hub-rollout:acceptDataLoss: {002_wishes: "2026-11-24T22:10+01:00  by  Ada Lovelace"}',
      "felix-hub-rollout:timeZone: UTC",
      "felix-hub-rollout:workspace: tea-abc",
      "felix-hub-rollout:serviceIds: {shop-api: srv-abcd1234}",
      "felix-hub-rollout:serviceUrls: {shop-site: https://shop.example/}",
      "felix-hub-rollout:serviceNames: {shop-api: shop-api-staging}",
      "felix-hub-rollout:renderApiUrl: http://127.0.0.1:8080/v1/",
      "felix-hub-rollout:deployTimeout: 90 seconds",
      "felix-hub-rollout:soak: {api: 15 minutes, monitoring: 2 days}",
      "felix-hub-rollout:gates: {noData: warn}",
      "felix-hub-rollout:thresholds: {immediate: {errorRatePercent: 7.5}}",
      "pulumi:tags: {team: shop}",
    );
    expect(config).toMatchObject({
      hold: ["VITE_NEW_LOOK"],
      adopt: "migrations",
      acknowledged: { team: { date: "2026-11-24", by: "Ada", text: "2026-11-24 by Ada" } },
      acceptDataLoss: {
        "002_wishes": {
          date: "2026-11-24",
          time: "22:10+01:00",
          by: "Ada Lovelace",
          text: "2026-11-24T22:10+01:00 by Ada Lovelace",
        },
      },
      timeZone: "UTC",
      workspace: "tea-abc",
      services: [
        { key: "shop-api", renderName: "shop-api-staging", id: "srv-abcd1234" },
        { key: "shop-site", renderName: "shop-site", url: "https://shop.example" },
      ],
      renderApiUrl: "http://127.0.0.1:8080/v1",
      deployTimeoutSeconds: 90,
      soakSeconds: { api: 900, monitoring: 172_800, ui: 0 },
      gates: { noData: "warn", couldNotMeasure: "fail" },
      thresholds: { immediate: { errorRatePercent: 7.5 }, advance: { errorRatePercent: 1 } },
    });
  });

  it("is plain JSON", () => {
    const config = load("felix-hub-rollout:acknowledged: {team: 2026-11-24 by Ada}");
    expect(JSON.parse(JSON.stringify(config))).toEqual(config);
  });

  it("is the same from the values that Pulumi hands over, although Pulumi sorts every map", () => {
    const projectYaml = validProjectYaml
      .replace("001_carts: {", "9_carts: {")
      .replace("[001_carts]", "[9_carts]")
      .replace("002_wishes: {", '"10": {');
    const files = sources(validStackYaml, projectYaml);
    const fromFiles = configOf(parseSources(files, { stack: "prod" }));
    const fromPulumi = configOf(
      parsePulumiValues(asPulumiHandsOver(validStackYaml, projectYaml), files, names),
    );
    expect(fromFiles.migrations.map(({ id }) => id)).toEqual(["9_carts", "10"]);
    expect(fromPulumi).toEqual(fromFiles);
  });

  it("keeps its secrets closed: an encrypted one is accepted and does not come out", () => {
    const config = load(
      "felix-hub-rollout:renderApiKey: {secure: v1:abc:CANARY}",
      "felix-hub-rollout:databaseUrl: {secure: v1:d:CANARY}",
    );
    expect(JSON.stringify(config)).not.toContain("CANARY");
  });

  it("may leave the namespace out, as Pulumi allows", () => {
    const bare = sources("config:\n  phase: api\n  felix-hub-rollout:config:hold: [ENABLE_CART]\n");
    expect(configOf(parseSources(bare, { stack: "prod" }))).toMatchObject({
      phase: "api",
      hold: ["ENABLE_CART"],
    });
  });

  it("needs no backup before anything can be changed", () => {
    const noBackup = validProjectYaml.replace(/ {2}backup:[^]*/, "");
    const config = configOf(
      parseSources(sources("config:\n  phase: preparation\n", noBackup), { stack: "prod" }),
    );
    expect(config.backup).toBeUndefined();
  });

  it("takes a stack's value for the project's as a whole", () => {
    const config = load(
      "felix-hub-rollout:flags: {ENABLE_ONLY: {service: shop-api, phase: api, purpose: Alone}}",
    );
    expect(config.flags.map(({ key }) => key)).toEqual(["ENABLE_ONLY"]);
  });
});

describe("the order of migrations", () => {
  const values = asPulumiHandsOver(validStackYaml, validProjectYaml);

  it("is not guessed when no file holds the migrations that the program got", () => {
    const expected =
      "migrations: found migrations in an order that Pulumi does not keep; " +
      "allowed: the same migrations in Pulumi.yaml or in the stack's own file, Pulumi.<stack>.yaml";
    expect(linesOf(parsePulumiValues(values, [], names))).toBe(expected);
    const other = sources(validStackYaml, validProjectYaml.replace("002_wishes", "002_other"));
    expect(linesOf(parsePulumiValues(values, other, names))).toBe(expected);
  });

  it("needs no file for a single migration", () => {
    const one = {
      ...values,
      "felix-hub-rollout:migrations": JSON.stringify({ "001_carts": migration("api") }),
    };
    const flags = JSON.stringify({ ENABLE_CART: { service: "shop-api", phase: "api", purpose: "Cart" } });
    expect(parsePulumiValues({ ...one, "felix-hub-rollout:flags": flags }, [], names).ok).toBe(true);
  });
});

describe("dates without quotes", () => {
  it("reach the rules as they were written, although Pulumi makes moments of them", () => {
    const stackYaml =
      "config:\n  phase: api\n  timeZone: 2026-11-24\n  acknowledged: {team: 2026-11-24, lead: 2026-11-24T22:10:05Z}\n";
    const values = {
      ...asPulumiHandsOver(stackYaml, validProjectYaml),
      "felix-hub-rollout:timeZone": "2026-11-24 00:00:00 +0000 UTC",
      "felix-hub-rollout:acknowledged": '{"lead":"2026-11-24T22:10:05Z","team":"2026-11-24T00:00:00Z"}',
    };
    const files = sources(stackYaml);
    expect(linesOf(parsePulumiValues(values, files, names))).toBe(
      linesOf(parseSources(files, { stack: "prod" })),
    );
    expect(linesOf(parsePulumiValues(values, files, names))).toContain(
      'acknowledged.team: found "2026-11-24";',
    );
  });
});

describe("values without a file", () => {
  it("are refused by path alone", () => {
    const parsed = parseStackConfig({
      ...names,
      values: { phase: "apii", services: {}, flags: {} },
      sources: [],
    });
    expect(linesOf(parsed)).toBe(
      'phase: found "apii"; allowed: preparation, migrations, api, ui, notifications, smoke, monitoring, complete; did you mean "api"?\n' +
        "services: found an empty map; allowed: a map with a service or more",
    );
  });

  it("are ignored where they are secrets or belong to others", () => {
    const values = {
      ...asPulumiHandsOver(validStackYaml, validProjectYaml),
      "felix-hub-rollout:renderApiKey": "rnd_CANARY",
      "aws:region": "x",
    };
    expect(parsePulumiValues(values, sources(validStackYaml), names).ok).toBe(true);
  });
});

describe("a project's directory", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "load-config-"));
    writeFileSync(path.join(dir, "Pulumi.yaml"), validProjectYaml);
    writeFileSync(path.join(dir, "Pulumi.prod.yaml"), validStackYaml);
    writeFileSync(path.join(dir, "Pulumi.staging.yaml"), validStackYaml);
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  it("without a file for the stack: names those that have one, and the nearest", () => {
    expect(linesOf(loadStackConfig({ dir, stack: "stagign" }))).toBe(
      'found no file Pulumi.stagign.yaml; allowed: a stack with a file (prod, staging); did you mean "staging"?',
    );
  });

  it("without a Pulumi.yaml: says so", () => {
    rmSync(path.join(dir, "Pulumi.yaml"));
    expect(linesOf(loadStackConfig({ dir, stack: "prod" }))).toBe(
      "found no file Pulumi.yaml; allowed: the project's directory",
    );
  });

  it("without a name in Pulumi.yaml: says so, as no key could be told from another", () => {
    writeFileSync(path.join(dir, "Pulumi.yaml"), validProjectYaml.replace(/^name:.*\n/, ""));
    expect(linesOf(loadStackConfig({ dir, stack: "prod" }))).toBe(
      "Pulumi.yaml:1:1: name: found nothing; allowed: the project's name",
    );
  });

  it("takes a stack by its full name, and another file for it", () => {
    writeFileSync(path.join(dir, "other.yaml"), "config:\n  phase: ui\n");
    expect(configOf(loadStackConfig({ dir, stack: "organization/felix-hub-rollout/prod" })).stack).toBe(
      "prod",
    );
    expect(configOf(loadStackConfig({ dir, stack: "prod", stackFile: "other.yaml" })).phase).toBe("ui");
  });
});

function migration(phase: string) {
  return { phase, purpose: "Carts", rollbackRisk: "low", rollbackLoses: "drops the table carts" };
}

describe("the most that gates look at", () => {
  const list = (count: number, of: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => of(index)).join(", ");
  const withEndpoints = (count: number) => {
    const [site, api] = [1, count - 1].map((each) => `[${list(each, (index) => `/api/${index}`)}]`);
    return linesOf(
      parseSources(
        sources(
          `${validStackYaml}  felix-hub-rollout:services:
    shop-site: {kind: static_site, healthPath: /, endpoints: ${site}}
    shop-api: {kind: web_service, healthPath: /health, endpoints: ${api}}
`,
        ),
        { stack: "prod" },
      ),
    );
  };
  const withPages = (count: number) => {
    const pages = list(count, (index) => `p${index}: {service: shop-site}`);
    const stack = `${validStackYaml}  felix-hub-rollout:pages: {${pages}}\n`;
    return linesOf(parseSources(sources(stack), { stack: "prod" }));
  };

  it("are ten endpoints of all services together; the eleventh is refused where it stands", () => {
    expect(withEndpoints(10)).toBe("");
    expect(withEndpoints(12)).toBe(
      "Pulumi.prod.yaml:5:140: services.shop-api.endpoints[9]: found 12 endpoints in all services; allowed: 10 at most: choose those that users wait for",
    );
  });

  it("are ten pages; more are refused at the eleventh", () => {
    expect(withPages(10)).toBe("");
    expect(withPages(12)).toMatch(/^Pulumi\.prod\.yaml:3:\d+: pages: found 12 pages; allowed: 10 at most: /);
  });
});

describe("rates of errors", () => {
  it.each([
    [
      "advance: {errorRatePercent: 2}",
      "investigate",
      "2 (the default); allowed: more than 2, the rate of advance",
    ],
    ["immediate: {errorRatePercent: 2}", "immediate", "2; allowed: more than 2, the rate of investigate"],
  ])("have to rise from one level to the next, and equal ones do not: {%s}", (rates, level, words) => {
    const stack = `${validStackYaml}  felix-hub-rollout:thresholds: {${rates}}\n`;
    expect(linesOf(parseSources(sources(stack), { stack: "prod" }))).toContain(
      `thresholds.${level}.errorRatePercent: found ${words}`,
    );
  });

  it("may be as near to one another as anybody likes", () => {
    expect(
      load("felix-hub-rollout:thresholds: {advance: {errorRatePercent: 1.99}}").thresholds.advance
        .errorRatePercent,
    ).toBe(1.99);
  });
});
