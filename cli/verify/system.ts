import { formatProblems, parseSources, readConfigSources, type StackConfig } from "../../components/config";
import { RolloutError } from "../../components/errors";
import { planRollout, type Plan } from "../../components/plan/plan-rollout";
import type { Baseline } from "../../components/probes/latency/judge-endpoints";
import { createObserved } from "../../components/providers/observed";
import type { RenderClient } from "../../components/render/client";
import type { Engine } from "../engine/port";
import type { Desk } from "../shared/desk";
import { requireStack } from "../shared/load-stack";
import { UsageError } from "../shared/run-command";
import { readStanding } from "../shared/standing";

/** A service as `verify` looks at it. */
export interface VerifiedService {
  name: string;
  kind: "web_service" | "static_site";
  /** Undefined where neither the command line nor config nor Render names an address. */
  url?: string;
  healthPath: string;
  flagsPath?: string;
  endpoints: string[];
  /** Flags of the catalogue, in its order. */
  flags: VerifiedFlag[];
}

export interface VerifiedFlag {
  key: string;
  /** Absent without a stack: nothing is declared then. */
  declared?: "true" | "false";
  /** Absent where Render was not asked. A value that is no truth value is not shown: it may be anything. */
  onRender?: "true" | "false" | "other";
}

export interface System {
  stack?: string;
  services: VerifiedService[];
  thresholds: StackConfig["thresholds"];
  baseline?: Baseline;
  migrations?: { target: string[]; applied?: string[] };
  /** What could not be asked, and why; a sentence each. */
  notes: string[];
}

export interface Where {
  stack?: string;
  backendUrl?: string;
  frontendUrl?: string;
}

export type OpenRender = (
  config: StackConfig,
  engine: Pick<Engine, "secret"> | undefined,
) => Promise<RenderClient>;

/**
 * What is to be verified: by a stack's files, Render and state, or by two addresses alone, with neither Pulumi nor a key.
 * What is missing on the way is noted, and less is verified.
 */
export async function readSystem(desk: Desk, openRender: OpenRender, where: Where): Promise<System> {
  if (where.stack === undefined) return systemOfAddresses(desk.directory, where);
  const { config, plan } = requireStack(desk.directory, where.stack);
  const notes: string[] = [];
  const engine = await attempt(() => desk.openEngine(config.stack), "state was not read", notes);
  const state =
    engine === undefined ? undefined : await attempt(() => engine.state(), "state was not read", notes);
  const render = await attempt(() => openRender(config, engine), "Render was not asked", notes);
  const services = await Promise.all(
    config.services.map((service) => stackService(config, plan, service, where, render, notes)),
  );
  const gate = state?.find(({ kind, name }) => kind === "Gate" && name === "gate-preparation");
  const baseline = gate?.outputs["baseline"] as Baseline | undefined;
  const target = plan.groups.flatMap((group) => group.target);
  return {
    stack: config.stack,
    services,
    thresholds: config.thresholds,
    ...(baseline === undefined ? {} : { baseline }),
    ...(plan.groups.length === 0
      ? {}
      : { migrations: { target, ...(state === undefined ? {} : { applied: readStanding(state).applied }) } }),
    notes,
  };
}

function systemOfAddresses(directory: string, where: Where): System {
  if (where.backendUrl === undefined && where.frontendUrl === undefined) {
    throw new UsageError("name a stack (--stack), or an address (--backend-url, --frontend-url)");
  }
  const project = readConfigSources(directory, "").filter(({ kind }) => kind === "project");
  const stack = { kind: "stack" as const, file: "the command line", text: "config: {phase: preparation}\n" };
  const parsed = parseSources([stack, ...project], { stack: "" });
  if (!parsed.ok)
    throw new RolloutError(
      "CONFIG_INVALID",
      `the catalogue is not valid:\n${formatProblems(parsed.problems)}`,
    );
  const { config } = parsed;
  const plan = planRollout(config);
  const services = config.services.flatMap((service): VerifiedService[] => {
    const url = addressGiven(config, service, where);
    if (url === undefined) return [];
    return [
      { ...shapeOf(service), url, flags: Object.keys(expectsOf(plan, service)).map((key) => ({ key })) },
    ];
  });
  return {
    services,
    thresholds: config.thresholds,
    notes: ["no stack: what is declared, on Render and in state was not compared"],
  };
}

async function stackService(
  config: StackConfig,
  plan: Plan,
  service: StackConfig["services"][number],
  where: Where,
  render: RenderClient | undefined,
  notes: string[],
): Promise<VerifiedService> {
  const ref = { service: service.renderName, ...(service.id === undefined ? {} : { serviceId: service.id }) };
  const observed =
    render === undefined
      ? undefined
      : createObserved(render, config.workspace === undefined ? {} : { workspace: config.workspace });
  const failed = `Render told nothing about ${service.renderName}`;
  const onRender =
    observed === undefined ? undefined : await attempt(() => observed.service(ref), failed, notes);
  const values =
    onRender === undefined ? undefined : await attempt(() => observed?.envVars(onRender.id), failed, notes);
  const url = addressGiven(config, service, where) ?? service.url ?? onRender?.serviceDetails?.url;
  const flags = Object.entries(expectsOf(plan, service)).map(([key, declared]): VerifiedFlag => {
    if (values === undefined) return { key, declared };
    const value = values.get(key) ?? "false";
    return { key, declared, onRender: value === "true" || value === "false" ? value : "other" };
  });
  return { ...shapeOf(service), ...(url === undefined ? {} : { url }), flags };
}

/** The first web service is the back end, the first static site the front end. */
function addressGiven(
  { services }: StackConfig,
  service: StackConfig["services"][number],
  where: Where,
): string | undefined {
  if (services.find(({ kind }) => kind === service.kind) !== service) return undefined;
  return service.kind === "web_service" ? where.backendUrl : where.frontendUrl;
}

function shapeOf({
  renderName,
  kind,
  healthPath,
  flagsPath,
  endpoints = [],
}: StackConfig["services"][number]): Omit<VerifiedService, "flags"> {
  return { name: renderName, kind, healthPath, ...(flagsPath === undefined ? {} : { flagsPath }), endpoints };
}

function expectsOf(
  { deploys }: Plan,
  { name }: StackConfig["services"][number],
): Record<string, "true" | "false"> {
  return deploys.find((deploy) => deploy.service === name)?.expects ?? {};
}

/** What an operator can do something about is noted; a mistake of ours is not hidden. */
async function attempt<T>(
  action: () => T | Promise<T>,
  what: string,
  notes: string[],
): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    notes.push(`${what}: ${error.message}`);
    return undefined;
  }
}
