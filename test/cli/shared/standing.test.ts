import { describe, expect, it } from "vitest";

import { readStanding } from "../../../cli/shared/standing";

describe("a gate as state has it", () => {
  it("calls a check that an override let through overridden, not failed: nobody reads an old red for a new one", () => {
    const checks = [
      { check: "error-rate", verdict: "fail", summary: "31 %" },
      { check: "health shop", verdict: "pass", summary: "HTTP 200" },
    ];
    const outputs = {
      phase: "preparation",
      state: "open",
      status: "succeeded",
      checks,
      overridden: ["error-rate"],
    };
    const { gates } = readStanding([{ kind: "Gate", name: "gate-preparation", inputs: {}, outputs }]);
    expect(gates.get("preparation")?.checks.map(({ check, verdict }) => `${check}: ${verdict}`)).toEqual([
      "error-rate: overridden",
      "health shop: pass",
    ]);
  });
});
