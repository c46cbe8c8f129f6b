import { isHealthy } from "../../probes/health";
import type { ProviderContext } from "../context";

/** What a service's users would have met while a deploy went on: the evidence for "zero downtime". */
export interface ZeroDowntime {
  probe: string;
  probes: number;
  failed: number;
  /** The first failures: when, and what was answered. */
  failures: { at: string; answer: string }[];
}

/** Where nothing was deployed by us. Said, not left out: an absent output is an unknown one in every preview. */
export const NOT_WATCHED: ZeroDowntime = { probe: "none", probes: 0, failed: 0, failures: [] };

const INTERVAL_MS = 1_000;
const TIMEOUT_MS = 5_000;
const KEPT = 10;

/**
 * Probes a service's health until told to stop. Probes follow one another, so a hanging service costs few of them.
 * Without an address there is nothing to probe and the evidence says so with zero probes.
 * @param maySleep then silence before the first good answer is its sleep, no downtime of this deploy, unless no good one comes.
 */
export function watchHealth(
  context: ProviderContext,
  url: string | undefined,
  maySleep = false,
): { stop(): Promise<ZeroDowntime> } {
  const seen: ZeroDowntime = {
    ...NOT_WATCHED,
    ...(url === undefined ? {} : { probe: `GET ${url}` }),
    failures: [],
  };
  const stopped = new AbortController();
  const done = url === undefined ? Promise.resolve() : watch(url);

  async function watch(target: string): Promise<void> {
    do {
      const askedMs = context.elapsed();
      const answer = await context.probe({ url: target, timeoutMs: TIMEOUT_MS });
      seen.probes += 1;
      if (!answer.answered && context.asleep?.disturbed(askedMs) === true) {
        // It was this machine that was away.
        seen.probes -= 1;
      } else if (isHealthy(answer)) {
        if (maySleep && seen.failed === seen.probes - 1)
          Object.assign(seen, { probes: 1, failed: 0, failures: [] });
      } else {
        seen.failed += 1;
        const at = (await context.now()).toISOString();
        if (seen.failures.length < KEPT) {
          seen.failures.push({ at, answer: answer.answered ? `HTTP ${answer.status}` : answer.error });
        }
      }
      await context.sleep(INTERVAL_MS, stopped.signal);
    } while (!stopped.signal.aborted);
  }

  return {
    async stop() {
      stopped.abort();
      await done;
      return seen;
    },
  };
}
