import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { keepOutput } from "../../../components/providers/kept-output";

async function kept(pieces: readonly string[], limits: { head: number; tail: number }): Promise<string> {
  const stream = new PassThrough();
  const output = keepOutput(stream, limits);
  for (const piece of pieces) stream.write(Buffer.from(piece));
  stream.end();
  await finished(stream);
  return output.text();
}

const pieces = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 40 }), {
  maxLength: 30,
});
const limits = fc.record({ head: fc.nat(50), tail: fc.integer({ min: 1, max: 50 }) });

describe("what is kept of an output", () => {
  it("is all of it where it fits, and its beginning, its end and the number of bytes between them otherwise", () =>
    fc.assert(
      fc.asyncProperty(pieces, limits, async (some, { head, tail }) => {
        const all = some.join("");
        const left = all.length - head - tail;
        const expected =
          left <= 0 ? all : `${all.slice(0, head)}\n[${left} bytes left out]\n${all.slice(-tail)}`;
        expect(await kept(some, { head, tail })).toBe(expected);
      }),
    ));

  it("stays small in between, however much comes", async () => {
    const piece = "x".repeat(64 * 1024);
    const text = await kept(
      Array.from({ length: 200 }, () => piece),
      { head: 10, tail: 10 },
    );
    expect(text).toBe(`${"x".repeat(10)}\n[${200 * 64 * 1024 - 20} bytes left out]\n${"x".repeat(10)}`);
  });
});
