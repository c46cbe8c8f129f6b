import type { Dispatcher } from "undici";

import type { Api, ApiRequest, Reply, Running } from "./api";
import type { ServerClock } from "./clock";
import { isCertificate, waitTooLong, type Place } from "./error-messages";
import { failureOf } from "./failure";
import { sendOnce, type HttpOutcome } from "./http";
import { parsePacing } from "./pacing";
import { WaitTooLong, type RateLimiter, type Turn } from "./rate-limit";
import { isGarbled, replyOf, requestIdOf } from "./reply";
import { pathOf, queryOf } from "./request";
import { decideRetry, type Outcome } from "./retry";

/** One request that was tried; no headers, no bodies, no query. */
export interface RequestReport {
  method: string;
  /** The template: `/services/{serviceId}/deploys`. */
  route: string;
  /** Undefined where no reply came. */
  status: number | undefined;
  requestId: string | undefined;
  attempt: number;
  ms: number;
}

/** A wait that begins. */
export interface WaitReport {
  method: string;
  route: string;
  /** Milliseconds, as far as known. */
  ms: number;
  reason: string;
}

export interface CallPorts {
  baseUrl: URL;
  apiKey: string;
  userAgent: string;
  dispatcher: Dispatcher;
  limiter: RateLimiter;
  serverClock: ServerClock;
  clock: { now(): number };
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  random(): number;
  requestTimeoutMs: number;
  totalMs: number;
  maxBytes: number;
  /** Ends every call at once, with its reason. */
  gone?: AbortSignal | undefined;
  /** Asked before each attempt of a request that changes something; what it throws ends the call. */
  beforeEffect?: (() => Promise<void>) | undefined;
  onRequest?: ((report: RequestReport) => void) | undefined;
  onWait?: ((report: WaitReport) => void) | undefined;
}

/** Sends requests within the rate limits, and again where that is safe, until a reply, a refusal or the end of the time. */
export function createApi(ports: CallPorts): Api {
  const sleep = async (ms: number, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    await ports.sleep(ms, signal).catch((error: unknown) => {
      if (signal?.aborted !== true) throw error;
    });
    signal?.throwIfAborted();
  };

  const running = (options: Running = {}): Running & { deadline: number } => {
    const deadline = options.deadline ?? ports.clock.now() + (options.totalMs ?? ports.totalMs);
    const signals = [options.signal, ports.gone].filter((signal) => signal !== undefined);
    if (options.deadline !== undefined || signals.length === 0) return { ...options, deadline };
    return { ...options, deadline, signal: signals.length === 1 ? signals[0] : AbortSignal.any(signals) };
  };

  async function send(request: ApiRequest, options?: Running): Promise<Reply> {
    const { signal, deadline } = running(options);
    const start = ports.clock.now();
    const totalMs = deadline - start;
    const elapsed = () => ports.clock.now() - start;
    const path = pathOf(request);
    const { method, route } = request;
    const place = (attempts: number): Place => {
      return { method, route, path, host: ports.baseUrl.host, attempts, elapsedMs: elapsed() };
    };
    for (let attempt = 1; ; attempt += 1) {
      const turn = await takeTurn(request, totalMs - elapsed(), place(attempt - 1), signal);
      const outcome = await sendInTurn(turn, request, path, attempt, totalMs - elapsed(), signal);
      const succeeded = outcome.kind === "reply" && outcome.status >= 200 && outcome.status < 300;
      // Of a write the endpoint judges the body: an empty one has a meaning there.
      const garbled = succeeded && request.method === "GET" && isGarbled(outcome);
      if (succeeded && !garbled) return replyOf(request, place(attempt), outcome);
      const once = request.once === true;
      const decision = decideRetry({
        outcome: garbled ? { kind: "garbled" } : judged(outcome),
        once,
        attempt,
        elapsedMs: elapsed(),
        totalMs,
        random: ports.random(),
      });
      if (!decision.retry && succeeded) return replyOf(request, place(attempt), outcome);
      if (!decision.retry)
        throw failureOf({
          request,
          place: place(attempt),
          outcome,
          gaveUp: decision.reason,
          hidden: ports.apiKey,
        });
      ports.onWait?.({ method, route, ms: decision.delayMs, reason: decision.reason });
      await sleep(decision.delayMs, signal);
    }
  }

  async function takeTurn(
    request: ApiRequest,
    maxWaitMs: number,
    place: Place,
    signal?: AbortSignal,
  ): Promise<Turn> {
    const ms = ports.limiter.waitMs(request.bucket, request.route);
    if (ms > 0)
      ports.onWait?.({
        method: request.method,
        route: request.route,
        ms,
        reason: "standing in line for Render's rate limit",
      });
    try {
      return await ports.limiter.take(request.bucket, maxWaitMs, { route: request.route, signal });
    } catch (error) {
      throw error instanceof WaitTooLong ? waitTooLong(place, error.message) : error;
    }
  }

  async function sendInTurn(
    turn: Turn,
    request: ApiRequest,
    path: string,
    attempt: number,
    leftMs: number,
    signal?: AbortSignal,
  ): Promise<HttpOutcome> {
    try {
      if (request.method !== "GET") await ports.beforeEffect?.();
      const sentAt = ports.clock.now();
      const limits = {
        timeoutMs: Math.max(1, Math.min(ports.requestTimeoutMs, leftMs)),
        maxBytes: ports.maxBytes,
        signal,
      };
      const outcome = await sendOnce(ports.dispatcher, httpRequest(request, path), limits);
      const receivedAt = ports.clock.now();
      const isReply = outcome.kind === "reply";
      if (isReply) {
        ports.serverClock.learn({ date: outcome.header("date"), sentAt, receivedAt });
        turn.done({ status: outcome.status, pacing: parsePacing(outcome.header, receivedAt) });
      }
      ports.onRequest?.({
        method: request.method,
        route: request.route,
        status: isReply ? outcome.status : undefined,
        requestId: isReply ? requestIdOf(outcome) : undefined,
        attempt,
        ms: receivedAt - sentAt,
      });
      return outcome;
    } finally {
      turn.done();
    }
  }

  function httpRequest({ method, body, query }: ApiRequest, path: string) {
    const headers = {
      accept: "application/json",
      authorization: `Bearer ${ports.apiKey}`,
      "user-agent": ports.userAgent,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const { origin, pathname } = ports.baseUrl;
    const prefix = pathname.replace(/\/+$/, "");
    return {
      origin,
      path: `${prefix}${path}${queryOf(query)}`,
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    };
  }

  function judged(outcome: HttpOutcome): Outcome {
    if (outcome.kind === "reply") {
      return {
        kind: "reply",
        status: outcome.status,
        pacing: parsePacing(outcome.header, ports.clock.now()),
      };
    }
    return outcome.kind === "lost"
      ? { kind: "lost" }
      : { kind: "not-sent", permanent: isCertificate(outcome.code) };
  }

  return { send, running, sleep };
}
