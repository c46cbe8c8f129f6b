import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { enginesHere } from "../support/engines";
import { rehearseStack, type RehearsedStack } from "../support/rehearsed-stack";

/** One flag for each service is held back and let go: five steps (two flags, two deploys, a gate), either way. */
const HELD = ["ENABLE_CAR_NUMBER", "VITE_ENABLE_UI_REFRESH"];
/** The one behind which the flag is written and not live. `npm run faults` kills at each of the others, too. */
const STEPS = ["update deploy-felix-hub-backend"];

const MIGRATIONS = ["001_add_car_number_column", "002_create_categories_parts_tables"];

/** Far more than any step takes: a busy machine is no failure. */
const MINUTES_10 = 600_000;

let stack: RehearsedStack;
const catalogueOn = [
  "ENABLE_CAR_NUMBER",
  "ENABLE_MECH_I18N",
  "ENABLE_PART_CATEGORIES",
  "ENABLE_UI_REFRESH",
  "VITE_ENABLE_MECH_I18N",
  "VITE_ENABLE_UI_REFRESH",
];

async function live(): Promise<string[]> {
  const flags = await stack.world.flagsLive();
  return Object.keys(flags)
    .filter((flag) => flags[flag])
    .sort();
}

/** Starts an update and kills the engine, the hard way, as soon as this step has begun. */
async function killAt(step: string): Promise<void> {
  const run = await stack.pulumi.run("up", {
    onStep: ({ op, name }, kill) => {
      if (`${op} ${name}` === step) kill();
    },
  });
  expect(run.ok, `the update was to be killed at "${step}"`).toBe(false);
  expect(run.steps.map(({ op, name }) => `${op} ${name}`)).toContain(step);
  await stack.pulumi.command(["cancel", "--yes", "--stack", "test"]);
}

async function settle(): Promise<void> {
  const run = await stack.pulumi.run("up");
  expect(run.ok, run.output).toBe(true);
}

describe.each(enginesHere())("an update whose engine ($name) is killed", (engine) => {
  /** Which flags are held back once everything has settled; undefined where the last turn did not come to its end. */
  let settledOn: readonly string[] | undefined;

  beforeAll(async () => {
    // A system that somebody brought as far as the UI phase by hand: taken over in one update.
    stack = await rehearseStack(engine, { phase: "ui", adopt: "ui" });
    const up = await stack.pulumi.run("up");
    expect(up.ok, up.output).toBe(true);
    settledOn = [];
  }, MINUTES_10);
  afterAll(() => stack.stop(), MINUTES_10);

  // Each turn leaves the flags the other way round, so the next one starts from there: "held" and "on" by turns.
  it.each(STEPS.map((step, turn) => [step, turn % 2 === 0 ? HELD : []] as const))(
    'at the step "%s" ends as declared: forwards by the next update, and back to the prior config likewise',
    async (step, target) => {
      const prior = target === HELD ? [] : HELD;
      if (settledOn?.length !== prior.length) {
        stack.project.edit({ hold: prior });
        await settle();
      }
      settledOn = undefined;
      stack.project.edit({ hold: target });
      await killAt(step);
      await settle();
      expect(await live()).toEqual(onExcept(target));
      stack.project.edit({ hold: prior });
      await killAt(step);
      stack.project.edit({ hold: target });
      await settle();
      expect(await live()).toEqual(onExcept(target));
      expect(onRender()).toEqual(onExcept(target));
      settledOn = target;
    },
    MINUTES_10,
  );
});

function onExcept(held: readonly string[]): string[] {
  return catalogueOn.filter((flag) => !held.includes(flag));
}

/** What is saved on Render, whatever runs. */
function onRender(): string[] {
  const saved = ["felix-hub-backend", "felix-hub-mechanics-frontend"].flatMap((name) =>
    Object.entries(stack.world.render.service(name).envVars),
  );
  return saved
    .filter(([, value]) => value === "true")
    .map(([key]) => key)
    .sort();
}

// The other steps, forwards and back, and the other signals are among the cases of `npm run faults`.
describe.each(enginesHere())("a rollback with consents, its engine ($name) killed", (engine) => {
  beforeAll(async () => {
    stack = await rehearseStack(engine);
    for (const phase of ["preparation", "migrations", "preparation"]) {
      stack.project.edit({ phase });
      await settle();
    }
    // Not wanted any more, and kept: nobody has consented to anything.
    expect(await stack.world.migrationsApplied()).toEqual(MIGRATIONS);
  }, MINUTES_10);
  afterAll(() => stack.stop(), MINUTES_10);

  /** @param words make it a consent of its own. */
  function consent(words: string): void {
    const text = `${stack.world.today()} by the test, ${words}, untried`;
    stack.project.edit({ acceptDataLoss: Object.fromEntries(MIGRATIONS.map((id) => [id, text])) });
  }

  it(
    "when the migrations' turn has come, has spent them: nothing is lost by the next update, and new ones drop the schema once",
    async () => {
      const release = stack.world.holdRollbacks();
      try {
        consent("killed");
        await killAt("update migrations");
        await settle();
        expect(await stack.world.migrationsApplied()).toEqual(MIGRATIONS);
      } finally {
        release();
      }
      // What was killed does not go on behind our backs either.
      await settle();
      expect(await stack.world.migrationsApplied()).toEqual(MIGRATIONS);
      consent("after it");
      await settle();
      expect(await stack.world.migrationsApplied()).toEqual([]);
      stack.project.edit({ phase: "migrations" });
      await settle();
      stack.project.edit({ phase: "preparation" });
      await settle();
      expect(await stack.world.migrationsApplied()).toEqual(MIGRATIONS);
    },
    MINUTES_10,
  );
});
