import { median } from "simple-statistics";

import { checkHealth } from "../../../components/probes/health";
import type { HttpProbe } from "../../../components/probes/http";
import { timeText, urlWithPath, type LookPorts } from "./ports";
import type { Row } from "../row";
import type { System, VerifiedService } from "../system";

/** Three good or bad answers in a row decide, as with Render's own health check, but within seconds. */
const RULE = { needed: 3, failing: 3, limit: 7, intervalMs: 200 };

/** A service that answers late is not well, whatever it answers: its figure is the middle one of its times.
 *  @returns `answers`: whether there is a service at that address that can be asked for more. */
export async function lookAtHealth(
  { name, url, healthPath, healthExpect }: VerifiedService,
  { investigate }: System["thresholds"],
  ports: LookPorts,
): Promise<{ health: Row; answers: boolean }> {
  const limitMs = investigate.p95Seconds * 1000;
  const wanted = `2xx within ${timeText(limitMs)}, three times`;
  const row = { kind: "health" as const, service: name, name: null, wanted, figure: null };
  if (url === undefined) {
    const seen = "no address: neither config (serviceUrls) nor Render names one";
    return { health: { ...row, verdict: "could-not-measure", seen }, answers: false };
  }
  const times: number[] = [];
  const probe: HttpProbe = async (request) => {
    const began = ports.elapsed();
    const answer = await ports.probe(request);
    times.push(ports.elapsed() - began);
    return answer;
  };
  const found = await checkHealth(
    {
      service: name,
      url: urlWithPath(url, healthPath),
      ...(healthExpect === undefined ? {} : { expect: healthExpect }),
    },
    { probe, sleep: (ms) => ports.sleep(ms, ports.signal), now: () => ports.now() },
    { ...RULE, timeoutMs: ports.patience.healthMs },
  );
  const seen = String(found.observed ?? found.summary);
  const figure = median(times);
  const took = `${seen} in ${timeText(figure)}`;
  if (found.verdict !== "pass") return { health: { ...row, verdict: found.verdict, seen }, answers: false };
  const trouble = /^HTTP 3\d\d/.test(seen)
    ? "a redirect: this is perhaps not the service's own address"
    : figure > limitMs
      ? "too slow to be called well"
      : undefined;
  const health: Row =
    trouble === undefined
      ? { ...row, verdict: "pass", seen: took, figure }
      : { ...row, verdict: "warn", seen: `${took}, ${trouble}`, figure };
  return { health, answers: true };
}
