import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";

import { checkHealth } from "../../components/probes/health";
import { createHttpProbe, type ProbeAnswer } from "../../components/probes/http";

const at = () => new Date("2026-11-24T21:00:00Z");

function healthOf(...answers: ProbeAnswer[]) {
  let asked = 0;
  const probe = () => Promise.resolve(answers[Math.min(asked++, answers.length - 1)]!);
  const target = { service: "backend", url: "https://backend.example/health" };
  return checkHealth(target, { probe, now: at, sleep: () => Promise.resolve() });
}

const ok: ProbeAnswer = { answered: true, status: 200, body: '{"status":"ok","database":"ok"}', ms: 1 };
const refused: ProbeAnswer = { answered: false, error: "connection refused", ms: 1 };
const blind: ProbeAnswer = { answered: false, error: "name not found (ENOTFOUND)", ms: 1, measured: false };

describe("a service's health", () => {
  it("passes after three good answers in a row, and fails after three bad ones", async () => {
    expect(await healthOf(ok)).toMatchObject({ verdict: "pass", samples: 3 });
    expect(await healthOf(refused, ok, ok, ok)).toMatchObject({ verdict: "pass", samples: 4 });
    expect(await healthOf(refused)).toMatchObject({ verdict: "fail", samples: 3 });
  });

  it("fails at once in three answers when the database is down, even with a status of 200", async () => {
    const answer: ProbeAnswer = { answered: true, status: 200, body: '{"database":"down"}', ms: 1 };
    const result = await healthOf(answer);
    expect(result).toMatchObject({ verdict: "fail", samples: 3 });
    expect(result.summary).toContain("database: down");
  });

  it("could not be measured when no request got near it", async () => {
    const result = await healthOf(blind);
    expect(result.verdict).toBe("could-not-measure");
    expect(result.summary).toContain("could not be reached from here");
    expect(await healthOf(blind, blind, refused)).toMatchObject({ verdict: "fail" });
  });
});

describe("one rule for requests without an answer", () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  async function listen(handler: Parameters<typeof createServer>[1]): Promise<string> {
    const server = createServer(handler as never);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  it("a refused connection, one cut off and a timeout are the service's", async () => {
    const probe = createHttpProbe();
    const silent = await listen(() => undefined);
    const cut = await listen((request) => request.socket.destroy());
    const gone = await listen(() => undefined);
    servers.pop()?.close();
    for (const [url, error] of [
      [silent, "no answer within 0.1 s"],
      [cut, "connection cut off"],
      [gone, "connection refused"],
    ] as const) {
      const answer = await probe({ url, timeoutMs: 100 });
      expect(answer).toMatchObject({ answered: false, error });
      expect(answer).not.toHaveProperty("measured");
    }
  });

  it("no name is an error of the measurement", async () => {
    const dispatcher = {
      dispatch: () => {
        throw Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" });
      },
    };
    const answer = await createHttpProbe({ dispatcher: dispatcher as never })({
      url: "http://nowhere.example/",
      timeoutMs: 100,
    });
    expect(answer).toMatchObject({ answered: false, error: "name not found (ENOTFOUND)", measured: false });
  });
});
