import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  isAboutOneFlag,
  onRenderWords,
  readLine,
  rolledBackWords,
  runsAsWords,
  writeLine,
  type ToldLine,
} from "../components/told-lines";

const name = fc.stringMatching(/^[A-Za-z0-9_./\\-]{1,20}$/);
/** Words as config and the database bring them, except the one phrase that ends a text here. */
const words = fc
  .string({ minLength: 1, maxLength: 60 })
  .map((text) => `w${text.replaceAll("\n", " ")}`)
  .filter((text) => !/consent: | on Render, declared/.test(text));
const value = fc.stringMatching(/^[^"\n]{0,12}$/);
const seen = fc.oneof(
  fc.constantFrom("absent", 'neither "true" nor "false"'),
  value.map((text) => `"${text}"`),
);

const line: fc.Arbitrary<ToldLine> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("on-render" as const),
      ...{ renderName: name, key: name, onRender: seen, declared: value, because: words },
    },
    { requiredKeys: ["kind", "renderName", "key", "onRender", "declared"] },
  ),
  fc.record({
    kind: fc.constant("runs-as" as const),
    ...{ renderName: name, key: name, runs: value, declared: value },
  }),
  fc.record({ kind: fc.constant("rolled-back" as const), renderName: name, deployId: name }),
  fc.record({
    kind: fc.constant("foreign-deploy" as const),
    ...{ renderName: name, deployId: name, trigger: fc.constantFrom("api", "manual", "unknown trigger") },
    ...{ createdAt: name, ours: name },
  }),
  fc.record(
    {
      kind: fc.constant("applies" as const),
      id: name,
      missing: fc.array(name, { minLength: 1, maxLength: 4 }),
    },
    { requiredKeys: ["kind", "id"] },
  ),
  fc.record({ kind: fc.constant("rolls-back" as const), id: name, loses: words, consent: words }),
  fc.record({ kind: fc.constant("keeps" as const), id: name, reason: words }),
  fc.record({
    kind: fc.constant("not-told" as const),
    ...{ ids: fc.array(name, { minLength: 1, maxLength: 4 }), because: words },
  }),
);

describe("a line that a provider says", () => {
  it("is read again as what was written, whatever its kind, names and words", () => {
    fc.assert(
      fc.property(line, (said) => {
        expect(readLine(writeLine(said))).toEqual(said);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<ToldLine>([
    { kind: "on-render", renderName: "b", key: "K", onRender: "absent", declared: "true" },
    { kind: "runs-as", renderName: "b", key: "K", runs: "true", declared: "false" },
    { kind: "rolled-back", renderName: "b", deployId: "dep-1" },
    {
      kind: "foreign-deploy",
      renderName: "b",
      deployId: "dep-2",
      trigger: "manual",
      createdAt: "2026-11-24T21:00Z",
      ours: "dep-1",
    },
    { kind: "applies", id: "001_a" },
    { kind: "rolls-back", id: "001_a", loses: "a", consent: "by Ada" },
    { kind: "keeps", id: "001_a", reason: "no consent" },
    { kind: "not-told", ids: ["001_a"], because: "nobody answers" },
  ])("begins where a text begins, and what has an end of its own ends there: $kind", (said) => {
    expect(readLine(`so it ${writeLine(said)}`)).toBeUndefined();
    const isOpen = said.kind === "keeps" || said.kind === "not-told";
    if (!isOpen) expect(readLine(`${writeLine(said)} at last`)).toBeUndefined();
  });

  it.each([
    ["api", ": a script's, or another stack's whose state names this service, too"],
    ["new_commit", ""],
  ])("of somebody's deploy says who may have started it: %s", (trigger, by) => {
    const said = {
      renderName: "b",
      deployId: "dep-2",
      trigger,
      createdAt: "2026-11-24T21:00Z",
      ours: "dep-1",
    };
    expect(writeLine({ kind: "foreign-deploy", ...said })).toBe(
      `b: deploy dep-2 (${trigger}, 2026-11-24T21:00Z) is live, not ours (dep-1)${by}`,
    );
  });

  it("keeps its words, which operators know", () => {
    const flag = { renderName: "backend", key: "ENABLE_X", declared: "false" };
    expect(
      writeLine({ kind: "on-render", ...flag, onRender: "absent", because: "it is on all the same" }),
    ).toBe('backend: ENABLE_X is absent on Render, declared "false": it is on all the same');
    expect(onRenderWords({ ...flag, onRender: '"true"' })).toBe(
      'ENABLE_X is "true" on Render, declared "false"',
    );
    expect(runsAsWords({ ...flag, runs: "true" })).toBe('ENABLE_X runs as "true", declared "false"');
    expect(rolledBackWords({ deployId: "dep-1" })).toBe(
      "dep-1 is a rollback and runs with the variables of an earlier deploy",
    );
    expect(writeLine({ kind: "applies", id: "001_a", missing: ["table a", "index b"] })).toBe(
      "applies 001_a (partly there; missing: table a, index b)",
    );
    expect(
      writeLine({ kind: "rolls-back", id: "001_a", loses: "drops a", consent: "2026-11-24 by Ada" }),
    ).toBe("rolls back 001_a: drops a (consent: 2026-11-24 by Ada)");
    expect(writeLine({ kind: "keeps", id: "001_a", reason: "no consent" })).toBe("keeping 001_a: no consent");
  });

  it.each([
    "",
    "backend: deploy dep-1 live (3s)",
    "applies to everybody here",
    "rolling back 001_a would lose rows: a 3",
    "keeping calm",
    "rolls back 001_a",
  ])("is no other text: %j", (text) => {
    expect(readLine(text)).toBeUndefined();
  });

  it("is about one flag where it names a value of one", () => {
    const about = { renderName: "b", key: "K", declared: "true" };
    expect(isAboutOneFlag({ kind: "on-render", ...about, onRender: "absent" })).toBe(true);
    expect(isAboutOneFlag({ kind: "runs-as", ...about, runs: "false" })).toBe(true);
    expect(isAboutOneFlag({ kind: "keeps", id: "a", reason: "b" })).toBe(false);
    expect(isAboutOneFlag(undefined)).toBe(false);
  });
});
