import { setTimeout as delay } from "node:timers/promises";

import { measureAgainst, measureBaseline, configuredPlan } from "../components/providers/gate/measure";
import type { GateInputs } from "../components/providers/gate/inputs";
import type { ProviderContext } from "../components/providers/context";
import { realFetch } from "../components/probes/ports";
import { gateOutcome, type CheckResult, type Verdict } from "../components/probes/verdict";
import type { FlagKind, FlagService } from "./flag-service";

export interface GateRun {
  /** Of the response times; "fail" also where the gate as a whole says no. */
  verdict: Verdict;
  errorVerdict: Verdict;
  observed: string;
  samples: number;
  /** Samples at the most. */
  limit: number;
  stoppedAfterSamples?: number;
  seconds: number;
}

const ENDPOINTS = ["/api/orders", "/api/parts"];

/** One rollout in short: the baseline, the flag, the gate. Back to back, as a bench has no minutes to spread its samples over. */
export async function runGate(services: FlagService, kind: FlagKind, seed: number): Promise<GateRun> {
  const began = performance.now();
  const { id, url } = await services.open(seed);
  const context = contextOf(url);
  const baseline = (await measureBaseline(context, inputs))?.baseline;
  await services.turnOn(id, kind);
  const measurement = await measureAgainst(context, inputs, baseline);
  const [errors, latency] = measurement?.checks ?? [];
  if (errors === undefined || latency === undefined) throw new Error("the gate has measured nothing");
  const stopped = stoppedAfter(errors);
  const { batch, looks } = configuredPlan(inputs.sampling, ENDPOINTS.length);
  return {
    verdict:
      latency.verdict === "pass" && gateOutcome([errors], inputs.rules).outcome === "fail"
        ? "fail"
        : latency.verdict,
    errorVerdict: errors.verdict,
    observed: String(latency.observed ?? ""),
    samples: latency.samples ?? 0,
    // The endpoints, and the health beside them.
    limit: batch * looks * (ENDPOINTS.length + 1),
    ...(stopped === undefined ? {} : { stoppedAfterSamples: stopped }),
    seconds: (performance.now() - began) / 1000,
  };
}

const inputs: GateInputs = {
  phase: "api",
  state: "open",
  adopted: false,
  soakSeconds: 0,
  timeZone: "UTC",
  services: [{ renderName: "bench", healthPath: "/health", flags: {}, endpoints: ENDPOINTS }],
  migrations: [],
  rules: { noData: "fail", couldNotMeasure: "fail", inconclusive: "fail" },
  sampling: { batches: 4, warmUp: 20, spreadSeconds: 0, timeoutSeconds: 10 },
};

/** Real requests and a real clock; of Render there is only the service's address. */
function contextOf(url: string): ProviderContext {
  const service = { id: "srv-bench", name: "bench", type: "web_service", serviceDetails: { url } };
  const context: Partial<ProviderContext> = {
    observed: { service: () => Promise.resolve(service) } as unknown as ProviderContext["observed"],
    now: () => Promise.resolve(new Date()),
    elapsed: () => performance.now(),
    sleep: async (ms) => {
      await delay(ms);
    },
    fetch: realFetch,
    log: () => undefined,
  };
  return context as ProviderContext;
}

function stoppedAfter({ evidence }: CheckResult): number | undefined {
  if (typeof evidence !== "object" || evidence === null || Array.isArray(evidence)) return undefined;
  const after = evidence["stoppedAfterSamples"];
  return typeof after === "number" ? after : undefined;
}
