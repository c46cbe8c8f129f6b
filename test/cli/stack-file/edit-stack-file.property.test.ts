import { diffLines } from "diff";
import fc from "fast-check";
import { expect, it } from "vitest";

import { editStackFile, type StackFileEdit } from "../../../cli/stack-file/edit-stack-file";
import { openStackFile } from "../../../cli/stack-file/open-stack-file";
import { PHASES } from "../../../components/config";

const PROJECT = "felix-hub-rollout";
const FLAGS = ["ENABLE_A", "ENABLE_B", "VITE_C", "VITE_D"];
const MIGRATIONS = ["001_add_car", "002_create_tables"];

/** A stack file as people leave them: comments, anchors, odd spacing, any form of list and map. */
const stackFile = fc
  .record({
    prefix: fc.constantFrom("felix-hub-rollout:", "felix-hub-rollout:config:", ""),
    quote: fc.constantFrom("", '"', "'"),
    gap: fc.constantFrom(" ", "    "),
    indent: fc.constantFrom("  ", "    ", "   "),
    comment: fc.constantFrom("", " # why", "   # äöü: [not] {this}"),
    anchor: fc.constantFrom("", "&now "),
    hold: fc.constantFrom("none", "flow", "flow lines", "block", "empty", "null"),
    consents: fc.constantFrom("none", "flow", "block", "empty"),
    end: fc.constantFrom("", "\n", "\n\n# the end\n"),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    order: fc.shuffledSubarray(["phase", "hold", "consents", "other", "secret"], { minLength: 5 }),
  })
  .map(({ prefix, quote, gap, indent, comment, anchor, hold, consents, end, lineEnd, order }) => {
    const key = (name: string) => `${indent}${prefix}${name}:`;
    const blocks: Record<string, string[]> = {
      phase: [`${key("phase")}${gap}${anchor}${quote}api${quote}${comment}`],
      hold: {
        none: [],
        flow: [`${key("hold")}${gap}[ ENABLE_A,${gap}VITE_D ]${comment}`],
        "flow lines": [`${key("hold")}${gap}[ENABLE_A,${comment}`, `${indent}  VITE_D # two`, `${indent}  ]`],
        block: [
          `${key("hold")}${comment}`,
          `${indent}  # since Monday`,
          `${indent}  -${gap}ENABLE_A # one`,
          `${indent}  - VITE_D`,
        ],
        empty: [`${key("hold")}${gap}[]${comment}`],
        null: [`${key("hold")}${comment}`],
      }[hold],
      consents: {
        none: [],
        flow: [`${key("acceptDataLoss")}${gap}{ 001_add_car:${gap}"2026-11-01 by Bob" }${comment}`],
        block: [
          `${key("acceptDataLoss")}${comment}`,
          `${indent}    001_add_car:${gap}2026-11-01 by Bob # agreed`,
        ],
        empty: [`${key("acceptDataLoss")}${gap}{}${comment}`],
      }[consents],
      other: ["", `${indent}# about time`, `${key("timeZone")}${gap}&zone Europe/Berlin${comment}`],
      secret: [key("renderApiKey"), `${indent}   secure:${gap}v1:abc`],
    };
    const lines = ["# Production", `config:${comment}`, ...order.flatMap((name) => blocks[name] ?? [])];
    return lines.join(lineEnd) + end.replaceAll("\n", lineEnd);
  });

const operation = fc.oneof(
  fc.constantFrom(...PHASES).map((phase): StackFileEdit => ({ kind: "phase", phase })),
  fc.subarray(FLAGS, { minLength: 1 }).map((flags): StackFileEdit => ({ kind: "hold", flags })),
  fc
    .tuple(fc.constantFrom(...MIGRATIONS), fc.integer({ min: 10, max: 28 }))
    .map(([migration, day]): StackFileEdit => ({
      kind: "consent",
      migration,
      signature: `2026-12-${day} by Ada`,
    })),
);

/** Which lines an edit may touch at all: those of its own key. */
const OWN: Record<StackFileEdit["kind"], RegExp> = {
  phase: /phase:/,
  hold: /hold:|ENABLE_|VITE_/,
  consent: /acceptDataLoss:|00[12]_/,
  "no-adoption": /adopt:/,
  "config-of": /./,
};

/** Line ends are looked at apart: a last line that gets one has not changed. */
const plain = (text: string) => `${text.replaceAll("\r\n", "\n")}\n`;

it("a stack file with comments, anchors and odd spacing survives 100 random advances, holds and rollbacks: only the lines that had to change did", () => {
  fc.assert(
    fc.property(stackFile, fc.array(operation, { minLength: 100, maxLength: 100 }), (start, edits) => {
      let text = start;
      for (const edit of edits) {
        const after = editStackFile(text, PROJECT, [edit]);
        for (const part of diffLines(plain(text), plain(after)).filter(
          ({ added, removed }) => added || removed,
        )) {
          for (const line of part.value.split("\n").filter((each) => each.trim() !== ""))
            expect(line).toMatch(OWN[edit.kind]);
        }
        text = after;
      }
      const { timeZone, renderApiKey } = openStackFile(text, PROJECT).values();
      expect({ timeZone, renderApiKey }).toEqual({
        timeZone: "Europe/Berlin",
        renderApiKey: { secure: "v1:abc" },
      });
      if (start.includes("\r\n")) expect(text).not.toMatch(/[^\r]\n/);
      else expect(text).not.toContain("\r");
    }),
    { numRuns: 40 },
  );
}, 60_000);

it("an edit and its opposite give the text back, byte by byte", () => {
  fc.assert(
    fc.property(stackFile, fc.constantFrom(...PHASES), (text, phase) => {
      const there = editStackFile(text, PROJECT, [{ kind: "phase", phase }]);
      expect(editStackFile(there, PROJECT, [{ kind: "phase", phase: "api" }])).toBe(text);
    }),
  );
});
