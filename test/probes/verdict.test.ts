import { describe, expect, it } from "vitest";
import {
  asJson,
  gateOutcome,
  outcomeOf,
  rollbackRules,
  tolerateTimes,
  type CheckResult,
  type Verdict,
} from "../../components/probes/verdict";

const check = (verdict: Verdict): CheckResult => ({
  check: "error-rate",
  verdict,
  summary: "A sentence.",
  probe: "GET https://api.example/health",
  at: "2026-11-24T21:10:00.000Z",
});

const strict = { noData: "fail", couldNotMeasure: "fail", inconclusive: "fail" } as const;
const lenient = { noData: "warn", couldNotMeasure: "warn", inconclusive: "warn" } as const;

describe("a gate's outcome", () => {
  it.each([
    ["pass", "pass", "pass"],
    ["warn", "warn", "warn"],
    ["fail", "fail", "fail"],
    ["no-data", "fail", "warn"],
    ["could-not-measure", "fail", "warn"],
    ["inconclusive", "fail", "warn"],
  ] as const)("for %s is %s under strict rules and %s under lenient ones", (verdict, strictly, leniently) => {
    expect(outcomeOf(verdict, strict)).toBe(strictly);
    expect(outcomeOf(verdict, lenient)).toBe(leniently);
  });

  it("applies each rule to its own verdict only", () => {
    const rules = { ...strict, noData: "warn" } as const;
    expect(outcomeOf("no-data", rules)).toBe("warn");
    expect(outcomeOf("could-not-measure", rules)).toBe("fail");
    expect(outcomeOf("inconclusive", rules)).toBe("fail");
  });

  it("names the checks that stop it and those that only warn", () => {
    const results = [check("pass"), check("warn"), check("no-data")];
    const { outcome, stoppedBy, warnedBy } = gateOutcome(results, strict);
    expect({ outcome, stoppedBy, warnedBy }).toEqual({
      outcome: "fail",
      stoppedBy: [results[2]],
      warnedBy: [results[1]],
    });
  });

  it("never passes without a single check", () => {
    expect(gateOutcome([], strict).outcome).toBe("fail");
    expect(gateOutcome([], lenient).outcome).toBe("warn");
  });

  it("is not stopped by an inconclusive answer after a rollback, but still by a missing one", () => {
    const rules = rollbackRules(strict);
    expect(gateOutcome([check("inconclusive")], rules).outcome).toBe("warn");
    expect(gateOutcome([check("could-not-measure")], rules).outcome).toBe("fail");
    expect(gateOutcome([check("no-data")], rules).outcome).toBe("fail");
  });
});

it("is a pass where every check passes, and names nothing", () => {
  expect(gateOutcome([check("pass")], strict)).toEqual({ outcome: "pass", stoppedBy: [], warnedBy: [] });
});

describe("response times after a rollback", () => {
  it.each(["fail", "no-data", "could-not-measure"] as const)("warn loudly instead of %s", (verdict) => {
    const [result] = tolerateTimes([{ ...check(verdict), about: "times" }]);
    expect(result).toMatchObject({ check: "error-rate", about: "times", verdict: "warn" });
    expect(result?.summary).toMatch(/^LOOK AT THE RESPONSE TIMES\..* A sentence\.$/);
  });

  it.each(["pass", "warn", "inconclusive"] as const)("stay as they are where they are %s", (verdict) => {
    const result = { ...check(verdict), about: "times" } as const;
    expect(tolerateTimes([result])).toEqual([result]);
  });

  it("excuse nothing that is about anything else", () => {
    expect(tolerateTimes([check("fail")])).toEqual([check("fail")]);
  });
});

it("evidence drops what JSON does not know", () => {
  expect(asJson({ a: 1, b: undefined, at: new Date(0) })).toEqual({ a: 1, at: "1970-01-01T00:00:00.000Z" });
});
