import { healthTrouble } from "../../../components/probes/health-answer";
import { describeHtmlPage } from "../../../components/probes/html-page";
import { createErrorJudge, defaultErrorLimits } from "../../../components/probes/latency/judge-errors";
import {
  sampleEndpoints,
  type Endpoint,
  type Sample,
} from "../../../components/probes/latency/sample-endpoints";
import { summarizeByEndpoint, type LatencySummary } from "../../../components/probes/latency/summarize";
import { errorThresholds } from "../../../components/probes/latency/error-rate";
import { endpointRow, errorsRow, unaskedRow } from "./endpoint-rows";
import { urlWithPath, type LookOptions, type LookPorts } from "./ports";
import { responseTimesRow } from "./response-times-row";
import type { Row } from "../row";
import type { System, VerifiedService } from "../system";

/** So many first requests to each endpoint do not count: they open connections. */
const WARM_UP = 2;

export interface MeasuredEndpoints {
  /** The rows of one service's endpoints. */
  rowsOf(service: VerifiedService): Row[];
  /** Errors and response times of all endpoints. */
  together: Row[];
  endpoints: Record<string, LatencySummary>;
  samples: Sample[];
}

/** Asks the endpoints of all services that are up, in turns; each service's health beside them. */
export async function measureEndpoints(
  system: System,
  up: ReadonlySet<VerifiedService>,
  { samples: count, earlier = [] }: LookOptions,
  ports: LookPorts,
): Promise<MeasuredEndpoints> {
  const { patience, signal } = ports;
  const pages = new Set<string>();
  const endpoints = [...up].flatMap((service) => endpointsOf(service, pages));
  const limits = { ...defaultErrorLimits, thresholds: errorThresholds(system.thresholds) };
  const judge = createErrorJudge("verify", limits);
  const began = ports.elapsed();
  const isLate = () => ports.elapsed() - began > patience.samplingMs;
  const { samples, stoppedEarly } = await sampleEndpoints({
    endpoints,
    samples: count,
    warmUp: WARM_UP,
    spreadMs: 0,
    timeoutMs: patience.requestMs,
    fetch: ports.fetch,
    sleep: ports.sleep,
    clock: { monotonicMs: () => ports.elapsed() },
    signal,
    onSample: (sample) => judge.add(sample) ?? (isLate() ? "stop" : undefined),
  });
  const judgement = judge.judgement();
  const late = stoppedEarly && judgement.stoppedAfterSamples === undefined;
  const api = samples.filter(({ health }) => health !== true);
  const summaries = summarizeByEndpoint(api);
  const all = [...earlier, ...samples];
  const any = system.services.some((service) => service.endpoints.length > 0);
  return {
    rowsOf: (service) =>
      service.endpoints.map((path) => {
        const id = endpointId(service, path);
        const summary = summaries[id];
        return summary === undefined
          ? unaskedRow(service.name, path, system.thresholds, whyUnasked(up.has(service), late))
          : endpointRow(service.name, path, {
              summary,
              samples: api.filter(({ endpoint }) => endpoint === id),
              before: system.baseline?.endpoints[id],
              thresholds: system.thresholds,
              isPage: pages.has(id),
            });
      }),
    together: any
      ? [
          errorsRow(judgement, all, limits.thresholds, late ? patience.samplingMs : undefined),
          responseTimesRow(system, all),
        ]
      : [],
    endpoints: summaries,
    samples,
  };
}

function whyUnasked(isUp: boolean, late: boolean): string {
  if (!isUp) return "the service's health check did not pass";
  return late ? "the time was over" : "errors of others ended the asking";
}

/** @param pages gets the id of each endpoint that answers with a page for people. */
function endpointsOf(service: VerifiedService, pages: Set<string>): Endpoint[] {
  const { url, healthPath, endpoints } = service;
  if (url === undefined || endpoints.length === 0) return [];
  const api = endpoints.map((path): Endpoint => {
    const id = endpointId(service, path);
    const inspect = (body: string) => {
      if (describeHtmlPage(body) !== undefined) pages.add(id);
      return undefined;
    };
    return { id, method: "GET", url: urlWithPath(url, path), inspect };
  });
  const health = { id: endpointId(service, healthPath), method: "GET", url: urlWithPath(url, healthPath) };
  return [...api, { ...health, health: true, inspect: (body) => healthTrouble(body, service.healthExpect) }];
}

/** An endpoint's name in gates' evidence: baselines are found by it. */
function endpointId({ name }: VerifiedService, path: string): string {
  return `${name} ${path}`;
}
