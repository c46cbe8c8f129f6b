import { phaseIndex, PHASES } from "../config/phases";
import type { Flag, StackConfig } from "../config/types";
import { planEdges } from "./edges";
import { planDatabase } from "./migration-groups";
import type { Plan, PlannedDeploy, PlannedFlag, PlannedGate } from "./plan";

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
