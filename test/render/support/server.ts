import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

import {
  createRenderClient,
  type RenderClient,
  type RenderClientOptions,
} from "../../../components/render/client";

/** In no message, no output, nowhere: tests look for it. */
export const CANARY_KEY = "rnd_CANARYKEY0123456789";

export interface Seen {
  method: string;
  /** Without `/v1` and the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: unknown;
  /** How many requests came before this one. */
  before: number;
}

export type Answer =
  { status?: number; json?: unknown; text?: string; headers?: Record<string, string> } | "drop" | "hang";
export type Script = (request: Seen, response: ServerResponse) => Answer | undefined;

export interface TestServer {
  url: string;
  requests: Seen[];
  /** `GET /services/srv-1` for each request, in order. */
  lines(): string[];
}

/** A server of one test, on a port of its own, answering by script; it ends with the test. */
export async function startServer(script: Script): Promise<TestServer> {
  const requests: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url ?? "", "http://test");
      const text = Buffer.concat(chunks).toString();
      const seen: Seen = {
        method: request.method ?? "",
        path: url.pathname.replace(/^\/v1/, ""),
        query: url.searchParams,
        headers: request.headers,
        body: text === "" ? undefined : JSON.parse(text),
        before: requests.length,
      };
      requests.push(seen);
      reply(response, script(seen, response));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    lines: () => requests.map(({ method, path }) => `${method} ${path}`),
  };
}

function reply(response: ServerResponse, answer: Answer | undefined): void {
  if (answer === undefined || answer === "hang") return;
  if (answer === "drop") {
    response.destroy();
    return;
  }
  const { status = 200, json, text, headers } = answer;
  const body = json === undefined ? (text ?? "") : JSON.stringify(json);
  response.writeHead(status, {
    ...(json === undefined ? {} : { "content-type": "application/json" }),
    ...headers,
  });
  response.end(body);
}

/** Time that passes only when slept. Real sockets need real moments, so the clock stands still meanwhile. */
export function stillTime(start = Date.parse("2026-11-24T21:00:00Z")) {
  let now = start;
  const sleeps: number[] = [];
  return {
    sleeps,
    clock: { now: () => now },
    sleep: async (ms: number) => {
      sleeps.push(ms);
      now += ms;
      await Promise.resolve();
    },
    pass: (ms: number) => {
      now += ms;
    },
    elapsed: () => now - start,
  };
}

/** A client of a server's, with time that is not slept through. */
export function clientOf(
  { url }: Pick<TestServer, "url">,
  options: Partial<RenderClientOptions> & { time?: ReturnType<typeof stillTime> } = {},
): RenderClient {
  const { time = stillTime(), ...rest } = options;
  return createRenderClient({
    apiKey: CANARY_KEY,
    baseUrl: url,
    clock: time.clock,
    sleep: time.sleep,
    random: () => 0.5,
    ...rest,
  });
}

/** The error with which a promise ends; fails the test when it does not. */
export async function errorOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const value = await promise.then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  if ("error" in value) return value.error as Error & Record<string, unknown>;
  throw new Error(`expected an error, got ${JSON.stringify(value.result)}`);
}
