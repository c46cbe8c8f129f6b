import { describe, expect, it } from "vitest";

import { advance } from "../../cli/advance/recipe";
import { drift } from "../../cli/drift/recipe";
import { review } from "../../cli/review/recipe";
import { rollback } from "../../cli/rollback/recipe";
import { fakeDesk, STACK, stackFile, storedGate, type FakeDesk } from "./support/fake-desk";

const commands: Record<string, (desk: FakeDesk) => Promise<unknown>> = {
  advance: (desk) => advance(desk, { stack: STACK, yes: true }),
  "rollback --partial": (desk) => rollback(desk, { stack: STACK, partial: ["ENABLE_CAR_NUMBER"] }),
  "rollback --full --instructions": (desk) =>
    rollback(desk, { stack: STACK, full: true, instructions: true }),
  review: (desk) => review(desk, { stack: STACK }),
  drift: (desk) => drift(desk, async () => [], { stack: STACK }),
};

const impossible: Record<string, { text: string; says: string }> = {
  "a phase that does not exist": {
    text: stackFile("apii"),
    says: `Pulumi.prod.yaml:3:28: phase: found "apii"`,
  },
  "a held flag that does not exist": {
    text: stackFile("api", "  felix-hub-rollout:hold: [ENABLE_CAR]\n"),
    says: `Pulumi.prod.yaml:5:28: hold[0]: found "ENABLE_CAR"`,
  },
  "a consent for an unknown migration": {
    text: stackFile("api", `  felix-hub-rollout:acceptDataLoss:\n    003_more: "2026-11-24 by Ada"\n`),
    says: "Pulumi.prod.yaml:6:5: ",
  },
};

describe.each(Object.entries(impossible))("%s", (_name, { text, says }) => {
  it.each(Object.entries(commands))(
    "is refused by %s with its position, before anything runs",
    async (_command, run) => {
      const desk = fakeDesk({ text, state: [storedGate("api", "succeeded")], interactive: true });
      await expect(run(desk)).rejects.toThrow(says);
      expect(desk.calls).toEqual([]);
      expect(desk.file()).toBe(text);
    },
  );
});

describe("a phase skipped by hand", () => {
  const text = stackFile("notifications");
  const state = [
    storedGate("preparation", "succeeded", "closed"),
    storedGate("migrations", "succeeded", "closed"),
    storedGate("api", "succeeded"),
  ];

  it.each(Object.entries(commands).filter(([name]) => !name.includes("instructions")))(
    "is refused by %s with its position, before anything runs",
    async (_command, run) => {
      const desk = fakeDesk({ text, state, interactive: true });
      await expect(run(desk)).rejects.toThrow(
        `Pulumi.prod.yaml:3:28: phase: found "notifications"; allowed: preparation, migrations, api, ui (phases cannot be skipped`,
      );
      expect(desk.calls).toEqual([]);
      expect(desk.file()).toBe(text);
    },
  );

  it("does not keep a full rollback from going back", async () => {
    const desk = fakeDesk({ text, state });
    expect(await rollback(desk, { stack: STACK, full: true, yes: true })).toBe(0);
  });

  it("is no skipping where the stack adopts a system that is part-way", async () => {
    const adopted = stackFile("notifications", "  felix-hub-rollout:adopt: notifications\n");
    const desk = fakeDesk({ text: adopted });
    expect(await review(desk, { stack: STACK })).toBe(0);
  });
});
