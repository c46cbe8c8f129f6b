import { healthTrouble } from "../../../components/probes/health-answer";
import { isHealthy } from "../../../components/probes/health";
import type { HttpProbe } from "../../../components/probes/http";
import type { Sleep } from "../../../components/probes/ports";
import { describeHtmlPage } from "../../../components/probes/html-page";
import type { SleepSense } from "../../../components/slept";
import { urlWithPath } from "../look/ports";
import type { VerifiedService } from "../system";
import type { Beat } from "./changes";

export interface PulsePorts {
  probe: HttpProbe;
  sleep: Sleep;
  now: () => Date;
  /** Of one request, in milliseconds. */
  timeoutMs: number;
  signal: AbortSignal;
  /** Whether this machine slept since a moment of its monotonic clock; absent where nobody looks. */
  asleep?: SleepSense;
  /** Milliseconds on that clock. */
  elapsed: () => number;
}

/** Milliseconds from one beat to the next: an outage of a few seconds falls between two looks. */
const BEAT_MS = 1_000;

/**
 * Asks each service's health path once a second, beside the looks and between them, until it is interrupted.
 * @param services asked anew before each beat, as they may change. @param onAsked is told of each round, before `onBeat` gets its
 * answers, one service after the other.
 */
export async function keepPulse(
  services: () => readonly VerifiedService[],
  { onBeat, onAsked }: { onBeat: (beat: Beat) => void; onAsked: () => void },
  ports: PulsePorts,
): Promise<void> {
  const isOver = () => ports.signal.aborted;
  while (!isOver()) {
    const beats = await Promise.all(services().map((service) => beatOf(service, ports)));
    if (isOver()) return;
    onAsked();
    for (const beat of beats) if (beat !== undefined) onBeat(beat);
    await ports.sleep(BEAT_MS, ports.signal);
  }
}

/** Undefined where nothing could be measured from here: that says nothing about the service. */
async function beatOf(
  { name, url, healthPath, healthExpect }: VerifiedService,
  { probe, now, timeoutMs, asleep, elapsed }: PulsePorts,
): Promise<Beat | undefined> {
  if (url === undefined) return undefined;
  const [sentAt, sentMs] = [now(), elapsed()];
  const answer = await probe({ url: urlWithPath(url, healthPath), timeoutMs });
  const beat = { service: name, sentAt, answeredAt: now() };
  if (!answer.answered) {
    const saysNothing = answer.measured === false || asleep?.disturbed(sentMs) === true;
    return saysNothing ? undefined : { ...beat, trouble: answer.error };
  }
  const said = healthTrouble(answer.body, healthExpect);
  if (isHealthy(answer)) return said === undefined ? beat : { ...beat, trouble: said };
  const page = describeHtmlPage(answer.body);
  const more = said ?? page;
  return { ...beat, trouble: `HTTP ${answer.status}${more === undefined ? "" : `, ${more}`}` };
}
