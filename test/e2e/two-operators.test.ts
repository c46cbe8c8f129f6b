import { copyFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { findPulumi } from "../../cli/engine/find-pulumi";
import { chooseEngine } from "../../rehearsal/operator/engine";
import { createProject, type Project } from "../../rehearsal/operator/project";
import { createPulumi, type Pulumi } from "../../rehearsal/operator/pulumi";
import { endProcessesIn } from "../support/end-processes-in";
import { findMoto, startMoto, type S3Server } from "../support/moto";
import { startSmallWorld, type SmallWorld } from "../support/small-world";

const STACK = "test";
const MINUTES_10 = 600_000;
const MIGRATIONS = ["001_add_car_number_column", "002_create_categories_parts_tables"];

const moto = findMoto();
const here = findPulumi() !== undefined && moto !== undefined;
if (!here)
  console.warn(
    "SKIPPED: two operators on one bucket: it needs a pulumi on the PATH, and a Python with moto.",
  );

describe.skipIf(!here)("two operators whose state is in one bucket", () => {
  let world: SmallWorld;
  let bucket: S3Server;
  const checkouts: { project: Project; pulumi: Pulumi }[] = [];

  beforeAll(async () => {
    [world, bucket] = [await startSmallWorld(), await startMoto(moto ?? "")];
    const env = { ...world.env(), ...bucket.env, RENDER_API_KEY: world.render.apiKey };
    for (let count = 0; count < 2; count += 1) {
      const project = createProject(STACK, world.stackConfig());
      checkouts.push({ project, pulumi: createPulumi(chooseEngine("pulumi"), project, STACK, env) });
    }
    const [ada, ben] = both();
    await ada.pulumi.command(["stack", "init", STACK]);
    copyFileSync(ada.project.stackFile, ben.project.stackFile);
    const up = await ada.pulumi.run("up");
    expect(up.ok, up.output).toBe(true);
  }, MINUTES_10);
  afterAll(async () => {
    bucket.stop();
    await world.stop();
    for (const { project } of checkouts) {
      endProcessesIn(project.directory);
      project.remove();
    }
  });

  function both() {
    const [ada, ben] = checkouts;
    if (ada === undefined || ben === undefined) throw new Error("there are two");
    return [ada, ben] as const;
  }

  it(
    "the second is refused while the first one's update runs, touches nothing, and finds nothing to do behind it",
    async () => {
      const [ada, ben] = both();
      const { directory } = ada.project;
      const base = world.stackConfig()["runner"] as { commands: Record<string, string[]> };
      const script = `echo > ${directory}/at; until [ -e ${directory}/go ]; do sleep 0.1; done; exec "$@"`;
      const held = ["sh", "-c", script, "sh", ...(base.commands["apply"] ?? [])];
      const runner = { ...base, commands: { ...base.commands, apply: held } };
      ada.project.edit({ phase: "migrations", runner });
      copyFileSync(ada.project.stackFile, ben.project.stackFile);
      const first = ada.pulumi.run("up");
      let over = false;
      void first.then(() => (over = true));
      while (!existsSync(join(directory, "at")) && !over) await delay(20);
      const mark = world.render.requests.mark();
      const second = await ben.pulumi.run("up");
      writeFileSync(join(directory, "go"), "");
      expect(second.ok).toBe(false);
      expect(second.output).toContain("currently locked by 1 lock(s)");
      const written = world.render.requests.since(mark).filter(({ method }) => method !== "GET");
      expect(written).toEqual([]);
      const done = await first;
      expect(done.ok, done.output).toBe(true);
      expect(await world.migrationsApplied()).toEqual(MIGRATIONS);
      const after = await ben.pulumi.run("up");
      expect(after.ok, after.output).toBe(true);
      expect(after.steps).toEqual([]);
      expect(world.schemaChanges().map(({ command }) => command)).toEqual(["apply"]);
    },
    MINUTES_10,
  );
});
