import { createErrorJudge, defaultErrorLimits } from "../../probes/latency/judge-errors";
import type { SoakWindow } from "../../probes/latency/judge-window";
import { sampleEndpoints, shownProbe, type Endpoint } from "../../probes/latency/sample-endpoints";
import type { CheckResult } from "../../probes/verdict";
import type { Service } from "../../render/client";
import type { ProviderContext } from "../context";
import { addressOf } from "../address";
import { endpointId, type GateInputs, type GateService } from "./inputs";
import { inspectorOf } from "./measure";
import { errorThresholds } from "../../probes/latency/error-rate";
import { kindOfCheck } from "../../probes/check-id";

/** Enough to see a rate of one per cent, and few enough for a preview. */
const REQUESTS = 120;
const LONGEST_MS = 30_000;

/**
 * Answers in place of metrics that Render refuses: requests made now, which see this moment and nothing of the
 * time before; the evidence says so. What is offered stays as it is, also when it is empty: no traffic is no answer.
 */
export async function probeInstead(
  context: ProviderContext,
  inputs: GateInputs,
  {
    target,
    service,
    window,
    results,
  }: { target: GateService; service: Service; window: SoakWindow; results: CheckResult[] },
): Promise<CheckResult[]> {
  const missing = { requests: isRefused(window.requests), latency: isRefused(window.latency) };
  const endpoints = endpointsFor(target, service);
  if ((!missing.requests && !missing.latency) || endpoints.length === 0) return results;
  const thresholds = errorThresholds(inputs.thresholds);
  const judge = createErrorJudge("advance", { ...defaultErrorLimits, thresholds });
  const began = context.elapsed();
  await sampleEndpoints({
    endpoints,
    samples: Math.ceil(REQUESTS / endpoints.length),
    warmUp: 2,
    spreadMs: 0,
    timeoutMs: (inputs.sampling?.timeoutSeconds ?? 10) * 1000,
    fetch: context.fetch,
    sleep: (ms) => context.sleep(ms),
    clock: { monotonicMs: () => context.elapsed() },
    onSample: (sample) => judge.add(sample) ?? (context.elapsed() - began > LONGEST_MS ? "stop" : undefined),
  });
  const { verdict, summary, requests, errorRatePercent, p95Ms } = judge.judgement();
  const probe = `${endpoints.map(shownProbe).join(", ")} (instead of metrics)`;
  const note = `${NOTE} Made now: ${requests} requests.`;
  const slow = p95Ms !== null && p95Ms > thresholds.investigateP95Ms;
  return results.map((check) => {
    if (missing.requests && kindOfCheck(check.check) === "soak-error-rate") {
      const observed = errorRatePercent === null ? {} : { observed: `${errorRatePercent} %` };
      return { ...check, verdict, summary: `${summary} ${note}`, samples: requests, probe, ...observed };
    }
    if (missing.latency && kindOfCheck(check.check) === "soak-latency") {
      const seen = p95Ms === null ? "no right answer" : `p95 is ${Math.round(p95Ms)} ms`;
      const own = p95Ms === null ? ("no-data" as const) : slow ? ("warn" as const) : ("pass" as const);
      return {
        ...check,
        verdict: own,
        summary: `${seen}. ${note}`,
        samples: requests,
        observed: seen,
        probe,
      };
    }
    return check;
  });
}

const NOTE =
  "Render refuses such metrics here (not every plan has them), so probes answer: they see this moment, not the time before.";

function isRefused(answer: SoakWindow["requests"]): boolean {
  return "unavailable" in answer && answer.refused === true;
}

function endpointsFor(target: GateService, service: Service): Endpoint[] {
  const paths =
    target.endpoints === undefined || target.endpoints.length === 0 ? [target.healthPath] : target.endpoints;
  return paths.flatMap((path): Endpoint[] => {
    const url = addressOf(target, service, path);
    if (url === undefined) return [];
    return [
      {
        id: endpointId(target, path),
        method: "GET",
        url,
        ...(path === target.healthPath ? { inspect: inspectorOf(target) } : {}),
      },
    ];
  });
}
