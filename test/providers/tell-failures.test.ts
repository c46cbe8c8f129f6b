import { describe, expect, it } from "vitest";

import { quietly, tellFailures } from "../../components/providers/tell-failures";
import type { Verbs } from "../../components/providers/verbs";

function told(fail: Partial<Verbs>) {
  const messages: string[] = [];
  const team = { tell: async (text: string) => void messages.push(text), check: async () => [] };
  const well: Verbs = {
    check: async (_olds, news) => ({ inputs: news }),
    diff: async () => ({ changes: false }),
    create: async () => ({ id: "x", outs: {} }),
    read: async (id, props) => ({ id, props }),
    update: async () => ({ outs: {} }),
    delete: async () => undefined,
  };
  const named: { stack?: string } = {};
  return { messages, verbs: tellFailures({ ...well, ...fail }, team, named), named };
}

const fails = (message: string) => async (): Promise<never> => {
  throw new Error(message);
};

describe("a failed effect", () => {
  it("is told to the team with the stack's name, and fails all the same", async () => {
    const { messages, verbs } = told({ create: fails("no deploy"), update: fails("no write") });
    await verbs.check({}, { stack: "prod" });
    await expect(verbs.create({})).rejects.toThrow("no deploy");
    await expect(verbs.update("x", {}, {})).rejects.toThrow("no write");
    expect(messages).toEqual([
      "prod: the rollout stopped.\nno deploy\nThe way back: rollout rollback --stack prod --full",
      "prod: the rollout stopped.\nno write\nThe way back: rollout rollback --stack prod --full",
    ]);
  });

  it("names the rollout where no gate has named the stack", async () => {
    const { messages, verbs } = told({ create: fails("no deploy") });
    await verbs.check({}, { key: "ENABLE_X" });
    await expect(verbs.create({})).rejects.toThrow();
    expect(messages).toEqual([
      "rollout: the rollout stopped.\nno deploy\nThe way back: rollout rollback --full",
    ]);
  });
});

describe("what is told to nobody", () => {
  it("an answer of not yet, after which nothing was touched", async () => {
    const { messages, verbs } = told({
      update: async () => {
        throw quietly(new Error("the schedule is shut"));
      },
    });
    await expect(verbs.update("x", {}, {})).rejects.toThrow("the schedule is shut");
    expect(messages).toEqual([]);
  });

  it("what ends well, and a refusal in preview", async () => {
    const { messages, verbs } = told({ diff: fails("refused") });
    await verbs.create({});
    await verbs.update("x", {}, {});
    await expect(verbs.diff("x", {}, {})).rejects.toThrow("refused");
    expect(messages).toEqual([]);
  });
});
