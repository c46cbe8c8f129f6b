import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Engine } from "../../rehearsal/operator/engine";
import type { Kill, Run } from "../../rehearsal/operator/pulumi";
import { enginesHere } from "../support/engines";
import { oursIn } from "../support/end-processes-in";
import { rehearseStack, type RehearsedStack } from "../support/rehearsed-stack";
import { API_KEY_CANARY } from "../support/small-world";
import { noFindings, type FaultCase, type Findings } from "./fault-case";

const BACKEND = "felix-hub-backend";
/** What the catalogue says that its flags need. */
const NEEDS: Record<string, string> = {
  ENABLE_CAR_NUMBER: "001_add_car_number_column",
  ENABLE_PART_CATEGORIES: "002_create_categories_parts_tables",
};
const MIGRATIONS = Object.values(NEEDS);
const DAY_MINUTES = 24 * 60;
/** Of one case: a stack is made, updated, killed, and put right, on a busy machine. */
const LIMIT_MS = 1_800_000;
const GONE_WITHIN_MS = 90_000;

type Way = "forwards" | "back";
type Where = "local" | "render-job";
type Next = "the prior config" | "the same config" | "the next day's config";

/** Where an update is when it is killed: held inside the runner's command, or at the beginning of a step. */
type Moment =
  | { at: "before the command changes anything" | "when the command has changed everything" }
  | { at: `step ${string}` };

const SIGNALS = ["SIGKILL", "SIGHUP", "SIGINT"] as const;
const NEXTS: Next[] = ["the prior config", "the same config", "the next day's config"];

const INSIDE: Moment[] = [
  { at: "before the command changes anything" },
  { at: "when the command has changed everything" },
];
const MOMENTS: Record<Way, Record<Where, Moment[]>> = {
  forwards: { local: [{ at: "step backup" }, ...INSIDE], "render-job": INSIDE },
  back: {
    local: [
      { at: `step deploy-${BACKEND}` },
      { at: "step consents" },
      { at: "step backup-before-rollback" },
      ...INSIDE,
    ],
    "render-job": INSIDE,
  },
};

/** Migrations and the flags that need them in one update; and a rollback with consents, which turns the flags off first. */
const CONFIGS: Record<Way, Record<"start" | "target", Record<string, unknown>>> = {
  forwards: { start: { phase: "preparation", adopt: undefined }, target: { phase: "api", adopt: "api" } },
  back: { start: { phase: "api", adopt: "api" }, target: { phase: "preparation", adopt: undefined } },
};

/**
 * Kills of an update that changes the schema, each on every engine that is here. Each signal meets each next config, by turns
 * over the moments.
 */
export function migrationKillCases(): FaultCase[] {
  const ways: Way[] = ["forwards", "back"];
  const places: Where[] = ["local", "render-job"];
  const moments = ways.flatMap((way) =>
    places.flatMap((where) => MOMENTS[way][where].map((moment) => ({ way, where, moment }))),
  );
  return moments.flatMap(({ way, where, moment }, turn) =>
    SIGNALS.map((signal, index) => {
      const next = NEXTS[(index + turn) % NEXTS.length] ?? "the same config";
      return {
        area: "a killed migration of the whole program",
        step: `${way}, runner ${where}: ${moment.at}`,
        fault: `the engine gets ${signal}; then comes ${next}`,
        limitMs: LIMIT_MS,
        run: () => onEveryEngine((engine) => tryOut(engine, { way, where, moment, signal, next })),
      };
    }),
  );
}

async function onEveryEngine(play: (engine: Engine) => Promise<Findings>): Promise<Findings> {
  const all = noFindings();
  for (const engine of enginesHere()) {
    const found = await play(engine);
    for (const kind of Object.keys(all) as (keyof Findings)[])
      all[kind].push(...found[kind].map((each) => `${engine.name}: ${each}`));
  }
  return all;
}

interface Scene {
  way: Way;
  where: Where;
  moment: Moment;
  signal: (typeof SIGNALS)[number];
  next: Next;
}

async function tryOut(engine: Engine, scene: Scene): Promise<Findings> {
  const { way, where, moment, signal, next } = scene;
  const findings = noFindings();
  const stack = await rehearseStack(engine, { ...CONFIGS[way].start, runner: undefined });
  const runner = runnerOf(stack, where);
  const settle = async (edit: Record<string, unknown>, what: string) => {
    stack.project.edit({ ...edit, runner });
    const run = await stack.pulumi.run("up");
    if (!run.ok) findings.wrong.push(`${what} failed: ${run.output.slice(-900)}`);
    if (run.output.includes(API_KEY_CANARY)) findings.leaked.push(`the key is in the output of ${what}`);
    await requireSchemaOfFlags(stack, findings, `after ${what}`);
  };
  try {
    await settle({}, "the first update");
    const consents =
      way === "forwards" ? {} : { acceptDataLoss: consentsOf(`${stack.world.today()} by the test, untried`) };
    const target = { ...CONFIGS[way].target, ...consents };
    stack.project.edit({ ...target, runner: heldRunner(stack, runner, scene) });
    await killed(stack, moment, signal, findings);
    await requireSchemaOfFlags(stack, findings, "after the kill");
    await stack.pulumi.command(["cancel", "--yes", "--stack", "test"]).catch(() => undefined);
    mendCutOffState(stack);
    if (next === "the next day's config") await stack.world.passTime(DAY_MINUTES);

    const begins = Date.now();
    const prior = { ...CONFIGS[way].start, acceptDataLoss: undefined };
    const later = way === "forwards" ? { phase: "ui", adopt: "ui" } : target;
    const edit =
      next === "the prior config" ? prior : next === "the same config" ? target : { ...target, ...later };
    // Whoever was left behind could now go on; a job of Render's goes on whatever becomes of us.
    const letting = delay(1_500).then(() => {
      letGo(stack);
    });
    await settle(edit, next);
    await letting;
    const ended = Date.now();
    await noneLeft(stack, findings);
    for (const write of writesOf(stack)) {
      const killedOnes = write.parent === pidOf(stack);
      if (killedOnes && write.at > (where === "local" ? begins : ended))
        findings.doubled.push(
          `the killed ${write.command} changed the schema after the next update had begun`,
        );
    }
    await judge(stack, scene, findings);
    if (way === "back" && next === "the next day's config") {
      await settle(prior, "the way forward again");
      const drops = dropsOf(stack);
      await settle(target, "the old consent left in the file");
      if (dropsOf(stack) > drops) findings.lost.push("a consent that was spent dropped the schema once more");
    }
    return findings;
  } finally {
    letGo(stack);
    await stack.stop();
  }
}

/** What docs/state.md tells to do where the CLI was killed while it wrote its own file: seen with 3.255.0 and SIGHUP, once in forty kills. */
function mendCutOffState({ project }: RehearsedStack): void {
  const folder = join(project.directory, "state", ".pulumi", "stacks");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = join(folder, name);
    if (name.endsWith(".json") && statSync(file).size === 0) copyFileSync(`${file}.bak`, file);
  }
}

/** What must be so after the next update. */
async function judge(stack: RehearsedStack, { way, next }: Scene, findings: Findings): Promise<void> {
  const on = Object.entries(await stack.world.flagsLive()).flatMap(([flag, is]) => (is ? [flag] : []));
  const applied = await stack.world.migrationsApplied();
  const wantsOn = (way === "forwards") !== (next === "the prior config");
  const missing = wantsOn ? Object.keys(NEEDS).filter((flag) => !on.includes(flag)) : [];
  if (missing.length > 0) findings.lost.push(`${missing.join(", ")} is not on, although declared`);
  if (!wantsOn && on.length > 0) findings.lost.push(`${on.join(", ")} is on, although not declared`);
  if (wantsOn && applied.length < MIGRATIONS.length)
    findings.lost.push(`only ${applied.join(", ") || "nothing"} is applied`);
  const drops = dropsOf(stack);
  if (drops > 1) findings.doubled.push(`the schema was dropped ${drops} times by one consent`);
  if (way === "forwards" && drops > 0) findings.lost.push("the schema was dropped, and nobody has consented");
}

async function requireSchemaOfFlags(stack: RehearsedStack, findings: Findings, when: string): Promise<void> {
  const flags = await stack.world.flagsLive();
  const applied = await stack.world.migrationsApplied();
  for (const [flag, id] of Object.entries(NEEDS)) {
    if (flags[flag] === true && !applied.includes(id))
      findings.lost.push(`${flag} is on without ${id} ${when}`);
  }
}

async function killed(
  stack: RehearsedStack,
  { at }: Moment,
  signal: (typeof SIGNALS)[number],
  findings: Findings,
): Promise<void> {
  let kill: Kill | undefined;
  let isAtStep = false;
  const run = stack.pulumi.run("up", {
    onStep: ({ name }, end) => {
      kill = end;
      isAtStep ||= at === `step ${name}`;
    },
  });
  let over: Run | undefined;
  void run.then((ended) => (over = ended));
  while (kill === undefined || !(at.startsWith("step ") ? isAtStep : pidOf(stack) !== undefined)) {
    if (over !== undefined) throw new Error(`the update never came to "${at}": ${over.output.slice(-900)}`);
    await delay(20);
  }
  kill(signal);
  // Pulumi's own way of ending: what is under way comes to its end, and nothing else begins.
  if (signal === "SIGINT") letGo(stack);
  const { output } = await run;
  if (output.includes(API_KEY_CANARY)) findings.leaked.push("the key is in the killed update's output");
}

function runnerOf(stack: RehearsedStack, where: Where): Record<string, unknown> {
  const local = stack.world.stackConfig()["runner"] as Record<string, unknown>;
  return where === "local" ? local : { ...local, where, service: BACKEND };
}

/** The same runner, whose command tells its process and waits. */
function heldRunner(
  stack: RehearsedStack,
  runner: Record<string, unknown>,
  { way, moment }: Scene,
): Record<string, unknown> {
  if (moment.at.startsWith("step ")) return runner;
  const { directory } = stack.project;
  const wait = `echo $$ > ${directory}/p; mv ${directory}/p ${directory}/pid; until [ -e ${directory}/go ]; do sleep 0.1; done`;
  const [first, last] = moment.at.startsWith("before") ? [wait, ":"] : [":", wait];
  const script = `trap 'exit 1' TERM; ${first}; "$@"; s=$?; ${last}; exit $s`;
  const commands = runner["commands"] as Record<string, string[]>;
  const name = way === "forwards" ? "apply" : "rollback";
  return {
    ...runner,
    commands: { ...commands, [name]: ["sh", "-c", script, "sh", ...(commands[name] ?? [])] },
  };
}

function letGo(stack: RehearsedStack): void {
  writeFileSync(join(stack.project.directory, "go"), "");
}

/** Of the command that was held. */
function pidOf(stack: RehearsedStack): number | undefined {
  const file = join(stack.project.directory, "pid");
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
}

function consentsOf(words: string): Record<string, string> {
  return Object.fromEntries(MIGRATIONS.map((id) => [id, words]));
}

function writesOf(stack: RehearsedStack) {
  return stack.world.schemaChanges();
}

function dropsOf(stack: RehearsedStack): number {
  return writesOf(stack).filter(({ dropped }) => dropped).length;
}

async function noneLeft(stack: RehearsedStack, findings: Findings): Promise<void> {
  const deadline = performance.now() + GONE_WITHIN_MS;
  while (oursIn(stack.project.directory).length > 0 && performance.now() < deadline) await delay(50);
  for (const pid of oursIn(stack.project.directory)) findings.orphans.push(`process ${pid} still runs`);
}
