import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { openStage, type Stage } from "./support/stage";

const EMBEDDED = join(__dirname, "..", "..", "rehearsal", "engine", "bin", "pulumi");
const UI = ["ENABLE_CAR_NUMBER", "ENABLE_PART_CATEGORIES", "VITE_ENABLE_MECH_I18N", "VITE_ENABLE_UI_REFRESH"];
const hasTerminals = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

let stage: Stage;
const live = async () =>
  Object.entries(await stage.world.flagsLive())
    .flatMap(([flag, on]) => (on ? [flag] : []))
    .sort();
const phase = () => /rollout:phase: (\w+)/.exec(readFileSync(stage.project.stackFile, "utf8"))?.[1];

beforeAll(async () => {
  stage = await openStage(EMBEDDED, { phase: "ui", adopt: "ui" });
  await stage.up();
}, 120_000);

afterAll(async () => {
  await stage.stop();
});

// Without `script` there is no terminal to ask on: loudly skipped, as nothing else proves the question.
it.skipIf(!hasTerminals)(
  "advance asks on a terminal; a gate that fails then takes the prior config back at once (--auto-rollback)",
  async () => {
    expect(await live()).toEqual(UI);
    await stage.world.passTime(16);
    stage.world.breakFlag("ENABLE_TG_MECH_NOTIFS");
    const { code, stdout } = await stage.command("advance", ["--auto-rollback"], { answer: "y" });
    expect(stdout).toContain("ENABLE_TG_MECH_NOTIFS goes on");
    expect(stdout).toContain("Going back to ui at once (--auto-rollback).");
    expect(stdout).toContain("notifications did not succeed, because: gate notifications did not pass");
    expect(code).toBe(1);
    expect(await live()).toEqual(UI);
    expect(phase()).toBe("ui");
    stage.world.mend();
  },
  120_000,
);

it("rollback --full turns all flags off and live with one deploy a service, keeps the migrations, and ends with a checklist", async () => {
  const mark = stage.world.render.requests.mark();
  const { code, stdout, stderr } = await stage.command("rollback", ["--full", "--yes"]);
  expect(stderr).toContain("The update is done");
  expect(code).toBe(0);
  expect(await live()).toEqual([]);
  expect(await stage.world.migrationsApplied()).toHaveLength(2);
  expect(phase()).toBe("preparation");
  expect(stdout).toMatch(
    /\[x\] Every service is live with them\n\[x\] Services report their flags as declared\n\[x\] Health checks answer/,
  );
  const requests = stage.world.render.requests.countsSince(mark);
  expect(requests["POST /v1/services/{serviceId}/deploys"]).toBe(2);
  expect(requests["PUT /v1/services/{serviceId}/env-vars/{envVarKey}"]).toBe(4);
}, 120_000);
