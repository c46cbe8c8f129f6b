import { describe, expect, it } from "vitest";

import { checkHealth, isHealthy } from "../../components/probes/health";
import { readHealthAnswer } from "../../components/probes/health-answer";
import { textEntries } from "../../components/probes/health-text";
import { judgeState, saysNothing } from "../../components/probes/health-words";
import type { ProbeAnswer } from "../../components/probes/http";

describe("words about a state", () => {
  it.each([
    ...["UP", " ok ", "OK!!", "ok.", "Healthy", "no errors", "no error", "0 problems", "zero issues"],
    ...[
      "0 issue",
      "no failure",
      "error free",
      "errors free",
      "problem free",
      "issues free",
      "failure free",
      "failures free",
    ],
    ...[
      "the database is up",
      "Service_is-running",
      "redis connection ok",
      "ok, connected",
      "up since monday",
    ],
  ])("%j is well", (text) => {
    expect(judgeState(text)).toBe("well");
  });

  it.each([
    ...[
      "DOWN",
      "down.",
      "not ok",
      "out of service",
      "Out_Of_Service",
      "partial outage",
      "major outage",
      "no connection",
    ],
    ...[
      "not running",
      "not serving",
      "not alive",
      "not available",
      "not reachable",
      "not connected",
      "timed out",
    ],
    ...[
      "error: timed out",
      "down (refused)",
      "cannot connect",
      "can't connect",
      "could not connect",
      "couldnt reach",
      "unable to connect",
    ],
    ...[
      "no response",
      "no healthy upstream",
      "lost connection",
      "upstream connect error or disconnect",
      "not ready yet",
    ],
    ...["503", "http 503", "500 internal server error", "502 Bad Gateway", "404 not found"],
    ...[
      "connection refused by db",
      "the connection was refused",
      "pool: connection has been closed",
      "it timed out there",
    ],
    ...[
      "request timed out",
      "time out after 5s",
      "timed out after 5s",
      "timeout after 5s",
      "fatal: access denied for x",
    ],
    ...[
      "connection to server at db failed: no route",
      "x is down",
      "db is not available",
      "it was unreachable",
      "✗ db",
      "🔴",
    ],
    ...["the service is unhealthy", "DB ERROR", "postgres connection status failed"],
  ])("%j is ill", (text) => {
    expect(judgeState(text)).toBe("ill");
  });

  it.each([
    ...[
      "grumpy",
      "",
      "downtown",
      "errorless",
      "ok but slow",
      "up except redis",
      "partly ok",
      "1503",
      "503 items",
      "http 5033",
    ],
    ...[
      "500 orders",
      "never disconnected",
      "some errors free",
      "my down",
      "warming, not ready",
      "12 errors",
      "connection pooled",
    ],
  ])("%j is not known", (text) => {
    expect(judgeState(text)).toBe("not known");
  });

  it.each(["", "  ", "0", "no", "None ", "N/A", "na", "---", "[]", "{}", "null", "ok", "no errors"])(
    "%j under an error's key says that there is none",
    (text) => {
      expect(saysNothing(text)).toBe(true);
    },
  );

  it.each(["no route", "nothing works", "x", "00", "node 3", "[] x"])("%j says something", (text) => {
    expect(saysNothing(text)).toBe(false);
  });
});

describe("what a text that is no JSON tells by name", () => {
  it.each<[string, string, object[]]>([
    ["lines", "db: down\n cache = up \nno name here", [{ db: "down" }, { cache: "up" }]],
    ["JSON a line", '\uFEFF{"db":"down"}\r\n["a"]\r\n{broken', [{ db: "down" }, ["a"]]],
    ["names that are words, not times or addresses", "12:30 up\n: x\n-db: down", []],
    ["a sentence in brackets", "(db: down) x", []],
    [
      "XML's elements and attributes",
      '<s a="1"><db state="DOWN"> no </db><ok/></s>',
      [{ db: "no" }, { a: "1" }, { state: "DOWN" }],
    ],
    ["nothing", "", []],
  ])("is %s", (_what, body, entries) => {
    expect(textEntries(body)).toEqual(entries);
  });

  it("is nothing of a page of many lines, and of a long value only what is short", () => {
    const lines = (count: number) => Array.from({ length: count }, () => "db: down").join("\n");
    expect(textEntries(lines(60))).toHaveLength(60);
    expect(textEntries(lines(61))).toEqual([]);
    expect(textEntries(`db: ${"x".repeat(200)}`)).toHaveLength(1);
    expect(textEntries(`db: ${"x".repeat(201)}`)).toEqual([]);
    expect(textEntries(`<x>${"y".repeat(20_000)}<db>down</db></x>`)).toEqual([]);
  });
});

it("an answer of hardly anything but blanks or comments is read at once, whoever sends it", () => {
  const blanks = " ".repeat(100_000);
  for (const body of [`<x>${blanks}<db>`, `<title>${blanks}`, `a${blanks}`, `db:${blanks}`, `<a ${blanks}`])
    expect(readHealthAnswer(body)).toEqual({ troubles: [], notKnown: [] });
  for (const body of [
    "<!---->".repeat(200),
    `<html><title>${blanks}`,
    `<!--${"-->".repeat(500)}`,
    "<html".repeat(4_000),
  ])
    expect(readHealthAnswer(body).troubles).toEqual([]);
});

const troubles = (answer: unknown) => readHealthAnswer(JSON.stringify(answer)).troubles;

describe("what an answer says of itself and of what it depends on", () => {
  it.each<[string, unknown, string[]]>([
    [
      "codes: an HTTP error, as a number or three digits",
      { code: 503, db: { http_status: "500" } },
      ["code: 503", "db.http_status: 500"],
    ],
    ["codes that are none", { statusCode: 399, code: "5031", http_code: "x503", db: { code: 600 } }, []],
    [
      "the limits of an HTTP error",
      { status: 400, db: 599, cache: { status: 600 }, queue: { status: 450.5 } },
      ["status: 400"],
    ],
    [
      "a code below what is no thing",
      { meta: { code: 503 }, meta2: { status_code: 503 } },
      ["meta2.status_code: 503"],
    ],
    ["yes and no by a number", { healthy: 0, meta: { alive: 0 }, db: { up: 0 } }, ["healthy: 0", "db.up: 0"]],
    [
      "what is ill where it is true",
      { degraded: true, down: "Yes ", failed: "nope", outage: "true-ish" },
      ["degraded: true", "down: Yes "],
    ],
    ["what is ill where it is counted", { unhealthy: 2, failing: 0, failed: 9 }, ["unhealthy: 2"]],
    [
      "what is ill where it names something",
      { failing: ["db", "cache"], unhealthy: [], degraded: { db: "slow" } },
      ["failing: db, cache", "degraded: db"],
    ],
    ["things without a name are counted", { failing: [1, 2] }, []],
    [
      "errors by their words, their truth or their number",
      { error: "boom", db_error: true, errors: [1, 2], err: false },
      ["error: boom", "db_error: true", "errors: 2 of them"],
    ],
    [
      "errors that say nothing",
      { error: "", errors: [], exception: null, failure: { message: "", count: 3 } },
      [],
    ],
    [
      "errors in a map, by what is ill in it or by its names",
      { error: { db: "down" }, errors: { code: 7, x: "odd" } },
      ["error.db: down", "errors: code, x"],
    ],
    ["an error's code", { error: { code: 12 } }, ["error: code"]],
    [
      "containers, and lists in them, by the things' own names",
      { checks: { a: [{ name: "db", status: "down" }, { status: "down" }] } },
      ["checks.a.db.status: down", "checks.a.1.status: down"],
    ],
    ["plain words in a container", { checks: { queue2: "down", size: 12 } }, ["checks.queue2: down"]],
    ["what is told and no state", { status: "ok", message: "down", version: "error" }, []],
    [
      "a message where nothing else tells a state",
      { message: "database is down", other: "down" },
      ["message: database is down"],
    ],
    ["a message that is well, or no text", { message: "all fine", detail: 503 }, []],
  ])("%s", (_what, answer, expected) => {
    expect(troubles(answer)).toEqual(expected);
  });

  it("tells five troubles at the most, each short and on one line", () => {
    expect(
      troubles({ checks: Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`db${n}`, "down"])) }),
    ).toHaveLength(5);
    const [long] = troubles({ error: `${"x".repeat(79)}\u001b[31m\nyy` });
    expect(long).toBe(`error: ${"x".repeat(79)}…`);
    expect(troubles({ error: `  ${"x".repeat(80)}  ` })).toEqual([`error: ${"x".repeat(80)}`]);
    expect(troubles({ error: "a\n\n\tb" })).toEqual(["error: a b"]);
  });

  it("looks eight levels deep", () => {
    const nested = (levels: number): unknown =>
      levels === 0 ? { status: "down" } : { checks: nested(levels - 1) };
    expect(troubles(nested(8))).toHaveLength(1);
    expect(troubles(nested(9))).toEqual([]);
  });

  it("tells states that nobody here knows, where they are short, and judges none of them", () => {
    const known = (status: string) => readHealthAnswer(JSON.stringify({ status })).notKnown;
    expect(known("grumpy")).toEqual(["status: grumpy"]);
    expect(known("g".repeat(40))).toHaveLength(1);
    expect(known("g".repeat(41))).toEqual([]);
    expect(known("ok")).toEqual([]);
    expect(known("  ")).toEqual([]);
    expect(readHealthAnswer("status: grumpy")).toEqual({ troubles: [], notKnown: [] });
  });

  it.each<[string, string[]]>([
    [" Unhealthy ", ["the answer: Unhealthy"]],
    ["", []],
    [`error ${"x".repeat(74)}`, [`the answer: error ${"x".repeat(74)}`]],
    [`error ${"x".repeat(75)}`, []],
    ["error\nsecond line", []],
    ["down\ndb: up", []],
    ["db: down", ["db: down"]],
    ["<html><title>Down</title></html>", []],
    ["false", ["the answer: false"]],
    ['"DOWN"', ["the answer: DOWN"]],
    ["{", []],
    ["null", []],
    ["503", []],
  ])("of the text %j: %j", (body, expected) => {
    expect(readHealthAnswer(body).troubles).toEqual(expected);
  });

  it("is what config says that well means, and nothing else, where it says it; an empty word of it says nothing", () => {
    const body = '{"status":"DOWN","mode":"live"}';
    expect(readHealthAnswer(body, { mode: "live" })).toEqual({ troubles: [], notKnown: [] });
    expect(readHealthAnswer(body, { mode: "dead" }).troubles).toHaveLength(1);
    expect(readHealthAnswer(body, {}).troubles).toEqual(["status: DOWN"]);
  });
});

describe("a service's health, as it is told", () => {
  const told = async (
    answers: (Partial<Extract<ProbeAnswer, { answered: true }>> | string)[],
    limit = 12,
  ) => {
    let asked = 0;
    const slept: number[] = [];
    const result = await checkHealth(
      { service: "backend", url: "https://backend.example/health" },
      {
        probe: async () => {
          const next = answers[Math.min(asked++, answers.length - 1)]!;
          if (typeof next === "string") return { answered: false, error: next, ms: 1 };
          return { answered: true, status: 200, body: "{}", ms: 1, ...next };
        },
        sleep: async (ms) => void slept.push(ms),
        now: () => new Date("2026-11-24T21:00:00Z"),
      },
      { needed: 3, failing: 3, limit, intervalMs: 500, timeoutMs: 5_000 },
    );
    return { ...result, slept };
  };

  it("waits between two probes, and not before the first", async () => {
    expect((await told([{}])).slept).toEqual([500, 500]);
  });

  it("asks so often at the most, and is not healthy when it never was so in a row", async () => {
    const flapping = [{}, { status: 500 }, {}, { status: 500 }, {}, { status: 500 }];
    expect(await told(flapping, 5)).toMatchObject({ verdict: "fail", samples: 5 });
  });

  it("shows the beginning of a bad answer on one line, a page by its title, and nothing that looks like a secret", async () => {
    const observed = async (body: string) => (await told([{ status: 500, body }])).observed;
    expect(await observed(" it\n\n  broke ")).toBe("HTTP 500 it broke");
    expect(await observed("   ")).toBe("HTTP 500");
    expect(await observed("<!doctype html><title>Oops</title>")).toBe('HTTP 500, an HTML page, "Oops"');
    expect(await observed("postgres://ada:hunter2@db/shop")).toBe(
      "HTTP 500, an answer that looks as if it held a secret (not shown)",
    );
    expect((await told([{}])).observed).toBe("HTTP 200");
  });

  it("names states that it could not judge, and none where all are known", async () => {
    expect((await told([{ body: '{"status":"grumpy"}' }])).summary).toBe(
      "backend is healthy (not judged, as its words are not known here: status: grumpy)",
    );
    expect((await told([{}])).summary).toBe("backend is healthy");
    expect((await told(["refused"])).summary).toBe(
      "backend is not healthy: refused (3 bad answers in a row of 3)",
    );
  });

  it.each([
    [199, false],
    [200, true],
    [399, true],
    [400, false],
  ])("is a status of %i: %s", (status, healthy) => {
    expect(isHealthy({ answered: true, status, body: "", ms: 1 })).toBe(healthy);
  });
});
