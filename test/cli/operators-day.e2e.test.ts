import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { DEPLOY_POST, ENV_VAR_PUT } from "../../rehearsal/operator/operator";
import { enginesHere } from "../support/engines";
import { startSmallWorld } from "../support/small-world";
import { commandsOnTerminal, type CommandsOnTerminal } from "./support/commands-on-terminal";
import { openStage, type Stage } from "./support/stage";
import { hasTerminals, type Typed } from "./support/typed-process";

const BACKEND = "felix-hub-backend";
const API = ["ENABLE_CAR_NUMBER", "ENABLE_PART_CATEGORIES"];
const UI = [
  ...API,
  ...["VITE_ENABLE_MECH_I18N", "VITE_ENABLE_UI_REFRESH", "ENABLE_MECH_I18N", "ENABLE_UI_REFRESH"],
];
const TELEGRAM = ["ENABLE_TG_ADMIN_NOTIFS", "ENABLE_TG_MECH_NOTIFS"];
const ALL = [...UI, ...TELEGRAM].sort();
const MIGRATIONS = ["001_add_car_number_column", "002_create_categories_parts_tables"];
const CANCEL_POST = "POST /v1/services/{serviceId}/deploys/{deployId}/cancel";
/** Far more than any step takes: a busy machine is no failure. */
const MINUTES_10 = 600_000;

let stage: Stage;
/** Where there are none, each command is a process of its own. */
let terminal: CommandsOnTerminal | undefined;

/** Types a command. @param known nothing that Pulumi was asked for the last one has changed since. */
async function type(
  words: [Parameters<Stage["command"]>[0], ...string[]],
  { typed = [], known = false }: { typed?: Typed[]; known?: boolean } = {},
): Promise<{ code: number; said: string }> {
  const [name, ...args] = words;
  if (terminal === undefined) {
    const { code, stdout, stderr } = await stage.command(name, args);
    return { code, said: stdout + stderr };
  }
  const run = [name, "--stack", "rehearsal", ...args];
  const { code, stdout } = await terminal.run({ run, columns: 200, rows: 50, anew: !known }, typed);
  return { code, said: stdout };
}

async function live(): Promise<string[]> {
  const flags = await stage.world.flagsLive();
  return Object.keys(flags)
    .filter((flag) => flags[flag])
    .sort();
}

const file = () => readFileSync(stage.project.stackFile, "utf8");
const phase = () => /rollout:phase: (\w+)/.exec(file())?.[1];

async function advances(to: string, flags: readonly string[]): Promise<void> {
  const { code, said } = await type(["advance", "--yes"]);
  expect(code, said).toBe(0);
  expect(phase()).toBe(to);
  expect(await live()).toEqual([...flags].sort());
}

/** Whether the last test came to its end: the next one begins where it ended. */
let asLeft = true;

/** Takes over a system that is that far, without the phases before. */
async function takeOver(wanted: string): Promise<void> {
  stage.project.edit({ phase: wanted, adopt: wanted, hold: undefined, acceptDataLoss: undefined });
  await stage.up();
  stage.project.edit({ adopt: undefined });
}

/** After a test that failed, brings the stack to where the next one begins, so that its failure stays its own. */
async function beginsAt(wanted: string): Promise<void> {
  if (asLeft) return;
  asLeft = true;
  stage.world.mend();
  await stage.pulumi.command(["cancel", "--yes", "--stack", "rehearsal"]).catch(() => undefined);
  stage.project.edit({ phase: "preparation" });
  await stage.up();
  await takeOver(wanted);
}

// One day: each test begins where the one before it ended. Up to phase ui it is walked by test/cli/screens.
describe.each(enginesHere())(
  "an operator's day, by the commands alone, on the engine $name",
  ({ executable }) => {
    beforeAll(async () => {
      stage = await openStage(executable, {}, startSmallWorld);
      if (hasTerminals) {
        const env = { ...process.env, ...stage.env, TERM: "xterm" };
        terminal = await commandsOnTerminal(stage.project.directory, env);
      }
      await takeOver("ui");
    }, MINUTES_10);
    afterEach(({ task }) => {
      if (task.result?.state === "fail") asLeft = false;
    });
    afterAll(async () => {
      await terminal?.stop();
      terminal = undefined;
      await stage.stop();
    }, MINUTES_10);

    // Without `script` there is no terminal to ask on: loudly skipped, as nothing else proves the questions.
    it.skipIf(!hasTerminals)(
      "advance shows what it would do and asks; after a no everything is as before",
      async () => {
        await beginsAt("ui");
        await stage.world.passTime(16);
        const before = file();
        const no = await type(["advance"], { typed: [{ at: "[y/N]", text: "n\r" }] });
        expect(no.said).toContain("ENABLE_TG_MECH_NOTIFS goes on");
        expect(no.said).toContain("Nothing was changed, and Pulumi.rehearsal.yaml is as before.");
        expect(no.code).toBe(1);
        expect(file()).toBe(before);
        expect(await live()).toEqual([...UI].sort());
      },
      MINUTES_10,
    );

    it(
      "advance --auto-rollback takes the prior config back at once when the gate fails, and says why",
      async () => {
        await beginsAt("ui");
        await stage.world.passTime(16);
        stage.world.breakFlag("ENABLE_TG_MECH_NOTIFS");
        const { code, said } = await type(["advance", "--auto-rollback", "--yes"], { known: true });
        expect(said).toContain("ENABLE_TG_MECH_NOTIFS goes on");
        expect(said).toContain("Going back to ui at once (--auto-rollback).");
        expect(said).toContain("notifications did not succeed, because: gate notifications did not pass");
        expect(code).toBe(1);
        expect(await live()).toEqual([...UI].sort());
        expect(phase()).toBe("ui");
        stage.world.mend();
      },
      MINUTES_10,
    );

    it(
      "advance goes on to the end, through the day of soak, and says that there is nothing more",
      async () => {
        await beginsAt("ui");
        await stage.world.passTime(16);
        // The phases between are walked by `pulumi up` in test/e2e/rollout.
        await takeOver("monitoring");
        await stage.world.passTime(24 * 60 + 1);
        await advances("complete", ALL);
        const { code, said } = await type(["advance", "--yes"], { known: true });
        expect(said).toContain("The rollout is complete");
        expect(code).toBe(0);
      },
      MINUTES_10,
    );

    it(
      "rollback --partial turns two flags off and live, with one deploy, and leaves the others on",
      async () => {
        await beginsAt("complete");
        const mark = stage.world.render.requests.mark();
        const { code, said } = await type(["rollback", "--partial", TELEGRAM.join(","), "--yes"]);
        expect(code, said).toBe(0);
        expect(await live()).toEqual([...UI].sort());
        expect(phase()).toBe("complete");
        const requests = stage.world.render.requests.countsSince(mark);
        expect([requests[ENV_VAR_PUT], requests[DEPLOY_POST]]).toEqual([2, 1]);
      },
      MINUTES_10,
    );

    it(
      "rollback --migrations-only is refused while flags need the schema, and names them",
      async () => {
        await beginsAt("complete");
        const before = file();
        const { code, said } = await type(["rollback", "--migrations-only", "--yes"], { known: true });
        expect(said).toContain("migrations are not rolled back while flags are on");
        expect(said).toContain("ENABLE_PART_CATEGORIES is on and needs 002_create_categories_parts_tables");
        expect(code).toBe(1);
        expect(file()).toBe(before);
      },
      MINUTES_10,
    );

    it(
      "rollback --full goes through while a deploy hangs and a killed update holds the lock: cancelled, freed, off and live",
      async () => {
        await beginsAt("complete");
        stage.project.edit({ hold: [TELEGRAM[0]!] });
        stage.world.render.faults.nextDeploy(BACKEND, "hangs");
        const killed = await stage.pulumi.run("up", {
          onStep: ({ name }, kill) => {
            if (name === `deploy-${BACKEND}`)
              void hasStarted().then(() => {
                kill();
              });
          },
        });
        expect(killed.ok).toBe(false);
        const mark = stage.world.render.requests.mark();
        const { code, said } = await type(["rollback", "--full", "--yes"]);
        expect(said).toContain("That process does not exist any more: it was killed.");
        expect(code, said).toBe(0);
        expect(await live()).toEqual([]);
        expect(await stage.world.migrationsApplied()).toEqual(MIGRATIONS);
        expect(phase()).toBe("preparation");
        expect(said.replaceAll("\r", "")).toMatch(
          /\[x\] Every service is live with them\n\[x\] Services report their flags as declared\n\[x\] Health checks answer/,
        );
        const requests = stage.world.render.requests.countsSince(mark);
        expect([requests[CANCEL_POST], requests[DEPLOY_POST]]).toEqual([1, 2]);
      },
      MINUTES_10,
    );

    it.skipIf(!hasTerminals)(
      "rollback --migrations-only asks for each migration by name; after a no both stay, and the file is as before",
      async () => {
        await beginsAt("preparation");
        const [first = "", second = ""] = MIGRATIONS;
        const typed = [
          { at: `Type ${second}`, text: `${second}\r` },
          { at: `Type ${first}`, text: `${first}\r` },
          { at: "[y/N]", text: "n\r" },
        ];
        const before = file();
        // This world's status command is all that tells: there is no database on which a rollback could be tried first.
        const { code, said } = await type(["rollback", "--migrations-only", "--untried"], { typed });
        // What a yes writes and does: test/cli/rollback and, with consents in the file, test/e2e/rollout.
        for (const id of MIGRATIONS)
          expect(said).toMatch(new RegExp(`^\\+ +${id}: "20\\d\\d-.* by .+, untried"`, "m"));
        expect(code, said).toBe(1);
        expect(file()).toBe(before);
        expect(await stage.world.migrationsApplied()).toEqual(MIGRATIONS);
      },
      MINUTES_10,
    );
  },
);

/** The hanging deploy is Render's: the update is killed when it waits for it, not before it was asked for. */
async function hasStarted(): Promise<void> {
  const until = performance.now() + 10_000;
  const hangs = () =>
    stage.world.render.service(BACKEND).deploys.some(({ status }) => status === "update_in_progress");
  while (!hangs() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
}
