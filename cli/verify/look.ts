import { checkHealth, databaseTrouble, HEALTH_DEFAULTS } from "../../components/probes/health";
import type { HttpProbe } from "../../components/probes/http";
import { compareLatency, defaultLatencyRule } from "../../components/probes/latency/compare-latency";
import { createErrorJudge, defaultErrorLimits } from "../../components/probes/latency/judge-errors";
import { timesByEndpoint } from "../../components/probes/latency/judge-latency";
import {
  sampleEndpoints,
  type Endpoint,
  type Sample,
} from "../../components/probes/latency/sample-endpoints";
import { summarizeByEndpoint, type LatencySummary } from "../../components/probes/latency/summarize";
import { loadPage } from "../../components/probes/page-load";
import type { Fetch, Sleep } from "../../components/probes/ports";
import { readRunningFlags } from "../../components/probes/running-flags";
import type { Verdict } from "../../components/probes/verdict";
import { errorThresholds } from "../../components/providers/gate/measure";
import type { Row } from "./row";
import type { System, VerifiedService } from "./system";

export interface LookPorts {
  probe: HttpProbe;
  fetch: Fetch;
  sleep: Sleep;
  /** Milliseconds on a clock that only moves forward. */
  elapsed(): number;
  now(): Date;
  signal: AbortSignal;
}

export interface Look {
  rows: Row[];
  /** By endpoint. */
  endpoints: Record<string, LatencySummary>;
}

const TIMEOUT_MS = 10_000;

/** Looks at the whole system once. @param samples of each endpoint. */
export async function look(system: System, samples: number, ports: LookPorts): Promise<Look> {
  const perService = await Promise.all(system.services.map((service) => lookAtService(service, ports)));
  const up = system.services.filter((_, index) => perService[index]?.up === true);
  const measured = await measure(system, up, samples, ports);
  const pages = await Promise.all(
    up.filter(({ kind }) => kind === "static_site").map((service) => pageRow(service, system, ports)),
  );
  return {
    rows: [...perService.flatMap(({ rows }) => rows), ...measured.rows, ...pages, ...migrationRows(system)],
    endpoints: measured.endpoints,
  };
}

async function lookAtService(
  service: VerifiedService,
  ports: LookPorts,
): Promise<{ rows: Row[]; up: boolean }> {
  const { name, url, healthPath, flagsPath, flags } = service;
  if (url === undefined) {
    const seen = "no address: set serviceUrls in the stack file";
    return {
      rows: [{ check: `health ${name}`, verdict: "could-not-measure", seen, threshold: "2xx or 3xx" }],
      up: false,
    };
  }
  const at = (path: string) => addressOf(url, path);
  const health = await checkHealth({ service: name, url: at(healthPath) }, ports, {
    ...HEALTH_DEFAULTS,
    intervalMs: 200,
  });
  const up = health.verdict === "pass";
  const running = flagsPath === undefined ? undefined : await readRunningFlags(at(flagsPath), ports.probe);
  const why = running === undefined ? "not reported" : running.known ? "" : running.reason;
  const rows = flags.map((flag): Row => {
    const runs = running?.known === true ? (running.flags[flag.key] ?? "false") : undefined;
    const told = [flag.declared, flag.onRender, runs].filter((value) => value !== undefined);
    const agree = told.every((value) => value === told[0]);
    const verdict: Verdict = !agree ? "fail" : runs === undefined ? "could-not-measure" : "pass";
    const seen = [
      ...(flag.declared === undefined ? [] : [`declared ${onOff(flag.declared)}`]),
      ...(flag.onRender === undefined ? [] : [`on Render ${onOff(flag.onRender)}`]),
      `runs ${runs === undefined ? `? (${why})` : onOff(runs)}`,
    ];
    return { check: `flag ${flag.key}`, verdict, seen: seen.join(", "), threshold: "all the same" };
  });
  const seen = health.verdict === "pass" ? String(health.observed) : health.summary;
  return {
    rows: [
      { check: `health ${name}`, verdict: health.verdict, seen, threshold: health.threshold ?? "" },
      ...rows,
    ],
    up,
  };
}

function onOff(value: "true" | "false" | "other"): string {
  return value === "true" ? "on" : value === "false" ? "off" : 'neither "true" nor "false"';
}

async function measure(
  system: System,
  up: readonly VerifiedService[],
  samples: number,
  ports: LookPorts,
): Promise<Look> {
  const endpoints = up.flatMap(({ name, url = "", endpoints: paths, healthPath }): Endpoint[] =>
    paths.length === 0
      ? []
      : [
          ...paths.map((path): Endpoint => ({
            id: `${name} ${path}`,
            method: "GET",
            url: addressOf(url, path),
          })),
          {
            id: `${name} ${healthPath}`,
            method: "GET",
            url: addressOf(url, healthPath),
            health: true,
            inspect: databaseTrouble,
          },
        ],
  );
  if (endpoints.length === 0) return { rows: [], endpoints: {} };
  const thresholds = errorThresholds(system.thresholds);
  const judge = createErrorJudge("verify", { ...defaultErrorLimits, thresholds });
  const run = await sampleEndpoints({
    endpoints,
    samples,
    warmUp: 2,
    spreadMs: 0,
    timeoutMs: TIMEOUT_MS,
    fetch: ports.fetch,
    sleep: ports.sleep,
    clock: { monotonicMs: () => ports.elapsed() },
    signal: ports.signal,
    onSample: (sample) => judge.add(sample),
  });
  const summaries = summarizeByEndpoint(run.samples.filter(({ health }) => health !== true));
  const { verdict, summary } = judge.judgement();
  const { advanceBelowPercent, immediateAbovePercent } = thresholds;
  const errors = {
    check: "error rate",
    verdict,
    seen: summary,
    threshold: `< ${advanceBelowPercent} %, at once above ${immediateAbovePercent} %`,
  };
  return {
    rows: [
      ...Object.entries(summaries).map(([id, own]) => endpointRow(id, own, system)),
      errors,
      latencyRow(system, run.samples),
    ],
    endpoints: summaries,
  };
}

function endpointRow(id: string, own: LatencySummary, { baseline, thresholds }: System): Row {
  const limitMs = thresholds.investigate.p95Seconds * 1000;
  const before = baseline?.endpoints[id];
  const compared =
    before?.p50 == null || own.p50 === null ? "" : `; baseline p50 ${ms(before.p50)}, p95 ${ms(before.p95)}`;
  const wrong = own.failures + own.errors;
  const rate = own.n === 0 ? 0 : (100 * wrong) / own.n;
  const slow = own.p95 !== null && own.p95 > limitMs;
  const broken = own.p50 === null || rate > thresholds.immediate.errorRatePercent;
  return {
    check: `endpoint ${id}`,
    verdict: broken ? "fail" : slow || wrong > 0 ? "warn" : "pass",
    seen: `p50 ${ms(own.p50)}, p95 ${ms(own.p95)}, p99 ${ms(own.p99)}; ${wrong} of ${own.n} failed${compared}`,
    threshold: `p95 ≤ ${limitMs} ms`,
  };
}

function latencyRow({ baseline, thresholds }: System, samples: readonly Sample[]): Row {
  const { latencyIncreasePercent } = thresholds.advance;
  const check = "response times";
  const threshold = `< +${latencyIncreasePercent} % vs baseline`;
  if (baseline === undefined)
    return { check, verdict: "no-data", seen: "no baseline to compare with", threshold };
  const times = timesByEndpoint(samples);
  const known = Object.entries(baseline.endpoints).filter(([id]) => times[id] !== undefined);
  const before = Object.fromEntries(known.map(([id, { distribution }]) => [id, distribution]));
  const rule = { ...defaultLatencyRule, allowedIncreasePercent: latencyIncreasePercent };
  const { verdict, summary } = compareLatency(before, times, rule);
  return { check, verdict, seen: summary, threshold };
}

async function pageRow(
  { name, url = "", healthPath }: VerifiedService,
  { thresholds }: System,
  ports: LookPorts,
): Promise<Row> {
  const limitMs = thresholds.investigate.p95Seconds * 1000;
  const loads = [];
  for (let turn = 0; turn < 3; turn++)
    loads.push(await loadPage(addressOf(url, healthPath), ports.probe, TIMEOUT_MS));
  const [problem] = loads.flatMap(({ problems }) => problems);
  const middle = loads.map((load) => load.ms).sort((a, b) => a - b)[1] ?? 0;
  const files = loads[0]?.files ?? 0;
  return {
    check: `page ${name}`,
    verdict: problem !== undefined ? "fail" : middle > limitMs ? "warn" : "pass",
    seen: problem ?? `loaded in ${ms(middle)} with ${files} files`,
    threshold: `≤ ${limitMs} ms`,
  };
}

function migrationRows({ migrations }: System): Row[] {
  if (migrations === undefined) return [];
  const { target, applied } = migrations;
  const threshold = target.length === 0 ? "none wanted" : `applied: ${target.join(", ")}`;
  if (applied === undefined)
    return [{ check: "migrations", verdict: "no-data", seen: "state was not read", threshold }];
  const missing = target.filter((id) => !applied.includes(id));
  const seen = `${applied.join(", ") || "none"} applied, by the last update's word`;
  return [{ check: "migrations", verdict: missing.length === 0 ? "pass" : "fail", seen, threshold }];
}

function addressOf(url: string, path: string): string {
  return new URL(path, url.endsWith("/") ? url : `${url}/`).href;
}

function ms(value: number | null): string {
  return value === null ? "–" : `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ms`;
}
