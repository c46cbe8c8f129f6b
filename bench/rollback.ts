import { basename, dirname } from "node:path";

import { Command, Option } from "commander";

import { createRenderClient } from "../components/render/client";
import { chooseEngine } from "../rehearsal/operator/engine";
import { openStage, type Stage } from "../test/cli/support/stage";
import { startSmallWorld } from "../test/support/small-world";

const ENV_VAR_PUT = "PUT /v1/services/{serviceId}/env-vars/{envVarKey}";
const DEPLOY_POST = "POST /v1/services/{serviceId}/deploys";

const BACKEND = { service: "felix-hub-backend", purpose: "Measured" };
const FRONTEND = { service: "felix-hub-mechanics-frontend", purpose: "Measured" };
/** Six: four that a web service reads, two that are built into a static site. */
const FLAGS: Record<string, { service: string; purpose: string; phase: string }> = {
  ENABLE_CAR_NUMBER: { ...BACKEND, phase: "api" },
  ENABLE_PART_CATEGORIES: { ...BACKEND, phase: "api" },
  VITE_ENABLE_MECH_I18N: { ...FRONTEND, phase: "ui" },
  VITE_ENABLE_UI_REFRESH: { ...FRONTEND, phase: "ui" },
  ENABLE_TG_ADMIN_NOTIFS: { ...BACKEND, phase: "notifications" },
  ENABLE_TG_MECH_NOTIFS: { ...BACKEND, phase: "notifications" },
};

/**
 * How long it takes from a failing gate until all flags are off and live: our own time, apart from the deploys.
 * Counted are requests until then.
 */
async function main(): Promise<void> {
  const { engine } = new Command("npm run bench:rollback --")
    .description("Measures a full rollback against the stand-ins. The last line is JSON.")
    .addOption(new Option("--engine <engine>", "which engine to use").choices(["pulumi", "embedded"]))
    .parse()
    .opts<{ engine?: "pulumi" | "embedded" }>();
  const { name, executable } = chooseEngine(engine);
  console.log(
    `Engine: ${name} (${basename(dirname(dirname(executable)))}). Bringing all flags up, with a bug that fails the gate …`,
  );
  const upTo = { phase: "notifications", adopt: "notifications", flags: FLAGS };
  const stage = await openStage(executable, upTo, startSmallWorld);
  try {
    stage.world.breakFlag("ENABLE_TG_MECH_NOTIFS");
    await stage.up().then(
      () => Promise.reject(new Error("the gate passed although it must not")),
      () => undefined,
    );
    const live = await stage.world.flagsLive();
    const off = Object.keys(FLAGS).filter((key) => live[key] !== true);
    if (off.length > 0) throw new Error(`${off.join(", ")} not on`);
    console.log("The gate has failed. npm run rollback -- --full --yes …");
    console.log(JSON.stringify({ engine: name, ...(await measure(stage)) }));
  } finally {
    await stage.stop();
  }
}

async function measure(stage: Stage) {
  const { world } = stage;
  const mark = world.render.requests.mark();
  const began = performance.now();
  const since = world.render.clock.now().toISOString();
  const ending = stage.command("rollback", ["--full", "--yes"]);
  const offMs = await untilOff(stage, began);
  // What comes later (the gate asks the migrations' runner) keeps nobody waiting.
  const counts = world.render.requests.countsSince(mark);
  const ended = await ending;
  if (ended.code !== 0) throw new Error(`${ended.stdout}\n${ended.stderr}`);
  const deployMs = await deploysTook(stage, since);
  const { [ENV_VAR_PUT]: envPuts = 0, [DEPLOY_POST]: deploys = 0, ...rest } = counts;
  const otherWrites = Object.entries(rest).reduce(
    (sum, [route, times]) => sum + (route.startsWith("GET ") ? 0 : times),
    0,
  );
  console.log(
    `All flags off and live after ${seconds(offMs)} s, of which the deploys took ${seconds(deployMs)} s; verified and done after ${seconds(ended.ms)} s.`,
  );
  return { ownSeconds: seconds(offMs - deployMs), envPuts, deploys, otherWrites };
}

/** By the services' own word. */
async function untilOff({ world }: Stage, began: number): Promise<number> {
  const limit = 300_000;
  while (performance.now() - began < limit) {
    const flags = await world.flagsLive().catch(() => ({ unknown: true }));
    if (!Object.values(flags).some(Boolean)) return performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`flags are still on after ${limit / 1000} s`);
}

/** The time in which any of the rollback's deploys was under way. */
async function deploysTook({ world, env }: Stage, since: string): Promise<number> {
  const render = createRenderClient({ apiKey: env["RENDER_API_KEY"] ?? "", baseUrl: world.render.url });
  const services = await render.listServices();
  const deploys = (await Promise.all(services.map(({ id }) => render.listDeploys(id))))
    .flat()
    .filter(({ createdAt }) => createdAt >= since);
  const spans = deploys
    .map(({ createdAt, finishedAt }) => [Date.parse(createdAt), Date.parse(finishedAt ?? createdAt)] as const)
    .sort(([a], [b]) => a - b);
  let total = 0;
  let covered = 0;
  for (const [from, to] of spans) {
    total += Math.max(0, to - Math.max(from, covered));
    covered = Math.max(covered, to);
  }
  await render.close();
  return total;
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
