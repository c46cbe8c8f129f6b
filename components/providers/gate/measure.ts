import { quantileSorted } from "simple-statistics";

import { DEFAULT_THRESHOLDS } from "../../config/defaults";
import type { Sampling, Thresholds } from "../../config/types";
import { healthTrouble } from "../../probes/health-answer";
import { defaultLatencyRule } from "../../probes/latency/compare-latency";
import { errorThresholds, MINIMUM_REQUESTS } from "../../probes/latency/error-rate";
import {
  judgeEndpoints,
  sampleBaseline,
  type Baseline,
  type EndpointProbe,
} from "../../probes/latency/judge-endpoints";
import { defaultErrorLimits } from "../../probes/latency/judge-errors";
import { defaultSamplePlan, type SamplePlan } from "../../probes/latency/judge-latency";
import type { Distribution } from "../../probes/latency/distribution";
import type { Endpoint } from "../../probes/latency/sample-endpoints";
import type { LatencySummary } from "../../probes/latency/summarize";
import type { CheckResult } from "../../probes/verdict";
import type { ProviderContext } from "../context";
import { addressOf } from "../address";
import { judgeResponseLimits } from "./judge-limits";
import { createMeasureProgress } from "./measure-progress";
import { endpointId, type GateInputs, type GateService, type Measured } from "./inputs";
import { checkId } from "../../probes/check-id";

export interface Measurement {
  checks: CheckResult[];
  /** By endpoint, for the report. */
  measured: Record<string, Measured>;
  /** Only where it was taken now, and on a system that is well. */
  baseline?: Baseline;
}

/** State of before knows fewer figures than there are today. */
export function fullThresholds(thresholds: Thresholds = DEFAULT_THRESHOLDS): Thresholds {
  return {
    ...thresholds,
    advance: { ...DEFAULT_THRESHOLDS.advance, ...thresholds.advance },
    investigate: { ...DEFAULT_THRESHOLDS.investigate, ...thresholds.investigate },
    immediate: { ...DEFAULT_THRESHOLDS.immediate, ...thresholds.immediate },
  };
}

/** What of a service is measured: its endpoints, and its health beside them. Nothing where config names no endpoint. */
async function endpointsOf(context: ProviderContext, services: readonly GateService[]): Promise<Endpoint[]> {
  const all = await Promise.all(
    services.map(async (target): Promise<Endpoint[]> => {
      const paths = target.endpoints ?? [];
      if (paths.length === 0) return [];
      const service = await context.observed.service(target);
      const healthUrl = addressOf(target, service, target.healthPath);
      if (healthUrl === undefined) return [];
      const api = paths.map((path): Endpoint => {
        return { id: endpointId(target, path), method: "GET", url: addressOf(target, service, path) ?? "" };
      });
      const id = endpointId(target, target.healthPath);
      return [...api, { id, method: "GET", url: healthUrl, health: true, inspect: inspectorOf(target) }];
    }),
  );
  return all.flat();
}

/** Looks at a health answer of this service as its health check does. */
export function inspectorOf({ healthExpect }: GateService): (body: string) => string | undefined {
  return (body) => healthTrouble(body, healthExpect);
}

/** Takes the baseline; undefined where there is nothing to measure. */
export async function measureBaseline(
  context: ProviderContext,
  inputs: GateInputs,
): Promise<Measurement | undefined> {
  const endpoints = await endpointsOf(context, inputs.services);
  if (endpoints.length === 0) return undefined;
  const probe = await probeOf(context, inputs, endpoints, "baseline");
  context.log(
    `gate ${inputs.phase}: takes the baseline, ${probe.plan?.baselineSamples ?? 0} samples of ${names(endpoints)}`,
  );
  const { baseline, errors } = await sampleBaseline(probe);
  const measured = figures(baseline.endpoints);
  const checks = [errors, ...limitsOf(inputs, endpoints, baseline.endpoints, [errors])];
  if (isWell(errors)) return { checks, measured, baseline };
  const rest = inputs.override === undefined ? undefined : await baselineOfTheRest(probe, baseline);
  if (rest === undefined) return { checks, measured };
  return {
    checks: [...checks, missingFromBaseline(endpoints, rest)],
    measured: { ...measured, ...figures(rest.endpoints) },
    baseline: rest,
  };
}

function isWell({ verdict }: CheckResult): boolean {
  return verdict !== "fail" && verdict !== "could-not-measure";
}

/**
 * Where a person's word lets the rollout go on although something is ill, because its cure comes next: the baseline of the
 * endpoints that answered well, so that later gates have something to compare with. Undefined where there is none of them.
 */
async function baselineOfTheRest(
  probe: EndpointProbe,
  { endpoints }: Baseline,
): Promise<Baseline | undefined> {
  const well = probe.endpoints.filter(({ id }) => endpoints[id]?.errorRate === 0);
  if (well.every(({ health }) => health === true)) return undefined;
  const { baseline, errors } = await sampleBaseline({ ...probe, endpoints: well });
  return isWell(errors) ? baseline : undefined;
}

function missingFromBaseline(
  endpoints: readonly Endpoint[],
  { endpoints: taken, takenAt }: Baseline,
): CheckResult {
  const missing = endpoints.filter(({ id }) => !Object.hasOwn(taken, id));
  return {
    check: checkId("baseline"),
    verdict: "warn",
    summary:
      `there is no baseline of ${names(missing)}: it did not answer well. Later gates compare the others alone; the first one at ` +
      `which it answers takes its baseline, if no flag is on yet. After that, set rebaseline in the stack file to a new date`,
    observed: `${Object.keys(taken).length} of ${endpoints.length} endpoints`,
    threshold: "a baseline of every endpoint",
    probe: "the samples of the baseline",
    at: takenAt,
  };
}

/**
 * Where endpoints answer that did not when the baseline was taken, and no flag is on yet: their baseline is taken now, beside
 * the comparison of the others.
 *
 * @param kept what there is to compare with.
 * @param missing the services with the endpoints that it lacks.
 */
export async function measureFirstTime(
  context: ProviderContext,
  inputs: GateInputs,
  kept: Baseline | undefined,
  missing: GateService[],
): Promise<Measurement | undefined> {
  const compared = kept === undefined ? undefined : await measureAgainst(context, inputs, kept);
  if (compared?.checks.some((check) => check.check === "error-rate" && !isWell(check)) === true)
    return compared;
  const first = await measureBaseline(
    context,
    kept === undefined ? inputs : { ...inputs, services: missing },
  );
  if (first === undefined) return compared;
  const { baseline } = first;
  const checks = compared?.checks ?? first.checks;
  const measured = { ...first.measured, ...compared?.measured };
  if (baseline === undefined) return { checks, measured };
  return { checks: [...checks, takenHere(baseline, missing)], measured, baseline };
}

function takenHere({ takenAt }: Baseline, missing: readonly GateService[]): CheckResult {
  const ids = missing.flatMap((service) =>
    (service.endpoints ?? []).map((path) => endpointId(service, path)),
  );
  return {
    check: checkId("baseline"),
    verdict: "warn",
    summary:
      `the baseline of ${ids.join(", ")} is taken by this gate, before any flag is on: there was none yet, so nothing of it is ` +
      `compared here. Later gates compare with it`,
    observed: `${ids.length} of this gate's own`,
    threshold: "a baseline of every endpoint",
    probe: "the samples of the baseline",
    at: takenAt,
  };
}

/** Errors and response times against the baseline (undefined: there is none); undefined where there is nothing to measure. */
export async function measureAgainst(
  context: ProviderContext,
  inputs: GateInputs,
  baseline: Baseline | undefined,
): Promise<Measurement | undefined> {
  const endpoints = await endpointsOf(context, inputs.services);
  if (endpoints.length === 0) return undefined;
  const probe = await probeOf(context, inputs, endpoints, "comparison");
  const most = (probe.plan?.batch ?? 0) * (probe.plan?.looks ?? 0);
  context.log(`gate ${inputs.phase}: measures ${names(endpoints)}, ${most} samples of each at the most`);
  const allowedIncreasePercent = (inputs.thresholds ?? DEFAULT_THRESHOLDS).advance.latencyIncreasePercent;
  const { results, endpoints: summaries } = await judgeEndpoints({
    ...probe,
    baseline: baseline ?? null,
    rule: { ...defaultLatencyRule, allowedIncreasePercent },
  });
  const checks = baseline === undefined ? results.map(hintAtRebaseline) : results;
  return {
    checks: [...checks, ...limitsOf(inputs, endpoints, summaries, results)],
    measured: figures(summaries),
  };
}

/** The plan's own limits, over what was measured of users' endpoints. */
function limitsOf(
  { thresholds }: GateInputs,
  endpoints: readonly Endpoint[],
  summaries: Record<string, LatencySummary>,
  [first]: readonly CheckResult[],
): CheckResult[] {
  const own = new Set(endpoints.filter(({ health }) => health !== true).map(({ id }) => id));
  const measured = Object.fromEntries(Object.entries(figures(summaries)).filter(([id]) => own.has(id)));
  const told = { probe: first?.probe ?? "none", at: first?.at ?? "" };
  const limits = judgeResponseLimits(measured, fullThresholds(thresholds), told);
  return limits === undefined ? [] : [limits];
}

/** How samples are taken; numbers that config leaves open follow from the number of endpoints. */
export function configuredPlan(sampling: Sampling | undefined, endpoints: number): SamplePlan {
  const usual = defaultSamplePlan(endpoints);
  return {
    baselineSamples: Math.max(
      sampling?.baselineSamples ?? usual.baselineSamples,
      Math.ceil(MINIMUM_REQUESTS / Math.max(1, endpoints)),
    ),
    batch: sampling?.batchSamples ?? usual.batch,
    looks: sampling?.batches ?? usual.looks,
    warmUp: sampling?.warmUp ?? usual.warmUp,
  };
}

/** Timings where a state has none: those of old gates, and of tests. */
const USUAL_SECONDS = { spread: 60, timeout: 10 };

async function probeOf(
  context: ProviderContext,
  inputs: GateInputs,
  endpoints: Endpoint[],
  purpose: "baseline" | "comparison",
): Promise<EndpointProbe> {
  const { sampling, thresholds } = inputs;
  const [began, beganMs] = [await context.now(), context.elapsed()];
  const now = () => new Date(began.getTime() + context.elapsed() - beganMs);
  const plan = configuredPlan(sampling, endpoints.filter(({ health }) => health !== true).length);
  const looks = purpose === "baseline" ? 1 : plan.looks;
  const rounds = plan.warmUp + (purpose === "baseline" ? plan.baselineSamples : plan.batch * plan.looks);
  const progress = createMeasureProgress(
    inputs.phase,
    { looks, requests: rounds * endpoints.length },
    {
      log: (line) => {
        context.log(line);
      },
      elapsed: () => context.elapsed(),
    },
  );
  return {
    onLook: (look, comparison) => {
      progress.look(look, comparison);
    },
    onSample: (sample) => {
      progress.sample(sample);
      context.keepSample?.(inputs.stack, { ...sample, at: now().toISOString(), phase: inputs.phase });
    },
    endpoints,
    purpose: "verify",
    plan,
    limits: { ...defaultErrorLimits, thresholds: errorThresholds(thresholds) },
    timeoutMs: (sampling?.timeoutSeconds ?? USUAL_SECONDS.timeout) * 1000,
    spreadMs: (sampling?.spreadSeconds ?? USUAL_SECONDS.spread) * 1000,
    fetch: context.fetch,
    sleep: (ms) => context.sleep(ms),
    disturbed: (sinceMs) => context.asleep?.disturbed(sinceMs) === true,
    clock: {
      monotonicMs: () => context.elapsed(),
      now,
    },
  };
}

function hintAtRebaseline(check: CheckResult): CheckResult {
  if (check.check !== "api-latency" || check.verdict !== "no-data") return check;
  const hint = "Set rebaseline in the stack file to a new date, while the system is as it should be.";
  return { ...check, summary: `${check.summary} ${hint}` };
}

function figures(endpoints: Record<string, LatencySummary>): Record<string, Measured> {
  return Object.fromEntries(
    Object.entries(endpoints).map(([id, { n, p50, p95, p99, errorRate, distribution }]) => [
      id,
      { n, p50, p95, p99, errorRate, quantilesMs: fewQuantiles(distribution) },
    ]),
  );
}

/** 21 numbers, at every fifth per cent: what a picture of a distribution needs, in 0.15 kB an endpoint. */
function fewQuantiles({ sortedMs }: Distribution): number[] {
  if (sortedMs.length === 0) return [];
  return Array.from({ length: 21 }, (_, index) =>
    Number(quantileSorted(sortedMs, index / 20).toPrecision(4)),
  );
}

function names(endpoints: readonly Endpoint[]): string {
  return endpoints.map(({ id }) => id).join(", ");
}
