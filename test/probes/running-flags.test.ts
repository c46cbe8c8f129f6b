import { describe, expect, it } from "vitest";

import { checkRunningFlags, readRunningFlags } from "../../components/probes/running-flags";
import type { HttpProbe } from "../../components/probes/http";

const answers =
  (body: string, status = 200): HttpProbe =>
  async () => ({ answered: true, status, body, ms: 3 });
const read = (body: string, status?: number) =>
  readRunningFlags("http://service/flags", answers(body, status));
const NO_REPORT = { known: false, reason: "the answer is not a JSON object of flags" };

describe("a service's report of its flags", () => {
  it("has booleans or their words; null is off", async () => {
    const body = JSON.stringify({ A: true, B: "true", C: false, D: "false", E: null });
    expect(await read(body)).toEqual({
      known: true,
      flags: { A: "true", B: "true", C: "false", D: "false", E: "false" },
    });
  });

  it("that is empty names no flag, and all are off", async () => {
    expect(await read("{}")).toEqual({ known: true, flags: {} });
  });

  it("may hold other things beside flags", async () => {
    expect(await read('{"version": "1.2", "A": true}')).toEqual({
      known: true,
      flags: { version: "other", A: "true" },
    });
  });

  it.each(['{"error": "database is locked"}', "[true]", "null", "<html></html>", '"true"', ""])(
    "is not what %s is: nothing is known then, least of all that flags are off",
    async (body) => {
      expect(await read(body)).toEqual(NO_REPORT);
    },
  );

  it("with another status than 200 tells nothing", async () => {
    expect(await read('{"A": true}', 503)).toEqual({ known: false, reason: "HTTP 503" });
  });
});

describe("the check of running flags", () => {
  const check = (body: string, declared: Record<string, string>) =>
    checkRunningFlags(
      { service: "backend", url: "http://service/flags", declared },
      { probe: answers(body), now: () => new Date("2026-11-24T21:00:00Z") },
    );

  it("fails where a flag runs otherwise than declared, or with what is no flag's value", async () => {
    const { verdict, summary } = await check('{"A": true, "B": "maybe"}', { A: "false", B: "false" });
    expect(verdict).toBe("fail");
    expect(summary).toBe('backend: A runs as "true", declared "false"; B runs as "other", declared "false"');
  });

  it("could not measure where the report is an error's: a rollback must not be taken for done by it", async () => {
    expect((await check('{"error": "locked"}', { A: "false" })).verdict).toBe("could-not-measure");
  });

  it("passes where all run as declared, a flag that is not named being off", async () => {
    expect(await check('{"A": true}', { A: "true", B: "false" })).toMatchObject({
      verdict: "pass",
      summary: "backend runs its 2 flags as declared",
      evidence: { A: "true", B: "false" },
    });
  });
});
