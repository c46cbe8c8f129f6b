import { randomUUID } from "node:crypto";

import { connectTo } from "../database/reader/connection";
import { createDirectReader } from "../database/reader/direct-reader";
import { SECRETS, type SecretName } from "../config/secret-names";
import { RolloutError } from "../errors";
import { findBrowser } from "../probes/browser/find-browser";
import { createHttpProbe } from "../probes/http";
import { realFetch, realSleep } from "../probes/ports";
import { createRenderClient } from "../render/client";
import { createRedactor, secretsOfEnvironment } from "../secrets";
import { createSleepSense, machineClocks } from "../slept";
import { acrossTheBorder } from "./border";
import type { ProviderContext, Secrets } from "./context";
import { whileEngineLives } from "./bound-to-engine";
import { deployVerbs } from "./deploy/deploy";
import { findEngineAddress, watchEngine, type EngineLife } from "./engine-life";
import { featureFlagVerbs } from "./feature-flag";
import { readStackSettings } from "./stack-settings";
import { gateVerbs } from "./gate/gate";
import { consentsVerbs } from "./migrations/consents";
import { migrationsVerbs } from "./migrations/migrations";
import { pendingVerbs } from "./migrations/pending";
import { createSchema } from "./migrations/schema-desk";
import { surveyVerbs } from "./migrations/survey";
import { createObserved } from "./observed";
import { createProcessRunner, type ProcessRunner } from "./process";
import { createSampleLog } from "./sample-log";
import { createWatchReader } from "./watch-log";
import { createReportReader } from "./reports";
import { readSchedule } from "./schedule-guard";
import { createTeam } from "./team";
import { tellFailures } from "./tell-failures";
import type { ConfigReader, Verbs } from "./verbs";

/** Waits shorter than this are nobody's concern, in milliseconds. */
const NOTICED_MS = 3_000;

// Everything outside is wired here and nowhere else. One context a process, however many kinds of resources ask: the
// rate limit, the shared reads and Render's clock are one.
let context: ProviderContext | undefined;
const named: { stack?: string } = {};

const kinds = {
  "feature-flag": featureFlagVerbs,
  deploy: deployVerbs,
  survey: surveyVerbs,
  pending: pendingVerbs,
  consents: consentsVerbs,
  migrations: migrationsVerbs,
  gate: gateVerbs,
} as const;

/** The verbs of one kind of resource, with the real outside world behind them. */
export function verbs(kind: keyof typeof kinds, config: ConfigReader | undefined): Verbs {
  if (config === undefined) throw new Error("the provider was called before it was configured");
  context ??= createContext(config);
  const { team, redact } = context;
  return acrossTheBorder(tellFailures(kinds[kind](context) as unknown as Verbs, team, named), redact);
}

function createContext(config: ConfigReader): ProviderContext {
  const given = (name: SecretName) =>
    nonEmpty(config.get(name)) ?? nonEmpty(process.env[SECRETS[name].environment]);
  const redact = createRedactor([
    ...Object.keys(SECRETS).map((name) => config.get(name)),
    ...secretsOfEnvironment(process.env),
  ]);
  const apiKey = given("renderApiKey");
  if (apiKey === undefined) {
    throw new RolloutError(
      "NO_RENDER_KEY",
      "renderApiKey is not set: run `pulumi config set --secret renderApiKey`, or export RENDER_API_KEY",
    );
  }
  const secrets: Secrets = {
    databaseUrl: given("databaseUrl"),
    telegramBotToken: given("telegramBotToken"),
    smoke: Object.fromEntries(
      (["smokeToken", "smokePassword"] as const).flatMap((name) => {
        const value = given(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  };
  const baseUrl = config.get("renderApiUrl");
  const workspace = config.get("workspace");
  const log = (line: string) => {
    console.log(redact(line));
  };
  const engine = watchEngine(findEngineAddress(process.argv.slice(2)));
  const processes = createProcessRunner(engine);
  endWithEngine(engine, processes);
  const render = createRenderClient({
    apiKey,
    gone: engine.gone,
    beforeEffect: () => engine.require(),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    onWait: ({ method, route, ms, reason }) => {
      if (ms >= NOTICED_MS) log(`waiting ${Math.ceil(ms / 1000)} s before ${method} ${route}: ${reason}`);
    },
  });
  const settings = readStackSettings(config);
  const ports = {
    ...whileEngineLives(engine, { fetch: realFetch, sleep: realSleep, probe: createHttpProbe() }),
    now: () => render.now(),
    machineNow: () => new Date(),
    elapsed: machineClocks.elapsed,
    asleep: createSleepSense(machineClocks),
    log,
    redact,
  };
  const wired: Omit<ProviderContext, "schema"> = {
    ...ports,
    render,
    observed: createObserved(render, { workspace }),
    schedule: () => readSchedule(settings.schedule, ports.now),
    team: createTeam({
      ...ports,
      telegram: settings.telegram,
      token: secrets.telegramBotToken,
      thresholdMs: settings.telegramThresholdMs,
    }),
    requireEngine: () => engine.require(),
    engineGone: engine.gone,
    reports: createReportReader(ports),
    database: () =>
      secrets.databaseUrl === undefined ? undefined : createDirectReader(connectTo(secrets.databaseUrl)),
    run: processes.run,
    // The engine starts providers in the project's directory.
    keepSample: createSampleLog(process.cwd()),
    watched: createWatchReader(process.cwd()),
    ...browserNamed(),
    secrets,
    environment: (name) => nonEmpty(process.env[name]),
    spentHere: new Set(),
    newRunId: () => randomUUID(),
  };
  return withSchema(wired);
}

/** The schema asks through the other ports, its runner's commands among them. */
function withSchema(wired: Omit<ProviderContext, "schema">): ProviderContext {
  const context: ProviderContext = { ...wired, schema: undefined as never };
  context.schema = createSchema(context);
  return context;
}

/** Nobody is left to work for: what runs is ended first, and then this process ends, which otherwise serves for ever. */
function endWithEngine(engine: EngineLife, processes: ProcessRunner): void {
  // A closed terminal ends the engine, and that is noticed; nothing of ours is cut off half-way by it.
  process.on("SIGHUP", () => undefined);
  // The engine read what we print: without it each line is an error, which must not end us before what we run has ended.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  engine.gone.addEventListener("abort", () => {
    void processes.settled().then(() => process.exit(1));
  });
  // From now on it is watched; whoever writes looks again.
  engine.require().catch(() => undefined);
}

function browserNamed(): Pick<ProviderContext, "browser"> {
  const browser = findBrowser(nonEmpty(process.env["ROLLOUT_BROWSER"]));
  return browser === undefined ? {} : { browser };
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}
