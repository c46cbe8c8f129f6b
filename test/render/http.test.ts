import { gzipSync } from "node:zlib";
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { Agent } from "undici";

import { aService } from "./support/replies";
import { clientOf, errorOf, startServer, stillTime } from "./support/server";

/** A server that speaks bytes, not HTTP. */
async function startRaw(
  onData: (socket: Socket, count: number) => void,
): Promise<{ url: string; requests: () => number }> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => {
      count += 1;
      onData(socket, count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests: () => count };
}

/** An address where nothing listens. */
async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/v1`;
}

describe("a request and its answer", () => {
  test("carries key, user agent and JSON, below the base URL's path", async () => {
    const server = await startServer(() => ({ status: 202 }));
    await clientOf(server, { userAgent: "rollout-test/1" }).createDeploy("srv-1", {
      deployMode: "deploy_only",
    });
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: "POST",
      path: "/services/srv-1/deploys",
      body: { deployMode: "deploy_only" },
      headers: {
        authorization: "Bearer rnd_CANARYKEY0123456789",
        "user-agent": "rollout-test/1",
        "content-type": "application/json",
      },
    });
  });

  test("a GET that fails with 500 is sent again, and the second answer counts", async () => {
    const server = await startServer(({ before }) => (before === 0 ? { status: 500 } : { json: aService() }));
    const time = stillTime();
    expect((await clientOf(server, { time }).getService("srv-1")).name).toBe("felix-hub-backend");
    expect(time.sleeps).toEqual([375]);
  });

  test("a GET whose connection breaks is sent again", async () => {
    const server = await startServer(({ before }) => (before === 0 ? "drop" : { json: aService() }));
    await clientOf(server).getService("srv-1");
    expect(server.requests).toHaveLength(2);
  });

  test("a PUT of a variable is sent again after a lost answer: twice is the same as once", async () => {
    const server = await startServer(({ before }) =>
      before === 0 ? "drop" : { json: { key: "K", value: "true" } },
    );
    await clientOf(server).putEnvVar("srv-1", "K", "true");
    expect(server.lines()).toEqual(Array(2).fill("PUT /services/srv-1/env-vars/K"));
  });

  test("an answer cut off in the middle is a lost answer, not half a list", async () => {
    const server = await startRaw((socket, count) => {
      const body = JSON.stringify(aService());
      const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      if (count === 1) socket.end(head + body.slice(0, 40));
      else socket.end(head + body);
    });
    expect((await clientOf(server).getService("srv-1")).name).toBe("felix-hub-backend");
    expect(server.requests()).toBe(2);
  });

  test("a 429 waits as long as Retry-After says, then goes on, for a POST of a deploy too", async () => {
    const server = await startServer(({ before }) =>
      before === 0
        ? { status: 429, json: { message: "rate limit exceeded" }, headers: { "retry-after": "7" } }
        : { status: 202 },
    );
    const time = stillTime();
    expect(await clientOf(server, { time }).createDeploy("srv-1", {})).toEqual({ kind: "queued" });
    expect(time.elapsed()).toBe(7_175);
  });

  test("a 429 with Retry-After as a date waits until then by Render's own clock", async () => {
    const headers = { date: "Tue, 24 Nov 2026 21:00:00 GMT", "retry-after": "Tue, 24 Nov 2026 21:00:09 GMT" };
    const server = await startServer(({ before }) =>
      before === 0 ? { status: 429, headers } : { status: 202 },
    );
    const time = stillTime(Date.parse("2020-01-01T00:00:00Z"));
    await clientOf(server, { time }).createDeploy("srv-1", {});
    expect(time.elapsed()).toBe(9_175);
  });

  test.each([
    ["seconds left", "20", 21_000],
    ["a moment", String(Date.parse("2026-11-24T21:00:20Z") / 1000), 20_000],
  ])(
    "with nothing remaining, the next request waits for the reset, given as %s",
    async (_, reset, waited) => {
      const headers = {
        "ratelimit-remaining": "0",
        "ratelimit-reset": reset,
        date: "Tue, 24 Nov 2026 21:00:00 GMT",
      };
      const server = await startServer(() => ({ json: aService(), headers }));
      const time = stillTime();
      const client = clientOf(server, { time });
      await client.getService("srv-1");
      await client.getService("srv-1");
      expect(time.elapsed()).toBe(waited);
    },
  );

  test("an outage is given up after five attempts, well within the budget", async () => {
    const server = await startServer(() => ({ status: 503 }));
    const error = await errorOf(clientOf(server).getService("srv-1"));
    expect(error).toMatchObject({ code: "RENDER_REFUSED", status: 503 });
    expect(server.requests).toHaveLength(5);
  });

  test("a call's total budget holds over all its pages", async () => {
    const time = stillTime();
    const server = await startServer(() => ({ status: 429, headers: { "retry-after": "4" } }));
    const error = await errorOf(clientOf(server, { time }).listEnvVars("srv-1", { totalMs: 10_000 }));
    expect(error).toMatchObject({ code: "RENDER_REFUSED", status: 429 });
    expect(time.elapsed()).toBeLessThan(10_000);
    expect(server.requests).toHaveLength(3);
  });

  test("a rate limit that leaves no room within the budget ends the call before anything is sent", async () => {
    const headers = { "ratelimit-remaining": "0", "ratelimit-reset": "3000" };
    const server = await startServer(() => ({ json: aService(), headers }));
    const client = clientOf(server);
    await client.getService("srv-1");
    const error = await errorOf(client.getService("srv-1"));
    expect(error).toMatchObject({ code: "RENDER_TIMEOUT", kind: "transport" });
    expect(error.message).toContain("was not sent");
    expect(server.requests).toHaveLength(1);
  });
});

describe("no answer", () => {
  test("nothing listening: RENDER_UNREACHABLE after five attempts, a POST as well, for it was never sent", async () => {
    const url = await deadUrl();
    for (const call of [
      (c: ReturnType<typeof clientOf>) => c.getService("srv-1"),
      (c: ReturnType<typeof clientOf>) => c.createDeploy("srv-1", {}),
    ]) {
      const time = stillTime();
      const error = await errorOf(call(clientOf({ url }, { time })));
      expect(error).toMatchObject({ code: "RENDER_UNREACHABLE", kind: "transport", status: undefined });
      expect(error.message).toMatch(/nothing listening there \(ECONNREFUSED\) \(5 attempts in/);
      expect(time.sleeps).toHaveLength(4);
    }
  });

  test("a POST of a deploy whose connection breaks is RENDER_ANSWER_LOST, and not sent again", async () => {
    const server = await startServer(() => "drop");
    const error = await errorOf(clientOf(server).createDeploy("srv-1", {}));
    expect(error).toMatchObject({ code: "RENDER_ANSWER_LOST", kind: "transport" });
    expect(server.requests).toHaveLength(1);
  });

  test("a POST of a deploy whose answer does not come in time is RENDER_ANSWER_LOST, and not sent again", async () => {
    const server = await startServer(() => "hang");
    const error = await errorOf(
      clientOf(server, { budgets: { requestTimeoutMs: 50 } }).createDeploy("srv-1", {}),
    );
    expect(error).toMatchObject({ code: "RENDER_ANSWER_LOST" });
    expect(error.message).toContain("none came in time");
    expect(server.requests).toHaveLength(1);
  });

  test.each([500, 502, 504, 522])(
    "a POST of a deploy that ends in %i is RENDER_ANSWER_LOST: it may have been executed",
    async (status) => {
      const server = await startServer(() => ({ status }));
      const error = await errorOf(clientOf(server).createDeploy("srv-1", {}));
      expect(error).toMatchObject({ code: "RENDER_ANSWER_LOST", status });
      expect(server.requests).toHaveLength(1);
    },
  );

  test("a POST of a deploy that ends in 503 is refused, and not sent again", async () => {
    const server = await startServer(() => ({ status: 503 }));
    const error = await errorOf(clientOf(server).createDeploy("srv-1", {}));
    expect(error).toMatchObject({ code: "RENDER_REFUSED", status: 503 });
    expect(server.requests).toHaveLength(1);
  });

  test("a GET that never ends is RENDER_TIMEOUT", async () => {
    const server = await startServer(() => "hang");
    const error = await errorOf(clientOf(server, { budgets: { requestTimeoutMs: 30 } }).getService("srv-1"));
    expect(error).toMatchObject({ code: "RENDER_TIMEOUT", kind: "transport" });
    expect(server.requests).toHaveLength(5);
  });

  test("a body that trickles for ever is cut off by the request's time as well", async () => {
    const server = await startServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), 5);
      response.on("close", () => {
        clearInterval(timer);
      });
      return undefined;
    });
    const error = await errorOf(clientOf(server, { budgets: { requestTimeoutMs: 40 } }).getService("srv-1"));
    expect(error).toMatchObject({ code: "RENDER_TIMEOUT" });
  });

  test("a connection that cannot be made in time was never sent, so the POST is tried again", async () => {
    let connects = 0;
    const dispatcher = new Agent({
      connect: (_options, callback) => {
        connects += 1;
        setTimeout(() => {
          callback(Object.assign(new Error("slow"), { code: "UND_ERR_CONNECT_TIMEOUT" }), null);
        }, 1);
      },
    });
    const error = await errorOf(
      clientOf({ url: "http://127.0.0.1:1/v1" }, { dispatcher }).createDeploy("srv-1", {}),
    );
    expect(error).toMatchObject({ code: "RENDER_TIMEOUT" });
    expect(connects).toBe(5);
  });

  test("a certificate that is not trusted is not tried again", async () => {
    let connects = 0;
    const dispatcher = new Agent({
      connect: (_options, callback) => {
        connects += 1;
        callback(Object.assign(new Error("expired"), { code: "CERT_HAS_EXPIRED" }), null);
      },
    });
    const error = await errorOf(
      clientOf({ url: "https://render.test/v1" }, { dispatcher }).getService("srv-1"),
    );
    expect(error).toMatchObject({ code: "RENDER_UNREACHABLE" });
    expect(error.message).toContain("a certificate that is not trusted (CERT_HAS_EXPIRED)");
    expect(connects).toBe(1);
  });
});

describe("redirects and odd answers", () => {
  test.each([301, 302, 307, 308])(
    "a %i is an error, and the other host gets no request, so no key",
    async (status) => {
      const other = await startServer(() => ({ json: aService() }));
      const server = await startServer(() => ({
        status,
        headers: { location: `${other.url}/services/srv-1?token=t` },
      }));
      const error = await errorOf(clientOf(server).getService("srv-1"));
      expect(error).toMatchObject({ code: "RENDER_REFUSED", kind: "refusal", status });
      expect(error.message).toContain(new URL(other.url).host);
      expect(error.message).not.toContain("token=");
      expect(other.requests).toEqual([]);
      expect(server.requests).toHaveLength(1);
    },
  );

  test.each([
    ["cut short without a length", '{"id":"srv-aaa'],
    ["empty", ""],
    ["somebody else's page", "<html>one moment"],
  ])("an answer of 200 that is %s is asked for again", async (_, text) => {
    const server = await startServer(({ before }) => (before === 0 ? { text } : { json: aService() }));
    const time = stillTime();
    expect((await clientOf(server, { time }).getService("srv-1")).name).toBe("felix-hub-backend");
    expect(time.sleeps).toEqual([375]);
  });

  test("a compressed answer that nobody asked for is not unpacked, so none can fill the memory", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
    const server = await startServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(bomb);
      return undefined;
    });
    const error = await errorOf(clientOf(server).getService("srv-1"));
    expect(error).toMatchObject({ code: "RENDER_UNREADABLE" });
    expect(server.requests[0]?.headers["accept-encoding"]).toBeUndefined();
  });

  test("HTML where JSON belongs is RENDER_UNREADABLE after three attempts, described", async () => {
    const server = await startServer(() => ({
      text: "<html>Sign in to the hotel's network",
      headers: { "content-type": "text/html" },
    }));
    const error = await errorOf(clientOf(server).getService("srv-1"));
    expect(error).toMatchObject({ code: "RENDER_UNREADABLE", kind: "unreadable", status: 200 });
    expect(error.message).toContain("not JSON (36 characters, text/html), 3 times");
    expect(server.requests).toHaveLength(3);
    expect(error.message).not.toContain("hotel");
  });

  test("a field of the wrong kind is named by its place, without its value", async () => {
    const server = await startServer(() => ({ json: aService({ name: 12345678 }) }));
    const error = await errorOf(clientOf(server).getService("srv-1"));
    expect(error.message).toContain("name is not as expected: no string");
    expect(error.message).not.toContain("12345678");
  });

  test("a 201 that cannot be read is a lost answer: the deploy was started", async () => {
    const server = await startServer(() => ({ status: 201, text: '{"id":"dep-' }));
    const error = await errorOf(clientOf(server).createDeploy("srv-1", {}));
    expect(error).toMatchObject({ code: "RENDER_ANSWER_LOST", status: 201 });
  });

  test("an answer of a megabyte is read", async () => {
    const server = await startServer(() => ({ json: aService({ dashboardUrl: "x".repeat(1024 * 1024) }) }));
    expect((await clientOf(server).getService("srv-1")).dashboardUrl).toHaveLength(1024 * 1024);
  });

  test("an answer without end is cut off, not held in memory", async () => {
    let written = 0;
    const server = await startServer((_, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(1024 * 1024, " ");
      const pump = () => {
        while (!response.destroyed && written < 200 * 1024 * 1024) {
          written += chunk.length;
          if (!response.write(chunk)) {
            response.once("drain", pump);
            return;
          }
        }
      };
      pump();
      return undefined;
    });
    const error = await errorOf(clientOf(server).getService("srv-1"));
    expect(error).toMatchObject({ code: "RENDER_UNREADABLE" });
    expect(written).toBeLessThan(100 * 1024 * 1024);
  });
});

describe("ending a call", () => {
  test("an aborted request ends with the signal's reason", async () => {
    const abort = new AbortController();
    const server = await startServer(() => {
      setTimeout(() => {
        abort.abort(new Error("operator pressed Ctrl-C"));
      }, 5);
      return "hang";
    });
    const error = await errorOf(clientOf(server).getService("srv-1", { signal: abort.signal }));
    expect(error.message).toBe("operator pressed Ctrl-C");
  });

  test("an aborted wait ends with the signal's reason, and nothing more is sent", async () => {
    const abort = new AbortController();
    const server = await startServer(() => ({ status: 503 }));
    const client = clientOf(server, {
      sleep: async () => {
        abort.abort(new Error("enough"));
        throw new Error("the sleep's own");
      },
    });
    expect((await errorOf(client.getService("srv-1", { signal: abort.signal }))).message).toBe("enough");
    expect(server.requests).toHaveLength(1);
  });

  test("a call with an aborted signal sends nothing", async () => {
    const server = await startServer(() => ({ json: aService() }));
    await errorOf(clientOf(server).getService("srv-1", { signal: AbortSignal.abort() }));
    expect(server.requests).toEqual([]);
  });
});

describe("progress", () => {
  test("every attempt and every wait is reported, with the route's template and without headers or bodies", async () => {
    const server = await startServer(({ before }) =>
      before === 0
        ? { status: 502 }
        : { json: { key: "K", value: "v" }, headers: { "render-request-id": "req-7" } },
    );
    const reports: unknown[] = [];
    const note = (report: unknown) => {
      reports.push(report);
    };
    await clientOf(server, { onRequest: note, onWait: note }).getEnvVar("srv-1", "K");
    const route = "/services/{serviceId}/env-vars/{envVarKey}";
    expect(reports).toEqual([
      { method: "GET", route, status: 502, requestId: undefined, attempt: 1, ms: 0 },
      { method: "GET", route, ms: 375, reason: "HTTP 502 is often over soon, and repeating it does no harm" },
      { method: "GET", route, status: 200, requestId: "req-7", attempt: 2, ms: 0 },
    ]);
  });
});
