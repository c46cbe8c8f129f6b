import { describe, expect, it } from "vitest";

import { beginsMessage, closedMessage, passedMessage } from "../../../components/providers/gate/messages";
import type { GateOutputs } from "../../../components/providers/gate/inputs";
import { openGate } from "../../support/gate-world";

const flags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`F${index}`, "true"]));
const outputs = (more: Partial<GateOutputs> = {}): GateOutputs => ({
  ...openGate,
  ...{ version: 1, status: "succeeded", direction: "advance", checks: [{}, {}, {}] as never },
  ...{ verifiedAt: "2026-11-24T21:00:30Z", passedAt: "2026-11-24T21:00:30Z" },
  services: [{ ...openGate.services[0]!, flags: { A: "true", B: "false", C: "true" } }],
  ...more,
});

describe("what the team reads", () => {
  it("when the rollout begins", () => {
    expect(beginsMessage(openGate)).toBe(
      "prod: the rollout begins. Phase preparation verifies the system and takes the baseline.",
    );
  });

  it("when a phase is live: what is on, from when the next may begin, both ways on", () => {
    expect(passedMessage(outputs(), 0)).toBe(
      "prod: phase api is live, verified by 3 checks. On: A, C.\n" +
        "It soaks 15m00s; the next phase may begin at 2026-11-24 22:16 Europe/Berlin: rollout advance --stack prod\n" +
        "The way back: rollout rollback --stack prod --full",
    );
    expect(passedMessage(outputs(), 2)).toContain("verified by 3 checks, 2 of them with a warning. On");
  });

  it("names a minute at which it is true: a whole one as it is, any other rounded up", () => {
    const at = (passedAt: string) => passedMessage(outputs({ passedAt }), 0);
    expect(at("2026-11-24T21:00:00Z")).toContain("may begin at 2026-11-24 22:15 Europe/Berlin");
    expect(at("2026-11-24T21:00:01Z")).toContain("may begin at 2026-11-24 22:16 Europe/Berlin");
  });

  it("where nothing soaks, that the next phase may begin; at the end, that it is over; on the way back, where it is", () => {
    expect(passedMessage(outputs({ soakSeconds: 0 }), 0)).toContain(
      "\nThe next phase may begin: rollout advance --stack prod\n",
    );
    expect(passedMessage(outputs({ phase: "complete" }), 0)).toBe(
      "prod: the rollout is complete, verified by 3 checks. On: A, C.",
    );
    expect(passedMessage(outputs({ direction: "rollback" }), 0)).toBe(
      "prod: back in phase api, verified by 3 checks. On: A, C.",
    );
  });

  it("names twelve flags, and counts the others", () => {
    const on = (count: number) =>
      passedMessage(outputs({ services: [{ ...openGate.services[0]!, flags: flags(count) }] }), 0).split(
        "\n",
      )[0];
    expect(on(12)).toMatch(/ F10, F11\.$/);
    expect(on(14)).toMatch(/ F10, F11 and 2 more\.$/);
    expect(on(0)).toMatch(/ No flag is on\.$/);
  });

  it("when a phase ends: how long it was live, and which one begins", () => {
    expect(closedMessage(openGate, outputs(), "2026-11-24T21:20:35Z")).toBe(
      "prod: phase api is done, 20m05s after it passed. Phase ui begins.",
    );
    const { passedAt: _none, ...unpassed } = outputs();
    expect(closedMessage(openGate, unpassed, "2026-11-24T21:20:35Z")).toContain(
      "is done, 0m00s after it passed",
    );
    expect(closedMessage(openGate, outputs(), "2026-11-24T20:00:00Z")).toContain(
      "is done, 0m00s after it passed",
    );
  });

  it("calls a stack without a name the rollout", () => {
    const { stack: _none, ...nameless } = openGate;
    expect(beginsMessage(nameless)).toMatch(/^rollout: the rollout begins/);
  });
});
