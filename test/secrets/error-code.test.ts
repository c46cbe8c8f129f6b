import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readCode, withCode } from "../../components/error-code";

const code = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,30}$/);
const data = fc.dictionary(
  fc.string(),
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string())),
);

describe("an error's code on its way through Pulumi", () => {
  it("comes out as it went in, with its message and its data", () => {
    fc.assert(
      fc.property(fc.string(), code, data, (message, sent, more) => {
        // JSON keeps no `__proto__`.
        const plain = JSON.parse(JSON.stringify(more)) as typeof more;
        expect(readCode(withCode({ message, code: sent, data: plain }))).toEqual({
          message,
          code: sent,
          data: plain,
        });
      }),
    );
  });

  it("is one line below the message", () => {
    expect(withCode({ message: "a\nb", code: "GATE_FAILED", data: { phase: "api" } })).toBe(
      'a\nb\n[rollout GATE_FAILED {"phase":"api"}]',
    );
  });

  it("is none where nobody put one, or only a part of it arrived", () => {
    for (const text of ["a message", "a\n[rollout x]", 'a\n[rollout GATE_FAILED {"phase":]', ""])
      expect(readCode(text)).toEqual({ message: text, data: {} });
    expect(withCode({ message: "a", data: {} })).toBe("a");
  });
});
