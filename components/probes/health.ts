import type { HttpProbe } from "./http";
import type { CheckResult } from "./verdict";

export interface HealthTarget {
  service: string;
  url: string;
}

export interface HealthOptions {
  /** So many good answers in a row pass. */
  needed: number;
  /** So many bad answers in a row fail at once. */
  failing: number;
  /** At the most so many probes. */
  limit: number;
  /** Between two probes, in milliseconds. */
  intervalMs: number;
  /** Of one probe, in milliseconds. Render itself gives a health check 5 s. */
  timeoutMs: number;
}

export const HEALTH_DEFAULTS: HealthOptions = { needed: 3, failing: 3, limit: 12, intervalMs: 500, timeoutMs: 5_000 };

/**
 * Whether a service answers its health path with 2xx or 3xx, several times in a row: one good answer behind a load
 * balancer proves little, one bad one just after a deploy neither.
 * A service that does not answer is down: that is a failure, not "could not measure".
 */
export async function checkHealth(
  target: HealthTarget,
  ports: { probe: HttpProbe; sleep: (ms: number) => Promise<void>; now: () => Date },
  options: HealthOptions = HEALTH_DEFAULTS,
): Promise<CheckResult> {
  let good = 0;
  let bad = 0;
  let samples = 0;
  let seen = "";
  while (samples < options.limit && good < options.needed && bad < options.failing) {
    if (samples > 0) await ports.sleep(options.intervalMs);
    const answer = await ports.probe({ url: target.url, timeoutMs: options.timeoutMs });
    samples += 1;
    const ok = isHealthy(answer);
    good = ok ? good + 1 : 0;
    bad = ok ? 0 : bad + 1;
    seen = answer.answered ? `HTTP ${answer.status}${ok ? "" : excerpt(answer.body)}` : answer.error;
  }
  const passed = good >= options.needed;
  return {
    check: `health ${target.service}`,
    verdict: passed ? "pass" : "fail",
    summary: passed
      ? `${target.service} is healthy`
      : `${target.service} is not healthy: ${seen} (${bad} bad answers in a row of ${samples})`,
    samples,
    observed: seen,
    threshold: `${options.needed} answers of 2xx or 3xx in a row, within ${options.limit}`,
    probe: `GET ${target.url}`,
    at: ports.now().toISOString(),
  };
}

export function isHealthy(answer: Awaited<ReturnType<HttpProbe>>): boolean {
  return answer.answered && answer.status >= 200 && answer.status < 400;
}

function excerpt(body: string): string {
  const line = body.replace(/\s+/g, " ").trim().slice(0, 120);
  return line === "" ? "" : ` ${line}`;
}
