import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Kill, Step } from "../../rehearsal/operator/pulumi";
import { hasTerminals } from "../cli/support/typed-process";
import { enginesHere } from "../support/engines";
import { oursIn } from "../support/end-processes-in";
import { rehearseStack, type RehearsedStack } from "../support/rehearsed-stack";

const BACKEND = "felix-hub-backend";
/** One flag for each service is held back and let go: five steps (two flags, two deploys, a gate), either way. */
const HELD = ["ENABLE_CAR_NUMBER", "VITE_ENABLE_UI_REFRESH"];
const OTHER = "ENABLE_PART_CATEGORIES";
/** In phase ui, sorted. */
const ON = [
  "ENABLE_CAR_NUMBER",
  "ENABLE_MECH_I18N",
  "ENABLE_PART_CATEGORIES",
  "ENABLE_UI_REFRESH",
  "VITE_ENABLE_MECH_I18N",
  "VITE_ENABLE_UI_REFRESH",
];
const MIGRATIONS = ["001_add_car_number_column", "002_create_categories_parts_tables"];
const PUT = "PUT /v1/services/{serviceId}/env-vars/{envVarKey}";
const POST = "POST /v1/services/{serviceId}/deploys";
/** Far more than any step takes: a busy machine is no failure. */
const MINUTES_10 = 600_000;

let stack: RehearsedStack;

/** Requests that change something, and got an answer. */
function writes(): string[] {
  return stack.world.render.requests
    .all()
    .filter(({ method, status }) => method !== "GET" && status >= 200 && status < 300)
    .map(({ route }) => route);
}

/** @param run what is to bring it about: its end without it is told at once, with its words. */
async function until(condition: () => boolean, run?: Promise<{ output: string }>): Promise<void> {
  let over: string | undefined;
  void run?.then(({ output }) => (over = output));
  while (!condition()) {
    if (over !== undefined && !condition()) throw new Error(`It ended before that came about:\n${over}`);
    await delay(20);
  }
}

/** Runs an update, ends its engine by `signal` once `moment` has come, and waits until nobody works for it any more. */
async function endEngine(signal: "SIGKILL" | "SIGHUP", moment: (steps: readonly Step[]) => boolean) {
  let kill: Kill | undefined;
  const steps: Step[] = [];
  const run = stack.pulumi.run("up", {
    onStep: (step, end) => {
      steps.push(step);
      kill = end;
    },
  });
  await until(() => kill !== undefined && moment(steps), run);
  const before = writes();
  kill!(signal);
  expect((await run).ok).toBe(false);
  // Without the look before each effect these would go on, and this would wait for ever.
  await until(() => oursIn(stack.project.directory).length === 0);
  expect(writes()).toEqual(before);
  await unlock();
}

async function unlock(): Promise<void> {
  await stack.pulumi.command(["cancel", "--yes", "--stack", "test"]);
}

async function settle(): Promise<void> {
  const run = await stack.pulumi.run("up");
  expect(run.ok, run.output).toBe(true);
}

describe.each(enginesHere())("once the engine ($name) of an update is gone", (engine) => {
  /** Which flags are held back by a test that came to its end; undefined where the last one did not. */
  let settledOn: readonly string[] | undefined;

  beforeAll(async () => {
    // A system that somebody brought as far as the UI phase by hand: taken over in one update.
    stack = await rehearseStack(engine, { phase: "ui", adopt: "ui" });
    await settle();
    settledOn = [];
  }, MINUTES_10);
  afterAll(() => stack.stop(), MINUTES_10);

  /** The tests follow one another; behind one that failed, the stack is brought to where this one begins. */
  async function beginsWith(held: readonly string[]): Promise<void> {
    const asLeft = settledOn?.length === held.length;
    settledOn = undefined;
    if (asLeft) return;
    stack.world.render.faults.clear();
    await unlock().catch(() => undefined);
    stack.project.edit({ hold: held });
    await settle();
  }

  it(
    "nothing is written, and nothing runs: not a flag that was about to be repeated",
    async () => {
      await beginsWith([]);
      const { faults, requests } = stack.world.render;
      faults.add({ route: PUT, times: 99, fault: { kind: "rate-limited", retryAfterSeconds: 20 } });
      stack.project.edit({ hold: HELD });
      const begun = requests.mark();
      await endEngine("SIGKILL", () =>
        requests.since(begun).some(({ route, status }) => route === PUT && status === 429),
      );
      faults.clear();
      expect(onRender()).toEqual(onExcept([]));
      settledOn = [];
    },
    MINUTES_10,
  );

  // The step behind which the flags are written and not live. `npm run faults` kills at each of the others, and goes back, too.
  it(
    "in the middle of a deploy, the next update ends as declared",
    async () => {
      await beginsWith([]);
      stack.project.edit({ hold: HELD });
      await killAt(`update deploy-${BACKEND}`);
      await settle();
      expect(await live()).toEqual(onExcept(HELD));
      expect(onRender()).toEqual(onExcept(HELD));
      settledOn = HELD;
    },
    MINUTES_10,
  );

  it.skipIf(!hasTerminals)(
    "one of our commands, its terminal closed, ends behind the step that runs, with its state saved and nothing locked",
    async () => {
      await beginsWith(HELD);
      const { faults, requests } = stack.world.render;
      // Long enough for the hang-up to be heard, on any machine.
      faults.add({ route: PUT, fault: { kind: "slow", ms: 5_000 } });
      const begun = requests.mark();
      const { run, closeTerminal } = stack.pulumi.oursOnTerminal("rollback", ["--partial", OTHER, "--yes"]);
      await until(() => requests.since(begun).some(({ route }) => route === PUT));
      closeTerminal();
      await run;
      await until(() => oursIn(stack.project.directory).length === 0);
      expect(stack.world.render.service(BACKEND).envVars[OTHER]).toBe("false");
      const { pending_operations: pending, resources } = await stored();
      expect(pending ?? []).toEqual([]);
      expect(resources.find(({ urn }) => urn.endsWith(`::${OTHER}`))?.outputs?.value).toBe("false");
      // What came behind that step was not begun.
      expect(requests.since(begun).filter(({ route }) => route === POST)).toEqual([]);
    },
    MINUTES_10,
  );
});

/** Starts an update whose engine is killed as soon as this step has begun: what it has just sent may still arrive. */
async function killAt(step: string): Promise<void> {
  const run = await stack.pulumi.run("up", {
    onStep: ({ op, name }, kill) => {
      if (`${op} ${name}` === step) kill();
    },
  });
  expect(run.ok, `the update was to be killed at "${step}"`).toBe(false);
  expect(run.steps.map(({ op, name }) => `${op} ${name}`)).toContain(step);
  await unlock();
}

function onExcept(held: readonly string[]): string[] {
  return ON.filter((flag) => !held.includes(flag));
}

async function live(): Promise<string[]> {
  const flags = await stack.world.flagsLive();
  return Object.keys(flags)
    .filter((flag) => flags[flag])
    .sort();
}

/** What is saved on Render, whatever runs. */
function onRender(): string[] {
  const saved = [BACKEND, "felix-hub-mechanics-frontend"].flatMap((name) =>
    Object.entries(stack.world.render.service(name).envVars),
  );
  return saved
    .filter(([, value]) => value === "true")
    .map(([key]) => key)
    .sort();
}

interface Stored {
  pending_operations?: unknown[];
  resources: { urn: string; outputs?: { value?: string } }[];
}

async function stored(): Promise<Stored> {
  return (JSON.parse(await stack.exportState()) as { deployment: Stored }).deployment;
}

/** Processes of the providers' host: the engine's children that serve our program's resources. */
function hosts(): number[] {
  return oursIn(stack.project.directory).filter((pid) => {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words[0]?.endsWith("node") === true && words.some((word) => word.includes("dynamic-provider"));
  });
}

// One life of two migrations: applied, twice on their way back, applied again. `npm run faults` kills the engine on the way back, too.
describe.each(enginesHere())("a migration's command whose engine ($name) is ended", (engine) => {
  let base: { commands: Record<string, string[]> };
  beforeAll(async () => {
    stack = await rehearseStack(engine);
    base = stack.world.stackConfig()["runner"] as typeof base;
    await settle();
  }, MINUTES_10);
  afterAll(() => stack.stop(), MINUTES_10);

  const place = (name: string) => join(stack.project.directory, name);

  /** The same command, which notes that it runs and does nothing before it is let go, whatever signal it gets. */
  function held(name: "apply" | "rollback"): void {
    for (const file of ["pid", "go"]) rmSync(place(file), { force: true });
    const script = `trap 'exit 1' TERM; echo $$ > ${place("p")}; mv ${place("p")} ${place("pid")}; until [ -e ${place("go")} ]; do sleep 0.1; done; exec "$@"`;
    const commands = { ...base.commands, [name]: ["sh", "-c", script, "sh", ...base.commands[name]!] };
    stack.project.edit({ runner: { ...base, commands } });
  }

  const heldRuns = () => existsSync(place("pid"));

  /** The runner as it was, and whatever was killed could go on. */
  async function goesOn(config: object = {}): Promise<void> {
    writeFileSync(place("go"), "");
    stack.project.edit({ runner: base, ...config });
    await settle();
  }

  /** Back to before the migrations, with a consent of its own for each. A test that failed may have left them rolled back. */
  async function wantsThemGone(words: string): Promise<void> {
    if ((await stack.world.migrationsApplied()).length === 0)
      await goesOn({ phase: "migrations", acceptDataLoss: undefined });
    held("rollback");
    const text = `${stack.world.today()} by the test, ${words}, untried`;
    const acceptDataLoss = Object.fromEntries(MIGRATIONS.map((id) => [id, text]));
    stack.project.edit({ phase: "preparation", acceptDataLoss });
  }

  it(
    "by SIGKILL is ended too, before it has done anything; the next update applies it",
    async () => {
      held("apply");
      stack.project.edit({ phase: "migrations" });
      await endEngine("SIGKILL", heldRuns);
      expect(await stack.world.migrationsApplied()).toEqual([]);
      await goesOn();
      expect(await stack.world.migrationsApplied()).toEqual(MIGRATIONS);
    },
    MINUTES_10,
  );

  it(
    "is ended with a provider that is killed, and the update ends at once and says so; its consents are spent, and the next update loses nothing",
    async () => {
      await wantsThemGone("whose provider is killed");
      const run = stack.pulumi.run("up");
      await until(heldRuns, run);
      const [host] = hosts();
      process.kill(host!, "SIGKILL");
      const { ok, output } = await run;
      expect(ok).toBe(false);
      expect(output).toContain("error reading from server: EOF");
      await until(() => oursIn(stack.project.directory).length === 0);
      await goesOn();
      expect(await stack.world.migrationsApplied()).toEqual(MIGRATIONS);
    },
    MINUTES_10,
  );

  it(
    "by ^C comes to its end, and state knows of it: new consents drop the schema once",
    async () => {
      await wantsThemGone("after those");
      let kill: Kill | undefined;
      const run = stack.pulumi.run("up", {
        onStep: (_step, end) => {
          kill = end;
        },
        onLine: (line) => {
          // Said once it has been heard.
          if (line.includes("received; cancelling")) writeFileSync(place("go"), "");
        },
      });
      await until(heldRuns, run);
      kill!("SIGINT");
      expect((await run).ok).toBe(false);
      expect(await stack.world.migrationsApplied()).toEqual([]);
      expect((await stored()).pending_operations ?? []).toEqual([]);
      await goesOn({ phase: "migrations" });
      expect(await stack.world.migrationsApplied()).toEqual(MIGRATIONS);
      stack.project.edit({ phase: "preparation" });
      await settle();
      expect(await stack.world.migrationsApplied()).toEqual(MIGRATIONS);
      expect(stack.world.schemaChanges().filter(({ dropped }) => dropped)).toHaveLength(1);
    },
    MINUTES_10,
  );
});
