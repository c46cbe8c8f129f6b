import type { Dispatcher } from "undici";

export interface HttpRequest {
  origin: string;
  path: string;
  method: "GET" | "PUT" | "POST";
  headers: Record<string, string>;
  body: string | undefined;
}

/** How one request ended, before anybody judges it. */
export type HttpOutcome =
  | {
      kind: "reply";
      status: number;
      header: (name: string) => string | undefined;
      text: string;
      oversized: boolean;
    }
  /** No byte of it reached a socket: it was certainly not executed. */
  | { kind: "not-sent"; code: string; timedOut: boolean }
  /** It went out, wholly or in part, and no whole reply came back. */
  | { kind: "lost"; code: string; timedOut: boolean };

export interface HttpLimits {
  /** Milliseconds from the call to the reply's last byte. */
  timeoutMs: number;
  /** A body beyond it is dropped, and the reply marked `oversized`. */
  maxBytes: number;
  signal?: AbortSignal | undefined;
}

/**
 * Sends one request, once. Redirects are replies like others: following one would carry the key elsewhere.
 * @throws the signal's reason when it is aborted; nothing else.
 */
export async function sendOnce(
  dispatcher: Dispatcher,
  request: HttpRequest,
  limits: HttpLimits,
): Promise<HttpOutcome> {
  const { timeoutMs, maxBytes, signal } = limits;
  signal?.throwIfAborted();
  const ending = new AbortController();
  const abort = () => {
    ending.abort();
  };
  signal?.addEventListener("abort", abort, { once: true });
  const timer = setTimeout(() => {
    ending.abort(TIMED_OUT);
  }, timeoutMs);
  const wire = { sent: false };
  try {
    const answer = await dispatcher.compose(noteSending(wire)).request({
      ...request,
      body: request.body ?? null,
      signal: ending.signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const body = await readBody(answer.body, maxBytes);
    const header = (name: string) => [answer.headers[name]].flat()[0];
    return { kind: "reply", status: answer.statusCode, header, ...body };
  } catch (error) {
    signal?.throwIfAborted();
    const timedOut = ending.signal.reason === TIMED_OUT;
    const code = timedOut ? "TIMEOUT" : codeOf(error);
    return { kind: wire.sent ? "lost" : "not-sent", code, timedOut: timedOut || code.endsWith("TIMEOUT") };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

const TIMED_OUT = Symbol("timed out");

/** undici calls `onRequestStart` just before it writes to a connected socket. */
function noteSending(wire: { sent: boolean }): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart(controller, context) {
        wire.sent = true;
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError: (...args) => handler.onResponseError?.(...args),
    });
}

async function readBody(body: Dispatcher.ResponseData["body"], maxBytes: number) {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (size > maxBytes) return { text: "", oversized: true };
    chunks.push(bytes);
  }
  return { text: new TextDecoder().decode(Buffer.concat(chunks)), oversized: false };
}

/** The error's own words stay out of messages: only its code is known to hold nothing of the request. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "UNKNOWN";
  const { code } = error as { code?: unknown };
  if (typeof code === "string") return code;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined ? error.name : codeOf(inner);
}
