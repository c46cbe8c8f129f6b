import { wakeUp } from "../../../components/providers/wake";
import type { Sample } from "../../../components/probes/latency/sample-endpoints";
import type { LatencySummary } from "../../../components/probes/latency/summarize";
import { flagRows } from "./look-at-flags";
import { lookAtHealth } from "./look-at-health";
import { migrationsRow } from "./look-at-migrations";
import { pageRow } from "./look-at-page";
import { measureEndpoints } from "./measure-endpoints";
import { urlWithPath, type LookOptions, type LookPorts } from "./ports";
import type { Row } from "../row";
import type { System, VerifiedService } from "../system";

export interface Look {
  /** Service by service, then what is about all of them; the same rows in each look at one system. */
  rows: Row[];
  /** By endpoint, as gates name it. */
  endpoints: Record<string, LatencySummary>;
  /** Every request that was made, in order. */
  samples: Sample[];
  /** Services that were asleep, a sentence each. */
  woken: string[];
}

/** Looks at the whole system once. What does not answer ends soon: see `Patience`. */
export async function look(system: System, options: LookOptions, ports: LookPorts): Promise<Look> {
  const woken = (await Promise.all(system.services.map((service) => wake(service, ports)))).flat();
  const services = await Promise.all(system.services.map((service) => lookAtService(service, system, ports)));
  const up = new Set(services.flatMap(({ service, answers }) => (answers ? [service] : [])));
  // One after the other: a page that loads would colour the response times.
  const measured = await measureEndpoints(system, up, options, ports);
  const rows: Row[] = [];
  for (const { service, health, flags } of services) {
    rows.push(health, ...flags, ...measured.rowsOf(service));
    if (service.kind === "static_site")
      rows.push(await pageRow(service, up.has(service), system.thresholds, ports));
  }
  rows.push(...measured.together, ...migrationsRow(system));
  return { rows, endpoints: measured.endpoints, samples: measured.samples, woken };
}

/** Its first answers would tell of the plan, not of the service. */
async function wake(
  { name, url, healthPath, mayBeAsleep = false }: VerifiedService,
  { probe, elapsed, sleep, signal }: LookPorts,
): Promise<string[]> {
  if (!mayBeAsleep || url === undefined) return [];
  const ports = { probe, elapsed, sleep: (ms: number) => sleep(ms, signal), log: () => undefined };
  const seconds = await wakeUp(name, urlWithPath(url, healthPath), ports);
  return seconds === undefined
    ? []
    : [
        `${name} was asleep, as free instances are after a quarter of an hour without traffic: it answered after ${seconds} s`,
      ];
}

async function lookAtService(service: VerifiedService, { thresholds }: System, ports: LookPorts) {
  const [health, flags] = await Promise.all([
    lookAtHealth(service, thresholds, ports),
    flagRows(service, ports),
  ]);
  return { service, ...health, flags };
}
