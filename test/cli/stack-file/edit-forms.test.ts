import { describe, expect, it } from "vitest";

import { editStackFile, type StackFileEdit } from "../../../cli/stack-file/edit-stack-file";
import { openStackFile } from "../../../cli/stack-file/open-stack-file";

const phase: StackFileEdit = { kind: "phase", phase: "ui" };
const hold: StackFileEdit = { kind: "hold", flags: ["A"] };
const consent: StackFileEdit = { kind: "consent", migration: "001_a", signature: "2026-11-24 by Ada" };
const noAdoption: StackFileEdit = { kind: "no-adoption" };
const configOf = (text: string): StackFileEdit => ({ kind: "config-of", text });
const SIGNED = '001_a: "2026-11-24 by Ada"';

/** Each form in which people leave a file, an edit, and the whole text after it. */
describe("an edit of a stack file changes what it has to, in the form that stands there:", () => {
  it.each<[string, string, StackFileEdit, string]>([
    ["a first key between braces", "config: {}\n", phase, "config: {p:phase: ui}\n"],
    [
      "a new list between braces",
      "config: {p:phase: api, p:x: 1}\n",
      hold,
      "config: {p:phase: api, p:hold: [A], p:x: 1}\n",
    ],
    [
      "a new map between braces",
      "config: {p:phase: api}\n",
      consent,
      `config: {p:phase: api, p:acceptDataLoss: {${SIGNED}}}\n`,
    ],
    [
      "a new key between braces, behind the last where no phase stands",
      "config: {p:x: 1}\n",
      hold,
      "config: {p:x: 1, p:hold: [A]}\n",
    ],
    [
      "a new key on a line, behind the last where no phase stands",
      "config:\n  p:x:\n    - 1\n",
      hold,
      "config:\n  p:x:\n    - 1\n  p:hold: [A]\n",
    ],
    ["a new key behind one without a value", "config:\n  p:x:\n", hold, "config:\n  p:x:\n  p:hold: [A]\n"],
    [
      "a new key behind one without a value, between braces",
      "config: {p:x: }\n",
      hold,
      "config: {p:x:, p:hold: [A] }\n",
    ],
    ["the only key taken out of braces", "config: {p:adopt: ui}\n", noAdoption, "config: {}\n"],
    [
      "the first key taken out of braces",
      "config: {p:adopt: ui, p:phase: ui}\n",
      noAdoption,
      "config: {p:phase: ui}\n",
    ],
    [
      "the last key taken out of braces",
      "config: {p:phase: ui, p:adopt: ui}\n",
      noAdoption,
      "config: {p:phase: ui}\n",
    ],
    [
      "a key between others taken out of braces",
      "config: {p:x: 1, p:adopt: ui, p:phase: ui}\n",
      noAdoption,
      "config: {p:x: 1, p:phase: ui}\n",
    ],
    [
      "a line taken out",
      "config:\n  p:adopt: ui # for now\n  p:phase: ui\n",
      noAdoption,
      "config:\n  p:phase: ui\n",
    ],
    [
      "a last line without an end taken out",
      "config:\n  p:phase: ui\n  p:adopt: ui",
      noAdoption,
      "config:\n  p:phase: ui",
    ],
    [
      "a last line without an end taken out, as Windows has it",
      "config:\r\n  p:phase: ui\r\n  p:adopt: ui",
      noAdoption,
      "config:\r\n  p:phase: ui",
    ],
    [
      "a value in a block text taken out",
      "config:\n  p:adopt: |\n    ui\n  p:phase: ui\n",
      noAdoption,
      "config:\n  p:phase: ui\n",
    ],
    ["nothing where nothing has to go", "config:\n  p:phase: ui\n", noAdoption, "config:\n  p:phase: ui\n"],
    [
      "no flag put on hold",
      "config:\n  p:phase: ui\n",
      { kind: "hold", flags: [] },
      "config:\n  p:phase: ui\n",
    ],
    [
      "a list that stands elsewhere",
      "config:\n  p:x: &x [B]\n  p:hold: *x\n",
      hold,
      "config:\n  p:x: &x [B]\n  p:hold: [B, A]\n",
    ],
    ["a list that was a single word", "config:\n  p:hold: null\n", hold, "config:\n  p:hold: [A]\n"],
    [
      "a flag whose name is a number",
      "config:\n  p:hold: [1]\n",
      { kind: "hold", flags: ["1", "A"] },
      "refused",
    ],
    [
      "a map that stands elsewhere",
      "config:\n  p:x: &x {}\n  p:acceptDataLoss: *x\n",
      consent,
      `config:\n  p:x: &x {}\n  p:acceptDataLoss: {001_a: 2026-11-24 by Ada}\n`,
    ],
    [
      "an empty map",
      "config:\n  p:acceptDataLoss: {} # none\n",
      consent,
      `config:\n  p:acceptDataLoss: {${SIGNED}} # none\n`,
    ],
    [
      "a map without a value",
      "config:\n  p:acceptDataLoss: # none\n",
      consent,
      `config:\n  p:acceptDataLoss: {${SIGNED}} # none\n`,
    ],
    [
      "an entry without a value",
      "config:\n  p:acceptDataLoss:\n    001_a: # who?\n",
      consent,
      `config:\n  p:acceptDataLoss:\n    ${SIGNED} # who?\n`,
    ],
    [
      "keys in the older way",
      "config:\n  p:config:phase: api\n",
      hold,
      "config:\n  p:config:phase: api\n  p:config:hold: [A]\n",
    ],
    [
      "keys of others",
      "config:\n  q:phase: api\n  p:phase: api\n",
      phase,
      "config:\n  q:phase: api\n  p:phase: ui\n",
    ],
    [
      "a key that is no text",
      "config:\n  ? [a]\n  : 1\n  p:phase: api\n",
      phase,
      "config:\n  ? [a]\n  : 1\n  p:phase: ui\n",
    ],
    ["a phase without a value", "config:\n  p:phase:\n", phase, "config:\n  p:phase: ui\n"],
    [
      "a phase in a block text, whose line ends with it",
      "config:\n  p:phase: >-\n    api\n  p:x: 1\n",
      phase,
      "config:\n  p:phase: ui\n  p:x: 1\n",
    ],
    ["a phase in single quotes", "config:\n  p:phase: 'it''s'\n", phase, "config:\n  p:phase: 'ui'\n"],
    [
      "a block list given back as one line",
      "config:\n  p:hold: # why\n    - A\n    - B\n  p:x: 1\n",
      configOf("config:\n  p:hold: [B]\n  p:x: 1\n"),
      "config:\n  p:hold: [B]\n  p:x: 1\n",
    ],
    [
      "a quoted text given back",
      "config:\n  p:t: 'a'\n",
      configOf('config:\n  p:t: "it\'s"\n'),
      "config:\n  p:t: 'it''s'\n",
    ],
    [
      "a quoted text that was a number",
      "config:\n  p:t: 'a'\n",
      configOf("config:\n  p:t: 7\n"),
      "config:\n  p:t: 7\n",
    ],
    [
      "a date, which stays a text",
      "config:\n  p:t: a\n",
      configOf("config:\n  p:t: '2026-11-24'\n"),
      'config:\n  p:t: "2026-11-24"\n',
    ],
    [
      "a text that only holds a date",
      "config:\n  p:t: a\n",
      configOf("config:\n  p:t: on 2026-11-24\n"),
      "config:\n  p:t: on 2026-11-24\n",
    ],
    [
      "a key without a value given back",
      "config:\n  p:t: a\n",
      configOf("config:\n  p:t: null\n"),
      "config:\n  p:t: null\n",
    ],
    ["a key without a colon, between braces", "config: {p:phase: api, p:hold}\n", hold, "refused"],
    [
      "a line taken out, and not the comment below it",
      "config:\n  p:adopt: ui\n  # why\n  p:phase: ui\n",
      noAdoption,
      "config:\n  # why\n  p:phase: ui\n",
    ],
    [
      "a map that is there, between braces",
      "config: {p:phase: api, p:acceptDataLoss: {a: b}}\n",
      consent,
      `config: {p:phase: api, p:acceptDataLoss: {a: b, ${SIGNED}}}\n`,
    ],
    [
      "a list between brackets, with its spacing",
      "config:\n  p:hold:   [A] # c\n",
      configOf("config:\n  p:hold: [B]\n"),
      "config:\n  p:hold:   [B] # c\n",
    ],
    [
      "a new key behind a list over several lines",
      "config:\n  p:x: [1,\n    2\n  ]\n",
      hold,
      "config:\n  p:x: [1,\n    2\n  ]\n  p:hold: [A]\n",
    ],
    ["an empty value", "config:\n  p:t:\n", configOf("config:\n  p:t: [1]\n"), "config:\n  p:t: [1]\n"],
  ])("%s", (_form, text, edit, after) => {
    if (after === "refused")
      expect(() => editStackFile(text, "p", [edit])).toThrow("cannot be edited safely");
    else expect(editStackFile(text, "p", [edit])).toBe(after);
  });
});

it.each<[StackFileEdit, string, string]>([
  [phase, "p:phase: &x api\n  p:y: *x", "phase"],
  [hold, "p:hold: &x [B]\n  p:y: *x", "hold"],
  [consent, "p:acceptDataLoss: &x {a: b}\n  p:y: *x", "acceptDataLoss"],
  [noAdoption, "p:adopt: ui\n  p:config:adopt: ui", "adopt"],
  [configOf("config:\n  p:t: 1\n"), "p:t: &x 2\n  p:acknowledged: *x", "config"],
])("an edit that cannot be made safely names what it is about: %#", (edit, lines, key) => {
  expect(() => editStackFile(`config:\n  ${lines}\n`, "p", [edit])).toThrow(
    expect.objectContaining({
      code: "STACK_FILE_EDIT",
      message: expect.stringContaining(`cannot be edited safely (${key}). Nothing was written.`),
    }),
  );
});

it.each([
  "",
  "a: 1\n",
  "config: 1\n",
  "config: [1]\n",
  "- config\n",
  "config: {p:phase: api\n",
  "config:\n  a: 1\n  a: 2\n",
])("a file without a readable map of config is refused: %j", (text) => {
  expect(() => openStackFile(text, "p")).toThrow(
    expect.objectContaining({
      code: "STACK_FILE_EDIT",
      message: expect.stringContaining("Next: mend it by hand."),
    }),
  );
});

it("a project whose name ends like a key keeps its name before a new one", () => {
  const text = "config:\n  phase-shop:phase: api\n";
  expect(editStackFile(text, "phase-shop", [hold])).toBe(
    "config:\n  phase-shop:phase: api\n  phase-shop:hold: [A]\n",
  );
});
