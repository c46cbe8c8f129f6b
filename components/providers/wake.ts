import type { HttpProbe, ProbeAnswer } from "../probes/http";
import type { Deploy, Service } from "../render/client";
import { liveDeploy } from "../render/deploy-status";

/** A free instance sleeps after a quarter of an hour and then holds the first request for up to a minute. In milliseconds. */
export const WAKING_MS = 90_000;
/** How long an instance has to be left alone before it sleeps. @source Render's documentation, "Free instances" */
const SLEEPS_AFTER_MS = 15 * 60_000;
/** For one that is awake. Render itself gives a health check as long. */
export const AWAKE_MS = 5_000;

/** Whether a service may be asleep: by its plan, as nothing else tells. @source Render's documentation, "Free instances". */
export function maySleep({ type, serviceDetails }: Service): boolean {
  return type === "web_service" && serviceDetails?.plan === "free";
}

/**
 * Whether one that may sleep may be asleep now: a deploy has started it, and then its silence is no sleep. So a rollback's gate
 * does not wait for one that is broken.
 */
export async function mayBeAsleep({ observed, now }: Looking, service: Service): Promise<boolean> {
  if (!maySleep(service)) return false;
  const live = liveDeploy(await observed.deploys(service.id));
  const startedAt = Date.parse(live?.finishedAt ?? "");
  return !((await now()).getTime() - startedAt < SLEEPS_AFTER_MS);
}

interface Looking {
  observed: { deploys(serviceId: string): Promise<readonly Deploy[]> };
  now: () => Promise<Date>;
}

/**
 * How long a first answer is waited for, in milliseconds, where nobody waits for flags to go off: what is known already is not
 * asked for again with such patience.
 */
export async function patienceFor(context: Looking, service: Service): Promise<number> {
  return (await mayBeAsleep(context, service)) ? WAKING_MS : AWAKE_MS;
}

/** What waking needs of the outside world. */
export interface WakePorts {
  probe: HttpProbe;
  /** Milliseconds on a clock that only moves forward. */
  elapsed: () => number;
  sleep: (ms: number) => Promise<void>;
  log: (line: string) => void;
}

const BETWEEN_MS = 2_000;

/**
 * Asks a service that may be asleep until it answers, before anything is judged: its first answers tell of the plan, not of the
 * service. At the most {@link WAKING_MS}; what then does not answer is judged as it is.
 * @returns seconds that it took, where it was not awake; undefined where it was, or never answered.
 */
export async function wakeUp(
  name: string,
  url: string,
  { probe, elapsed, sleep, log }: WakePorts,
): Promise<number | undefined> {
  const began = elapsed();
  const left = () => WAKING_MS - (elapsed() - began);
  let answer = await probe({ url, timeoutMs: AWAKE_MS });
  if (isAwake(answer)) return undefined;
  log(
    `${name} does not answer yet; on the free plan it may be asleep, so it is waited for, up to ${WAKING_MS / 1000} s`,
  );
  while (!isAwake(answer) && left() > 0) {
    await sleep(Math.min(BETWEEN_MS, left()));
    if (left() <= 0) break;
    answer = await probe({ url, timeoutMs: left() });
  }
  if (!isAwake(answer)) return undefined;
  const seconds = Math.round((elapsed() - began) / 1000);
  log(`${name} was asleep: it answered after ${seconds} s`);
  return seconds;
}

/** Render's own proxy answers 502 and 503 for a service that is starting. An error of the measurement wakes nobody. */
function isAwake(answer: ProbeAnswer): boolean {
  return answer.answered ? answer.status !== 502 && answer.status !== 503 : answer.measured === false;
}
