import { looksSecret } from "../secrets";
import { readHealthAnswer } from "./health-answer";
import { describeHtmlPage } from "./html-page";
import type { HttpProbe } from "./http";
import type { Expectation } from "../config/types";
import type { CheckResult } from "./verdict";
import { checkId } from "./check-id";
import { cutText } from "../plain-text";

export interface HealthTarget {
  service: string;
  url: string;
  /** By place in the answer: what "well" means, where the general vocabulary does not fit this service. */
  expect?: Readonly<Record<string, Expectation>>;
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
  /** How long one probe may take, in milliseconds. Render itself gives a health check 5 s. */
  timeoutMs: number;
}

const HEALTH_DEFAULTS: HealthOptions = {
  needed: 3,
  failing: 3,
  limit: 12,
  intervalMs: 500,
  timeoutMs: 5_000,
};

/**
 * Whether a service answers its health path with 2xx or 3xx, several times in a row: one good answer behind a load
 * balancer proves little, one bad one just after a deploy neither.
 * A service that refuses or does not answer in time is down, and so is one that says that it, or something it needs, is ill;
 * one that cannot be reached from here at all (no name, no route) could not be measured.
 */
export async function checkHealth(
  target: HealthTarget,
  ports: { probe: HttpProbe; sleep: (ms: number) => Promise<void>; now: () => Date },
  options: HealthOptions = HEALTH_DEFAULTS,
): Promise<CheckResult> {
  let good = 0;
  let bad = 0;
  let samples = 0;
  let unmeasured = 0;
  let seen = "";
  let notKnown: string[] = [];
  while (samples < options.limit && good < options.needed && bad < options.failing) {
    if (samples > 0) await ports.sleep(options.intervalMs);
    const answer = await ports.probe({ url: target.url, timeoutMs: options.timeoutMs });
    samples += 1;
    if (!answer.answered && answer.measured === false) unmeasured += 1;
    const said = answer.answered ? readHealthAnswer(answer.body, target.expect) : undefined;
    const trouble = said === undefined || said.troubles.length === 0 ? undefined : said.troubles.join("; ");
    const ok = isHealthy(answer) && trouble === undefined;
    notKnown = said?.notKnown ?? [];
    good = ok ? good + 1 : 0;
    bad = ok ? 0 : bad + 1;
    seen = answer.answered ? `HTTP ${answer.status}${ok ? "" : excerpt(answer.body)}` : answer.error;
    if (trouble !== undefined) seen += ` (${trouble})`;
  }
  const passed = good >= options.needed;
  const blind = !passed && unmeasured === samples;
  return {
    check: checkId("health", target.service),
    verdict: passed ? "pass" : blind ? "could-not-measure" : "fail",
    summary: passed
      ? `${target.service} is healthy${notKnown.length === 0 ? "" : ` (not judged, as its words are not known here: ${notKnown.join("; ")})`}`
      : blind
        ? `${target.service} could not be reached from here: ${seen}`
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

/** Its beginning, for an operator; of the whole, as what is cut off may be what shows that it holds a secret. */
function excerpt(body: string): string {
  if (looksSecret(body)) return ", an answer that looks as if it held a secret (not shown)";
  const page = describeHtmlPage(body);
  if (page !== undefined) return `, ${page}`;
  const line = cutText(body.replace(/\s+/g, " ").trim(), 120);
  return line === "" ? "" : ` ${line}`;
}
