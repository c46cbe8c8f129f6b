import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { formatProblems, loadStackConfig, type StackConfig } from "../../components/config";

const root = path.join(__dirname, "..", "..");

/** The catalogue as it is now, with a stack file as it was shipped: operating the product changes the real one. */
function load(stack: string): StackConfig {
  const dir = mkdtempSync(path.join(tmpdir(), "shipped-"));
  onTestFinished(() => {
    rmSync(dir, { recursive: true });
  });
  copyFileSync(path.join(root, "Pulumi.yaml"), path.join(dir, "Pulumi.yaml"));
  copyFileSync(
    path.join(__dirname, "fixtures", `Pulumi.${stack}.yaml`),
    path.join(dir, `Pulumi.${stack}.yaml`),
  );
  return loadFrom(dir, stack);
}

function loadFrom(dir: string, stack: string): StackConfig {
  const parsed = loadStackConfig({ dir, stack });
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
  return parsed.config;
}

it.each(["prod", "staging"])("the stack file of %s is valid, wherever its rollout stands", (stack) => {
  expect(loadFrom(root, stack).stack).toBe(stack);
});

describe("the stacks as they are shipped", () => {
  it.each(["prod", "staging"])(
    "%s: stands in preparation, holds nothing and has consented to nothing",
    (stack) => {
      expect(load(stack)).toMatchObject({
        phase: "preparation",
        hold: [],
        acceptDataLoss: {},
        acknowledged: {},
      });
    },
  );

  it("prod: the runbook's flags, each in its phase, with what it needs", () => {
    const flags = load("prod").flags.map(({ key, serviceKey, phase, requires }) => [
      key,
      serviceKey,
      phase,
      ...requires,
    ]);
    expect(flags).toEqual([
      ["ENABLE_CAR_NUMBER", "felix-hub-backend", "api", "001_add_car_number_column"],
      ["ENABLE_PART_CATEGORIES", "felix-hub-backend", "api", "002_create_categories_parts_tables"],
      ["VITE_ENABLE_MECH_I18N", "felix-hub-mechanics-frontend", "ui"],
      ["VITE_ENABLE_UI_REFRESH", "felix-hub-mechanics-frontend", "ui"],
      ["ENABLE_MECH_I18N", "felix-hub-backend", "ui"],
      ["ENABLE_UI_REFRESH", "felix-hub-backend", "ui"],
      ["ENABLE_TG_ADMIN_NOTIFS", "felix-hub-backend", "notifications"],
      ["ENABLE_TG_MECH_NOTIFS", "felix-hub-backend", "notifications"],
    ]);
  });

  it("prod: the runbook's migrations, in its order, with its risks", () => {
    expect(load("prod").migrations.map(({ id, phase, rollbackRisk }) => [id, phase, rollbackRisk])).toEqual([
      ["001_add_car_number_column", "migrations", "low"],
      ["002_create_categories_parts_tables", "migrations", "medium"],
    ]);
  });

  it("prod: the runbook's soak times and figures", () => {
    const { soakSeconds, thresholds } = load("prod");
    expect(soakSeconds).toMatchObject({ api: 900, ui: 900, notifications: 1800, monitoring: 86_400 });
    expect(thresholds).toEqual({
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
    });
  });

  it("staging: the same catalogue on services of its own, with shorter soak times", () => {
    const [prod, staging] = [load("prod"), load("staging")];
    expect(staging.flags).toEqual(prod.flags);
    expect(staging.migrations).toEqual(prod.migrations);
    expect(staging.services.map(({ renderName }) => renderName)).toEqual([
      "felix-hub-backend-staging",
      "felix-hub-mechanics-frontend-staging",
    ]);
    for (const phase of ["api", "ui", "notifications", "monitoring"] as const) {
      expect(staging.soakSeconds[phase]).toBeGreaterThan(0);
      expect(staging.soakSeconds[phase]).toBeLessThan(prod.soakSeconds[phase]);
    }
  });
});

describe("the shipped backup command", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "backup-"));
    mkdirSync(path.join(dir, "bin"));
    tool(
      "pg_dump",
      'for word in "$@"; do case "$word" in --file=*) echo dump > "${word#--file=}";; esac; done',
    );
    tool("pg_restore", 'echo "1; 0 1 TABLE DATA public orders ada"');
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  function tool(name: string, script: string): void {
    const file = path.join(dir, "bin", name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  async function run(): Promise<{ code: number; stdout: string }> {
    const { command } = load("prod").backup!;
    const env = {
      PATH: `${path.join(dir, "bin")}:${process.env["PATH"] ?? ""}`,
      DATABASE_URL: "postgres://u:CANARY@127.0.0.1/db",
      ROLLOUT_BACKUP_DIR: path.join(dir, "kept here"),
    };
    return promisify(execFile)("/bin/sh", ["-c", command], { env }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: unknown) => error as { code: number; stdout: string },
    );
  }

  it("makes a dump that only its owner can read, lists it, and prints no secret", async () => {
    const { code, stdout } = await run();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^backup .*\/kept here\/\S+Z\.dump: +5 bytes, +1 tables\n$/);
    expect(stdout).not.toContain("CANARY");
    const kept = path.join(dir, "kept here");
    const files = readdirSync(kept).sort();
    expect(files).toHaveLength(2);
    for (const file of files) expect(statSync(path.join(kept, file)).mode & 0o077).toBe(0);
  });

  it.each([
    ["the dump fails", "pg_dump", "exit 3"],
    ["the dump cannot be read back", "pg_restore", "echo 'TABLE DATA'; exit 1"],
    ["the dump holds no table", "pg_restore", "echo '; empty'"],
  ])("fails when %s", async (_, name, script) => {
    tool(name, script);
    expect((await run()).code).not.toBe(0);
  });
});

describe("the shipped services fit the customer's", () => {
  it("the backend's health is what it says, its report stands where it is, and lists are bare", () => {
    const { services, smoke } = load("prod");
    expect(services[0]).toMatchObject({
      kind: "web_service",
      healthPath: "/health",
      healthExpect: { status: "healthy", database: "connected" },
      reports: { path: "/api/config/feature-flags" },
    });
    expect(smoke.map(({ path: asked, json }) => [asked, json])).toEqual([
      ["/api/categories", { "": { type: "array" } }],
      ["/api/orders", { "": { type: "array" } }],
      ["/api/parts", { "": { type: "array" } }],
    ]);
  });

  it("the front end cannot report its flags, and the flags that it really asks for are on the back end, in its phase", () => {
    const { services, flags } = load("prod");
    expect(services[1]?.reports).toHaveProperty("none");
    const pairs = flags.filter(({ phase }) => phase === "ui").map(({ key, serviceKey }) => [key, serviceKey]);
    expect(pairs).toEqual([
      ["VITE_ENABLE_MECH_I18N", "felix-hub-mechanics-frontend"],
      ["VITE_ENABLE_UI_REFRESH", "felix-hub-mechanics-frontend"],
      ["ENABLE_MECH_I18N", "felix-hub-backend"],
      ["ENABLE_UI_REFRESH", "felix-hub-backend"],
    ]);
  });
});
