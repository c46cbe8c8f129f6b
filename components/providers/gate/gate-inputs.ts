import { phaseIndex } from "../../config/phases";
import type {
  Expectation,
  Flag,
  FlagReport,
  Migration,
  Reports,
  Service,
  StackConfig,
  VisibleParts,
} from "../../config/types";
import type { GateInputs, GatePage, GateService } from "./inputs";
import type { DeclaredMigration, RunnerInput } from "../migrations/declared";
import type { LookedAt } from "../migrations/look";
import type { ServiceRef } from "../observed";
import type { Plan, PlannedGate } from "../../plan/plan";
import { checkId } from "../../probes/check-id";

/**
 * What a gate is told, as far as config says it; what other resources find out (deploys, the schema's revision, the
 * baseline) comes to it from them. Pure, so that a command can ask as the program does.
 */
export function gateInputs(config: StackConfig, plan: Plan, gate: PlannedGate): GateInputs {
  const { phase, state, adopted, soakSeconds } = gate;
  const runner = runnerInput(config);
  const items = config.prerequisites.filter((item) => item.phase === phase);
  const signed = items.filter(({ postgresRecovery }) => postgresRecovery === undefined);
  return {
    phase,
    state,
    adopted,
    stack: config.stack,
    soakSeconds,
    timeZone: config.timeZone,
    services: config.services.map((service) => gateService(service, plan)),
    migrations: plan.groups.map((group) => ({
      ids: group.migrations.map(({ id }) => id),
      target: group.target,
    })),
    ...(runner === undefined ? {} : { runner }),
    ...(config.override[phase] === undefined ? {} : { override: config.override[phase] }),
    rules: config.gates,
    thresholds: config.thresholds,
    sampling: config.sampling,
    smoke: smokeTestsOf(config, plan, gate),
    ...pagesOf(config, plan, gate),
    commands: commandsBefore(config, gate),
    databases: items.flatMap(({ id, postgresRecovery: database }) =>
      database === undefined ? [] : [{ id, database }],
    ),
    items: signed.map(({ id, purpose }) => ({ id, purpose })),
    acknowledged: Object.fromEntries(
      signed.flatMap(({ id }) => {
        const signature = Object.hasOwn(config.acknowledged, id) ? config.acknowledged[id] : undefined;
        return signature === undefined ? [] : [[id, signature.text]];
      }),
    ),
    criticalLogs: config.criticalLogs,
    ...(config.notifications === undefined ? {} : { notifications: config.notifications }),
    ...(phase === "preparation" && config.rebaseline !== undefined ? { rebaseline: config.rebaseline } : {}),
  };
}

/** The operator's own smoke test runs before an open gate from its phase on; not on the way back to an earlier one. */
export function smokeCommandRuns({ smokeCommand }: StackConfig, { phase, state }: PlannedGate): boolean {
  return (
    smokeCommand !== undefined && state === "open" && phaseIndex(smokeCommand.phase) <= phaseIndex(phase)
  );
}

/** The runner as resources take it. */
export function runnerInput({ runner, services }: StackConfig): RunnerInput | undefined {
  if (runner === undefined) return undefined;
  const { where, checkout, workingDirectory, commands, timeoutSeconds } = runner;
  const service = services.find(({ key }) => key === runner.serviceKey);
  const on = service === undefined ? {} : refOf(service);
  const directory = workingDirectory === undefined ? {} : { directory: workingDirectory };
  return { where, ...on, ...(checkout ? { checkout } : {}), ...directory, commands, timeoutSeconds };
}

/** A migration as resources declare it. */
export function declaredMigration(migration: Migration): DeclaredMigration {
  const { id, file, rollbackLoses, source, shows } = migration;
  return {
    id,
    ...(file === undefined ? {} : { file }),
    rollbackLoses,
    source,
    ...(shows === undefined ? {} : { shows }),
  };
}

/** What a schema's rollback must not break: all that gates ask by GET. */
export function lookedAt({ services, smoke }: StackConfig): LookedAt[] {
  return services.map((service) => {
    const smoked = smoke
      .filter(({ serviceKey, method }) => serviceKey === service.key && method === "GET")
      .map(({ path }) => path);
    const { url, healthPath, endpoints = [] } = service;
    const paths = [...new Set([healthPath, ...endpoints, ...smoked])];
    return { ...refOf(service), ...(url === undefined ? {} : { url }), paths };
  });
}

/** How resources name a service. */
export function refOf({ renderName, id }: Service): ServiceRef {
  return { renderName, ...(id === undefined ? {} : { serviceId: id }) };
}

/** A service as probes know it: where it is reached, what its health answers, how it tells of its flags. */
export function probedAs({ url, healthPath, healthExpect, reports }: Service): {
  url?: string;
  healthPath: string;
  healthExpect?: Record<string, Expectation>;
  reports?: Reports;
} {
  return {
    ...(url === undefined ? {} : { url }),
    healthPath,
    ...(healthExpect === undefined ? {} : { healthExpect }),
    ...(reports === undefined ? {} : { reports }),
  };
}

/** What one flag's resource has to know to tell whether it is on where its variable is not set. */
export function flagSourceOf(
  { url, reports }: Service,
  { key, unset }: Pick<Flag, "key" | "unset">,
): { unset?: "on" | "off" | "unknown"; url?: string; report?: FlagReport } {
  const report = reports !== undefined && "path" in reports ? reports : undefined;
  const { names, ...rest } = report ?? {};
  const name = names?.[key];
  return {
    ...(unset === undefined ? {} : { unset }),
    ...(url === undefined || report === undefined ? {} : { url }),
    ...(report === undefined
      ? {}
      : {
          report: { ...rest, path: report.path, ...(name === undefined ? {} : { names: { [key]: name } }) },
        }),
  };
}

function gateService(service: Service, { deploys, flags: planned }: Plan): GateService {
  const flags = deploys.find((deploy) => deploy.serviceKey === service.key)?.expects ?? {};
  const { endpoints = [] } = service;
  const unset = planned.flatMap(({ key, serviceKey, unset: means }) =>
    serviceKey === service.key && means !== undefined ? [[key, means] as const] : [],
  );
  return {
    ...refOf(service),
    serviceKey: service.key,
    kind: service.kind,
    ...probedAs(service),
    flags,
    ...(unset.length === 0 ? {} : { unset: Object.fromEntries(unset) }),
    ...(endpoints.length === 0 ? {} : { endpoints }),
  };
}

/** Those of the phases reached, whose flags are on; services go by their names on Render. */
function smokeTestsOf(
  { smoke, services }: StackConfig,
  { flags }: Plan,
  { phase }: PlannedGate,
): GateInputs["smoke"] {
  const isOn = (key: string) => flags.some((flag) => flag.key === key && flag.on);
  return smoke
    .filter((test) => phaseIndex(test.phase) <= phaseIndex(phase) && test.needs.every(isOn))
    .map(({ serviceKey, ...test }) => {
      const service = services.find(({ key }) => key === serviceKey);
      return { ...test, renderName: service?.renderName ?? serviceKey };
    });
}

/** Pages of the phases reached, with what must be visible by the flags as they are declared. */
export function pagesOf(
  { pages, services }: StackConfig,
  { flags }: Pick<Plan, "flags">,
  { phase }: Pick<PlannedGate, "phase">,
): Pick<GateInputs, "pages"> {
  if (pages === undefined) return {};
  const reached = pages.filter((page) => phaseIndex(page.phase) <= phaseIndex(phase));
  return {
    pages: reached.map(({ id, serviceKey, path, withinSeconds, growthPercent, ignore, ...page }) => ({
      ...{ id, renderName: services.find(({ key }) => key === serviceKey)?.renderName ?? serviceKey },
      ...{ path, withinSeconds, growthPercent, ignore },
      expects: [
        ...expectations(page),
        ...flags.flatMap(({ key, on }) => {
          const parts = on ? page.whenOn : page.whenOff;
          return Object.hasOwn(parts, key) ? expectations(parts[key], `${key} is ${on ? "on" : "off"}`) : [];
        }),
      ],
    })),
  };
}

function expectations(parts: VisibleParts | undefined, because?: string): GatePage["expects"] {
  const reason = because === undefined ? {} : { because };
  return [
    ...(parts?.visible ?? []).map((selector) => ({ selector, visible: true, ...reason })),
    ...(parts?.hidden ?? []).map((selector) => ({ selector, visible: false, ...reason })),
  ];
}

/** The backup is told by the survey, which knows whether one was made. */
function commandsBefore(
  { smokeCommand, ...config }: StackConfig,
  gate: PlannedGate,
): NonNullable<GateInputs["commands"]> {
  return smokeCommand !== undefined && smokeCommandRuns({ smokeCommand, ...config }, gate)
    ? [{ id: checkId("smoke-command"), command: smokeCommand.command }]
    : [];
}
