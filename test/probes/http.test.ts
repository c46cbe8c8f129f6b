import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";

import { describe, expect, it, onTestFinished } from "vitest";

import { createHttpProbe } from "../../components/probes/http";

async function served(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe("how long a probe waits", () => {
  it.each([30_000, 29_999.123456, 0.4])(
    "may be whatever is left of a longer wait: %s ms is no reason not to ask",
    async (timeoutMs) => {
      let asked = 0;
      const url = await served((_request, response) => {
        asked += 1;
        response.end("here");
      });
      const answer = await createHttpProbe()({ url, timeoutMs });
      // So short a wait may end first: what counts is that somebody was asked, or that the silence is called one.
      if (answer.answered) expect(asked).toBe(1);
      else expect(answer.error).toMatch(/^no answer within [\d.]+ s$/);
      if (timeoutMs > 1_000) expect(answer.answered).toBe(true);
    },
  );

  it("is told in a number that somebody can read", async () => {
    const url = await served(() => undefined);
    const answer = await createHttpProbe()({ url, timeoutMs: 51.98765 });
    expect(answer).toMatchObject({ answered: false, error: "no answer within 0.052 s" });
  });
});

describe("an answer's text", () => {
  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])(
    "is read where it was packed as %s unasked, and begins behind its byte order mark",
    async (encoding, pack) => {
      const url = await served((_request, response) => {
        response.setHeader("content-encoding", encoding).end(pack('\uFEFF{"status": "DOWN"}'));
      });
      const answer = await createHttpProbe()({ url, timeoutMs: 10_000 });
      expect(answer).toMatchObject({ answered: true, body: '{"status": "DOWN"}' });
    },
  );

  it("that cannot be unpacked, or grows too large, is no answer", async () => {
    const bodies = [Buffer.from("no gzip"), gzipSync(Buffer.alloc(3 * 1024 * 1024))];
    const url = await served((_request, response) => {
      response.setHeader("content-encoding", "gzip").end(bodies.shift());
    });
    while (bodies.length > 0)
      expect(await createHttpProbe()({ url, timeoutMs: 10_000 })).toMatchObject({ answered: false });
  });
});

describe("one exchange", () => {
  it("goes where it is told, with its own headers beside the usual ones, and takes the time that passed", async () => {
    let now = 1_000;
    let sent: { method: string | undefined; headers: Record<string, unknown> } | undefined;
    const url = await served((request, response) => {
      sent = { method: request.method, headers: request.headers };
      now += 250;
      response.statusCode = 418;
      response.end("tea");
    });
    const probe = createHttpProbe({ now: () => now });
    const answer = await probe({
      url,
      method: "POST",
      timeoutMs: 10_000,
      headers: { "x-a": "1" },
      body: "b",
    });
    expect(answer).toEqual({ answered: true, status: 418, body: "tea", ms: 250 });
    expect(sent).toMatchObject({
      method: "POST",
      headers: { "user-agent": "pulumi-rollout", "cache-control": "no-cache", "x-a": "1" },
    });
  });

  it("that is larger than allowed is no answer, and one that is just as large is", async () => {
    const url = await served((_request, response) => response.end("x".repeat(2 * 1024 * 1024)));
    const probe = createHttpProbe();
    expect(await probe({ url, timeoutMs: 10_000, maxBytes: 2 * 1024 * 1024 })).toMatchObject({
      answered: true,
    });
    expect(await probe({ url, timeoutMs: 10_000 })).toMatchObject({
      ...{ answered: false, error: "the answer is larger than 1 MiB" },
    });
  });

  it("without a body is read where it claims to be packed", async () => {
    const url = await served((_request, response) => {
      response.setHeader("content-encoding", "gzip").end();
    });
    expect(await createHttpProbe()({ url, timeoutMs: 10_000 })).toMatchObject({ answered: true, body: "" });
  });

  it("takes its own time where it fails, too, and goes through a dispatcher of the caller's", async () => {
    let now = 0;
    const dispatcher = {
      dispatch: () => {
        now += 40;
        throw Object.assign(new Error("x"), { code: "ECONNREFUSED" });
      },
    };
    const probe = createHttpProbe({ dispatcher: dispatcher as never, now: () => now });
    expect(await probe({ url: "http://x.example/", timeoutMs: 100 })).toEqual({
      ...{ answered: false, error: "connection refused", ms: 40 },
    });
  });
});
