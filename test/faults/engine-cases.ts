import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Kill } from "../../rehearsal/operator/pulumi";
import { enginesHere } from "../support/engines";
import { oursIn } from "../support/end-processes-in";
import { rehearseStack, type RehearsedStack } from "../support/rehearsed-stack";
import { API_KEY_CANARY } from "../support/small-world";
import { noFindings, type FaultCase, type Findings } from "./fault-case";

const BACKEND = "felix-hub-backend";
const FLAG = "ENABLE_CAR_NUMBER";
const MIGRATIONS = ["001_add_car_number_column", "002_create_categories_parts_tables"];
const PUT = "PUT /v1/services/{serviceId}/env-vars/{envVarKey}";
const POST = "POST /v1/services/{serviceId}/deploys";
/** So long anything of ours may still be there after its engine's end, in milliseconds of a busy machine. */
const GONE_WITHIN_MS = 90_000;
/** What gRPC says of a provider that went away in the middle of a call; the end of file is only the most frequent form. */
const PROVIDER_GONE = /error reading from server: |connection error: desc = /;
/** Of one case: a stack is made, updated and put right. */
const LIMIT_MS = 900_000;

/** Something that takes long enough to be killed in. */
interface Moment {
  step: string;
  start: Record<string, unknown>;
  /** Holds the step up and edits the stack file. @returns whether it is being carried out. */
  arrange(stack: RehearsedStack): () => boolean;
  release(stack: RehearsedStack): void;
  /** The stack file of the next run, forwards or back, and whether all is as declared then. */
  next: Record<
    "forwards" | "back",
    { edit: Record<string, unknown>; isDone(stack: RehearsedStack): Promise<boolean> }
  >;
}

const flagIs = (value: string) => async (stack: RehearsedStack) =>
  String((await stack.world.flagsLive())[FLAG]) === value &&
  stack.world.render.service(BACKEND).envVars[FLAG] === value;
const appliedAre = (ids: readonly string[]) => async (stack: RehearsedStack) =>
  JSON.stringify(await stack.world.migrationsApplied()) === JSON.stringify(ids);
const seen = (stack: RehearsedStack, route: string, status: number) => {
  const mark = stack.world.render.requests.mark();
  return () =>
    stack.world.render.requests.since(mark).some((each) => each.route === route && each.status === status);
};

const MOMENTS: Moment[] = [
  {
    step: "a flag's write that is about to be repeated",
    start: { phase: "ui", adopt: "ui" },
    arrange(stack) {
      stack.world.render.faults.add({
        route: PUT,
        times: 99,
        fault: { kind: "rate-limited", retryAfterSeconds: 20 },
      });
      stack.project.edit({ hold: [FLAG] });
      return seen(stack, PUT, 429);
    },
    release: (stack) => {
      stack.world.render.faults.clear();
    },
    next: {
      forwards: { edit: {}, isDone: flagIs("false") },
      back: { edit: { hold: [] }, isDone: flagIs("true") },
    },
  },
  {
    step: "the wait for a deploy",
    start: { phase: "ui", adopt: "ui" },
    arrange(stack) {
      stack.world.render.faults.nextDeploy(BACKEND, "hangs");
      stack.project.edit({ hold: [FLAG] });
      return seen(stack, POST, 201);
    },
    release: () => undefined,
    next: {
      forwards: { edit: {}, isDone: flagIs("false") },
      back: { edit: { hold: [] }, isDone: flagIs("true") },
    },
  },
  {
    step: "a migration's apply",
    start: {},
    arrange(stack) {
      stack.project.edit({ phase: "migrations", runner: heldRunner(stack, "apply") });
      return () => existsSync(join(stack.project.directory, "pid"));
    },
    release: letGo,
    next: {
      forwards: { edit: {}, isDone: appliedAre(MIGRATIONS) },
      // Whether it had been applied by then is the database's word; either way nothing of it is half done.
      back: {
        edit: { phase: "preparation" },
        isDone: async (stack) => (await appliedAre([])(stack)) || appliedAre(MIGRATIONS)(stack),
      },
    },
  },
];

const VICTIMS: Record<string, (stack: RehearsedStack, kill: Kill) => void> = {
  "the engine gets SIGKILL": (_stack, kill) => {
    kill("SIGKILL");
  },
  "the engine gets SIGHUP": (_stack, kill) => {
    kill("SIGHUP");
  },
  "the provider gets SIGKILL": (stack) => {
    killThat(stack, /cmd\/dynamic-provider/);
  },
  "the program gets SIGKILL": (stack) => {
    killThat(stack, /cmd\/run(\/|\0)/);
  },
};

/** An update of the real program, on every engine that is here. */
export function engineCases(): FaultCase[] {
  return MOMENTS.flatMap((moment) =>
    Object.entries(VICTIMS)
      // The engine goes on with what it is at when its program is gone, and this deploy never ends.
      .filter(([fault]) => !(fault.startsWith("the program") && moment.step.includes("deploy")))
      .flatMap(([fault, strike]) =>
        (["forwards", "back"] as const).map((way) => ({
          area: "an update of the whole program",
          step: `${moment.step}; the next run goes ${way}`,
          fault,
          limitMs: LIMIT_MS,
          run: async () => {
            const all = noFindings();
            for (const engine of enginesHere()) {
              const found = await tryOut(
                await rehearseStack(engine, moment.start),
                moment,
                fault,
                strike,
                way,
              );
              for (const kind of Object.keys(all) as (keyof Findings)[]) {
                all[kind].push(...found[kind].map((each) => `${engine.name}: ${each}`));
              }
            }
            return all;
          },
        })),
      ),
  );
}

async function tryOut(
  stack: RehearsedStack,
  moment: Moment,
  fault: string,
  strike: (stack: RehearsedStack, kill: Kill) => void,
  way: "forwards" | "back",
): Promise<Findings> {
  const findings = noFindings();
  try {
    const first = await stack.pulumi.run("up");
    if (!first.ok) findings.wrong.push(`the first update failed: ${first.output}`);
    const isUnderWay = moment.arrange(stack);
    let kill: Kill | undefined;
    const run = stack.pulumi.run("up", { onStep: (_step, end) => (kill = end) });
    while (kill === undefined || !isUnderWay()) await delay(20);
    const before = writes(stack);
    strike(stack, kill);
    if (fault.startsWith("the program")) moment.release(stack);
    const { ok, output } = await run;
    if (ok) findings.wrong.push("the update ended well");
    if (fault.startsWith("the provider") && !PROVIDER_GONE.test(output)) {
      findings.wrong.push(`no word of the provider's end: ${output}`);
    }
    if (output.includes(API_KEY_CANARY)) findings.leaked.push("the key is in the output");
    await noneLeft(stack, findings);
    if (fault.startsWith("the engine") && writes(stack) > before)
      findings.doubled.push("something was written later");
    moment.release(stack);
    await stack.pulumi.command(["cancel", "--yes", "--stack", "test"]).catch(() => undefined);
    const { edit, isDone } = moment.next[way];
    stack.project.edit({ ...edit, runner: stack.world.stackConfig()["runner"] });
    const next = await stack.pulumi.run("up");
    if (!next.ok) findings.wrong.push(`the next run failed: ${next.output.slice(-600)}`);
    if (!(await isDone(stack))) findings.lost.push("after the next run it is not as declared");
    return findings;
  } finally {
    await stack.stop();
  }
}

function writes(stack: RehearsedStack): number {
  return stack.world.render.requests
    .all()
    .filter(({ method, status }) => method !== "GET" && status >= 200 && status < 300).length;
}

async function noneLeft(stack: RehearsedStack, findings: Findings): Promise<void> {
  const deadline = performance.now() + GONE_WITHIN_MS;
  while (oursIn(stack.project.directory).length > 0 && performance.now() < deadline) await delay(50);
  for (const pid of oursIn(stack.project.directory)) findings.orphans.push(`process ${pid} still runs`);
}

function heldRunner(stack: RehearsedStack, name: "apply" | "rollback"): Record<string, unknown> {
  const base = stack.world.stackConfig()["runner"] as { commands: Record<string, string[]> };
  const { directory } = stack.project;
  const script = `trap 'exit 1' TERM; echo $$ > ${directory}/p; mv ${directory}/p ${directory}/pid; until [ -e ${directory}/go ]; do sleep 0.1; done; exec "$@"`;
  return {
    ...base,
    commands: { ...base.commands, [name]: ["sh", "-c", script, "sh", ...base.commands[name]!] },
  };
}

function letGo(stack: RehearsedStack): void {
  writeFileSync(join(stack.project.directory, "go"), "");
}

function killThat(stack: RehearsedStack, words: RegExp): void {
  for (const pid of oursIn(stack.project.directory)) {
    const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    if (/^\S*node\0/.test(line) && words.test(line)) process.kill(pid, "SIGKILL");
  }
}
