import { messageOf } from "../../errors";
import { checkHealth } from "../../probes/health";
import type { Baseline } from "../../probes/latency/judge-endpoints";
import { runSmokeTest } from "../../probes/smoke";
import type { CheckResult } from "../../probes/verdict";
import type { ProviderContext } from "../context";
import { addressOf } from "../address";
import { mayBeAsleep, WAKING_MS, wakeUp } from "../wake";
import { checkFlags, checkLeftFlags, checkServed } from "./check-flags";
import { checkSchema } from "./check-schema";
import { checkPages } from "./check-pages";
import { checkZeroDowntime } from "./check-zero-downtime";
import type { Direction } from "./direction";
import type { GateInputs, GateService } from "./inputs";
import { checkDatabases } from "./prerequisites";
import { checkPreflight, serviceWarnings } from "./preflight";
import { checkId } from "../../probes/check-id";

/** Phases whose gate proves the operators' channel with a message of its own. */
const PROVES_TELEGRAM = ["preparation", "notifications", "smoke"];

/** All checks that take no series of samples, side by side; each answers for itself and none throws. */
export async function runChecks(
  context: ProviderContext,
  inputs: GateInputs,
  direction: Direction = "advance",
  /** What the pages' times are held against. */
  baseline?: Baseline,
): Promise<CheckResult[]> {
  const woken = await wakeServices(context, inputs);
  const telegram = direction === "advance" && PROVES_TELEGRAM.includes(inputs.phase);
  const checks = await Promise.all([
    ...inputs.services.map((service) => checkService(context, inputs, service)),
    checkSchema(context, inputs),
    ...(inputs.smoke ?? []).map((test) => checkSmoke(context, inputs, test)),
    telegram
      ? context.team.check(
          `${inputs.stack ?? "rollout"}: a test of this channel by the gate of phase ${inputs.phase}`,
        )
      : [],
    // Here it warns in time; the closing refuses.
    checkDatabases(context, inputs).then((results) => results.map(asWarning)),
    checkZeroDowntime(context, inputs),
    checkServed(context, inputs),
    checkPages(context, inputs, baseline),
    commandResults(context, inputs),
  ]);
  return [...woken, ...checks.flat()];
}

/** Services that may be asleep are woken before anything is judged, and it is told how long that took. */
async function wakeServices(context: ProviderContext, { services }: GateInputs): Promise<CheckResult[]> {
  const woken = await Promise.all(
    services.map(async (target): Promise<CheckResult[]> => {
      const service = await context.observed.service(target).catch(() => undefined);
      const url = service === undefined ? undefined : addressOf(target, service, target.healthPath);
      if (service === undefined || url === undefined) return [];
      if (!(await mayBeAsleep(context, service).catch(() => false))) return [];
      const seconds = await wakeUp(service.name, url, context);
      if (seconds === undefined) return [];
      return [
        {
          check: checkId("woken", service.name),
          verdict: "pass",
          summary: `${service.name} was asleep, as free instances are after a quarter of an hour without traffic; it answered after ${seconds} s`,
          observed: `${seconds} s`,
          threshold: `an answer within ${WAKING_MS / 1000} s`,
          probe: `GET ${url}`,
          at: (await context.now()).toISOString(),
        },
      ];
    }),
  );
  return woken.flat();
}

async function checkService(
  context: ProviderContext,
  inputs: GateInputs,
  target: GateService,
): Promise<CheckResult[]> {
  const now = await context.now();
  try {
    const service = await context.observed.service(target);
    const name = service.name;
    const ports = { probe: context.probe, sleep: (ms: number) => context.sleep(ms), now: () => now };
    const healthUrl = addressOf(target, service, target.healthPath);
    const health =
      healthUrl === undefined
        ? noAddress(`health ${name}`, name, now)
        : checkHealth({ service: name, url: healthUrl, ...expectOf(target) }, ports);
    const flags = checkFlags(context, inputs, target, service);
    const whole = inputs.phase === "preparation" && inputs.state === "open";
    const warned = serviceWarnings(service, await context.observed.deploys(service.id)).length > 0;
    const preflight = whole || warned ? [checkPreflight(context, service)] : [];
    const left = checkLeftFlags(context, inputs, target, service);
    return (await Promise.all([health, flags, left, ...preflight])).flat();
  } catch (error) {
    return [
      {
        check: checkId("service", target.renderName),
        verdict: "could-not-measure",
        summary: `${target.renderName} could not be looked up on Render: ${messageOf(error)}`,
        probe: "GET /services",
        at: now.toISOString(),
      },
    ];
  }
}

function expectOf({ healthExpect }: GateService) {
  return healthExpect === undefined ? {} : { expect: healthExpect };
}

function noAddress(check: string, service: string, now: Date): CheckResult {
  return {
    check,
    verdict: "could-not-measure",
    summary: `${service} has no public address; set serviceUrls for it in the stack's config`,
    probe: "none",
    at: now.toISOString(),
  };
}

async function checkSmoke(
  context: ProviderContext,
  inputs: GateInputs,
  test: NonNullable<GateInputs["smoke"]>[number],
): Promise<CheckResult> {
  const now = await context.now();
  try {
    const target = inputs.services.find(({ renderName }) => renderName === test.renderName);
    const service = target === undefined ? undefined : await context.observed.service(target);
    const base = target === undefined || service === undefined ? undefined : addressOf(target, service, "/");
    if (target === undefined || service === undefined || base === undefined)
      return noAddress(`smoke ${test.id}`, test.renderName, now);
    return await runSmokeTest(
      { ...test, urlOf: (path) => addressOf(target, service, path) ?? base },
      {
        probe: context.probe,
        now: () => now,
        redact: context.redact,
        secret: (name) => context.secrets.smoke?.[name],
      },
    );
  } catch (error) {
    const base = {
      check: checkId("smoke", test.id),
      probe: `${test.method} ${test.path}`,
      at: now.toISOString(),
    };
    return { ...base, verdict: "could-not-measure", summary: messageOf(error) };
  }
}

/** They ran before this gate could begin: a command that fails stops the update by itself. */
async function commandResults(
  context: ProviderContext,
  { commands = [] }: GateInputs,
): Promise<CheckResult[]> {
  const at = (await context.now()).toISOString();
  return commands.map(({ id, command }) => ({
    check: id,
    verdict: "pass" as const,
    summary: `the operator's command ended with exit code 0`,
    observed: "exit code 0",
    threshold: "exit code 0",
    probe: `sh: ${command.replace(/\s+/g, " ").slice(0, 300)}`,
    at,
  }));
}

function asWarning(check: CheckResult): CheckResult {
  return check.verdict === "pass" ? check : { ...check, verdict: "warn" };
}
