import { withDeadline } from "../deadline";
import type { Clock, Fetch, Sleep } from "../ports";
import { describeTransportProblem } from "../transport-problem";

/** One thing to ask again and again. */
export interface Endpoint {
  id: string;
  method: string;
  url: string;
  /** The only good answer. Without it every 2xx and 3xx is good. */
  expectStatus?: number;
  /** A health endpoint: it answers "is the service up" and is not counted among the API's requests. */
  health?: boolean;
  /** Looks at a good answer's body; returns what is wrong with it, such as `database: down`, in a few words. */
  inspect?: (body: string) => string | undefined;
}

/**
 * One request.
 *
 * `ok: false` with `measured: true` is a failure: the service answered wrongly, refused the connection or did not answer in time.
 * `measured: false` is an error of the measurement itself: no name, no route, a rate limit (429). It says nothing about the service.
 */
export interface Sample {
  endpoint: string;
  /** Milliseconds from sending to the last byte of the body; for a request without an answer, until it was given up. */
  ms: number;
  /** 0 when nothing was answered. */
  status: number;
  ok: boolean;
  measured: boolean;
  health?: true;
  warmUp?: true;
  /** A few words, never a URL or a body. */
  error?: string;
}

export interface SampleRun {
  /** Without the warm-up. */
  samples: Sample[];
  /** True when `onSample` or the signal ended the run before all samples were taken. */
  stoppedEarly: boolean;
}

export interface SampleOptions {
  endpoints: readonly Endpoint[];
  /** Samples of each endpoint, after the warm-up. */
  samples: number;
  /** Rounds before that, asked and thrown away: connections are opened, caches filled. */
  warmUp: number;
  /** The rounds are started evenly over this many milliseconds, so that one bad second does not colour all of them; 0 = back to back. */
  spreadMs: number;
  /** For one request, the body included. */
  timeoutMs: number;
  fetch: Fetch;
  clock: Pick<Clock, "monotonicMs">;
  sleep: Sleep;
  /** Whether this machine slept since a moment of the clock: then no answer is none of the service's failures. */
  disturbed?: ((sinceMs: number) => boolean) | undefined;
  signal?: AbortSignal;
  /** Called for every sample, warm-up included; "stop" ends the run. */
  onSample?: (sample: Sample) => "stop" | undefined;
}

/**
 * Asks every endpoint once a round, one request at a time, so that the endpoints share the same weather. The round's first endpoint
 * moves on by one each round, so that no endpoint always follows the same other one.
 */
export async function sampleEndpoints(options: SampleOptions): Promise<SampleRun> {
  const { endpoints, warmUp, spreadMs, clock, sleep, signal } = options;
  const taken: Sample[] = [];
  const rounds = endpoints.length === 0 ? 0 : warmUp + options.samples;
  const gapMs = options.samples > 0 ? spreadMs / options.samples : 0;
  const startMs = clock.monotonicMs();
  for (let round = 0; round < rounds; round++) {
    const waitMs = startMs + round * gapMs - clock.monotonicMs();
    if (waitMs > 0) await sleep(waitMs, signal);
    for (let turn = 0; turn < endpoints.length; turn++) {
      if (signal?.aborted) return { samples: taken, stoppedEarly: true };
      const endpoint = endpoints[(round + turn) % endpoints.length] as Endpoint;
      const sample = await takeSample(endpoint, options);
      // Given up by the caller, not by the service: no sample at all.
      if (isAborted(signal)) return { samples: taken, stoppedEarly: true };
      if (round < warmUp) sample.warmUp = true;
      else taken.push(sample);
      if (options.onSample?.(sample) === "stop") return { samples: taken, stoppedEarly: true };
    }
  }
  return { samples: taken, stoppedEarly: false };
}

function takeSample(endpoint: Endpoint, options: SampleOptions): Promise<Sample> {
  const { fetch, clock } = options;
  const sentMs = clock.monotonicMs();
  const sample = (rest: Omit<Sample, "endpoint" | "ms" | "health">): Sample => ({
    endpoint: endpoint.id,
    ms: clock.monotonicMs() - sentMs,
    ...(endpoint.health && { health: true as const }),
    ...rest,
  });
  return withDeadline(options.timeoutMs, options.signal, async (signal, wasLate) => {
    try {
      const response = await fetch(endpoint.url, { method: endpoint.method, redirect: "manual", signal });
      const body = await response.text();
      const { status } = response;
      if (status === 429 && endpoint.expectStatus !== 429) {
        return sample({ status, ok: false, measured: false, error: "rate limited (429)" });
      }
      const wrong = wrongStatus(endpoint, status) ?? endpoint.inspect?.(body);
      return sample({
        status,
        ok: wrong === undefined,
        measured: true,
        ...(wrong !== undefined && { error: wrong }),
      });
    } catch (problem) {
      const { measured, words } = describeTransportProblem(problem, wasLate());
      if (options.disturbed?.(sentMs) === true)
        return sample({ status: 0, ok: false, measured: false, error: `${words}, while this machine slept` });
      return sample({ status: 0, ok: false, measured, error: words });
    }
  });
}

function wrongStatus({ expectStatus }: Endpoint, status: number): string | undefined {
  const good = expectStatus === undefined ? status >= 200 && status < 400 : status === expectStatus;
  if (good) return undefined;
  return `status ${status}${expectStatus === undefined ? "" : ` instead of ${expectStatus}`}`;
}

/** A call, as the compiler would otherwise carry the first look's answer over the `await`. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted ?? false;
}

/** An endpoint as evidence shows it: without user info and query, which may hold a secret. */
export function shownProbe({ method, url }: Pick<Endpoint, "method" | "url">): string {
  const { origin, pathname } = new URL(url);
  return `${method} ${origin}${pathname}`;
}
