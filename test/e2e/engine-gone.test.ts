import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Kill, Step } from "../../rehearsal/operator/pulumi";
import { hasTerminals } from "../cli/support/typed-process";
import { enginesHere } from "../support/engines";
import { oursIn, processesIn } from "../support/end-processes-in";
import { rehearseStack, type RehearsedStack } from "../support/rehearsed-stack";

const BACKEND = "felix-hub-backend";
const FLAG = "ENABLE_CAR_NUMBER";
const MIGRATIONS = ["001_add_car_number_column", "002_create_categories_parts_tables"];
const PUT = "PUT /v1/services/{serviceId}/env-vars/{envVarKey}";
const POST = "POST /v1/services/{serviceId}/deploys";

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
  await stack.pulumi.command(["cancel", "--yes", "--stack", "test"]);
}

async function settle(): Promise<void> {
  const run = await stack.pulumi.run("up");
  expect(run.ok, run.output).toBe(true);
}

describe.each(enginesHere())("once the engine ($name) of an update is gone", (engine) => {
  beforeAll(async () => {
    stack = await rehearseStack(engine, { phase: "ui", adopt: "ui" });
    await settle();
  }, 240_000);
  afterAll(() => stack.stop());

  it("nothing is written, and nothing runs: not a flag that was about to be repeated", async () => {
    const { faults, requests } = stack.world.render;
    faults.add({ route: PUT, times: 99, fault: { kind: "rate-limited", retryAfterSeconds: 20 } });
    stack.project.edit({ hold: [FLAG] });
    const begun = requests.mark();
    await endEngine("SIGKILL", () =>
      requests.since(begun).some(({ route, status }) => route === PUT && status === 429),
    );
    faults.clear();
    expect(stack.world.render.service(BACKEND).envVars[FLAG]).toBe("true");
    stack.project.edit({ hold: [] });
    await settle();
  }, 240_000);

  it.skipIf(!hasTerminals)(
    "one of our commands, its terminal closed, ends behind the step that runs, with its state saved and nothing locked",
    async () => {
      const { faults, requests } = stack.world.render;
      // Long enough for the hang-up to be heard, on any machine.
      faults.add({ route: PUT, fault: { kind: "slow", ms: 5_000 } });
      const begun = requests.mark();
      const { run, closeTerminal } = stack.pulumi.oursOnTerminal("rollback", ["--partial", FLAG, "--yes"]);
      await until(() => requests.since(begun).some(({ route }) => route === PUT));
      closeTerminal();
      await run;
      await until(() => processesIn(stack.project.directory).length === 0);
      expect(stack.world.render.service(BACKEND).envVars[FLAG]).toBe("false");
      const { deployment } = JSON.parse(await stack.exportState()) as {
        deployment: {
          pending_operations?: unknown[];
          resources: { urn: string; outputs?: { value?: string } }[];
        };
      };
      expect(deployment.pending_operations ?? []).toEqual([]);
      expect(deployment.resources.find(({ urn }) => urn.endsWith(`::${FLAG}`))?.outputs?.value).toBe("false");
      // What came behind that step was not begun.
      expect(requests.since(begun).filter(({ route }) => route === POST)).toEqual([]);
      await settle();
      expect((await stack.world.flagsLive())[FLAG]).toBe(false);
    },
    240_000,
  );
});

/** Processes of the providers' host: the engine's children that serve our program's resources. */
function hosts(): number[] {
  return oursIn(stack.project.directory).filter((pid) => {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words[0]?.endsWith("node") === true && words.some((word) => word.includes("dynamic-provider"));
  });
}

describe.each(enginesHere())("a migration's command whose engine ($name) is ended", (engine) => {
  let base: { commands: Record<string, string[]> };
  beforeAll(async () => {
    stack = await rehearseStack(engine);
    base = stack.world.stackConfig()["runner"] as typeof base;
    await settle();
  }, 240_000);
  afterAll(() => stack.stop());

  const place = (name: string) => join(stack.project.directory, name);

  /** The same command, which notes that it runs and does nothing before it is let go, whatever signal it gets. */
  function held(name: "apply" | "rollback"): void {
    for (const file of ["pid", "go"]) rmSync(place(file), { force: true });
    const script = `trap 'exit 1' TERM; echo $$ > ${place("p")}; mv ${place("p")} ${place("pid")}; until [ -e ${place("go")} ]; do sleep 0.1; done; exec "$@"`;
    const commands = { ...base.commands, [name]: ["sh", "-c", script, "sh", ...base.commands[name]!] };
    stack.project.edit({ runner: { ...base, commands } });
  }

  it("by SIGKILL is ended too, before it has done anything; the next update applies it", async () => {
    held("apply");
    stack.project.edit({ phase: "migrations" });
    await endEngine("SIGKILL", () => existsSync(place("pid")));
    writeFileSync(place("go"), "");
    expect(await stack.world.migrationsApplied()).toEqual([]);
    stack.project.edit({ runner: base });
    await settle();
    expect(await stack.world.migrationsApplied()).toEqual(MIGRATIONS);
  }, 240_000);

  it("is ended with a provider that is killed, and the update ends at once and says so", async () => {
    held("rollback");
    stack.project.edit({
      phase: "preparation",
      acceptDataLoss: Object.fromEntries(
        MIGRATIONS.map((id) => [id, `${stack.world.today()} by the test, once more, untried`]),
      ),
    });
    const run = stack.pulumi.run("up");
    await until(() => existsSync(place("pid")), run);
    const [host] = hosts();
    process.kill(host!, "SIGKILL");
    const { ok, output } = await run;
    expect(ok).toBe(false);
    expect(output).toContain("error reading from server: EOF");
    await until(() => oursIn(stack.project.directory).length === 0);
    writeFileSync(place("go"), "");
    expect(await stack.world.migrationsApplied()).toEqual(MIGRATIONS);
    stack.project.edit({ phase: "migrations", runner: base, acceptDataLoss: undefined });
    await settle();
    expect(await stack.world.migrationsApplied()).toEqual(MIGRATIONS);
  }, 240_000);

  it("by ^C comes to its end, and state knows of it", async () => {
    held("rollback");
    stack.project.edit({
      phase: "preparation",
      acceptDataLoss: Object.fromEntries(
        MIGRATIONS.map((id) => [id, `${stack.world.today()} by the test again, untried`]),
      ),
    });
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
    await until(() => existsSync(place("pid")), run);
    kill!("SIGINT");
    expect((await run).ok).toBe(false);
    expect(await stack.world.migrationsApplied()).toEqual([]);
    stack.project.edit({ runner: base });
    await settle();
    const { steps } = await stack.pulumi.run("preview", { args: ["--expect-no-changes"] });
    expect(steps).toEqual([]);
  }, 240_000);
});
