import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";

import { request, type Dispatcher } from "undici";

import { describeTransportProblem } from "./transport-problem";

export interface ProbeRequest {
  method?: string;
  url: string;
  /** Milliseconds for the whole exchange. */
  timeoutMs: number;
  headers?: Record<string, string>;
  body?: string;
  /** A longer answer counts as none. Default: 1 MiB */
  maxBytes?: number;
}

export type ProbeAnswer =
  | { answered: true; status: number; body: string; ms: number }
  /**
   * No answer. `error` is one line and holds no secret. With `measured: false` the request never got near the service, so it
   * says nothing about it (see transport-problem.ts); otherwise the service refused, cut off or did not answer in time.
   */
  | { answered: false; error: string; ms: number; measured?: false };

/** One HTTP exchange with a service under watch. Never throws, follows no redirect. */
export type HttpProbe = (request: ProbeRequest) => Promise<ProbeAnswer>;

class TooLarge extends Error {}

const MAX_BODY = 1024 * 1024;

export function createHttpProbe(options: { dispatcher?: Dispatcher; now?: () => number } = {}): HttpProbe {
  const now = options.now ?? (() => performance.now());
  return async ({ method = "GET", url, timeoutMs, headers, body, maxBytes = MAX_BODY }) => {
    const start = now();
    // What is left of a longer wait is no whole number. Made out here: a mistake in it is ours, not the service's silence.
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
    try {
      const response = await request(url, {
        method: method,
        headers: { "user-agent": "pulumi-rollout", "cache-control": "no-cache", ...headers },
        body,
        signal,
        ...(options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher }),
      });
      const bytes = await readBounded(response.body, maxBytes);
      const text = textOf(bytes, response.headers["content-encoding"], maxBytes);
      return { answered: true, status: response.statusCode, body: text, ms: now() - start };
    } catch (error) {
      return { answered: false, ...reason(error, timeoutMs), ms: now() - start };
    }
  };
}

async function readBounded(body: Dispatcher.ResponseData["body"], maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new TooLarge(`the answer is larger than ${maxBytes / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Some servers pack what nobody asked to be packed. A byte order mark is no part of a text. */
function textOf(bytes: Buffer, encoding: string | string[] | undefined, maxBytes: number): string {
  const unpack = UNPACK[[encoding].flat().join(",").trim().toLowerCase()];
  const plain =
    unpack === undefined || bytes.length === 0 ? bytes : unpack(bytes, { maxOutputLength: maxBytes });
  return new TextDecoder().decode(plain);
}

const UNPACK: Record<string, typeof gunzipSync | undefined> = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

function reason(error: unknown, timeoutMs: number): { error: string; measured?: false } {
  const late = error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
  if (late) return { error: `no answer within ${Number((timeoutMs / 1000).toPrecision(2))} s` };
  if (error instanceof TooLarge) return { error: error.message };
  const { measured, words } = describeTransportProblem(error, false);
  return { error: words, ...(measured ? {} : { measured }) };
}
