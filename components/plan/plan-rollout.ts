import { phaseIndex, PHASES, type Phase } from "../config/phases";
import type { Flag, StackConfig } from "../config/types";
import { planEdges, type Edge } from "./edges";
import { planDatabase, type PlannedDatabase } from "./migration-groups";

/** What one stack's config asks for: the resources to make, their order, and what each must be told. Plain JSON. */
export interface Plan extends PlannedDatabase {
  project: string;
  stack: string;
  phase: Phase;
  /** In the catalogue's order, on and off alike. */
  flags: PlannedFlag[];
  /** One for each service, also for one without flags. */
  deploys: PlannedDeploy[];
  /** One for each phase up to the current one, which is the last and the only open one. */
  gates: PlannedGate[];
  /** Ids of everything above, in an order in which each stands behind all that it depends on. */
  nodes: string[];
  edges: Edge[];
}

export interface PlannedFlag {
  id: `flag:${string}`;
  key: string;
  serviceKey: string;
  phase: Phase;
  purpose: string;
  on: boolean;
  /** What the environment variable holds. */
  value: "true" | "false";
  reason: "phase reached" | "phase not reached" | "held";
  requires: string[];
  /** What an absent variable means, where config says it. */
  unset?: "on" | "off" | "unknown";
}

export interface PlannedDeploy {
  id: `deploy:${string}`;
  serviceKey: string;
  renderName: string;
  kind: "web_service" | "static_site";
  /** By key: the values that the service must run with. */
  expects: Record<string, "true" | "false">;
  /** Keys whose values are built into the code: a change of one needs a build. */
  buildTime: string[];
}

export interface PlannedGate {
  id: `gate:${Phase}`;
  /** Name of the resource. */
  name: `gate-${Phase}`;
  phase: Phase;
  state: "open" | "closed";
  /** The system had passed this phase before the rollout took over (`adopt`): the gate may be made closed. */
  adopted: boolean;
  soakSeconds: number;
}

/** Turns a stack's config into its plan: total, pure, and from the target alone, whatever was there before. */
export function planRollout(config: StackConfig): Plan {
  const flags = config.flags.map((flag) => planFlag(flag, config));
  const parts = {
    flags,
    deploys: planDeploys(config),
    ...planDatabase(
      config,
      flags.filter(({ on }) => on),
    ),
    gates: planGates(config),
  };
  const { project, stack, phase } = config;
  return { project, stack, phase, ...parts, ...planEdges(parts) };
}

function planFlag(
  { key, serviceKey, phase, purpose, requires, unset }: Flag,
  config: StackConfig,
): PlannedFlag {
  const reached = phaseIndex(phase) <= phaseIndex(config.phase);
  const held = reached && config.hold.includes(key);
  const on = reached && !held;
  const reason = held ? "held" : reached ? "phase reached" : "phase not reached";
  return {
    id: `flag:${key}`,
    key,
    serviceKey,
    phase,
    purpose,
    on,
    value: on ? "true" : "false",
    reason,
    requires,
    ...(unset === undefined ? {} : { unset }),
  };
}

function planDeploys(config: StackConfig): PlannedDeploy[] {
  const flags = config.flags.map((flag) => planFlag(flag, config));
  return config.services.map(({ key: serviceKey, renderName, kind }) => {
    const own = flags.filter((flag) => flag.serviceKey === serviceKey);
    const expects = Object.fromEntries(own.map(({ key, value }) => [key, value]));
    const buildTime = config.flags.filter(
      (flag) => flag.serviceKey === serviceKey && flag.buildTime === true,
    );
    return {
      id: `deploy:${serviceKey}`,
      serviceKey,
      renderName,
      kind,
      expects,
      buildTime: buildTime.map(({ key }) => key),
    };
  });
}

function planGates(config: StackConfig): PlannedGate[] {
  const current = phaseIndex(config.phase);
  const adopted = config.adopt === undefined ? 0 : phaseIndex(config.adopt);
  return PHASES.slice(0, current + 1).map((phase, index) => ({
    id: `gate:${phase}`,
    name: `gate-${phase}`,
    phase,
    state: index < current ? "closed" : "open",
    adopted: index < adopted,
    soakSeconds: config.soakSeconds[phase],
  }));
}
