import { describe, expect, it } from "vitest";

import { directionOf, turnedOn } from "../../../components/providers/gate/direction";
import type { GateInputs, GateOutputs } from "../../../components/providers/gate/inputs";
import { openGate } from "../../support/gate-world";

const base = openGate.services[0]!;
const gate = (flags: Record<string, string>, other: Record<string, string> = {}): GateInputs => ({
  ...openGate,
  services: [
    { ...base, flags },
    { ...base, renderName: "site", flags: other },
  ],
});
const olds = (inputs: GateInputs, more: Partial<GateOutputs> = {}): GateOutputs => ({
  ...inputs,
  ...{ version: 1, status: "succeeded", verifiedAt: "", checks: [] },
  ...more,
});

describe("the direction of a step", () => {
  it.each<[string, GateOutputs | undefined, GateInputs, "advance" | "rollback"]>([
    ["a gate that is new", undefined, gate({ A: "false" }), "advance"],
    ["one that is opened again", olds({ ...gate({}), state: "closed" }), gate({ A: "true" }), "rollback"],
    ["a flag goes on", olds(gate({ A: "false" })), gate({ A: "true" }), "advance"],
    ["a flag goes off", olds(gate({ A: "true" })), gate({ A: "false" }), "rollback"],
    ["one on, one off", olds(gate({ A: "true", B: "false" })), gate({ A: "false", B: "true" }), "advance"],
    ["a flag that is new and off", olds(gate({}), { direction: "advance" }), gate({ A: "false" }), "advance"],
    ["a flag that is new and on", olds(gate({}), { direction: "rollback" }), gate({ A: "true" }), "advance"],
    [
      "a retry of a way back",
      olds(gate({ A: "false" }), { direction: "rollback" }),
      gate({ A: "false" }),
      "rollback",
    ],
    ["a retry of a step that nobody noted", olds(gate({ A: "true" })), gate({ A: "true" }), "advance"],
  ])("%s: %s", (_what, before, news, direction) => {
    expect(directionOf(before, news)).toBe(direction);
  });

  it("goes by each service's own flags: one of the same name elsewhere is another flag", () => {
    expect(turnedOn(gate({ A: "false" }, { A: "true" }), gate({ A: "true" }, { A: "true" }))).toEqual(["A"]);
    expect(turnedOn(gate({ A: "true" }, { A: "false" }), gate({ A: "true" }, { A: "false" }))).toEqual([]);
    expect(turnedOn(gate({ A: "true", B: "false" }), gate({ A: "true", B: "false", C: "false" }))).toEqual(
      [],
    );
  });
});
