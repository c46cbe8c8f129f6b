import { checkHealth } from "../../../components/probes/health";
import { urlWithPath, type LookPorts } from "./ports";
import type { Row } from "../row";
import type { VerifiedService } from "../system";

/** Three good or bad answers in a row decide, as with Render's own health check, but within seconds. */
const RULE = { needed: 3, failing: 3, limit: 7, intervalMs: 200 };

const WANTED = "2xx, three times";

/** @returns `answers`: whether there is a service at that address that can be asked for more. */
export async function lookAtHealth(
  { name, url, healthPath, healthExpect }: VerifiedService,
  ports: LookPorts,
): Promise<{ health: Row; answers: boolean }> {
  const row = { kind: "health" as const, service: name, name: null, wanted: WANTED, figure: null };
  if (url === undefined) {
    const seen = "no address: neither config (serviceUrls) nor Render names one";
    return { health: { ...row, verdict: "could-not-measure", seen }, answers: false };
  }
  const found = await checkHealth(
    {
      service: name,
      url: urlWithPath(url, healthPath),
      ...(healthExpect === undefined ? {} : { expect: healthExpect }),
    },
    { probe: ports.probe, sleep: (ms) => ports.sleep(ms, ports.signal), now: () => ports.now() },
    { ...RULE, timeoutMs: ports.patience.healthMs },
  );
  const seen = String(found.observed ?? found.summary);
  if (found.verdict !== "pass") return { health: { ...row, verdict: found.verdict, seen }, answers: false };
  const redirect = /^HTTP 3\d\d/.test(seen);
  return {
    health: redirect
      ? {
          ...row,
          verdict: "warn",
          seen: `${seen}, a redirect: this is perhaps not the service's own address`,
        }
      : { ...row, verdict: "pass", seen },
    answers: true,
  };
}
