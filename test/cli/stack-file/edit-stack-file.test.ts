import { describe, expect, it } from "vitest";

import { editStackFile, type StackFileEdit } from "../../../cli/stack-file/edit-stack-file";

const PROJECT = "felix-hub-rollout";

const FILE = `# Production. Ask in #ops before you touch it.
encryptionsalt: v1:abc=
config:
  # the rollout
  felix-hub-rollout:phase:   api   # since Tuesday
  felix-hub-rollout:timeZone: "Europe/Berlin"

  felix-hub-rollout:renderApiKey:
    secure: v1:xyz   # never shown
  felix-hub-rollout:serviceIds: { backend: srv-abcd1,   frontend: srv-abcd2 }
`;

const edit = (text: string, ...edits: StackFileEdit[]) => editStackFile(text, PROJECT, edits);
const withLine = (line: string, text = FILE) =>
  text.replace("  felix-hub-rollout:timeZone", `${line}\n  felix-hub-rollout:timeZone`);

describe("the phase", () => {
  it("changes on its line only, with spacing and comment as they were", () => {
    expect(edit(FILE, { kind: "phase", phase: "ui" })).toBe(
      FILE.replace("phase:   api   #", "phase:   ui   #"),
    );
  });

  it("keeps its quotes and its anchor", () => {
    const text = FILE.replace("api ", `&now 'api' `);
    expect(edit(text, { kind: "phase", phase: "ui" })).toBe(text.replace("'api'", "'ui'"));
  });

  it("changes in a file that puts all on one line", () => {
    const text = "config: {felix-hub-rollout:phase: api, 'felix-hub-rollout:timeZone': UTC}";
    expect(edit(text, { kind: "phase", phase: "ui" })).toBe(text.replace("api", "ui"));
  });

  it("is found under a key without a namespace", () => {
    expect(edit("config:\n  phase: api", { kind: "phase", phase: "ui" })).toBe("config:\n  phase: ui");
  });
});

describe("hold", () => {
  const hold = (...flags: string[]): StackFileEdit => ({ kind: "hold", flags });

  it("comes as one line behind the phase where there was none", () => {
    expect(edit(FILE, hold("A", "B"))).toBe(withLine("  felix-hub-rollout:hold: [A, B]"));
  });

  it("grows within its brackets, a comment inside included", () => {
    const text = withLine("  felix-hub-rollout:hold: [ A , # why\n    B ] # end");
    expect(edit(text, hold("C"))).toBe(text.replace("B ]", "B, C ]"));
  });

  it("grows by a line where each flag has one", () => {
    const text = withLine("  felix-hub-rollout:hold:\n      - A   # broken\n      # and\n      - B");
    expect(edit(text, hold("C"))).toBe(text.replace("      - B\n", "      - B\n      - C\n"));
  });

  it("does not name a flag twice", () => {
    const text = withLine("  felix-hub-rollout:hold: [A]");
    expect(edit(text, hold("A"))).toBe(text);
  });

  it("fills an empty list and an empty value", () => {
    expect(edit(withLine("  felix-hub-rollout:hold: []  # none"), hold("A"))).toBe(
      withLine("  felix-hub-rollout:hold: [A]  # none"),
    );
    expect(edit(withLine("  felix-hub-rollout:hold:  # none"), hold("A"))).toBe(
      withLine("  felix-hub-rollout:hold: [A]  # none"),
    );
  });
});

describe("a consent", () => {
  const consent = (migration: string, signature = "2026-11-24 by Ada"): StackFileEdit => ({
    kind: "consent",
    migration,
    signature,
  });

  it("comes as a block behind the phase where there was none", () => {
    expect(edit(FILE, consent("001_add"))).toBe(
      withLine(`  felix-hub-rollout:acceptDataLoss:\n    001_add: "2026-11-24 by Ada"`),
    );
  });

  it("comes as a line of its own below the others, with their indentation", () => {
    const text = withLine("  felix-hub-rollout:acceptDataLoss:\n        001_add:   2026-11-01 by Bob # ok");
    expect(edit(text, consent("002_create"))).toBe(
      text.replace("# ok\n", `# ok\n        002_create: "2026-11-24 by Ada"\n`),
    );
  });

  it("replaces an older one of the same migration", () => {
    const text = withLine("  felix-hub-rollout:acceptDataLoss:\n    001_add: 2026-11-01 by Bob # ok");
    expect(edit(text, consent("001_add"))).toBe(text.replace("2026-11-01 by Bob", `"2026-11-24 by Ada"`));
  });

  it("comes between braces where the map has them", () => {
    const text = withLine(`  felix-hub-rollout:acceptDataLoss: { 001_add: "2026-11-01 by Bob" }`);
    expect(edit(text, consent("002_create"))).toBe(
      text.replace(`Bob" }`, `Bob", 002_create: "2026-11-24 by Ada" }`),
    );
  });

  it("is quoted where YAML would read its migration as a number", () => {
    expect(edit(FILE, consent("001"))).toContain(`    "001": "2026-11-24 by Ada"`);
  });
});

describe("the config of an earlier text", () => {
  it("brings phase, hold and other values back, and leaves secrets, consents and sign-offs as they are", () => {
    const earlier = withLine(
      "  felix-hub-rollout:hold: [A]\n  felix-hub-rollout:acceptDataLoss: {001_add: '2026-10-01 by Bob'}",
    )
      .replace("v1:xyz", "v1:old")
      .replace("encryptionsalt: v1:abc=", "encryptionsalt: v1:other=");
    const now = FILE.replace("phase:   api", "phase:   notifications").replace(
      "  felix-hub-rollout:timeZone",
      "  felix-hub-rollout:adopt: ui\n  felix-hub-rollout:acknowledged: {training: '2026-11-01 by Ada'}\n  felix-hub-rollout:timeZone",
    );
    expect(edit(now, { kind: "config-of", text: earlier })).toBe(
      FILE.replace(
        "  felix-hub-rollout:timeZone",
        "  felix-hub-rollout:hold: [A]\n  felix-hub-rollout:acknowledged: {training: '2026-11-01 by Ada'}\n  felix-hub-rollout:timeZone",
      ),
    );
  });
});

describe("line ends", () => {
  it("stay those of Windows where the file has them", () => {
    const text = FILE.replaceAll("\n", "\r\n");
    expect(edit(text, { kind: "hold", flags: ["A"] })).toBe(
      withLine("  felix-hub-rollout:hold: [A]").replaceAll("\n", "\r\n"),
    );
  });

  it("are not added to a last line that has none", () => {
    expect(edit("config:\n  phase: api", { kind: "hold", flags: ["A"] })).toBe(
      "config:\n  phase: api\n  hold: [A]",
    );
  });
});

it("an edit of a file that is no YAML is refused and names the way out", () => {
  expect(() => edit("config: [", { kind: "phase", phase: "ui" })).toThrow(/no readable map .*by hand/);
});

describe("an edit that would mean more than it says is refused", () => {
  it.each<[string, string, StackFileEdit]>([
    [
      "a list that another key repeats by an alias would grow there, too",
      "config:\n  p:phase: api\n  p:hold: &held [A]\n  p:other: *held\n",
      { kind: "hold", flags: ["B"] },
    ],
    [
      "a phase that another key repeats by an alias would change there, too",
      "config:\n  p:phase: &now api\n  p:adopt: *now\n",
      { kind: "phase", phase: "ui" },
    ],
    [
      "a phase that stands twice, once in the older way, would still say the old one",
      "config:\n  p:phase: api\n  p:config:phase: ui\n",
      { kind: "phase", phase: "smoke" },
    ],
  ])("%s", (_why, text, edit) => {
    expect(() => editStackFile(text, "p", [edit])).toThrow(
      /cannot be edited safely \(\w+\)\. Nothing was written\. Next: change it by hand/,
    );
  });
});
