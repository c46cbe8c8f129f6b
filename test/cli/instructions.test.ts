import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { rollback } from "../../cli/rollback/recipe";
import type { RollbackOptions } from "../../cli/rollback/wish";
import { fakeDesk, STACK, stackFile } from "./support/fake-desk";

const known = `  felix-hub-rollout:serviceIds: {felix-hub-backend: srv-abcd1234, felix-hub-mechanics-frontend: srv-efgh5678}
  felix-hub-rollout:serviceUrls: {felix-hub-backend: "https://hub.example.com"}
`;

const cases: Record<string, { text: string; options: Omit<RollbackOptions, "stack"> }> = {
  full: { text: stackFile("complete"), options: { full: true } },
  "full-with-consent": {
    text: stackFile("complete", known),
    options: {
      full: true,
      acceptDataLoss: ["002_create_categories_parts_tables", "001_add_car_number_column"],
    },
  },
  "partial-of-telegram": {
    text: stackFile("notifications", known),
    options: { partial: ["ENABLE_TG_ADMIN_NOTIFS", "ENABLE_TG_MECH_NOTIFS"] },
  },
  "from-complete-the-day-before": {
    text: stackFile("preparation", known),
    options: { full: true, from: "complete" },
  },
  "one-migration-of-two": {
    text: stackFile("preparation"),
    options: { migrationsOnly: true, acceptDataLoss: ["002_create_categories_parts_tables"] },
  },
};

it.each(Object.entries(cases))(
  "%s by hand reads as its golden file, and opens no engine",
  async (name, { text, options }) => {
    const desk = fakeDesk({ text });
    desk.openEngine = () => Promise.reject(new Error("no engine here"));
    expect(await rollback(desk, { stack: STACK, instructions: true, ...options })).toBe(0);
    expect(desk.file()).toBe(text);
    await expect(`${desk.data.join("\n")}\n`).toMatchFileSnapshot(
      join(__dirname, "golden", "instructions", `${name}.txt`),
    );
  },
);

it("--from is refused without --instructions, and for a phase that there is not", async () => {
  const desk = fakeDesk({ text: stackFile("preparation") });
  await expect(rollback(desk, { stack: STACK, full: true, from: "complete" })).rejects.toThrow(
    /--from is for --instructions/,
  );
  const wrong = rollback(desk, { stack: STACK, full: true, from: "compleat", instructions: true });
  await expect(wrong).rejects.toThrow(/--from: there is no phase "compleat"/);
});

it("the command prints them on a machine without a pulumi; without --instructions it says in one sentence what is missing", () => {
  const root = join(__dirname, "..", "..");
  const directory = mkdtempSync(join(tmpdir(), "rollout-bare-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  copyFileSync(join(root, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
  writeFileSync(join(directory, "Pulumi.prod.yaml"), stackFile("ui"));
  const env = { PATH: join(root, "node_modules", ".bin"), HOME: directory };
  const run = (...args: string[]) =>
    spawnSync(
      process.execPath,
      [
        "--import",
        join(root, "node_modules", "tsx", "dist", "loader.mjs"),
        join(root, "cli", "rollback.ts"),
        "--stack",
        "prod",
        ...args,
      ],
      {
        cwd: directory,
        env,
        encoding: "utf8",
      },
    );
  const by = run("--full", "--instructions");
  expect(by.stdout).toContain("# Rollback of prod by hand: from ui to preparation");
  expect(by.status).toBe(0);
  const bare = run("--full", "--yes");
  expect(bare.stderr).toContain("there is no Pulumi CLI on this machine");
  expect(bare.stderr).toContain("--instructions");
  expect(bare.status).toBe(1);
  expect(run("--full", "--frobnicate").status).toBe(2);
}, 30_000);
