import { describe, expect, it } from "vitest";

import { checkRunningFlags, readRunningFlags } from "../../components/probes/running-flags";
import type { HttpProbe } from "../../components/probes/http";

const answers =
  (body: string, status = 200): HttpProbe =>
  async () => ({ answered: true, status, body, ms: 3 });

describe("a service's report of its flags", () => {
  it("with another status than 200 tells nothing", async () => {
    const target = { url: "http://service/flags", report: { path: "/flags" }, keys: ["A"] };
    expect(await readRunningFlags(target, answers('{"A": true}', 503))).toEqual({
      known: false,
      reason: "HTTP 503",
    });
  });
});

describe("the check of running flags", () => {
  const check = (body: string, declared: Record<string, string>) =>
    checkRunningFlags(
      { service: "backend", url: "http://service/flags", report: { path: "/flags" }, declared },
      { probe: answers(body), now: () => new Date("2026-11-24T21:00:00Z") },
    );

  it("fails where a flag runs otherwise than declared, and names what is open beside it", async () => {
    const { verdict, summary } = await check('{"A": true, "B": "maybe"}', { A: "false", B: "false" });
    expect(verdict).toBe("fail");
    expect(summary).toBe(
      'backend: A runs as "true", declared "false"; B has a value in the report that is neither on nor off',
    );
  });

  it("could not measure where the report is an error's: a rollback must not be taken for done by it", async () => {
    expect((await check('{"error": "locked"}', { A: "false" })).verdict).toBe("could-not-measure");
    expect((await check("{}", { A: "false" })).verdict).toBe("could-not-measure");
  });

  it("could not measure where it leaves one of the flags out: that is not off, it is not known", async () => {
    expect(await check('{"A": true}', { A: "true", B: "false" })).toMatchObject({
      verdict: "could-not-measure",
      summary: "backend: B is not in the report",
      evidence: { A: "true", B: "unknown" },
    });
  });

  it("passes where all run as declared, and where there is no flag to ask for", async () => {
    expect(await check('{"A": true, "B": 0}', { A: "true", B: "false" })).toMatchObject({
      verdict: "pass",
      summary: "backend runs its 2 flags as declared",
      evidence: { A: "true", B: "false" },
    });
    expect((await check("<html>", {})).verdict).toBe("pass");
  });
});
