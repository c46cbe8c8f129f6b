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
