import { describe, expect, it } from "vitest";

import { readCode } from "../../components/error-code";
import { RolloutError } from "../../components/errors";
import { acrossTheBorder } from "../../components/providers/border";
import { EffectFailed, type Props, type Verbs } from "../../components/providers/verbs";
import { createRedactor } from "../../components/secrets";
import { CANARY, CANARY_URL } from "../support/fake-context";

const redact = createRedactor([CANARY_URL]);
const LEAK = `cannot reach ${CANARY_URL}\n::error::owned`;
const PLAIN = "cannot reach [secret]\n: :error::owned";

function border(more: Partial<Verbs>): Verbs {
  const inner: Verbs = {
    check: async (_olds, news) => ({ inputs: news }),
    diff: async () => ({ changes: false }),
    create: async (inputs) => ({ id: "x", outs: inputs }),
    read: async (id, props) => ({ id, props, inputs: props }),
    update: async (_id, _olds, news) => ({ outs: news }),
    delete: async () => undefined,
    ...more,
  };
  return acrossTheBorder(inner, redact);
}

const thrown = (
  verb: Promise<unknown>,
): Promise<Error & { reasons?: string[]; properties?: Props; id?: string }> =>
  verb.then(
    () => expect.fail("nothing was thrown"),
    (error: unknown) => error as Error,
  );

describe("an error on its way out", () => {
  const throwing = (error: unknown) => {
    const fail = async () => {
      throw error;
    };
    return border({ check: fail, diff: fail, create: fail, read: fail, update: fail, delete: fail });
  };
  const each = (verbs: Verbs) => [
    verbs.check({}, {}),
    verbs.diff("x", {}, {}),
    verbs.create({}),
    verbs.read("x", {}),
    verbs.update("x", {}, {}),
    verbs.delete("x", {}),
  ];

  it("of any verb has its code and its data, no stack, no cause, and no secret", async () => {
    const cause = new Error(LEAK);
    const error = Object.assign(new RolloutError("GATE_FAILED", LEAK, { phase: "api", seen: [CANARY_URL] }), {
      cause,
    });
    for (const verb of each(throwing(error))) {
      const out = await thrown(verb);
      expect(readCode(out.message)).toEqual({
        message: PLAIN,
        code: "GATE_FAILED",
        data: { phase: "api", seen: ["[secret]"] },
      });
      expect(out.stack).toBe("");
      expect(out.cause).toBeUndefined();
    }
  });

  it("that is a mistake of ours keeps its stack, without the secret", async () => {
    for (const verb of each(throwing(new TypeError(LEAK)))) {
      const out = await thrown(verb);
      expect(out.message).toBe(PLAIN);
      expect(out.stack).toContain("border.test.ts");
      expect(out.stack).not.toContain(CANARY);
      expect(out.stack).not.toContain(encodeURIComponent(CANARY));
    }
    expect((await thrown(throwing(LEAK).create({}))).message).toBe(PLAIN);
  });

  it("of an effect that changed something says so once, with its code, and stores no secret", async () => {
    const failed = new EffectFailed(
      "x",
      { url: "https://ada:pass@declared.example", found: { deep: [LEAK] } },
      new RolloutError("DEPLOY_NOT_LIVE", LEAK),
    );
    const out = await thrown(throwing(failed).create({ url: "https://ada:pass@declared.example" }));
    expect(out.id).toBe("x");
    expect(out.reasons?.map(readCode)).toEqual([{ message: PLAIN, code: "DEPLOY_NOT_LIVE", data: {} }]);
    expect(out.properties).toEqual({
      url: "https://ada:pass@declared.example",
      found: { deep: [PLAIN] },
      status: "failed",
      error: PLAIN,
    });
  });
});

describe("what is stored", () => {
  it("holds no secret in what was found, and what was declared as it was declared", async () => {
    const inputs = { path: "/a?password=abc", found: undefined };
    const outs = { ...inputs, found: LEAK };
    const verbs = border({
      create: async () => ({ id: "x", outs }),
      update: async () => ({ outs }),
      read: async (id) => ({ id, props: outs, inputs }),
    });
    const stored = { path: "/a?password=abc", found: PLAIN };
    expect((await verbs.create(inputs)).outs).toEqual(stored);
    expect((await verbs.update("x", {}, inputs)).outs).toEqual(stored);
    expect((await verbs.read("x", outs)).props).toEqual(stored);
  });

  it("and what is refused in check shows none either", async () => {
    const verbs = border({
      check: async (_olds, news) => ({ inputs: news, failures: [{ property: "state", reason: LEAK }] }),
    });
    expect((await verbs.check({}, {})).failures).toEqual([{ property: "state", reason: PLAIN }]);
  });
});

describe("state of before December 2026", () => {
  const old = {
    service: "backend",
    services: [{ service: "backend", flags: {} }],
    smoke: [{ id: "a", service: "backend" }],
    runner: { service: "backend", where: "ssh" },
  };
  const today = {
    renderName: "backend",
    services: [{ renderName: "backend", flags: {} }],
    smoke: [{ id: "a", renderName: "backend" }],
    runner: { renderName: "backend", where: "ssh" },
  };

  it("comes in under today's names, in every verb", async () => {
    const seen: unknown[] = [];
    const see = async (props: unknown) => void seen.push(props);
    const verbs = border({
      check: async (olds, news) => (await see(olds), { inputs: news }),
      diff: async (_id, olds) => (await see(olds), { changes: false }),
      read: async (id, props) => (await see(props), { id, props }),
      update: async (_id, olds) => (await see(olds), { outs: {} }),
      delete: (_id, props) => see(props),
    });
    await verbs.check(old, {});
    await verbs.diff("x", old, {});
    await verbs.read("x", old);
    await verbs.update("x", old, {});
    await verbs.delete("x", old);
    expect(seen).toEqual(Array(5).fill(today));
  });

  it("of today comes in as it is", async () => {
    const verbs = border({ update: async (_id, olds) => ({ outs: { olds } }) });
    expect((await verbs.update("x", today, {})).outs).toEqual({ olds: today });
    expect((await verbs.update("x", { phase: "api" }, {})).outs).toEqual({ olds: { phase: "api" } });
  });
});
