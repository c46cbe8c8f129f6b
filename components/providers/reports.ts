import { readFlagReport, type FlagReport, type RunningFlags } from "../probes/flag-report";
import type { HttpProbe, ProbeAnswer } from "../probes/http";
import { FRESH_MS } from "./freshness";
import { AWAKE_MS } from "./wake";

/** How long a service that did not wake is not waited for again, in milliseconds. */
const GIVEN_UP_MS = 5 * 60_000;

/** What services say they run with, asked once for all flags of a service. */
export interface ReportReader {
  /** @param timeoutMs for an answer that nobody has asked for yet. */
  read(
    target: { url: string; report: FlagReport; keys: readonly string[] },
    timeoutMs: number,
  ): Promise<RunningFlags>;
  /** After a deploy: what was said before it is not what runs. */
  forget(url: string): void;
}

export function createReportReader(ports: {
  probe: HttpProbe;
  elapsed: () => number;
  log: (line: string) => void;
}): ReportReader {
  const kept = new Map<string, { at: number; answer: Promise<ProbeAnswer> }>();
  /** Services that did not wake, and when they were given up: once is enough for a run. */
  const givenUp = new Map<string, number>();

  function answerOf(url: string, timeoutMs: number): Promise<ProbeAnswer> {
    const entry = kept.get(url);
    if (entry !== undefined && ports.elapsed() - entry.at < FRESH_MS.moving) return entry.answer;
    const answer = wakeAndAsk(url, timeoutMs);
    const mine = { at: ports.elapsed(), answer };
    kept.set(url, mine);
    // No answer is no observation: the next one asks again.
    void answer.then((seen) => {
      if (!seen.answered && kept.get(url) === mine) kept.delete(url);
      mine.at = ports.elapsed();
    });
    return answer;
  }

  /** A service that may sleep gets its time, and that is told: half a minute of silence looks like a hang. */
  async function wakeAndAsk(url: string, timeoutMs: number): Promise<ProbeAnswer> {
    const first = await ports.probe({ url, timeoutMs: Math.min(AWAKE_MS, timeoutMs) });
    if (first.answered || first.measured === false || timeoutMs <= AWAKE_MS) return first;
    const { host } = new URL(url);
    if (ports.elapsed() - (givenUp.get(host) ?? -Infinity) < GIVEN_UP_MS) return first;
    const leftMs = timeoutMs - AWAKE_MS;
    ports.log(
      `${host}: no answer (${first.error}); on the free plan it may be asleep, so it is waited for, up to ${leftMs / 1000} s`,
    );
    const woken = await ports.probe({ url, timeoutMs: leftMs });
    if (!woken.answered) givenUp.set(host, ports.elapsed());
    return woken;
  }

  return {
    async read({ url, report, keys }, timeoutMs) {
      const answer = await answerOf(url, timeoutMs);
      if (!answer.answered) return { known: false, reason: answer.error };
      if (answer.status !== 200) return { known: false, reason: `HTTP ${answer.status}` };
      return readFlagReport(answer.body, report, keys);
    },
    forget: (url) => kept.delete(url),
  };
}
